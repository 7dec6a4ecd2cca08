"""Notebooks as clean scripts."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from nbhotel.chain.exporters.script import script
from nbhotel.notebook.model import EMPTY, Notebook
from nbhotel.notebook.reading import read_notebook
from tests.strategies import notebooks, read, thorough

some = settings(thorough, max_examples=60)
CASES = Path(__file__).resolve().parents[2] / "cases" / "script"


def notebook(language: str, *cells: tuple[str, str]) -> Notebook:
    raws: list[dict[str, Any]] = [
        {"cell_type": kind, "metadata": {}, "source": source, "id": f"c{index}"}
        for index, (kind, source) in enumerate(cells)
    ]
    metadata = {"language_info": {"name": language}}
    return read({"cells": raws, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def test_an_example_with_every_kind_of_magic():
    example = read_notebook((CASES / "python.ipynb").read_bytes())
    assert isinstance(example, Notebook)
    text = script()(example)
    assert text == (CASES / "python.txt").read_text()
    ast.parse(str(text))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("python", "# %% [markdown]\n# one\n#\n# two\n\n# %%\nx\n"),
        ("R", "# %% [markdown]\n# one\n#\n# two\n\n# %%\nx\n"),
        ("julia", "# %% [markdown]\n# one\n#\n# two\n\n# %%\nx\n"),
        ("C++", "// %% [markdown]\n// one\n//\n// two\n\n// %%\nx\n"),
        ("scala", "// %% [markdown]\n// one\n//\n// two\n\n// %%\nx\n"),
        ("sql", "-- %% [markdown]\n-- one\n--\n-- two\n\n-- %%\nx\n"),
        ("octave", "% %% [markdown]\n% one\n%\n% two\n\n% %%\nx\n"),
        ("nobody's", "# %% [markdown]\n# one\n#\n# two\n\n# %%\nx\n"),
    ],
)
def test_comments_are_the_languages_own(language, expected):
    assert script()(notebook(language, ("markdown", "one\n\ntwo"), ("code", "x"))) == expected


def test_only_python_has_magics():
    assert "\n%% not a magic\n" in script()(notebook("matlab", ("code", "%% not a magic")))
    assert "\n!ls\n" in script()(notebook("r", ("code", "!ls")))


def test_a_cells_kind_can_not_break_out_of_its_mark():
    assert script()(notebook("python", ("]\nimport os", "x"))) == "# %% [import os]\n# x\n"


def test_a_notebook_without_cells():
    assert script()(EMPTY) == ""


@some
@given(notebooks)
def test_any_notebook_has_a_script_with_all_its_lines(nb):
    text = str(script()(nb))
    assert text.count(" %%") >= len(nb.cells)
    lines = [line.strip() for line in text.split("\n")]
    for cell in nb.cells:
        for line in cell.source.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n"):
            assert any(each.endswith(line.strip()) for each in lines)
