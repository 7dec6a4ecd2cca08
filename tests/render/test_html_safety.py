"""Nothing that a notebook says becomes markup of the page, by a parser that is not the sanitiser's."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbhotel.diff.values import EVERYTHING
from nbhotel.notebook.model import EMPTY, Notebook
from nbhotel.notebook.reading import read_notebook
from nbhotel.render.html.markdown import rendered
from nbhotel.render.html.pages import diff_page, show_page
from nbhotel.render.html.sanitise import clean
from nbhotel.render.subjects import Exhibit, compare
from tests.render import hostile_notebooks as hostile
from tests.render.html_audit import audit
from tests.strategies import json_values, pairs, read, thorough

pytestmark = pytest.mark.slow

some = settings(thorough, max_examples=60)


def page_of(old: Notebook, new: Notebook, name: str = "new") -> str:
    page = diff_page([compare("old", old, name, new, EVERYTHING)])
    page.encode()  # can be written
    return page


def hostile_notebook() -> Notebook:
    notebook = read_notebook(hostile.text())
    assert isinstance(notebook, Notebook)
    return notebook


@pytest.mark.parametrize("name", ["a.ipynb", *hostile.NAMES, *hostile.MARKUP])
def test_a_name_is_text(name):
    assert audit(page_of(EMPTY, read({"cells": []}), name)) == []
    assert audit(show_page([Exhibit(name, EMPTY), Exhibit(name, EMPTY)])) == []


def test_a_hostile_notebook_added_removed_changed_and_shown():
    notebook = hostile_notebook()
    calmer = read(
        {
            **notebook.raw,
            "cells": [{**cell, "metadata": {}} for cell in notebook.raw["cells"]],
            "metadata": {},
        }
    )
    for page in (
        page_of(EMPTY, notebook),
        page_of(notebook, EMPTY),
        page_of(notebook, calmer),
        page_of(calmer, notebook),
        show_page([Exhibit("hostile", notebook)]),
    ):
        assert len(page) > 100_000
        assert audit(page) == []


def changed_by_one_letter(value: Any) -> Any:
    """The same notebook with a letter more in every text, so that all of it is compared."""
    if isinstance(value, str):
        return f"{value}b"
    if isinstance(value, list):
        return [changed_by_one_letter(each) for each in value]
    if isinstance(value, dict):
        kept = {"output_type", "cell_type", "name"}
        return {key: each if key in kept else changed_by_one_letter(each) for key, each in value.items()}
    return value


def test_hostile_texts_compared_by_word():
    notebook = hostile_notebook()
    cells = [{**changed_by_one_letter(cell), "id": cell["id"]} for cell in notebook.raw["cells"]]
    page = page_of(notebook, read({**notebook.raw, "cells": cells}))
    assert page.count("<mark>") > 100
    assert audit(page) == []


@pytest.mark.parametrize("markup", hostile.MARKUP)
def test_the_sanitiser_lets_nothing_through(markup):
    cleaned = clean(markup)
    assert cleaned is not None
    assert audit(f"<script></script><style></style>{cleaned}") == []
    without_our_classes = re.sub(' class="[^"]*"', "", cleaned)
    assert clean(without_our_classes) == without_our_classes  # what is clean stays as it is


@pytest.mark.parametrize("text", hostile.MARKDOWN)
def test_markdown_lets_nothing_through(text):
    assert (
        audit(f"<script></script><style></style>{rendered(text, {'a.png': 'data:image/png;base64,AAAA'})}")
        == []
    )


def test_the_audit_would_find_it():
    found = [markup for markup in hostile.MARKUP if audit(f"<script></script><style></style>{markup}")]
    assert len(found) > 0.9 * len(hostile.MARKUP)


@given(pairs())
@some
def test_any_pair_of_notebooks(pair):
    assert audit(page_of(*pair)) == []


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["cell_type", "source", "outputs", "metadata", "id", "attachments"]), json_values
        )
    )
)
@some
def test_any_value_anywhere(cells):
    notebook = read({"cells": cells})
    assert audit(show_page([Exhibit("x", notebook)])) == []
    assert audit(page_of(notebook, EMPTY)) == []


@given(
    st.lists(
        st.sampled_from([*hostile.MARKUP, *hostile.MARKDOWN, "<p>", "</p>", "<b>", "$", "`", "\n\n", "> "]),
        max_size=6,
    )
)
@some
def test_hostile_pieces_joined(pieces):
    text = "".join(pieces)
    assert audit(f"<script></script><style></style>{rendered(text)}{clean(text)}") == []


def test_the_policy_names_the_only_script_and_style():
    page = show_page([])
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    directives = dict(each.strip().split(" ", 1) for each in policy[1].split(";"))
    assert directives == {
        "default-src": "'none'",
        "img-src": "data:",
        "style-src": f"'{digest(page, 'style')}'",
        "script-src": f"'{digest(page, 'script')}'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert page.index("Content-Security-Policy") < page.index("<style>") < page.index("<script>")


def digest(page: str, element: str) -> str:
    text = page.split(f"<{element}>", 1)[1].split(f"</{element}>", 1)[0]
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


@pytest.mark.parametrize(
    "markup", ["<ul><li>", "<div>", "<b><p>", "<ul title='</ul>'>", "<a><div>", "<ul><style></ul></style>"]
)
def test_deep_markup_is_not_parsed(markup):
    assert clean(markup * 5_000) is None
    assert clean(markup * 50) is not None


def test_what_deceives_the_eye_becomes_visible():
    page = page_of(EMPTY, read({"cells": [{"cell_type": "code", "source": "x = '\u202e'  # \x07\u2066"}]}))
    assert "[U+202E]" in page
    assert "[U+2066]" in page
    assert "␇" in page
    assert not set("\u202e\u2066\x07") & set(page)
