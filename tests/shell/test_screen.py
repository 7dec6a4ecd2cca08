"""What is left of what programs print."""

from __future__ import annotations

import re
from pathlib import Path

import pyte
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nbhotel.shell.output import Output
from nbhotel.shell.screen import Screen


def shown(*pieces: str, rows: int = 24) -> str:
    screen = Screen(rows)
    for piece in pieces:
        screen.feed(piece)
    return "".join(screen.take())


@pytest.mark.parametrize(
    ("printed", "left"),
    [
        ("a\r\nb\r\n", "a\nb\n"),
        ("10%\r20%\r", "20%"),
        ("long line\rab\x1b[K", "ab"),
        ("abc\b\bX", "aXc"),
        ("a\tb", "a       b"),
        ("one\r\ntwo\x1b[1A\r\x1b[2KONE\x1b[1B\r\x1b[2KTWO", "ONE\nTWO"),
        ("\x1b]0;title\x07\x1b[?25lx\x1b[?25h\x1b(B", "x"),
        ("\x1b[31mred\x1b[0m plain", "\x1b[31mred\x1b[0m plain"),
        (
            "\x1b[1m\x1b[38;5;0mb\x1b[48;2;0;0;0mc\x1b[md",
            "\x1b[1;38;5;0mb\x1b[0m\x1b[1;38;5;0;48;2;0;0;0mc\x1b[0md",
        ),
        ("old\x1b[2J\x1b[Hnew", "new"),
        ("shell\r\n\x1b[?1049h\x1b[5;5Hfull screen\x1b[?1049lback", "back\n\n\n\n"),
        ("12345\x1b[3D\x1b[P", "1245"),
        ("12345\r\x1b[2X", "  345"),
    ],
)
def test_cursor_and_colours(printed: str, left: str) -> None:
    assert shown(printed) == left
    assert shown(*printed) == left, "in single letters"


def test_what_has_scrolled_away_stays() -> None:
    screen = Screen(rows=2)
    screen.feed("1\r\n2\r\n3\r\n")
    assert screen.take() == ("1\n2\n", "3\n")
    screen.feed("\x1b[9A\x1b[2Knew")
    assert screen.take() == ("", "new\n")


#: What moves within the lines; a line never gets as wide as pyte's screen.
MOVES = [
    "\r",
    "\r\n",
    "\b",
    "\x1b[K",
    "\x1b[1K",
    "\x1b[2K",
    "\x1b[A",
    "\x1b[2A",
    "\x1b[B",
    "\x1b[3C",
    "\x1b[2D",
]
MOVES += [
    "\x1b[5G",
    "\x1b[J",
    "\x1b[1J",
    "\x1b[2J",
    "\x1b[H",
    "\x1b[2;3H",
    "\x1b[E",
    "\x1b[F",
    "\x1b[P",
    "\x1b[2X",
    "\t",
]


@given(st.lists(st.sampled_from([*MOVES, "a", "bc", "def"]), max_size=40))
def test_a_terminal_shows_the_same(printed: list[str]) -> None:
    terminal = pyte.Screen(200, 50)
    pyte.Stream(terminal).feed("".join(printed))
    ours = [line.rstrip() for line in shown(*printed, rows=50).split("\n")]
    theirs = [line.rstrip() for line in terminal.display]
    assert ours == theirs[: len(ours)]
    assert not any(theirs[len(ours) :])


@example(["g\r\n" * 9, "\x1b[A", "\x1b[0mdef\r\n", "\x1b[0mdef\r\n", "\x1b[0mdef\r\n"])
@given(
    st.lists(st.sampled_from(["a", "bc\x1b[31m", "\x1b[0mdef\r\n", "g\r\n" * 9, "\r", "\x1b[A"]), max_size=40)
)
def test_long_pieces_show_the_same_as_short_ones(printed: list[str]) -> None:
    plain = [
        re.sub(r"\x1b\[[0-9;]*m", "", text)
        for text in (shown(*printed, rows=3), shown("".join(printed), rows=3))
    ]
    assert plain[0] == plain[1]
    assert styles(shown(*printed, rows=3)) == styles(shown("".join(printed), rows=3))


def styles(text: str) -> list[tuple[str, str]]:
    """Each visible letter with its style."""
    style = ""
    found = []
    for sequence, letter in re.findall(r"\x1b\[([0-9;]*)m|(.)", text):
        if letter:
            found.append((letter, style))
        else:
            style = "" if sequence in {"", "0"} else sequence
    return found


@given(st.lists(st.text(st.sampled_from("ab🙂\r\n\x1b[1mKA"), max_size=30), max_size=20))
def test_changes_add_up_to_the_output(pieces: list[str]) -> None:
    output = Output(10_000, rows=3)
    told = b""
    for piece in pieces:
        output.feed(piece)
        if change := output.change():
            told = told[: 2 * change.keep] + change.text.encode("utf-16-le")
    assert told.decode("utf-16-le") == output.text == shown(*pieces, rows=3)


def test_of_too_much_the_end_is_kept() -> None:
    output = Output(1000)
    told = ""
    for number in range(2000):
        output.feed(f"line {number}\n")
        change = output.change()
        assert change is not None
        told = told[: change.keep] + change.text
        assert len(told) < 1500
    assert told == output.text
    assert told.startswith("[the beginning is left out")
    assert told.endswith("line 1999\n")


def test_a_real_progress_bar() -> None:
    """What rich 15 prints for a bar of two lines, with colours."""
    printed = Path(__file__).with_name("bars.txt").read_bytes().decode()
    left = shown(printed)
    assert left.count("\n") == 2
    assert "100%" in left
    assert "\x1b[38" in left
