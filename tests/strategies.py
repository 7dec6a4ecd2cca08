"""Hypothesis strategies: JSON values, notebooks of every shape, and pairs of them with edits between."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from nbhotel.notebook.model import Notebook
from nbhotel.notebook.reading import read_notebook

Json = Any
Cells = list[dict[str, Json]]
Draw = Callable[..., Any]

#: What property tests of whole notebooks run with: big values take long to draw on a busy machine.
thorough = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

#: Any string that JSON can hold, half surrogate pairs among them.
any_text = st.text(st.characters(), max_size=12)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.integers()
    | st.sampled_from([0.0, -0.0, 1.0, 1e308, float("nan"), float("inf"), float("-inf"), 2**70])
    | st.floats()
    | any_text
)
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
    max_leaves=12,
)

_LINES = (
    "import os",
    "x = 1",
    "x = 2",
    "print(x)",
    "",
    "  ",
    "# note",
    "for i in x:",
    "    print(i)",
    "é🎈",
    "end\r",
)
_TEXTS = (
    "",
    "\n",
    "x",
    "x = 1",
    "print(x)\n",
    "import os\nx = 1\nprint(x)",
    "# Title",
    "a\u2028b\x0bc\n",
    "\ud800",
)
#: Sources and outputs' texts: drawn from few lines, so that there is something in common.
texts = st.sampled_from(_TEXTS) | st.lists(st.sampled_from(_LINES), max_size=9).map("\n".join) | any_text
#: A multi-line string as it may stand in a file: whole, cut at its lines, cut anywhere.
multilines = texts | texts.map(lambda text: text.splitlines(keepends=True)) | texts.map(list)


def mostly(
    usual: st.SearchStrategy[Json], odd: st.SearchStrategy[Json] = json_values
) -> st.SearchStrategy[Json]:
    """Draw what is usual nine times of ten."""
    return st.integers(0, 9).flatmap(lambda die: odd if die == 9 else usual)


_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
bundles = st.dictionaries(
    st.sampled_from(["text/plain", "text/html", "text/markdown", "image/svg+xml", "application/x-unknown"]),
    mostly(multilines),
    max_size=2,
).flatmap(
    lambda bundle: st.fixed_dictionaries(
        {},
        optional={
            "image/png": mostly(
                st.sampled_from([_PIXEL, _PIXEL + "\n", [_PIXEL[:40], _PIXEL[40:]], "no image"])
            ),
            "application/json": json_values,
            "application/vnd.jupyter.widget-view+json": mostly(st.just({"model_id": "ab"})),
        },
    ).map(lambda more: {**bundle, **more})
)
metadata = mostly(st.dictionaries(st.sampled_from(["tags", "collapsed", "a", "é"]), json_values, max_size=2))
counts = mostly(st.none() | st.integers(1, 3))
outputs = mostly(
    st.fixed_dictionaries(
        {"output_type": st.just("stream"), "name": mostly(st.sampled_from(["stdout", "stderr"]))},
        optional={"text": mostly(multilines)},
    )
    | st.fixed_dictionaries(
        {"output_type": st.just("execute_result"), "data": mostly(bundles), "metadata": metadata},
        optional={"execution_count": counts},
    )
    | st.fixed_dictionaries(
        {"output_type": st.just("display_data"), "data": mostly(bundles), "metadata": metadata}
    )
    | st.fixed_dictionaries(
        {
            "output_type": st.just("error"),
            "ename": mostly(st.just("ValueError")),
            "evalue": mostly(texts),
            "traceback": mostly(st.lists(texts, max_size=3)),
        }
    ),
    odd=st.dictionaries(any_text, json_values, max_size=2),
)
#: Few ids, so that some are there twice; and some that no tool would write.
ids = mostly(st.sampled_from(["a", "b", "cell-1", "cell-2", "3f9c2b7e", "5d0e81aa", "0b1c2d3e-4f50"]))
attachments = mostly(
    st.dictionaries(st.sampled_from(["image.png", "b.txt", ""]), mostly(bundles), max_size=2)
)
cells = mostly(
    st.fixed_dictionaries(
        {
            "cell_type": st.just("code"),
            "source": mostly(multilines),
            "metadata": metadata,
            "execution_count": counts,
            "outputs": mostly(st.lists(outputs, max_size=3)),
        },
        optional={"id": ids},
    )
    | st.fixed_dictionaries(
        {
            "cell_type": mostly(st.sampled_from(["markdown", "raw"])),
            "source": mostly(multilines),
            "metadata": metadata,
        },
        optional={"id": ids, "attachments": attachments},
    ),
    odd=st.dictionaries(
        st.sampled_from(["cell_type", "source", "id", "outputs", "x"]), json_values, max_size=4
    ),
)


def v4(cell_list: st.SearchStrategy[Cells]) -> st.SearchStrategy[dict[str, Json]]:
    """Draw the JSON of notebooks of nbformat 4, and of versions that don't exist yet."""
    return st.fixed_dictionaries(
        {
            "cells": cell_list,
            "metadata": metadata,
            "nbformat": st.sampled_from([4, 4, 4, 5, 99]),
            "nbformat_minor": st.sampled_from([0, 2, 4, 5, 5, 5, 6, 400]),
        },
        optional={"more": json_values},
    )


