"""Diffs as a review comment: what it says, and that it fits."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbhotel.diff.text import diff_text
from nbhotel.diff.values import EVERYTHING
from nbhotel.notebook.model import EMPTY, Notebook
from nbhotel.notebook.reading import read_notebook
from nbhotel.render.markdown import diff_markdown
from nbhotel.render.markdown.outputs import share_words
from nbhotel.render.subjects import Comparison, compare
from tests.strategies import any_text, pairs, read, thorough

CASES = Path(__file__).resolve().parent.parent / "cases"
OLD, NEW = (read_notebook((CASES / "nbdime" / name).read_bytes()) for name in ("old.ipynb", "new.ipynb"))
EXAMPLE = compare("old.ipynb", OLD, "new.ipynb", NEW)
CLOSING = re.compile(r"\*Left out to stay below [\d,]+ characters: .*\.\*\n\Z")


def code(source: str, outputs: Any = (), **more: Any) -> dict[str, Any]:
    cell: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": list(outputs),
    }
    return {**cell, "source": source, **more}


def notebook(*cells: dict[str, Any], **metadata: Any) -> Notebook:
    return read({"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 4})


def diffed(old: Notebook, new: Notebook, limit: int = 65536) -> str:
    return diff_markdown([compare("old.ipynb", old, "new.ipynb", new)], limit=limit)


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def outside(text: str) -> list[str]:
    """The lines outside of fences, which must all be closed (CommonMark 0.31, 4.5)."""
    fence, lines = "", list[str]()
    for line in text.split("\n"):
        mark = re.fullmatch(r" {0,3}(`{3,})([^`]*)", line)
        if not fence and mark:
            fence = mark[1]
        elif fence and mark and mark[1].startswith(fence) and not mark[2].strip():
            fence = ""
        elif not fence:
            lines.append(line)
    assert fence == ""
    return lines


def check_form(text: str) -> None:
    opened = 0
    for line in outside(text):
        assert line == re.sub(r"[\x00-\x1f\x7f\u202e]", "", line)
        opened += line.startswith("<details>") - (line == "</details>")
        assert opened in {0, 1}
    assert opened == 0


def test_an_example():
    assert diff_markdown([EXAMPLE]) == (CASES / "markdown" / "diff.md").read_text()


def test_an_example_with_little_room():
    text = diff_markdown([EXAMPLE], limit=1800)
    assert text == (CASES / "markdown" / "short.md").read_text()


def test_a_new_and_a_deleted_notebook():
    nb = notebook(code("x = 1\ny = 2"))
    text = diff_markdown(
        [compare("/dev/null", EMPTY, "a.ipynb", nb), compare("b.ipynb", nb, "/dev/null", EMPTY)]
    )
    assert "### `a.ipynb` (new)\n\nCells: 1 added, 0 unchanged. Source: +2 -0 lines.\n" in text
    assert "### `b.ipynb` (deleted)\n\nCells: 1 removed, 0 unchanged. Source: +0 -2 lines.\n" in text


def test_no_differences():
    nothing = compare("a.ipynb", EMPTY, "a.ipynb", EMPTY)
    assert diff_markdown([nothing]) == diff_markdown([]) == "No differences.\n"
    assert "### `a.ipynb`\n\nNo differences.\n\n### `old.ipynb` → `new.ipynb`" in diff_markdown(
        [nothing, EXAMPLE]
    )


def test_a_broken_file_is_compared_as_text():
    broken = read_notebook(b'{\n "cells": [\n<<<<<<< ours\n')
    text = diff_markdown([compare("a.ipynb", EMPTY, "a`.ipynb", broken)])
    assert "Compared as text: ``a`.ipynb: line 3: has conflict markers``.\n" in text
    assert '-{\n- "cells": [],\n' not in text  # the first line is the same
    assert "+<<<<<<< ours\n" in text
    check_form(text)


def test_scripts_are_texts_that_nothing_is_wrong_with():
    scripts = Comparison("a.ipynb", "b.ipynb", None, diff_text("x = 1", "x = 2"))
    assert diff_markdown([scripts]) == (
        "### `a.ipynb` → `b.ipynb`\n\n<details><summary><b>Text</b> +1 -1 lines</summary>\n\n"
        "```diff\n-x = 1\n+x = 2\n```\n\n</details>\n\n"
    )


def test_the_same_broken_file_twice():
    broken = read_notebook(b"{")
    text = diff_markdown([compare("a", broken, "b", broken), EXAMPLE])
    assert text.startswith("### `a` → `b`\n\nNo differences.\n")


def test_cells_run_again_are_one_line():
    old = notebook(*(code(f"x = {i}", execution_count=i) for i in range(9)))
    new = notebook(*(code(f"x = {i}", execution_count=i + (5 if i != 3 else 0)) for i in range(9)))
    assert diffed(old, new).endswith("<p>8 cells changed only in prompt number or id: 1-3, 5-9</p>\n\n")


def test_a_type_and_other_fields():
    text = diffed(
        notebook(code("x", extra=[1])), notebook({"cell_type": "raw", "metadata": {"a": 1}, "source": "x"})
    )
    assert "<b>Cell 1</b> (raw) changed: cell type, prompt number, other fields, metadata" in text or (
        "removed" in text and "added" in text
    )


def test_joined_and_moved_cells():
    parts = ["def fit(x, y):\n    return np.polyfit(x, y, 1)", "slope = fit(days, rain)\nprint(slope)"]
    plot = code("rain.plot(kind='bar', title='Rain by month')")
    other = [code(f"step_{i} = {i} * {i}") for i in range(3)]
    old = notebook(*map(code, parts), *other, plot)
    new = notebook({**plot, "source": plot["source"].replace("Rain", "Snow")}, code("\n".join(parts)), *other)
    text = diffed(old, new)
    assert "<b>Cell 1</b> (code) moved from 6 and changed: +1 -1 lines" in text
    assert "<b>Cell 2</b> (code) joined from old cells 1-2" in text


def test_all_outputs_of_a_new_cell_are_cut():
    text = diffed(notebook(), notebook(code("x", [stream("", f"n{i}") for i in range(40)])))
    assert text.count("added\n\n") == 30
    assert "… and 10 more outputs.\n" in text


def test_many_fields_are_cut():
    text = diffed(notebook(), notebook(**{f"key{i}": i for i in range(50)}))
    assert text.count("- `metadata.key") == 20
    assert "- … and 30 more\n" in text


def test_many_and_long_outputs_are_cut():
    old = notebook(code("run", [stream("a")]))
    long = "".join(f"{i}{'x' * 300}\n" for i in range(100))
    names = [f"n{i}" for i in range(40)]
    text = diffed(
        old, notebook(code("run", [stream("a"), stream(long), *(stream("b", name) for name in names)]))
    )
    assert "… 60 more lines\n" in text
    assert "… (302 characters)\n" in text
    assert "… and 11 more outputs.\n" in text


def test_a_traceback_is_shown_without_colours():
    error = {
        "output_type": "error",
        "ename": "E",
        "evalue": "v",
        "traceback": ["\x1b[0;31mE\x1b[0m: v", "\x1bc!"],
    }
    text = diffed(notebook(code("run")), notebook(code("run", [error])))
    assert "Output 1, error `E`, added\n\n```diff\n+E: v\n+<U+001B>c!\n```\n" in text


def test_lines_that_end_differently():
    text = diffed(notebook(code("x = 1\n")), notebook(code("x = 1\r\n")))
    assert "-x = 1\n+x = 1␍\n" in text


def test_unchanged_lines_between_changes_are_left_out():
    lines = [f"line {i}" for i in range(40)]
    new = [*lines]
    new[5], new[30] = "five", "thirty"
    text = diffed(notebook(code("\n".join(lines))), notebook(code("\n".join(new))))
    assert text.count("@@ -") == 2
    assert "@@ -3,7 +3,7 @@\n line 2\n line 3\n line 4\n-line 5\n+five\n line 6\n line 7\n line 8\n@@" in text
    assert "line 15" not in text


def test_a_fence_is_longer_than_any_in_the_text():
    text = diffed(notebook(), notebook(code("`````\n```\n</details>")))
    assert "``````diff\n+`````\n+```\n+</details>\n``````\n" in text
    check_form(text)


def test_nothing_is_said_of_an_undecodable_image_but_that_it_changed():
    def picture(data: Any) -> dict[str, Any]:
        return {"output_type": "display_data", "metadata": {}, "data": {"image/png": data}}

    text = diffed(notebook(code("x", [picture("AAAA")])), notebook(code("x", [picture("BBBB")])))
    assert "Output 1: `image/png` changed\n" in text


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0, "same pixels"),
        (0.0004, "less than 0.1 % of pixels"),
        (0.0215, "2.1 % of pixels"),
        (1, "100.0 % of pixels"),
    ],
)
def test_shares_of_pixels(share, words):
    assert share_words(share) == words


big = [
    notebook(*(code(f"value = {i}\n" * (i % 7) * 9, [stream(f"{i}{j}\n" * 30)]) for i in range(60)))
    for j in "ab"
]


@pytest.mark.parametrize("limit", [0, 5, 60, 650, 1000, 3000, 9000, 20_000])
def test_it_fits_and_says_what_is_left_out(limit):
    text = diff_markdown([EXAMPLE, compare("a", big[0], "b", big[1]), EXAMPLE], limit=limit)
    assert len(text.encode()) <= limit
    check_form(text)
    if limit >= 1000:
        assert CLOSING.search(text)


def test_what_matters_least_goes_first():
    comparison = compare("a", big[0], "b", notebook(code("1 + 1"), *(cell.raw for cell in big[1].cells)))
    full = diff_markdown([comparison], limit=1 << 20)
    assert len(full) > 20_000
    assert "Left out" not in full
    less = diff_markdown([comparison], limit=9000)
    assert "```diff\n+1 + 1\n```" in less
    assert "+0b" in full
    assert "+0b" not in less
    assert less.count("<b>Cell") == full.count("<b>Cell")  # the index stays
    assert re.search(r"Left out to stay below 9,000 characters: the text of \d+ outputs", less)


def test_a_source_that_no_host_takes():
    text = diffed(notebook(), notebook(code("x" * 1_100_000)), limit=1 << 30)
    assert "Too long to show." in text
    assert len(text) < 1000


some = settings(thorough, max_examples=80)


@pytest.mark.slow
@some
@given(st.lists(pairs(), max_size=3), st.integers(0, 4000), any_text)
def test_any_comparison_fits(sides, limit, name):
    comparisons = [compare(name, old, "b", new, EVERYTHING) for old, new in sides]
    check(comparisons, limit)


@some
@given(
    st.lists(st.text(st.sampled_from("`~\n <>x"), max_size=40), min_size=2, max_size=2), st.integers(0, 900)
)
def test_any_broken_file_fits(texts, limit):
    old, new = (read_notebook(text.encode()) for text in texts)
    check([compare("a", old, "b", new)], limit)


def check(comparisons: list[Comparison], limit: int) -> None:
    text = diff_markdown(comparisons, limit=limit)
    assert len(text.encode()) <= limit
    check_form(text)
    full = diff_markdown(comparisons, limit=1 << 30)
    check_form(full)
    assert "Left out" not in outside(full)[-1]
    assert text == full if len(full.encode()) <= limit else len(text) < len(full)
