"""Whatever stands in a notebook: no control character of it reaches the terminal, and nothing crashes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbhotel.render.subjects import Exhibit, compare
from nbhotel.render.terminal.notebooks import diff_lines
from nbhotel.render.terminal.safe import safe
from nbhotel.render.terminal.show import show_lines
from nbhotel.render.terminal.spans import Look
from nbhotel.render.terminal.stat import stat_lines
from tests.strategies import pairs, read, thorough

COLOURS = re.compile(r"\x1b\[[0-9;:]*m")
DANGEROUS = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

LOOKS = [
    Look(),
    Look(width=20, side_by_side=True, depth="true"),
    Look(width=44, side_by_side=True),
    Look(width=1, words=True, depth="16"),
    Look(limit=None, context=0, depth="256", light=True),
]


def assert_harmless(line: str, look: Look) -> None:
    rest = COLOURS.sub("", line) if look.depth != "none" else line
    assert DANGEROUS.search(rest) is None, repr(line)
    line.encode()


@thorough
@given(pairs(), st.sampled_from(LOOKS))
def test_any_pair_of_notebooks(sides: Any, look: Look) -> None:
    comparison = compare("a\x1b[2J", sides[0], "b", sides[1])
    lines = [*diff_lines([comparison], look), *stat_lines([comparison], look)]
    for line in [*lines, *show_lines([Exhibit("c\r", sides[1])], look, ids=True)]:
        assert_harmless(line, look)


HOSTILE = "a\x1b]0;title\x07b\x1b[31mc\x1b[2Jd\x9b31me\r\x08f\u202eg\ud800h\x00"


def hostile_notebook(text: str) -> Any:
    bundle = {"text/plain": text, text: text, "image/png": text, "application/json": {text: text}}
    outputs = [
        {"output_type": "stream", "name": text, "text": [text, "\n", text]},
        {"output_type": "error", "ename": text, "evalue": text, "traceback": [text, text]},
        {"output_type": "display_data", "data": bundle, "metadata": {text: text}},
        {"output_type": text, text: text},
        {"output_type": "display_data", "data": text},
    ]
    cell = {
        "cell_type": "code",
        "source": text,
        "metadata": {text: {text: text}},
        "outputs": outputs,
        "id": text,
    }
    other = {"cell_type": text, "source": [text, text], "attachments": {text: {text: text}}, text: text}
    document = {"cells": [cell, other], "metadata": {text: text}, "nbformat": 4, "nbformat_minor": 5}
    return read(document)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("other", ["", "x", HOSTILE + "!", HOSTILE[::-1]])
def test_a_notebook_full_of_control_characters(other, look):
    old, new = hostile_notebook(HOSTILE), hostile_notebook(other)
    for sides in ((old, new), (new, old)):
        for line in diff_lines([compare("a", sides[0], "b", sides[1])], look):
            assert_harmless(line, look)
    for line in show_lines([Exhibit("a", old)], look, ids=True):
        assert_harmless(line, look)


def test_sources_show_even_colours_as_escapes():
    cell = {"cell_type": "code", "source": "print('\x1b[31m')", "metadata": {}, "outputs": []}
    notebook = read({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    assert r"print('\x1b[31m')" in "".join(show_lines([Exhibit("a", notebook)], Look()))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 日本", "plain é 日本"),
        ("a\tb", "a\tb"),
        ("\x1b[0m\x9b", r"\x1b[0m\x9b"),
        ("\r\n\f\v", r"\r\n\f\v"),
        ("\u202e\ud83d", r"\u202e\ud83d"),
    ],
)
def test_escapes(text, shown):
    assert safe(text) == shown
    assert safe(shown) == shown
