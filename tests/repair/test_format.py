"""What the format asks for: ids, types, places, versions; and nothing is thrown away."""

from __future__ import annotations

from typing import Any

import pytest

from nbhotel.repair.values import LEFTOVERS_KEY
from tests.repair.damage import repaired
from tests.repair.documents import cell, cells, code, fix, notebook, text, told, written

Json = Any


@pytest.mark.parametrize("identity", [None, 5, "", "a b", "x" * 65, ["a"]])
def test_ids_that_are_none(identity):
    found = fix(notebook(code(id=identity), text()))
    assert len(cell(found)["id"]) == 8
    assert cell(found, 1)["id"] == "m1"
    assert ("ids", "had no valid id", 0) in told(found)
    if identity:  # what it was is not lost
        assert cell(found)["metadata"][LEFTOVERS_KEY] == {"id": identity}


def test_new_ids_come_from_the_content():
    one, two = (fix(notebook(code("a"), code("b"), code("a"), *more)) for more in ((), (code("z"),)))
    assert [each["id"] for each in one.notebook.raw["cells"]] == [
        each["id"] for each in two.notebook.raw["cells"]
    ][:3]
    assert len({each["id"] for each in two.notebook.raw["cells"]}) == 4


def test_ids_ask_for_the_version_that_has_them():
    found = fix(notebook(code(), minor=4))
    assert found.notebook.raw["nbformat_minor"] == 5
    assert told(found) == [("format", "cells had ids, which nbformat 4.4 has not; now 4.5", None)]
    without = {key: value for key, value in code().items() if key != "id"}
    assert fix(notebook(without, minor=4)).sound


@pytest.mark.parametrize(
    ("source", "result"),
    [
        (5, "5"),
        (None, ""),
        (True, "true"),
        (["a\n", 1, None, ["b"]], "a\n1b"),
        ({"text": "x"}, '{"text": "x"}'),
    ],
)
def test_sources_that_are_no_text(source, result):
    found = fix(notebook(code(source)))
    assert cells(found) == [("code", result)]
    assert [each.kind for each in found.findings] == ["type"]


def test_missing_fields():
    found = fix(notebook({"cell_type": "code", "id": "a"}, {"source": "x"}, {"outputs": []}, 7, None, "text"))
    assert cells(found) == [("code", ""), ("raw", "x"), ("code", ""), ("raw", "7"), ("raw", "text")]
    assert ("missing", "outputs was missing", 0) in told(found)


def test_outputs_are_as_the_format_has_them():
    outputs = [
        {"output_type": "stream", "text": "a"},
        {"output_type": "stream", "name": "stdout", "text": ["a", 1], "metadata": {}, "x": 1},
        {
            "output_type": "display_data",
            "data": {"text/plain": 5, "application/json": {"a": 1}, "text/html": None},
        },
        {"output_type": "pyout", "data": {"text/plain": "3"}, "execution_count": "7", "metadata": []},
        {"data": {"text/plain": "3"}},
        {"ename": "E", "traceback": "one\ntwo"},
        {"strange": True},
        "text",
    ]
    found = fix(notebook(code(outputs=outputs)))
    made = cell(found)["outputs"]
    assert made[0] == {"output_type": "stream", "text": "a", "name": "stdout"}
    assert made[1] == {"output_type": "stream", "name": "stdout", "text": "a1"}
    assert made[2]["data"] == {"text/plain": "5", "application/json": {"a": 1}, "text/html": ""}
    assert (made[3]["output_type"], made[3]["execution_count"]) == ("execute_result", None)
    assert made[4]["output_type"] == "display_data"
    assert made[5]["traceback"] == ["one", "two"]
    assert made[6]["data"] == {"application/json": {"strange": True}}
    assert made[7] == {"name": "stdout", "output_type": "stream", "text": "text"}
    assert cell(found)["metadata"][LEFTOVERS_KEY] == {"outputs.1.x": 1, "outputs.3.execution_count": "7"}


@pytest.mark.parametrize("outputs", [None, "x", 5, {"output_type": "stream", "name": "stdout", "text": "a"}])
def test_outputs_that_are_no_list(outputs):
    found = fix(notebook(code() | {"outputs": outputs}))
    assert isinstance(cell(found)["outputs"], list)
    assert not found.sound


@pytest.mark.parametrize(
    ("count", "result"),
    [(3.0, 3), ("4", 4), (-1, None), (True, None), ([], None), ({"a": 1}, None), ("9" * 99, None)],
)
def test_prompt_numbers(count, result):
    assert cell(fix(notebook(code(execution_count=count))))["execution_count"] == result