_old_outputs = st.fixed_dictionaries(
    {"output_type": mostly(st.sampled_from(["pyout", "pyerr", "display_data", "stream"]))},
    optional={
        "stream": mostly(st.sampled_from(["stdout", "stderr"])),
        "text": mostly(multilines),
        "html": mostly(multilines),
        "png": mostly(st.just(_PIXEL)),
        "json": mostly(multilines),
        "prompt_number": counts,
        "metadata": metadata,
        "ename": mostly(texts),
        "traceback": mostly(st.lists(texts, max_size=2)),
    },
)
_old_cells = st.fixed_dictionaries(
    {"cell_type": mostly(st.sampled_from(["code", "markdown", "heading", "html", "text", "raw"]))},
    optional={
        "source": mostly(multilines),
        "input": mostly(multilines),
        "level": mostly(st.integers(1, 6)),
        "language": mostly(st.just("python")),
        "collapsed": mostly(st.booleans()),
        "prompt_number": counts,
        "outputs": mostly(st.lists(_old_outputs, max_size=2)),
        "metadata": metadata,
    },
)
#: The JSON of notebooks of nbformat 2 and 3.
old_json = st.fixed_dictionaries(
    {
        "nbformat": st.sampled_from([2, 3]),
        "worksheets": mostly(
            st.lists(
                mostly(st.fixed_dictionaries({"cells": mostly(st.lists(_old_cells, max_size=4))})), max_size=2
            )
        ),
    },
    optional={"metadata": metadata, "nbformat_minor": st.just(0)},
)
#: The JSON of a notebook, or nearly so.
notebook_json = v4(st.lists(cells, max_size=6)) | old_json


def read(value: Json) -> Notebook:
    """Read JSON as a notebook; it must be one."""
    notebook = read_notebook(json.dumps(value).encode())
    assert isinstance(notebook, Notebook)
    return notebook


def _readable(value: Json) -> bool:
    return isinstance(read_notebook(json.dumps(value).encode()), Notebook)


#: Notebooks of every shape.
notebooks = notebook_json.filter(_readable).map(read)


@st.composite
def pairs(draw: Draw) -> tuple[Notebook, Notebook]:
    """Draw two notebooks: one and its edited copy, or two that have nothing to do with each other."""
    old = draw(notebooks)
    if draw(st.integers(0, 5)) == 0:
        return old, draw(notebooks)
    new = copy.deepcopy(old.raw)
    for edit in draw(st.lists(st.sampled_from(_EDITS), max_size=4)):
        edit(draw, new["cells"])
    if draw(st.integers(0, 3)) == 0:
        new["metadata"] = draw(metadata)
    return old, read(new)


def _place(draw: Draw, cell_list: Cells) -> int:
    return int(draw(st.integers(0, len(cell_list) - 1)))


def _insert(draw: Draw, cell_list: Cells) -> None:
    cell_list.insert(draw(st.integers(0, len(cell_list))), draw(cells))


def _delete(draw: Draw, cell_list: Cells) -> None:
    if cell_list:
        del cell_list[_place(draw, cell_list)]


def _move(draw: Draw, cell_list: Cells) -> None:
    if cell_list:
        cell = cell_list.pop(_place(draw, cell_list))
        cell_list.insert(draw(st.integers(0, len(cell_list))), cell)


def _copy(draw: Draw, cell_list: Cells) -> None:
    if cell_list:
        cell_list.append(copy.deepcopy(cell_list[_place(draw, cell_list)]))


def _field(draw: Draw, cell_list: Cells) -> None:
    """Change, add or drop one field of a cell."""
    if not cell_list:
        return
    cell, other = cell_list[_place(draw, cell_list)], draw(cells)
    keys = sorted({*cell, *other})
    if keys:
        key = draw(st.sampled_from(keys))
        cell.pop(key, None)
        if key in other:
            cell[key] = other[key]


def _rerun(draw: Draw, cell_list: Cells) -> None:
    for number, cell in enumerate(cell_list):
        if "outputs" in cell:
            cell["execution_count"] = number
            cell["outputs"] = draw(st.lists(outputs, max_size=2))


def _new_ids(draw: Draw, cell_list: Cells) -> None:
    kind = draw(st.sampled_from(["all new", "counted", "missing", "doubled"]))
    for number, cell in enumerate(cell_list):
        cell.pop("id", None)
        if kind != "missing":
            cell["id"] = {"all new": f"{number:08x}", "counted": f"cell-{number}", "doubled": "a"}[kind]


def _split(draw: Draw, cell_list: Cells) -> None:
    if cell_list:
        place = _place(draw, cell_list)
        source = cell_list[place].get("source")
        if isinstance(source, str) and "\n" in source:
            first, second = source.split("\n", 1)
            cell_list[place : place + 1] = [{**cell_list[place], "source": each} for each in (first, second)]


def _join(draw: Draw, cell_list: Cells) -> None:
    if len(cell_list) > 1:
        place = draw(st.integers(0, len(cell_list) - 2))
        first, second = cell_list[place].get("source"), cell_list[place + 1].get("source")
        if isinstance(first, str) and isinstance(second, str):
            cell_list[place : place + 2] = [{**cell_list[place], "source": f"{first}\n{second}"}]


def _recut(_draw: Draw, cell_list: Cells) -> None:
    """Write the same source in the format's other form."""
    for cell in cell_list:
        if isinstance(cell.get("source"), str):
            cell["source"] = cell["source"].splitlines(keepends=True)


_EDITS = (_insert, _delete, _move, _copy, _field, _field, _rerun, _new_ids, _split, _join, _recut)
