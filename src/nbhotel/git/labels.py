"""What conflict markers call the sides of a merge, when git itself doesn't tell its driver (before 2.44)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from nbhotel.records import NamedTuple

_PICK = re.compile(r"^(?:pick|p|reword|r|edit|e|squash|s|fixup|f)(?: -[cC])? ([0-9a-f]{4,64})(?: #)? ?(.*)$")
#: As long as git's own.
_LENGTH = 7


class Names(NamedTuple):
    """The labels of a merge's three sides."""

    base: str
    local: str
    remote: str


def names(given: tuple[str, str, str], environment: Mapping[str, str], done: str) -> Names:
    """Return the labels.

    `given` are git's for base, local and remote; before git 2.44 they come as "%S", "%X", "%Y". `done` is the
    text of `rebase-merge/done` in the git directory, "" if no rebase is under way.
    """
    if given[0] != "%S":
        return Names(*(_one_line(label) for label in given))
    return Names("base", "HEAD", _merged(environment) or _picked(done) or "theirs")


def _merged(environment: Mapping[str, str]) -> str:
    """`git merge` has GITHEAD_<commit>=<what was asked for> in its environment, for each branch."""
    heads = [value for key, value in environment.items() if key.startswith("GITHEAD_")]
    return _one_line(heads[0]) if len(heads) == 1 else ""


def _picked(done: str) -> str:
    """The commit that a rebase picks is the last one that it has noted."""
    lines = [line for line in done.splitlines() if line]
    pick = _PICK.match(lines[-1]) if lines else None
    return f"{pick[1][:_LENGTH]} ({_one_line(pick[2])})" if pick else ""


def _one_line(label: str) -> str:
    return " ".join(label.split())
