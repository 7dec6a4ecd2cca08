"""Lines: three texts to one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbhotel.merge.markers import left_in, written
from nbhotel.merge.textmerge import Agreed, Hunk, lines_of, merge_three, merge_two
from nbhotel.merge.values import Labels

BASE = ["a", "b", "c", "d", "e", "f", "g", "h"]
texts = st.lists(st.sampled_from("abcdef"), max_size=9).map(tuple)


def merged(base, local, remote):
    return merge_three(tuple(base), tuple(local), tuple(remote))


def shown(pieces, style="merge"):
    return list(written(pieces, Labels(), style))


def test_changes_apart_from_each_other_are_taken_from_both():
    local, remote = [*BASE[:1], "B", *BASE[2:]], [*BASE[:5], "F", *BASE[6:]]
    assert merged(BASE, local, remote) == [Agreed(("a", "B", "c", "d", "e", "F", "g", "h"))]


def test_the_same_change_is_taken_once():
    both = [*BASE[:3], "new", *BASE[3:]]
    assert merged(BASE, both, both) == [Agreed(tuple(both))]


@pytest.mark.parametrize(
    ("local", "remote", "hunk"),
    [
        ("a B c", "a X c", Hunk(("b",), ("B",), ("X",))),
        ("A b c", "a B c", Hunk(("a", "b"), ("A", "b"), ("a", "B"))),  # touching, as in git
        ("a b x c", "a b y c", Hunk((), ("x",), ("y",))),
        ("a c", "a B c", Hunk(("b",), (), ("B",))),
    ],
)
def test_overlapping_and_touching_changes_are_a_hunk(local, remote, hunk):
    pieces = merged(["a", "b", "c"], local.split(), remote.split())
    assert [piece for piece in pieces if isinstance(piece, Hunk)] == [hunk]


CONFLICT = merged(["a", "b", "z"], ["a", "one", "x", "y", "z"], ["a", "one", "x", "Y", "z"])


def test_markers_stand_around_what_differs_only():
    assert shown(CONFLICT) == ["a", "one", "x", "<<<<<<< local", "y", "=======", "Y", ">>>>>>> remote", "z"]


def test_diff3_shows_the_base_and_all_of_both_sides():
    assert shown(CONFLICT, "diff3") == [
        *("a", "<<<<<<< local", "one", "x", "y", "||||||| base", "b"),
        *("=======", "one", "x", "Y", ">>>>>>> remote", "z"),
    ]


def test_zdiff3_leaves_out_what_both_sides_share_at_the_ends():
    assert shown(CONFLICT, "zdiff3") == [
        *("a", "one", "x", "<<<<<<< local", "y", "||||||| base", "b"),
        *("=======", "Y", ">>>>>>> remote", "z"),
    ]


def test_hunks_close_to_each_other_are_one():
    pieces = merged(["b"], ["1", "x", "2"], ["3", "x", "4"])
    assert shown(pieces) == ["<<<<<<< local", "1", "x", "2", "=======", "3", "x", "4", ">>>>>>> remote"]


def test_labels_and_the_length_of_markers():
    lines = written([Hunk(("b",), ("l",), ("r",))], Labels("HEAD", "", "topic branch", 9), "diff3")
    assert lines == ("<" * 9 + " HEAD", "l", "|" * 9, "b", "=" * 9, "r", ">" * 9 + " topic branch")


def test_without_a_base_common_lines_are_there_once():
    assert merge_two(("a", "b", "c"), ("a", "c", "d")) == [
        Agreed(("a",)),
        Hunk((), ("b",), ()),
        Agreed(("c",)),
        Hunk((), (), ("d",)),
    ]


def chosen(pieces, side):
    return tuple(
        line for each in pieces for line in (each[0] if isinstance(each, Agreed) else getattr(each, side))
    )


@given(texts, texts)
def test_an_unchanged_side_gives_the_other(base, side):
    assert chosen(merge_three(base, side, base), "local") == side
    assert chosen(merge_three(base, base, side), "remote") == side
    assert not any(isinstance(piece, Hunk) for piece in merge_three(base, side, base))


@given(texts, texts, texts)
def test_the_sides_are_treated_alike(base, local, remote):
    swapped = [
        each._replace(local=each.remote, remote=each.local) if isinstance(each, Hunk) else each
        for each in merge_three(base, remote, local)
    ]
    assert merge_three(base, local, remote) == swapped


@given(texts, texts)
def test_two_texts_can_be_had_back_from_their_merge(local, remote):
    pieces = merge_two(local, remote)
    assert (chosen(pieces, "local"), chosen(pieces, "remote")) == (local, remote)


@given(texts, texts, texts, st.sampled_from(["merge", "diff3", "zdiff3"]))
def test_each_style_shows_all_lines_of_the_hunks(base, local, remote, style):
    pieces = merge_three(base, local, remote)
    there = set(written(pieces, Labels(), style))
    for piece in pieces:
        sides = [piece.lines] if isinstance(piece, Agreed) else [piece.local, piece.remote]
        assert {line for side in sides for line in side} <= there


def test_lines_can_be_joined_to_the_text_again():
    for text in ("", "a", "a\n", "\n", "a\r\nb"):
        assert "\n".join(lines_of(text)) == text


def test_markers_are_found_with_their_lines():
    text = "a\n<<<<<<< mine\nb\n||||||| base\n=======\nc\n>>>>>>> theirs\r\nTitle\n======="
    assert [line for line, _ in left_in(text)] == [2, 4, 5, 7]


@pytest.mark.parametrize("text", ["Title\n=======\ntext", "a <<<<<<< b", "<<<<<<<<<no blank", "|||||||"])
def test_what_is_no_marker(text):
    assert list(left_in(text)) == []
