"""Texts by line, lines by word, and where a block is said to begin."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbhotel.diff.text import apply_text, diff_text, words
from nbhotel.diff.values import Op, TextDiff
from tests.strategies import any_text, texts

pairs_of_texts = st.tuples(texts, texts) | st.tuples(any_text, any_text)


@given(pairs_of_texts)
def test_applied_to_the_old_text_it_gives_the_new_one(sides):
    old, new = sides
    diff = diff_text(old, new)
    if diff is None:
        assert old == new
    else:
        assert old != new
        assert apply_text(diff, old) == new


@given(pairs_of_texts)
def test_counts_are_mirrored(sides):
    there, back = diff_text(*sides), diff_text(*sides[::-1])
    if there is not None:
        assert back is not None
        assert (there.added, there.removed) == (back.removed, back.added)


@given(pairs_of_texts)
def test_ops_cover_both_texts_and_no_line_differs_in_an_equal_op(sides):
    diff = diff_text(*sides)
    if diff is None:
        return
    i = j = 0
    for op in diff.ops:
        assert (op.i1, op.j1) == (i, j)
        assert op.i1 < op.i2 or op.j1 < op.j2
        i, j = op.i2, op.j2
        if op.tag == "equal":
            assert diff.old[op.i1 : op.i2] == diff.new[op.j1 : op.j2]
    assert (i, j) == (len(diff.old), len(diff.new))


def test_lines_are_cut_at_newlines_only():
    diff = diff_text("a\u2028b\x0bc\r\nd", "a\u2028b\x0bc\r\ne")
    assert diff is not None
    assert diff.old == ("a\u2028b\x0bc\r", "d")


def test_a_diff_of_another_text_is_refused():
    diff = diff_text("a\nb\nc", "a\nx\nc")
    assert diff is not None
    with pytest.raises(ValueError, match="not the one"):
        apply_text(diff, "a\nB\nc")


@given(pairs_of_texts)
def test_words_are_the_lines_again(sides):
    diff = diff_text(*sides)
    if diff is None:
        return
    for op in diff.ops:
        found = words(diff, op)
        if found is None:
            continue
        old, new = found
        assert ["".join(part.text for part in line) for line in old] == list(diff.old[op.i1 : op.i2])
        assert ["".join(part.text for part in line) for line in new] == list(diff.new[op.j1 : op.j2])
        kept_old = "".join(part.text for line in old for part in line if not part.changed)
        kept_new = "".join(part.text for line in new for part in line if not part.changed)
        assert kept_old == kept_new


def only_change(old: str, new: str) -> tuple[TextDiff, Op]:
    diff = diff_text(old, new)
    assert diff is not None
    (op,) = [op for op in diff.ops if op.tag != "equal"]
    return diff, op


def changed_words(old: str, new: str) -> tuple[list[str], list[str]]:
    found = words(*only_change(old, new))
    assert found is not None
    return tuple([part.text for line in side for part in line if part.changed] for side in found)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("old", "new", "gone", "come"),
    [
        ("x = foo(1, 2)", "x = foo(1, 3)", ["2"], ["3"]),
        ("plt.plot(x, y)", "plt.plot(x, y, c='k')", [], [", c='k'"]),
        ("lr = 0.001", "lr = 0.01", ["001"], ["01"]),
        ("The quick fox", "The slow fox", ["quick"], ["slow"]),
    ],
)
def test_what_changed_in_a_line(old, new, gone, come):
    assert changed_words(old, new) == (gone, come)


def test_words_do_not_help_where_nothing_is_in_common():
    assert words(*only_change("import os", "We see that it works")) is None


def test_words_of_an_insertion_are_not_asked_for():
    assert words(*only_change("a", "a\nb")) is None


def test_words_of_a_huge_block_are_not_asked_for():
    line = "word " * 5000
    assert words(*only_change(line, line + "more")) is None


def block(old: str, new: str) -> list[str]:
    diff, op = only_change(old, new)
    return list(diff.new[op.j1 : op.j2] if op.tag == "insert" else diff.old[op.i1 : op.i2])


def test_an_inserted_function_begins_with_its_def():
    old = "def a():\n    return 1\n\n\ndef c():\n    return 3"
    new = "def a():\n    return 1\n\n\ndef b():\n    return 2\n\n\ndef c():\n    return 3"
    assert block(old, new)[0] == "def b():"
    assert block(new, old)[0] == "def b():"


def test_an_inserted_branch_is_a_whole_branch():
    old = "if a:\n    x()\n    end()\nif c:\n    z()\n    end()"
    new = "if a:\n    x()\n    end()\nif b:\n    y()\n    end()\nif c:\n    z()\n    end()"
    assert block(old, new) == ["if b:", "    y()", "    end()"]
