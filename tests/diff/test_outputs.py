"""Outputs: which is which, and what changed in each."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbhotel.diff.outputs import diff_bundles, diff_outputs
from nbhotel.diff.values import EVERYTHING, Compared, OutputChange
from tests.strategies import bundles, outputs, thorough

OUT = {"output_type": "stream", "name": "stdout", "text": ["a\n", "b\n"]}
ERR = {"output_type": "stream", "name": "stderr", "text": "warning\n"}
FIGURE = {
    "output_type": "display_data",
    "metadata": {},
    "data": {"image/png": "iVBO", "text/plain": "<Figure>"},
}
RESULT = {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/plain": "1"}}
ERROR = {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["one\ntwo", "three"]}
QUIET = Compared(noise=False)

lists = st.lists(outputs.filter(lambda each: isinstance(each, dict)), max_size=4)


def fates(changes: tuple[OutputChange, ...]) -> list[tuple[str, int | None, int | None]]:
    return [(change.kind, change.old, change.new) for change in changes]


@thorough
@given(lists, lists)
def test_each_output_stands_in_a_diff_once_and_in_order(old, new):
    changes = diff_outputs(old, new, EVERYTHING)
    if changes:
        assert [each.old for each in changes if each.old is not None] == list(range(len(old)))
        assert [each.new for each in changes if each.new is not None] == list(range(len(new)))
        for each in changes:
            assert (each.kind == "added") == (each.old is None)
            assert (each.kind == "removed") == (each.new is None)
            anything = bool(each.text or each.mimes or each.fields)
            assert anything == (each.kind == "changed")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([OUT], [OUT], []),
        ([OUT], [OUT | {"text": "a\nb\n"}], []),
        ([OUT], [OUT | {"text": ["a\n", "c\n"]}], [("changed", 0, 0)]),
        ([OUT], [ERR, OUT], [("added", None, 0), ("same", 0, 1)]),
        ([OUT, ERR], [ERR], [("removed", 0, None), ("same", 1, 0)]),
        ([OUT], [ERR], [("removed", 0, None), ("added", None, 0)]),
        (
            [OUT, FIGURE],
            [OUT | {"text": "x\n"}, FIGURE | {"data": {"image/png": "iVBP"}}],
            [("changed", 0, 0), ("changed", 1, 1)],
        ),
        ([RESULT], [ERROR], [("removed", 0, None), ("added", None, 0)]),
        ([], [OUT], [("added", None, 0)]),
        ([{}], [{"x": 1}], [("changed", 0, 0)]),
    ],
)
def test_which_output_is_which(old, new, expected):
    assert fates(diff_outputs(old, new, EVERYTHING)) == expected


def only(old: dict[str, Any], new: dict[str, Any], compared: Compared = EVERYTHING) -> OutputChange:
    (change,) = diff_outputs([old], [new], compared)
    return change


def test_a_stream_is_compared_by_line():
    change = only(OUT, OUT | {"text": "a\nb\nc\n"})
    assert change.text is not None
    assert (change.text.added, change.text.removed) == (1, 0)
    assert (change.fields, change.mimes) == ((), ())


def test_a_display_is_compared_by_mime_type():
    change = only(FIGURE, FIGURE | {"data": {"image/png": "iVBP", "text/html": "<b>"}})
    assert [(each.mime, each.kind, each.text) for each in change.mimes] == [
        ("image/png", "changed", None),
        ("text/plain", "removed", None),
        ("text/html", "added", None),
    ]


def test_html_is_compared_by_line_and_json_as_a_whole():
    old = RESULT | {"data": {"text/html": ["<p>\n", "a"], "application/json": ["a", "b"]}}
    new = RESULT | {"data": {"text/html": "<p>\nb", "application/json": ["ab"]}}
    html, data = only(old, new).mimes
    assert html.text is not None
    assert html.text.new == ("<p>", "b")
    assert (data.mime, data.text) == ("application/json", None)


def test_an_error_is_compared_by_its_traceback():
    change = only(ERROR, ERROR | {"traceback": ["one\n2", "three"]})
    assert change.text is not None
    assert change.text.old == ("one", "two", "three")
    assert [each.path for each in change.fields] == [("traceback",)]


def test_an_error_that_has_a_text_too_is_compared_by_its_text():
    """The fuzzing's find: a traceback's diff was taken for that of the text."""
    old, new = ERROR | {"text": "same"}, ERROR | {"text": "same", "traceback": ["other"]}
    assert only(old, new).text is None
    assert only(ERROR | {"text": "one"}, new).text is not None


def test_the_prompt_number_of_a_result_is_a_detail():
    new = RESULT | {"execution_count": 7}
    assert only(RESULT, new).fields
    assert diff_outputs([RESULT], [new], Compared(details=False)) == ()


def test_metadata_can_be_left_out():
    new = FIGURE | {"metadata": {"image/png": {"width": 1}}}
    assert only(FIGURE, new).fields
    assert diff_outputs([FIGURE], [new], Compared(metadata=False)) == ()


def test_noise_can_be_left_out():
    old, new = ({**OUT, "text": f"<Foo at 0x7f00{k}>\n"} for k in ("12345678", "deadbeef"))
    assert only(old, new).text
    assert diff_outputs([old], [new], QUIET) == ()
    one, other = ({**FIGURE, "data": {"image/png": f"0x{k}0000000"}} for k in "12")
    assert only(one, other, QUIET).mimes  # an image is no text


@given(bundles, bundles)
def test_bundles_are_compared_completely(old, new):
    changes = {change.mime: change for change in diff_bundles(old, new, EVERYTHING)}
    for mime in {*old, *new} - {*changes}:
        assert mime in old
        assert mime in new
    for mime, change in changes.items():
        assert (change.kind == "added") == (mime not in old)
        assert (change.kind == "removed") == (mime not in new)


def test_what_is_no_bundle_is_compared_as_a_whole():
    assert diff_bundles("a", "a", EVERYTHING) == ()
    (change,) = diff_bundles("a", {"text/plain": "a"}, EVERYTHING)
    assert (change.mime, change.old, change.new) == ("", "a", {"text/plain": "a"})
