"""Our NamedTuple is typing's in all that the project uses."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
import typing
from typing import Any

import pytest

from nbhotel import records


class Ours(records.NamedTuple):
    """Two fields, one of them with a default."""

    name: str
    number: int = 3

    @property
    def doubled(self) -> int:
        return 2 * self.number

    def __bool__(self) -> bool:
        return self.number > 0


class Theirs(typing.NamedTuple):
    """Two fields, one of them with a default."""

    name: str
    number: int = 3

    @property
    def doubled(self) -> int:
        return 2 * self.number

    def __bool__(self) -> bool:
        return self.number > 0


class Empty(records.NamedTuple):
    pass


class Child(Ours):
    """A subclass has no fields of its own."""

    def greeting(self) -> str:
        return f"hello {self.name}"


def told(make: Any) -> list[object]:
    one, two = make("a"), make(number=0, name="b")
    match two:
        case (name, 0):
            matched = name
    return [
        *(tuple(one), tuple(two), one.name, two.number, two.doubled, bool(one), bool(two), matched),
        *(one == ("a", 3), hash(one) == hash(("a", 3)), one < two, len(one), one[1], list(one)),
        *(one._replace(number=9), tuple(make._make("xy")), one._asdict(), one._fields),
        *(make._fields, make._field_defaults, make.__match_args__, make.__doc__, repr(one).partition("(")[2]),
        *(copy.copy(one) == one, copy.deepcopy(one) is not None, pickle.loads(pickle.dumps(one)) == one),
        *(type(pickle.loads(pickle.dumps(one))) is make, type(one._replace(name="z")) is make),
    ]


def test_it_does_what_typings_does():
    assert told(Ours) == told(Theirs)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda made: made(),
        lambda made: made("a", 1, 2),
        lambda made: made("a", name="b"),
        lambda made: made("a", other=1),
        lambda made: made("a")._replace(other=1),
        lambda made: made._make("a"),
        lambda made: setattr(made("a"), "name", "b"),
        lambda made: setattr(made("a"), "other", "b"),
    ],
)
def test_it_refuses_what_typings_refuses(wrong):
    with pytest.raises(Exception) as theirs:  # noqa: PT011 - whichever it is
        wrong(Theirs)
    with pytest.raises(theirs.type):
        wrong(Ours)


def test_fields_without_a_default_come_first():
    with pytest.raises(TypeError, match="without a default"):

        class Wrong(records.NamedTuple):
            first: int = 1
            second: int  # type: ignore[misc]


def test_no_fields_and_a_subclass():
    assert tuple(Empty()) == ()
    child = Child("ada")
    assert (child.greeting(), child, child._replace(name="ben").greeting()) == (
        "hello ada",
        ("ada", 3),
        "hello ben",
    )


def test_classes_are_made_much_faster():
    """In a process of its own, so that nothing is cached; far from the bound, as machines are noisy."""
    program = """
from __future__ import annotations
import sys, time
from {module} import NamedTuple
def made():
    class Made(NamedTuple):
        first: int
        second: str = ""
        third: list[str] | None = None
        fourth: dict[str, int] | None = None
began = time.process_time()
for _ in range(300):
    made()
print(time.process_time() - began)
"""

    def seconds(module: str) -> float:
        command = [sys.executable, "-c", program.replace("{module}", module)]
        return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    assert seconds("nbhotel.records") < 0.5 * seconds("typing")
