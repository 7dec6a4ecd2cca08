"""Each filter by itself: what it changes, and that it changes nothing else and nothing in place."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given

from nbhotel.chain.config import load_chain
from nbhotel.chain.registry import CHAINS, FILTERS, step
from nbhotel.notebook.equality import same
from nbhotel.notebook.model import Notebook
from tests.chain.made import ERROR, code, notebook, read, shown, stream, text
from tests.strategies import notebooks, thorough

IMAGE = "iVBORw0KGgo" * 20


def run(name: str, nb: Notebook, /, **options: Any) -> Notebook:
    before = copy.deepcopy(nb.raw)
    result = step(name, options).run(nb)
    assert same(nb.raw, before)
    assert [cell.raw for cell in result.cells] == result.raw["cells"]
    assert step(name, options).run(result) is result  # what is done need not be done again
    return result


def outputs(nb: Notebook) -> list[list[str]]:
    """What each cell's outputs are, in a word."""
    return [[output.get("name") or output["output_type"] for output in cell.outputs] for cell in nb.cells]


MANY = notebook(
    code("1", stream("out"), stream("err", "stderr"), ERROR, shown({"text/plain": "x", "image/png": IMAGE})),
    code("2", stream("kept"), tags=["keep_output"]),
    code("3", stream("kept"), keep_output=True),
    code("4", stream("gone"), keep_output=False, tags=["keep_output"]),
    code("5", stream("init"), init_cell=True),
)


@pytest.mark.parametrize(
    ("options", "left"),
    [
        ({}, [[], ["stdout"], ["stdout"], [], ["stdout"]]),
        ({"keep": True}, [["stdout", "stderr", "error", "display_data"], *[["stdout"]] * 2, [], ["stdout"]]),
        ({"keep_tags": ["mine"]}, [[], [], [], [], ["stdout"]]),
        ({"keep_types": ["error"]}, [["error"], [], [], [], []]),
        ({"keep_types": ["stream:stderr"]}, [["stderr"], [], [], [], []]),
        ({"keep_up_to": "20"}, [["stdout", "stderr", "error"], *[["stdout"]] * 4]),
        ({"keep_up_to": "1K"}, [["stdout", "stderr", "error", "display_data"], *[["stdout"]] * 4]),
        (
            {"keep": True, "drop_types": ["error", "stream:stdout"]},
            [["stderr", "display_data"], [], [], [], []],
        ),
        ({"strip_init_cells": True}, [[], ["stdout"], ["stdout"], [], []]),
    ],
)
def test_outputs(options, left):
    assert outputs(run("outputs", MANY, **options)) == left


def test_outputs_by_mime_type_and_size():
    result = run("outputs", MANY, keep=True, drop_mimes=["image/*"])
    assert list(result.cells[0].outputs[3]["data"]) == ["text/plain"]
    assert (
        run("outputs", MANY, keep=True, drop_mimes=["image/*"], drop_mimes_over="1K").cells[0]
        is MANY.cells[0]
    )
    assert len(run("outputs", MANY, keep=True, drop_mimes=["*"]).cells[0].outputs) == 3


def test_a_notebook_keeps_all_its_outputs_if_it_says_so():
    nb = notebook(code("1", stream("kept")), code("2", stream("gone"), keep_output=False), keep_output=True)
    assert outputs(run("outputs", nb)) == [["stdout"], []]


def test_outputs_that_are_no_list_are_stripped_too():
    nb = read({"cells": [{"cell_type": "code", "source": "", "outputs": {"secret": 1}}], "nbformat": 4})
    assert run("outputs", nb).cells[0].raw["outputs"] == []


def test_execution_counts():
    nb = notebook(code("1", shown({}, "execute_result", execution_count=7), count=7), code("2"))
    result = run("execution-counts", nb)
    assert (result.cells[0].raw["execution_count"], result.cells[0].outputs[0]["execution_count"]) == (
        None,
        None,
    )
    assert result.cells[1] is nb.cells[1]


@pytest.mark.parametrize(
    ("options", "left"),
    [
        ({}, {"tags": ["t"], "a.b": 1, "deep": {"x": {"y": 1, "z": 2}}}),
        (
            {"drop": ["tags", "deep.x.y"]},
            {"collapsed": True, "a.b": 1, "deep": {"x": {"z": 2}}, "jupyter": {"outputs_hidden": True}},
        ),
        ({"drop": ["deep.*.y", "deep.*.z", "jupyter"]}, {"collapsed": True, "tags": ["t"], "a.b": 1}),
        ({"drop": ["deep.x.y", "deep.x.z"], "prune": False, "keep": ["deep"]}, {"deep": {"x": {}}}),
        ({"drop": ["a.b", "deep", "deep.x"], "keep": ["a.b", "deep"]}, {}),
        ({"drop": ["*"]}, {}),
        ({"drop": [], "keep": ["tags", "deep.x.z"]}, {"tags": ["t"], "deep": {"x": {"z": 2}}}),
    ],
)
def test_metadata_by_path(options, left):
    metadata: dict[str, Any] = {"collapsed": True, "tags": ["t"], "a.b": 1, "deep": {"x": {"y": 1, "z": 2}}}
    nb = notebook(text("x", **metadata, jupyter={"outputs_hidden": True}), text("y"))
    result = run("cell-metadata", nb, **options)
    assert result.cells[0].metadata == left
    assert result.cells[1] is nb.cells[1]


def test_notebook_metadata():
    nb = notebook(widgets={"state": 1}, kernelspec={"name": "k"}, signature="s", mine=1)
    nb.metadata["language_info"]["version"] = "3.11"
    result = run("notebook-metadata", nb)
    assert result.metadata == {"language_info": {"name": "python"}, "kernelspec": {"name": "k"}, "mine": 1}
    assert run("widgets-state", nb).metadata.keys() == nb.metadata.keys() - {"widgets"}


