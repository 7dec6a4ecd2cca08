"""Many versions of a notebook are read as one is: `notebook.shared` beside `notebook.reading`."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbhotel.notebook import shared
from nbhotel.notebook.model import Broken, Notebook
from nbhotel.notebook.reading import read_notebook
from nbhotel.notebook.shared import Reader


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch):
    """Notebooks of tests are shorter than a step."""
    monkeypatch.setattr(shared, "_STEPS", (64, 8, 1))


def cell(source: str, **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "outputs": [], "source": [source], **more}


def written(cells: list[Any], indent: int | None = 1, **top: Any) -> bytes:
    document = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **top}
    return (json.dumps(document, indent=indent, ensure_ascii=False) + "\n").encode()


def check(reader: Reader, data: bytes) -> Notebook | Broken:
    found = reader.read(data)
    assert repr(found) == repr(read_notebook(data))  # NaN is not itself, but its repr is
    return found


def test_what_versions_share_is_the_same_object():
    reader = Reader()
    cells = [cell(f"x = {number}") for number in range(20)]
    first = check(reader, written(cells))
    cells[7] = cell("changed")
    cells.insert(12, cell("new"))
    second = check(reader, written(cells))
    assert isinstance(first, Notebook)
    assert isinstance(second, Notebook)
    assert [a is b for a, b in zip(first.cells[:12], second.cells[:12], strict=True)] == [True] * 7 + [
        False
    ] + [True] * 4
    assert all(a is b for a, b in zip(first.cells[12:], second.cells[13:], strict=True))
    assert second.cells[12].source == "new"


def test_a_version_that_is_seen_again_is_not_parsed_again(monkeypatch):
    reader = Reader()
    data = written([cell("x = 1"), cell("x = 2")])
    first = check(reader, data)
    other = written([cell("x = 1"), cell("y")], metadata={"other": 1})
    check(reader, other)
    monkeypatch.setattr(shared, "cell_of", None)  # whoever parses a cell calls it
    again = reader.read(data)
    assert isinstance(first, Notebook)
    assert isinstance(again, Notebook)
    assert all(a is b for a, b in zip(first.cells, again.cells, strict=True))


DEEP: Any = "x"
for _ in range(199):
    DEEP = [DEEP]
ODD = {
    "no cell": written([]),
    "one cell": written([cell("x")]),
    "another indent": written([cell("x"), cell("y")], indent=4),
    "one line": written([cell("x"), cell("y")], indent=None),
    "CRLF": written([cell("x"), cell("y")]).replace(b"\n", b"\r\n"),
    "some CRLF": written([cell("x"), cell("y"), cell("z")]).replace(b"\n  {\n", b"\n  {\r\n", 2),
    "BOM": b"\xef\xbb\xbf" + written([cell("x"), cell("y")]),
    "another list of objects": written([cell("x"), cell("y")], zz=[{"a": 1}, {"b": 2}]),
    "cells in the metadata": written([], metadata={"cells": [cell("x"), cell("y")]}),
    "cells twice": written([cell("x"), cell("y")]).replace(
        b' "metadata": {}', b' "cells": [],\n "metadata": {}'
    ),
    "cells twice, escaped": written([cell("x")]).replace(
        b' "nbformat"', b' "\\u0063ells": [],\n "nbformat"', 1
    ),
    "our own mark": written([cell("x"), cell("y")], metadata={"a": "nbhotel: the cells"}),
    "nested deeply": written([cell("x", metadata=DEEP), cell("y")]),
    "old": written([cell("x"), cell("y")], nbformat=3, worksheets=[{"cells": [cell("x")]}]),
    "no number": written([cell("x"), cell("y")], nbformat="4"),
    "NaN": written([cell("x"), cell("y", metadata={"a": float("nan")})]),
    "half a surrogate pair": written([cell("x"), cell("\\ud800")]),
    "no object": written([cell("x"), cell("y"), 7]),
    "a huge number": written([cell("x"), cell("y")]).replace(b'"y"', b"1" * 5000),
    "not UTF-8": written([cell("x"), cell("y")]).replace(b'"y"', b'"\xff"'),
    "truncated": written([cell("x"), cell("y")])[:-30],
    "UTF-16 in a cell": written([cell("x"), cell("y")]).replace(
        b'"cell_type"', '"cell_type"'.encode("utf-16-le")
    ),
    "empty": b"",
}


@pytest.mark.parametrize("before", [None, written([cell("x"), cell("y")])], ids=["first", "after another"])
@pytest.mark.parametrize("name", ODD)
def test_odd_files(name, before):
    reader = Reader()
    if before is not None:
        check(reader, before)
    check(reader, ODD[name])
    check(reader, written([cell("x"), cell("y"), cell("z")]))


@given(st.integers(0, 2**32))
def test_any_history_of_a_file(seed):
    random = Random(seed)
    reader = Reader()
    cells = [cell(str(number)) for number in range(6)]
    for _ in range(12):
        deed = random.randrange(6)
        if deed == 0 and cells:
            del cells[random.randrange(len(cells))]
        elif deed == 1:
            cells.insert(random.randrange(len(cells) + 1), cell(str(random.randrange(9))))
        elif deed == 2 and cells:
            cells[random.randrange(len(cells))] = cell(
                "z" * random.randrange(99), metadata={"a": random.random()}
            )
        elif deed == 3:
            random.shuffle(cells)
        data = written(cells, metadata={"a": random.randrange(2)} if deed == 4 else {})
        if deed == 5:
            place = random.randrange(len(data))
            data = (
                data[:place]
                + random.choice((b"", b"{", b"}", b'"', b",\n", b"\r", b"\0"))
                + data[place + 1 :]
            )
        check(reader, data)
