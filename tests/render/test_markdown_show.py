"""Whole notebooks in Markdown."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbhotel.notebook.model import Notebook
from nbhotel.notebook.reading import read_notebook
from nbhotel.render.markdown import show_markdown
from nbhotel.render.subjects import Exhibit
from tests.strategies import notebooks, read, thorough

some = settings(thorough, max_examples=60)
CASES = Path(__file__).resolve().parent.parent / "cases"


def markdown_cell(source: str) -> Notebook:
    cells = [{"cell_type": "markdown", "metadata": {}, "source": source}]
    return read({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


def test_an_example():
    old = read_notebook((CASES / "nbdime" / "old.ipynb").read_bytes())
    assert show_markdown([Exhibit("old.ipynb", old)]) == (CASES / "markdown" / "show.md").read_text()


def test_several_have_headings_and_a_broken_one_a_note():
    text = show_markdown([Exhibit("a", markdown_cell("words")), Exhibit("b", read_notebook(b""))])
    assert text == "# `a`\n\nwords\n\n# `b`\n\nNot shown: `b: the file is empty`.\n\n"


@pytest.mark.parametrize(
    ("source", "end"),
    [
        ("```python\nx", "\n```\n\n"),
        ("````\n```\nx", "\n````\n\n"),
        ("~~~ a`b\nx\n```", "\n~~~\n\n"),
        ("```\nx\n```", "\n```\n\n"),
        ("``` a`b\nx", "\nx\n\n"),
        ("words", "words\n\n"),
    ],
)
def test_a_fence_that_is_left_open_is_closed(source, end):
    text = show_markdown([Exhibit("a", markdown_cell(source))])
    assert text == f"{source.removesuffix(end[:-2])}{end}"


def test_outputs_of_prose_and_without_text():
    data = [{"text/markdown": "*so*\n```\nx"}, {"text/latex": ["$x$"]}, {"application/x": 1}, {}]
    outputs = [{"output_type": "display_data", "metadata": {}, "data": each} for each in data]
    cell = {"cell_type": "code", "metadata": {}, "source": "", "outputs": outputs}
    nb = read({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    assert show_markdown([Exhibit("a", nb)]) == (
        "*so*\n```\nx\n```\n\n$x$\n\n*Output: `application/x`*\n\n*Output: `display_data`*\n\n"
    )


def test_a_language_can_not_break_out_of_its_fence():
    cell = {"cell_type": "code", "metadata": {}, "source": "x", "outputs": []}
    metadata = {"language_info": {"name": "c++`\n# evil"}}
    nb = read({"cells": [cell], "metadata": metadata, "nbformat": 4, "nbformat_minor": 4})
    assert show_markdown([Exhibit("a", nb)]) == "```c++#evil\nx\n```\n\n"


@some
@given(notebooks | st.binary(max_size=40).map(read_notebook))
def test_any_notebook_is_shown(nb):
    text = show_markdown([Exhibit("a", nb)])
    if isinstance(nb, Notebook):
        sources = [cell.source for cell in nb.cells if cell.kind == "markdown"]
        assert all(source.strip("\n") in text for source in sources)
    else:
        assert text.startswith("Not shown: ")