def ids(nb: Notebook) -> list[str | None]:
    return [cell.id for cell in nb.cells]


def test_ids():
    cells = [
        {**code(source), "id": identity} for source, identity in (("a", "x"), ("b", "x"), ("c", "not valid!"))
    ]
    nb = read({"cells": [*cells, code("a")], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    unique = ids(run("ids", nb))
    assert unique[0] == "x"
    assert len(set(unique)) == 4
    stable = ids(run("ids", nb, mode="stable"))
    assert len(set(stable)) == 4
    swapped = read({**nb.raw, "cells": [{**code("new"), "id": "n"}, *nb.raw["cells"]]})
    assert ids(run("ids", swapped, mode="stable"))[1:] == stable  # a cell above changes no id below
    assert ids(run("ids", nb, mode="sequential")) == ["0", "1", "2", None]
    assert run("ids", nb, mode="keep") is nb
    dropped = run("ids", nb, mode="drop")
    assert (ids(dropped), dropped.raw["nbformat_minor"]) == ([None] * 4, 4)
    old = read({"cells": [code("a")], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    assert run("ids", old) is old


@pytest.mark.parametrize(
    ("options", "left"),
    [
        ({}, ["", " \n", "# TODO x", "y", "raw"]),
        ({"empty": True}, ["# TODO x", "y", "raw"]),
        ({"tags": ["t"]}, ["", " \n", "# TODO x", "raw"]),
        ({"pattern": "^# TODO"}, ["", " \n", "y", "raw"]),
        ({"kinds": ["raw"], "empty": True}, ["# TODO x", "y"]),
    ],
)
def test_drop_cells(options, left):
    nb = notebook(
        code(""), text(" \n"), code("# TODO x"), code("y", tags=["t", "u"]), text("raw", "raw", tags="t")
    )
    assert [cell.source for cell in run("drop-cells", nb, **options).cells] == left


def test_streams_are_joined_and_settle_as_on_a_terminal():
    nb = notebook(
        code("1", stream(["a\n", "b"]), stream("c\n"), stream("e", "stderr"), stream("d")),
        code("2", stream("10%\r50%\r100%\n"), shown({}), stream("ab\b\bcd\r\nx")),
        code("3", stream({"no": "text"}), stream("\x1b[1mx")),  # type: ignore[arg-type]
    )
    result = run("coalesce-streams", nb)
    assert [output.get("text") for output in result.cells[0].outputs] == [["a\n", "bc\n"], "e", "d"]
    assert [output.get("text") for output in result.cells[1].outputs] == ["100%\n", None, "cd\nx"]
    assert result.cells[2] is nb.cells[2]


def test_noise():
    printed = ["<f at 0x7f3a2b1c4d5e>\n", "took 12.3 ms\n"]
    nb = notebook(
        code("1", stream(printed), shown({"text/plain": "/tmp/abc/x", "text/html": "0x7f3a2b1c4d5e"})),
        code("2", {**ERROR, "traceback": ["at 0x7f3a2b1c4d5e", "clear"]}),
        code("3", stream("nothing")),
    )
    result = run("noise", nb)
    assert result.cells[0].outputs[0]["text"] == ["<f at 0x…>\n", "took <span>\n"]
    assert result.cells[0].outputs[1]["data"] == {"text/plain": "<temporary>", "text/html": "0x7f3a2b1c4d5e"}
    assert result.cells[1].outputs[0]["traceback"] == ["at 0x…", "clear"]
    assert result.cells[2] is nb.cells[2]
    assert run("noise", nb, streams=False, errors=False, results=False) is nb


def test_kernelspec():
    nb = notebook(kernelspec={"name": "my-env", "display_name": "Mine", "language": "python"})
    assert run("kernelspec", nb) is nb
    assert "kernelspec" not in run("kernelspec", nb, drop=True).metadata
    assert run("kernelspec", nb, name="python3").metadata["kernelspec"] == {
        "name": "python3",
        "display_name": "Mine",
        "language": "python",
    }


def test_attachments():
    files = {"a b.png": {"image/png": "x"}, "c.png": {"image/png": "y"}}
    nb = notebook(
        {**text("![](attachment:a%20b.png)"), "attachments": files}, {**text("x"), "attachments": files}
    )
    result = run("attachments", nb)
    assert list(result.cells[0].attachments) == ["a b.png"]
    assert "attachments" not in result.cells[1].raw
    assert all("attachments" not in cell.raw for cell in run("attachments", nb, unused=False).cells)


def test_extra_keys():
    nb = notebook(code("1", a={"b": 1}, c=2), deep={"x": 1})
    result = run("extra-keys", nb, keys=["cell.metadata.a.b", "cell.execution_count", "metadata.deep.x"])
    assert result.cells[0].metadata == {"a": {}, "c": 2}
    assert "execution_count" not in result.cells[0].raw
    assert result.metadata["deep"] == {}


@thorough
@given(notebooks)
def test_no_filter_minds_what_a_notebook_holds(nb):
    for name in FILTERS:
        run(name, nb)
    for name in CHAINS:
        result = load_chain(name, None).clean(nb)
        json.dumps(result.raw)


@thorough
@given(notebooks)
def test_the_git_chain_leaves_no_output_and_keeps_every_source(nb):
    result = load_chain("vcs", None).clean(nb)
    assert [cell.source for cell in result.cells] == [cell.source for cell in nb.cells]
    for cell in result.cells:
        asked_to_keep = {"keep_output", "init_cell"} & cell.metadata.keys() or "keep_output" in str(
            nb.metadata
        )
        assert not cell.raw.get("outputs") or asked_to_keep
        assert cell.execution_count is None
