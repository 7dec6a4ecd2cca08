"""What is read, what is refused, and what a refusal says."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbhotel.notebook.model import Broken, Notebook
from nbhotel.notebook.reading import read_notebook
from tests.strategies import json_values, notebook_json, old_json, thorough

CELL = {
    "cell_type": "code",
    "execution_count": 1,
    "id": "a1",
    "metadata": {},
    "outputs": [],
    "source": ["print(1)"],
}
NOTEBOOK = {"cells": [CELL], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
TEXT = json.dumps(NOTEBOOK, indent=1) + "\n"
#: The line of `"source": [`, from 1.
SOURCE = TEXT.split("\n").index('   "source": [') + 1
LINES = TEXT.count("\n")


def conflicted(begin: str = "<<<<<<< HEAD") -> str:
    lines = TEXT.split("\n")
    lines[SOURCE:SOURCE] = [begin, *lines[SOURCE : SOURCE + 1], "=======", '    "print(2)"', ">>>>>>> theirs"]
    return "\n".join(lines)


BROKEN = {
    "empty": (b"", "the file is empty"),
    "whitespace": (b" \n\n\t", "the file is empty"),
    "only a byte order mark": (b"\xef\xbb\xbf", "the file is empty"),
    "plain text": (b"this is no json\n", "line 1: is not JSON (Expecting value, column 1)"),
    "conflict": (conflicted().encode(), f"line {SOURCE + 1}: has conflict markers"),
    "conflict without a label": (conflicted("<<<<<<<").encode(), f"line {SOURCE + 1}: has conflict markers"),
    "truncated in a line": (TEXT[:60].encode(), "line 5: ends too early (truncated)"),
    "truncated in a string": (
        TEXT.partition("print")[0].encode() + b"pri",
        f"line {SOURCE + 1}: ends too early (truncated)",
    ),
    "truncated before the last brace": (
        TEXT.rstrip()[:-1].encode(),
        f"line {LINES - 1}: ends too early (truncated)",
    ),
    "a comma too many": (
        TEXT.replace('"metadata": {},', '"metadata": {},,', 1).encode(),
        "line 7: is not JSON (Expecting property name enclosed in double quotes, column 19)",
    ),
    "two notebooks": ((TEXT + TEXT).encode(), f"line {LINES + 1}: is not JSON (Extra data, column 1)"),
    "a list": (b"[1,2,3]", "line 1: is JSON but not a notebook: a list instead of an object"),
    "a string": (b'"cells"', "line 1: is JSON but not a notebook: a string instead of an object"),
    "a number": (b"NaN", "line 1: is JSON but not a notebook: a number instead of an object"),
    "a truth value": (b"true", "line 1: is JSON but not a notebook: a truth value instead of an object"),
    "null": (b"null", "line 1: is JSON but not a notebook: null instead of an object"),
    "no cells": (b'{"a": 1}', "line 1: is JSON but not a notebook: it has no cells"),
    "cells are an object": (b'{"cells": {}}', "is not a notebook: its cells are not a list of objects"),
    "cells hold a number": (b'{"cells": [1]}', "is not a notebook: its cells are not a list of objects"),
    "version is a string": (
        b'{"cells": [], "nbformat": "4"}',
        "is not a notebook: its nbformat is no number",
    ),
    "version is true": (b'{"cells": [], "nbformat": true}', "is not a notebook: its nbformat is no number"),
    "worksheets are a string": (
        b'{"nbformat": 3, "worksheets": "a"}',
        "is not a notebook: its worksheets hold no cells",
    ),
    "a worksheet's cells are null": (
        b'{"nbformat": 3, "worksheets": [{"cells": null}]}',
        "is not a notebook: its worksheets hold no cells",
    ),
    "latin-1": (
        TEXT.replace("print", "pr\xefnt").encode("latin-1"),
        f"line {SOURCE + 1}: is not UTF-8 (byte 0xef)",
    ),
    "UTF-16": (TEXT.encode("utf-16"), "is UTF-16, not UTF-8"),
    "an image": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is a binary file"),
    "nested 100,000 deep": (b'{"a":' * 100_000, "its JSON is nested too deeply"),
    "nested 100,000 lists": (b"[" * 100_000 + b"]" * 100_000, "its JSON is nested too deeply"),
    "nested 900 deep": (
        b'{"cells": [], "a": ' + b"[" * 900 + b"]" * 900 + b"}",
        "its JSON is nested too deeply",
    ),
    "an integer of 5,000 digits": (
        b'{"cells": [], "a": ' + b"1" * 5000 + b"}",
        "is not usable JSON (Exceeds the limit (4300 digits) for integer string conversion: "
        "value has 5000 digits)",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_with_a_broken_file_and_where(name):
    data, message = BROKEN[name]
    broken = read_notebook(data)
    assert isinstance(broken, Broken)
    assert broken.message == message


@pytest.mark.parametrize("name", ["conflict", "plain text", "latin-1", "UTF-16"])
def test_the_text_of_a_broken_file_is_there_to_compare(name):
    broken = read_notebook(BROKEN[name][0])
    assert isinstance(broken, Broken)
    expected = {
        "conflict": conflicted(),
        "plain text": "this is no json\n",
        "latin-1": TEXT.replace("print", "pr\ufffdnt"),
        "UTF-16": TEXT,
    }
    assert broken.text == expected[name]


def test_conflict_markers_within_a_source_are_a_notebook():
    marked = {**NOTEBOOK, "cells": [{**CELL, "source": ["<<<<<<< HEAD\n", "a\n", "=======\n", ">>>>>>> b"]}]}
    assert isinstance(read_notebook(json.dumps(marked, indent=1).encode()), Notebook)


READABLE = {
    "as Jupyter writes it": (TEXT.encode(), (4, 5), ()),
    "byte order mark": (b"\xef\xbb\xbf" + TEXT.encode(), (4, 5), ("starts with a byte order mark",)),
    "CRLF": (TEXT.replace("\n", "\r\n").encode(), (4, 5), ("has CRLF line ends",)),
    "from the future": (TEXT.replace(": 4", ": 7").encode(), (7, 5), ()),
    "no nbformat": (b'{"cells": []}', (4, 0), ("has no nbformat",)),
    "NaN": (TEXT.replace('"metadata": {}', '"metadata": {"a": NaN}').encode(), (4, 5), ()),
    "an emoji as escapes": (TEXT.replace("print", "\\ud83d\\ude00").encode(), (4, 5), ()),
    "version 3 with cells": (TEXT.replace('"nbformat": 4', '"nbformat": 3').encode(), (3, 5), ()),
}


@pytest.mark.parametrize("name", READABLE)
def test_odd_files_that_are_notebooks(name):
    data, version, oddities = READABLE[name]
    notebook = read_notebook(data)
    assert isinstance(notebook, Notebook)
    assert (notebook.format, notebook.oddities) == (version, oddities)


def test_deep_metadata_of_real_size_is_read():
    deep: object = "leaf"
    for _ in range(60):
        deep = {"children": [deep]}
    assert isinstance(read_notebook(json.dumps({**NOTEBOOK, "metadata": deep}).encode()), Notebook)


def test_a_byte_order_mark_and_crlf_are_told_together():
    notebook = read_notebook(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    assert isinstance(notebook, Notebook)
    assert len(notebook.oddities) == 2


def test_fields_of_odd_types_read_as_empty():
    odd = {"cell_type": 7, "id": [], "source": None, "metadata": [], "outputs": [1], "execution_count": True}
    notebook = read_notebook(json.dumps({"cells": [odd, {}], "metadata": 3}).encode())
    assert isinstance(notebook, Notebook)
    for cell in notebook.cells:
        assert (cell.kind, cell.id, cell.source, cell.metadata, cell.outputs) == ("", None, "", {}, [])
        assert (cell.execution_count, cell.attachments) == (None, {})
    assert (notebook.metadata, notebook.language) == ({}, "")
    assert notebook.cells[0].raw == odd


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({"language_info": {"name": "R"}}, "r"),
        ({"kernelspec": {"language": "julia"}}, "julia"),
        ({"language_info": {"name": "python"}, "kernelspec": {"language": "scala"}}, "python"),
        ({"language_info": {"name": 3}, "kernelspec": {"language": "scala"}}, "scala"),
        ({"language_info": []}, ""),
    ],
)
def test_the_language(metadata, language):
    notebook = read_notebook(json.dumps({"cells": [], "metadata": metadata}).encode())
    assert isinstance(notebook, Notebook)
    assert notebook.language == language


@given(st.binary(max_size=200))
def test_any_bytes_are_answered(data):
    read_notebook(data)


@thorough
@given(st.one_of(json_values, notebook_json, old_json), st.data())
def test_any_json_is_answered_and_cut_short_too(value, data):
    raw = json.dumps(value).encode()
    assert isinstance(read_notebook(raw), Notebook | Broken)
    cut = data.draw(st.integers(0, len(raw)))
    assert isinstance(read_notebook(raw[:cut]), Notebook | Broken)


@thorough
@given(notebook_json)
def test_what_was_read_is_kept_as_it_was(value):
    notebook = read_notebook(json.dumps(value).encode())
    if isinstance(notebook, Notebook) and "worksheets" not in value:
        assert json.dumps(notebook.raw) == json.dumps(value)
        assert [cell.raw for cell in notebook.cells] == notebook.raw["cells"] or "NaN" in json.dumps(value)
