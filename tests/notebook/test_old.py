"""nbformat 2 and 3 in the form of 4, as nbformat's own converter makes it."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbhotel.notebook.model import Broken, Notebook
from nbhotel.notebook.reading import read_notebook
from tests.strategies import old_json, read, thorough

V3: dict[str, Any] = {
    "metadata": {"name": "Old", "signature": "sha256:ab"},
    "nbformat": 3,
    "nbformat_minor": 0,
    "worksheets": [
        {
            "cells": [
                {"cell_type": "heading", "level": 2, "metadata": {}, "source": ["Tit\n", "le"]},
                {"cell_type": "heading", "level": 1, "metadata": {}, "source": ""},
                {"cell_type": "markdown", "metadata": {"a": 1}, "source": ["Te\n", "xt"]},
                {"cell_type": "html", "metadata": {}, "source": "<b>x</b>"},
                {"cell_type": "raw", "metadata": {}, "source": "raw"},
                {
                    "cell_type": "code",
                    "collapsed": True,
                    "input": ["a = 1\n", "a"],
                    "language": "python",
                    "metadata": {"tags": ["t"]},
                    "outputs": [
                        {"output_type": "stream", "stream": "stderr", "text": ["1\n", "2"]},
                        {"output_type": "stream", "text": "no name"},
                        {
                            "output_type": "pyout",
                            "prompt_number": 3,
                            "metadata": {},
                            "text": ["1"],
                            "html": "<i>",
                            "latex": "$x$",
                            "svg": "<svg/>",
                            "javascript": "x()",
                        },
                        {"output_type": "pyout", "text": "no number"},
                        {"output_type": "display_data", "png": "iVBO", "jpeg": "/9j/", "metadata": {}},
                        {"output_type": "pyerr", "ename": "E", "evalue": "v", "traceback": ["a", "b"]},
                    ],
                    "prompt_number": 3,
                },
                {"cell_type": "code", "input": "", "language": "python", "metadata": {}, "outputs": []},
            ]
        },
        {"cells": [{"cell_type": "markdown", "metadata": {}, "source": "second sheet"}]},
    ],
}
V2: dict[str, Any] = {
    "metadata": {"name": ""},
    "nbformat": 2,
    "worksheets": [
        {
            "cells": [
                {"cell_type": "markdown", "source": "text"},
                {
                    "cell_type": "code",
                    "collapsed": False,
                    "input": "1",
                    "language": "python",
                    "outputs": [{"output_type": "pyout", "prompt_number": 1, "text": "1"}],
                    "prompt_number": 1,
                },
            ]
        }
    ],
}


def of_nbformat(value: dict[str, Any]) -> list[dict[str, Any]]:
    """The cells as nbformat converts them, without the ids that it draws by chance."""
    notebook = nbformat.reads(json.dumps(value), as_version=4)
    return [{key: each for key, each in cell.items() if key != "id"} for cell in notebook.cells]


def joined(value: Any) -> Any:
    """Lists of lines as one string, as nbformat holds them; a traceback is a list of frames."""
    if isinstance(value, dict):
        return {key: each if key in {"traceback", "tags"} else joined(each) for key, each in value.items()}
    if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
        return "".join(value)
    return [joined(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("value", [V2, V3], ids=["v2", "v3"])
def test_cells_are_those_of_nbformats_converter(value):
    assert [joined(cell.raw) for cell in read(value).cells] == of_nbformat(value)


@pytest.mark.parametrize("value", [V2, V3], ids=["v2", "v3"])
def test_what_was_converted_is_a_valid_notebook(value):
    nbformat.validate(nbformat.from_dict(read(value).raw), version=4, version_minor=0)


def test_a_notebook_knows_which_version_its_file_claims():
    assert [read(value).format for value in (V2, V3)] == [(2, 0), (3, 0)]


def test_the_language_of_the_cells_becomes_that_of_the_notebook():
    assert read(V3).language == "python"
    other = json.loads(json.dumps(V3).replace('"language": "python"', '"language": "R"'))
    assert read(other).language == "r"
    said = V3 | {"metadata": {"language_info": {"name": "julia"}}}
    assert read(said).language == "julia"


def test_unknown_keys_are_kept():
    cell = {"cell_type": "code", "input": "a", "x": [1], "outputs": [{"output_type": "pyout", "y": 2}]}
    notebook = read({"nbformat": 3, "worksheets": [{"cells": [cell]}], "z": 3})
    assert notebook.raw["z"] == 3
    assert (notebook.cells[0].raw["x"], notebook.cells[0].outputs[0]["y"]) == ([1], 2)


def test_a_code_cell_without_outputs_gets_none():
    notebook = read({"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code"}]}]})
    assert notebook.cells[0].raw == {
        "cell_type": "code", "metadata": {}, "source": "", "execution_count": None, "outputs": [],
    }  # fmt: skip


@thorough
@given(old_json)
def test_whatever_stands_in_an_old_notebook_it_is_answered(value):
    before = json.dumps(value)
    notebook = read_notebook(before.encode())
    assert isinstance(notebook, Notebook | Broken)
    assert json.dumps(value) == before


@given(st.integers() | st.booleans() | st.none() | st.text())
def test_any_level_of_a_heading(level):
    cell = {"cell_type": "heading", "level": level, "source": "a"}
    source = read({"nbformat": 3, "worksheets": [{"cells": [cell]}]}).cells[0].source
    assert source.endswith(" a")
    assert 1 <= source.count("#") <= 6
