"""What is written is what Jupyter would have written."""

from __future__ import annotations

import json

import nbformat
import pytest
from hypothesis import given

from nbhotel.notebook.model import Notebook
from nbhotel.notebook.reading import read_notebook
from nbhotel.notebook.writing import dump_notebook, dumps, source_lines
from tests.strategies import any_text, json_values, notebook_json, texts, thorough


@thorough
@given(json_values)
def test_json_text_is_that_of_the_standard_library(value):
    assert dumps(value) == json.dumps(value, indent=1, ensure_ascii=False)


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        {"a": {}, "b": []},
        [[], [[]], {"": [{}]}],
        ["a", 1],
        ["a", "b\n", "\ud800"],
        [float("nan"), float("-inf"), -0.0, 1e16, 10**30],
        {"\x00\x1f\x7f\u2028": "/\\\"'"},
    ],
)
def test_json_text_of_edge_cases(value):
    assert dumps(value) == json.dumps(value, indent=1, ensure_ascii=False)


def jupyter(value: object) -> bytes:
    """What Jupyter writes, a half surrogate pair aside, which it can't."""
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "surrogatepass")


def has_half_a_pair(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return True
    return False


@thorough
@given(notebook_json)
def test_a_rewrite_without_a_change_is_byte_identical(value):
    before = jupyter(value)
    notebook = read_notebook(json.dumps(value).encode() if has_half_a_pair(before) else before)
    if isinstance(notebook, Notebook) and "worksheets" not in value:
        after = dump_notebook(notebook)
        if has_half_a_pair(before):  # such a half becomes an escape, and stays one
            again = read_notebook(after)
            assert isinstance(again, Notebook)
            assert dump_notebook(again) == after
            assert json.dumps(again.raw) == json.dumps(value)
        else:
            assert after == before


def test_a_file_that_jupyter_wrote_is_rewritten_byte_by_byte(tmp_path):
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell(
                "# Tïtle 🎈\n\nText with \u2028 and \x1b", attachments={"a": {"t/p": "x"}}
            ),
            nbformat.v4.new_code_cell(
                "a\nb\r\nc\x0bd\n",
                outputs=[
                    nbformat.v4.new_output("stream", text="1\n2\n"),
                    nbformat.v4.new_output("display_data", {"application/json": {"b": 1, "a": [1.5, None]}}),
                    nbformat.v4.new_output("error", ename="E", evalue="é", traceback=["\x1b[31m1", "2"]),
                ],
            ),
        ],
        metadata={"z": 1, "a": {"b": {}}},
    )
    path = tmp_path / "a.ipynb"
    nbformat.write(notebook, path)
    written = path.read_bytes()
    read = read_notebook(written)
    assert isinstance(read, Notebook)
    assert dump_notebook(read) == written


@given(texts | any_text)
def test_source_lines_are_those_of_nbformat(text):
    cell = nbformat.v4.new_code_cell(text)
    split = nbformat.v4.rwbase.split_lines(nbformat.v4.new_notebook(cells=[cell]))
    assert source_lines(text) == split.cells[0].source or text == ""
    assert "".join(source_lines(text)) == text