def test_what_has_no_place_is_kept_in_the_metadata():
    found = fix(notebook(text(outputs=["x"], execution_count=None, mine={"a": 1}), theirs=[1]))
    assert cell(found)["metadata"] == {LEFTOVERS_KEY: {"outputs": ["x"], "mine": {"a": 1}}}
    assert found.notebook.metadata == {LEFTOVERS_KEY: {"theirs": [1]}}
    # A second repair, of the same trouble, keeps what the first one kept.
    raw = found.notebook.raw | {"theirs": [2]}
    assert fix(raw).notebook.metadata == {LEFTOVERS_KEY: {"theirs": [1], "theirs (2)": [2]}}


@pytest.mark.parametrize(
    ("key", "value", "result"),
    [
        ("tags", "a, b", ["a", "b"]),
        ("tags", ["a", "a", "b,c", ""], ["a", "b", "c"]),
        ("tags", [1], None),
        ("collapsed", "yes", None),
        ("scrolled", "auto", "auto"),
        ("name", "", None),
        ("jupyter", [], None),
        ("execution", {"iopub.status.busy": 5}, None),
        ("mine", None, None),
    ],
)
def test_metadata_of_cells(key, value, result):
    metadata = cell(fix(notebook(code(metadata={key: value}))))["metadata"]
    assert metadata.get(key) == result
    if result is None and value:
        assert metadata[LEFTOVERS_KEY] == {f"metadata.{key}": value}


def test_metadata_of_the_notebook():
    kernel = {
        "kernelspec": {"name": "python3"},
        "language_info": {"version": "3"},
        "authors": "Ada",
        "title": "T",
    }
    metadata = fix(notebook(text()) | {"metadata": kernel}).notebook.metadata
    assert metadata["kernelspec"] == {"name": "python3", "display_name": "python3"}
    assert metadata[LEFTOVERS_KEY] == {"metadata.language_info": {"version": "3"}, "metadata.authors": "Ada"}
    assert fix(notebook(text()) | {"metadata": ["a"]}).notebook.metadata == {
        LEFTOVERS_KEY: {"metadata": ["a"]}
    }


def test_numbers_that_json_does_not_have_become_text():
    data = written(
        notebook(
            code(outputs=[{"output_type": "display_data", "data": {"application/json": "@"}, "metadata": {}}])
        )
    )
    data = data.replace(b'"@"', b"[NaN, -Infinity, 1e999, 1.5e3, 2]")
    found = repaired(data.replace(b'"metadata": {},\n "nb', b'"metadata": {"a": 1.5e3},\n "nb'))
    assert cell(found)["outputs"][0]["data"]["application/json"] == ["NaN", "-Infinity", "1e999", 1500.0, 2]
    assert {each.kind for each in found.findings} == {"numbers"}
    assert b"1.5e3" in found.content  # what was right is as it was written


def test_a_number_of_thousands_of_digits():
    data = written(notebook(text(metadata={"a": 1}))).replace(b'"a": 1', b'"a": ' + b"9" * 5000)
    assert cell(repaired(data))["metadata"] == {"a": "9" * 5000}


def test_doubled_keys():
    data = written(notebook(code())).replace(
        b'"metadata": {},\n   "out', b'"metadata": {"a": 1},\n   "metadata": {},\n   "out'
    )
    found = repaired(data)
    assert ("keys", "metadata stood there twice; the last one counts", 0) in told(found)
    assert cell(found)["metadata"] == {LEFTOVERS_KEY: {"metadata": {"a": 1}}}
    same = repaired(written(notebook(code())).replace(b'"id": "c1"', b'"id": "c1", "id": "c1"'))
    assert told(same) == [("keys", "id stood there twice, and was the same", 0)]


@pytest.mark.parametrize("major", [2, 3])
def test_old_formats(major):
    old_cells = [
        {"cell_type": "heading", "level": 2, "metadata": {}, "source": ["Old"]},
        {"cell_type": "code", "input": ["1+1"], "language": "python", "prompt_number": 1, "outputs": [
            {"output_type": "pyout", "prompt_number": 1, "text": ["2"], "metadata": {}},
        ]},
    ]  # fmt: skip
    found = fix(
        {
            "nbformat": major,
            "nbformat_minor": 0,
            "metadata": {"name": ""},
            "worksheets": [{"cells": old_cells}],
        }
    )
    assert cells(found) == [("markdown", "## Old"), ("code", "1+1")]
    assert cell(found, 1)["outputs"][0]["data"] == {"text/plain": ["2"]}
    assert told(found)[-1] == ("format", f"nbformat was {major}; now 4", None)
    assert found.notebook.metadata["language_info"] == {"name": "python"}


def test_a_version_that_does_not_exist():
    found = fix(notebook(code(), minor=5, nbformat=9))
    assert (found.notebook.raw["nbformat"], found.notebook.raw["nbformat_minor"]) == (4, 5)
    strange = notebook({"cell_type": "video", "metadata": {}, "id": "v", "frames": 3}, minor=7)
    assert fix(strange).sound  # a later minor version may have cells of its own
