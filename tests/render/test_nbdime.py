"""A diff in nbdime's format, applied by an applier of our own, makes the new notebook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings

from nbhotel.diff.values import EVERYTHING, Compared
from nbhotel.errors import NbhotelError
from nbhotel.notebook.equality import same, same_notebook
from nbhotel.notebook.model import Notebook
from nbhotel.notebook.reading import read_notebook
from nbhotel.render.nbdime import diff_nbdime, joined
from nbhotel.render.subjects import compare
from tests.strategies import pairs, read, thorough

some = settings(thorough, max_examples=60)
CASES = Path(__file__).resolve().parent.parent / "cases" / "nbdime"


def code(source: str, cell_id: str, **more: Any) -> dict[str, Any]:
    cell: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "id": cell_id,
        "metadata": {},
        "outputs": [],
    }
    return {**cell, "source": source.splitlines(keepends=True), **more}


def notebook(*cells: dict[str, Any], **metadata: Any) -> Notebook:
    return read({"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def ops_of(old: Notebook, new: Notebook, compared: Compared = EVERYTHING) -> list[dict[str, Any]]:
    found = json.loads(diff_nbdime(compare("old", old, "new", new, compared)))
    assert isinstance(found, list)
    return found


def patched(value: Any, ops: list[dict[str, Any]]) -> Any:
    """Apply a diff as nbdime's documentation has it: to an object, a list, or a string by its lines."""
    if isinstance(value, dict):
        return _patched_object(value, ops)
    if isinstance(value, str):
        return "".join(_patched_list(value.splitlines(keepends=True), ops))
    assert isinstance(value, list)
    return _patched_list(value, ops)


def _patched_object(value: dict[str, Any], ops: list[dict[str, Any]]) -> dict[str, Any]:
    assert [op["key"] for op in ops] == sorted({op["key"] for op in ops})  # in order, each key once
    result = dict(value)
    for op in ops:
        key = op["key"]
        assert (key in value) == (op["op"] != "add")
        if op["op"] == "remove":
            del result[key]
        else:
            result[key] = patched(value[key], op["diff"]) if op["op"] == "patch" else op["value"]
    return result


def _patched_list(value: list[Any], ops: list[dict[str, Any]]) -> list[Any]:
    result: list[Any] = []
    at = 0
    for op in ops:
        assert op["key"] >= at
        result += value[at : op["key"]]
        at = op["key"]
        if op["op"] == "addrange":
            result += op["valuelist"]
        elif op["op"] == "removerange":
            at += op["length"]
        else:
            assert op["op"] == "patch"
            result.append(patched(value[at], op["diff"]))
            at += 1
    assert at <= len(value)
    return result + value[at:]


def as_nbformat_reads(nb: Notebook) -> dict[str, Any]:
    return {**nb.raw, "cells": [joined(cell.raw) for cell in nb.cells]}


@some
@given(pairs())
@example((notebook(code("a\r\nb\x0bc", "a")), notebook(code("a\r\nb\x0bd\u2028", "a"))))
def test_the_patched_notebook_is_the_new_one(pair):
    old, new = pair
    result = read(patched(as_nbformat_reads(old), ops_of(old, new)))
    assert same_notebook(result, new)


@some
@given(pairs())
def test_nothing_changed_is_an_empty_list(pair):
    assert ops_of(pair[0], pair[0]) == []


def test_what_is_not_compared_stays():
    old = notebook(code("x = 1\n", "a", execution_count=1))
    new = notebook(code("x = 2\n", "b", execution_count=5, metadata={"tags": ["t"]}))
    ops = ops_of(old, new, Compared(ids=False, details=False, metadata=False))
    assert patched(as_nbformat_reads(old), ops)["cells"] == [
        {**code("", "a", execution_count=1), "source": "x = 2\n"}
    ]


def test_an_edit_of_a_line_is_a_patch_of_that_line():
    old, new = notebook(code("a\nb\nc\n", "x")), notebook(code("a\nB\nc\n", "x"))
    line = [
        {"op": "addrange", "key": 1, "valuelist": ["B\n"]},
        {"op": "removerange", "key": 1, "length": 1},
    ]
    cell = [{"op": "patch", "key": "source", "diff": line}]
    cells = [{"op": "patch", "key": 0, "diff": cell}]
    assert ops_of(old, new) == [{"op": "patch", "key": "cells", "diff": cells}]


def test_a_moved_cell_is_removed_and_added():
    a, b, c = code("a = 1", "a"), code("b = 2", "b"), code("c = 3", "c")
    (patch,) = ops_of(notebook(a, b, c), notebook(b, c, a))
    assert patch["diff"] == [
        {"op": "removerange", "key": 0, "length": 1},
        {"op": "addrange", "key": 3, "valuelist": [{**a, "source": "a = 1"}]},
    ]


def test_what_only_one_side_has_is_added_removed_or_replaced():
    bundle = {"text/plain": "a\n"}
    old = notebook(
        code("", "a"), code("", "b", attachments={"x": bundle}), code("", "c", attachments={"x": 1})
    )
    new = notebook(
        code("", "a", attachments={"x": bundle}), code("", "b"), code("", "c", attachments={"x": 2})
    )
    (patch,) = ops_of(old, new)
    add, remove, replace = (each["diff"][0] for each in patch["diff"])
    assert add == {"op": "add", "key": "attachments", "value": {"x": bundle}}
    assert remove == {"op": "remove", "key": "attachments"}
    assert replace["diff"] == [{"op": "replace", "key": "x", "value": 2}]


def test_nan_stays_what_it_is():
    (op,) = ops_of(notebook(), notebook(loss=float("nan")))
    assert same(op["diff"], [{"op": "add", "key": "loss", "value": float("nan")}])


def test_an_example():
    old, new = (read_notebook((CASES / name).read_bytes()) for name in ("old.ipynb", "new.ipynb"))
    found = diff_nbdime(compare("old.ipynb", old, "new.ipynb", new, EVERYTHING))
    assert found == (CASES / "diff.json").read_text()


def test_a_broken_file_has_no_such_diff():
    broken = read_notebook(b"{")
    with pytest.raises(NbhotelError, match=r"only \(b\.ipynb: .*another --format"):
        diff_nbdime(compare("a.ipynb", notebook(), "b.ipynb", broken))
