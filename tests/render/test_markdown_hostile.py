"""Nothing that stands in a notebook or a file's name becomes markup, a link or a mention in a comment."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbhotel.diff.values import EVERYTHING
from nbhotel.notebook.model import Notebook
from nbhotel.notebook.reading import read_notebook
from nbhotel.render.markdown import diff_markdown
from nbhotel.render.subjects import compare
from tests.strategies import thorough

ATTACKS = (
    "@evil #1 evil",
    "<img src=x onerror=evil> <script>evil</script>",
    "</summary></details><h1>evil",
    "</code><b>evil",
    "`evil` ``evil`` ```evil",
    "[evil](https://evil) https://evil ![evil](x)",
    "\n\n# evil\n\n/close evil\n",
    "*evil* _evil_ ~evil~ | evil |\n---|---",
    "```\n\n<b>evil</b>\n\n````diff\nevil",
    "~~~\nevil\n",
    "evil\n````\n<b>\n```",
    "<!-- evil",
    "&lt;b&gt; &#64;evil \\`evil\\`",
    "\x00\x1b[31mevil\u202e\ud800\u2028evil",
    "    evil\n\tevil\n- evil\n1. evil\n> evil\n[evil]: https://evil",
)
#: What a comment is made of.
TAGS = {"h3", "p", "details", "summary", "b", "code", "pre", "ul", "li", "em"}

render = import_module("markdown_it").MarkdownIt("commonmark", {"html": True}).enable("table").render


class Reader(HTMLParser):
    """What a code host would see: tags, and text outside of code."""

    def __init__(self) -> None:
        super().__init__()
        self.code = 0
        self.tags: set[str] = set()
        self.open: list[str] = []
        self.prose = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        assert all(name == "class" and value == "language-diff" for name, value in attrs)
        self.tags.add(tag)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_data(self, data: str) -> None:
        if "code" not in self.open:
            self.prose += data


def notebook(attack: str, number: int) -> Notebook:
    def output(**more: Any) -> dict[str, Any]:
        return {attack: number, "metadata": {attack: attack * number}, **more}

    outputs = [
        output(output_type="stream", name=attack, text=f"{attack}\n{number}"),
        output(output_type="error", ename=attack, evalue=attack, traceback=[attack, str(number)]),
        output(
            output_type="display_data", data={attack: f"{attack}{number}", "text/plain": f"{attack}{number}"}
        ),
        output(output_type=attack, data={"image/png": attack * number}),
    ]
    code = {"cell_type": "code", "execution_count": number, "metadata": {attack: number}, "outputs": outputs}
    text = {"cell_type": attack, "metadata": {}, "attachments": {attack: {attack: attack * number}}}
    raw = {"cell_type": attack, "metadata": {}, "source": f"{attack}\nof {number}", attack: number}
    cells = [
        {**code, "source": f"{attack}\nfirst\nsecond\n{number}"},
        {**text, "source": f"{attack}\nmore\nof it"},
        *[raw] * number,
    ]
    top = {
        "cells": cells,
        "metadata": {attack: {attack: attack * number}},
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    value = read_notebook(json.dumps({**top, attack: number}).encode())
    assert isinstance(value, Notebook)
    return value


def seen(text: str) -> Reader:
    reader = Reader()
    reader.feed(render(text))
    reader.close()
    assert reader.open == []
    return reader


def check(attack: str, other: str, limit: int) -> None:
    pairs = [(notebook(attack, 1), notebook(other, 2)), (notebook(attack, 2), notebook(attack, 1))]
    broken = read_notebook(attack.encode("utf-8", "replace"))
    comparisons = [compare(attack, old, other, new, EVERYTHING) for old, new in pairs]
    comparisons.append(compare(attack, broken, other, pairs[0][0]))
    text = diff_markdown(comparisons, limit=limit)
    text.encode()
    reader = seen(text)
    assert reader.tags <= TAGS
    assert "evil" not in reader.prose
    assert "@" not in reader.prose


@pytest.mark.parametrize("limit", [200_000, 6000])
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_stays_in_code(attack, limit):
    check(attack, f"{attack}!", limit)


@settings(thorough, max_examples=60)
@given(st.lists(st.sampled_from(ATTACKS), min_size=1, max_size=3).map("".join), st.sampled_from(ATTACKS))
def test_attacks_together_stay_in_code(attack, other):
    check(attack, other, 200_000)


def test_an_attack_would_be_seen():
    with pytest.raises(AssertionError):
        seen("<!-- evil -->")
    with pytest.raises(AssertionError):
        seen("<p>evil")
    assert "evil" in seen("`x` evil").prose
    assert seen("# evil").tags == {"h1"}


def test_mentions_are_broken_even_in_code():
    nb = notebook("@evil fixes #12", 1)
    lines = diff_markdown([compare("@evil/#12.ipynb", nb, "b", notebook("", 1))]).split("\n")
    titles = [line for line in lines if line.startswith(("#", "<details>", "<p>"))]
    assert len(titles) > 2
    assert [line for line in titles if "@evil" in line or "#12" in line] == []
