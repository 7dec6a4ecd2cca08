"""Pairs of notebooks that nbformat's schema allows, of any minor version: what a mix of two must be again."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

Json = Any
Draw = Callable[..., Any]

LINES = ("import os", "x = 1", "x = 2", "print(x)", "", "# note", "for i in x:", "    print(i)")
sources = st.lists(st.sampled_from(LINES), max_size=7).map("\n".join)
_text = {"output_type": "stream", "name": "stdout", "text": ["out\n"]}
_result = {"output_type": "execute_result", "data": {"text/plain": "1"}, "metadata": {}, "execution_count": 1}
_table = {"output_type": "display_data", "data": {"application/x+json": [1, {"a": "b"}]}, "metadata": {}}
_picture = {"image.png": {"image/png": "iVBORw0KGgo="}}
_metadata = st.sampled_from(
    [{}, {"tags": ["a"]}, {"collapsed": True}, {"name": "n", "tags": ["b", "a"], "collapsed": False}]
)
_kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
_language = {"language_info": {"name": "python"}, "orig_nbformat": 3}
_ids = st.sampled_from(["a", "b", "c", "3f9c2b7e", "5d0e81aa"])


@st.composite
def cells(draw: Draw) -> dict[str, Json]:
    """Draw a cell of the newest version."""
    kind = draw(st.sampled_from(["code", "code", "markdown", "raw"]))
    cell = {"cell_type": kind, "id": draw(_ids), "metadata": draw(_metadata), "source": draw(sources)}
    if draw(st.booleans()):
        cell["source"] = cell["source"].splitlines(keepends=True)
    if kind == "code":
        outputs = draw(st.lists(st.sampled_from([_text, _result, _table]), max_size=2))
        cell |= {"execution_count": draw(st.none() | st.integers(1, 3)), "outputs": outputs}
    elif draw(st.booleans()):
        cell["attachments"] = _picture
    return cell


@st.composite
def valid_pairs(draw: Draw) -> tuple[Json, Json]:
    """Draw two notebooks, the second one most often an edited copy of the first."""
    some = draw(st.lists(cells(), max_size=6))
    others = copy.deepcopy(some) if draw(st.integers(0, 4)) else draw(st.lists(cells(), max_size=6))
    for _ in range(draw(st.integers(0, 4))):
        _edited(draw, others)
    return _notebook(draw, some), _notebook(draw, others)


def _edited(draw: Draw, some: list[dict[str, Json]]) -> None:
    at = draw(st.integers(0, len(some)))
    change = draw(st.sampled_from(["new", "gone", "moved", "id", "other", "source", "source", "split"]))
    if change == "new" or at == len(some):
        some.insert(at, draw(cells()))
    elif change == "gone":
        del some[at]
    elif change == "moved":
        some.insert(draw(st.integers(0, len(some) - 1)), some.pop(at))
    elif change == "id":
        some[at]["id"] = draw(_ids)
    elif change == "other":
        some[at] = draw(cells()) | {"source": some[at]["source"]}
    elif change == "source":
        some[at]["source"] = draw(sources)
    else:
        _split(some, at)


def _split(some: list[dict[str, Json]], at: int) -> None:
    lines = "".join(some[at]["source"]).split("\n")
    if len(lines) > 1:
        parts = ["\n".join(lines[: len(lines) // 2]), "\n".join(lines[len(lines) // 2 :])]
        some[at : at + 1] = [{**some[at], "source": each} for each in parts]


def _notebook(draw: Draw, some: list[dict[str, Json]]) -> Json:
    """Make the cells fit for a version: unique ids or none, attachments only where it knows them."""
    minor = draw(st.sampled_from([0, 1, 2, 3, 4, 4, 5, 5, 5, 5]))
    taken: set[str] = set()
    result = []
    for number, cell in enumerate(copy.deepcopy(some)):
        if minor < 5:
            del cell["id"]
        elif cell["id"] in taken:
            cell["id"] = f"{cell['id']}-{number}"
        taken.add(cell.get("id", ""))
        if minor < 1:
            cell.pop("attachments", None)
        if minor < 2 and "outputs" in cell:
            cell["outputs"] = [each for each in cell["outputs"] if each is not _table]
        result.append(cell)
    metadata = draw(st.sampled_from([{}, _kernel, _language, _kernel | _language]))
    return {"cells": result, "metadata": metadata, "nbformat": 4, "nbformat_minor": minor}
