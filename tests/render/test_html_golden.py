"""Whole pages, as they were when people last looked at them.

`python -m tests.render.test_html_golden` writes them anew: look at them in a browser before you commit them.
Style, script and images are left out: the first two have files of their own, the third depend on zlib.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nbhotel.notebook.model import Notebook
from nbhotel.notebook.reading import read_notebook
from nbhotel.render.html.pages import diff_page, show_page
from nbhotel.render.subjects import Exhibit, compare

CASES = Path(__file__).resolve().parent.parent / "cases" / "html"
BROKEN = b'{\n "cells": [\n  {"cell_type": "code", "source": "cut'


def side(name: str) -> Notebook:
    notebook = read_notebook((CASES / name).read_bytes())
    assert isinstance(notebook, Notebook)
    return notebook


def pages() -> dict[str, str]:
    old, new, broken = side("old.ipynb"), side("new.ipynb"), read_notebook(BROKEN)
    pair = compare("old.ipynb", old, "new.ipynb", new)
    return {
        "diff.html": diff_page([pair]),
        "several.html": diff_page(
            [compare("a/x.ipynb", broken, "a/y.ipynb", old), compare("z", old, "z", old)]
        ),
        "show.html": show_page([Exhibit("new.ipynb", new), Exhibit("broken.ipynb", broken)]),
    }


def normal(page: str) -> str:
    page = re.sub(r"<(style|script)>.*?</\1>", r"<\1></\1>", page, flags=re.DOTALL)
    page = re.sub(r"'sha256-[^']*'", "'sha256-…'", page)
    return re.sub(r"(data:image/[a-z+]+;base64,)[A-Za-z0-9+/=]*", r"\1…", page)


@pytest.mark.parametrize("name", ["diff.html", "several.html", "show.html"])
def test_pages_are_as_they_were(name):
    assert normal(pages()[name]) == (CASES / name).read_text()


def test_the_same_page_every_time():
    assert pages() == pages()


if __name__ == "__main__":
    for name, page in pages().items():
        (CASES / name).write_text(normal(page))
