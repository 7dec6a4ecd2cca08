"""`nbdiff` and `nbshow` at a real pseudo-terminal, through pagers, and with readers that leave."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from tests.cli.repositories import ONE, TWO, environment, notebook

PROGRAM = "import sys; from nbhotel.cli import short; sys.exit(getattr(short, sys.argv.pop(1))())"


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a.ipynb").write_text(notebook(ONE))
    Path("b.ipynb").write_text(notebook(TWO))


def at_terminal(*arguments: str, columns: int = 80, **more: str) -> str:
    """What a command writes to a terminal of its own."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    inherited = environment(Path.cwd())
    for name in ("COLUMNS", "NO_COLOR", "COLORTERM", "TERM_PROGRAM", "KITTY_WINDOW_ID", "TMUX"):
        inherited.pop(name, None)
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments],
        stdin=follower, stdout=follower, stderr=follower, env={**inherited, "TERM": "xterm", **more},
    )  # fmt: skip
    os.close(follower)
    written = b""
    try:
        while chunk := os.read(leader, 65536):
            written += chunk
    except OSError:  # the other end is closed
        pass
    os.close(leader)
    assert process.wait(timeout=60) == 0
    return written.decode().replace("\r\n", "\n")


def test_colours_at_a_terminal_unless_they_are_unwanted():
    words = ["nbdiff", "a.ipynb", "b.ipynb", "--no-pager"]
    assert "\x1b[31" in at_terminal(*words)
    assert "\x1b[38;5;253;48;5;52" in at_terminal(*words, TERM="xterm-256color")
    assert "48;2;63;8;12" in at_terminal(*words, COLORTERM="truecolor")
    assert "48;2;255;232;230" in at_terminal(*words, COLORTERM="truecolor", COLORFGBG="0;15")
    for plain in (
        at_terminal(*words, NO_COLOR="1"),
        at_terminal(*words, TERM="dumb"),
        at_terminal(*words, "--no-color"),
        at_terminal(*words, "--color=never"),
    ):
        assert "\x1b" not in plain
        assert "-value = compute(1)" in plain
    assert "\x1b[31" in at_terminal(*words, "--color=always", NO_COLOR="1")


def test_two_columns_where_there_is_room():
    words = ["nbdiff", "a.ipynb", "b.ipynb", "--no-pager", "--no-color"]
    assert " │ " in at_terminal(*words, columns=160)
    assert " │ " not in at_terminal(*words, columns=159)
    assert " │ " not in at_terminal(*words, "--no-side-by-side", columns=200)
    assert " │ " in at_terminal(*words, "-y", columns=80)
    assert " │ " in at_terminal(*words, columns=80, COLUMNS="170")


@pytest.mark.parametrize("columns", [1, 2, 20])
@pytest.mark.parametrize(
    "command",
    [["nbdiff", "a.ipynb", "b.ipynb"], ["nbdiff", "-y", "a.ipynb", "b.ipynb"], ["nbshow", "a.ipynb"]],
)
def test_a_narrow_terminal(command, columns):
    assert "compute" in at_terminal(*command, "--no-pager", columns=columns)


PAGER = "sed s/^/paged:/; echo LESS=$LESS"
CONFIGURED = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.pager", "GIT_CONFIG_VALUE_0": PAGER}


@pytest.mark.parametrize(
    "variables",
    [{"GIT_PAGER": PAGER, "PAGER": "false"}, {"PAGER": PAGER}, {**CONFIGURED, "PAGER": "false"}],
)
def test_the_pager_is_chosen_as_git_chooses_it(variables):
    written = at_terminal("nbdiff", "a.ipynb", "b.ipynb", "--no-color", **variables)
    assert "paged:-value = compute(1)\n" in written
    assert "LESS=FRX\n" in written
    assert "LESS=-S\n" in at_terminal("nbdiff", "a.ipynb", "b.ipynb", LESS="-S", **variables)
    assert "paged:" not in at_terminal("nbdiff", "a.ipynb", "b.ipynb", "--no-pager", **variables)
    assert at_terminal("nbdiff", "a.ipynb", "a.ipynb", **variables) == ""


def test_a_pager_that_is_left_early_is_no_error():
    Path("b.ipynb").write_text(notebook("\n".join(f"line {n}" for n in range(100_000))))
    written = at_terminal("nbdiff", "a.ipynb", "b.ipynb", "--no-color", GIT_PAGER="head -n 2")
    assert written == "--- a.ipynb\n+++ b.ipynb\n"


def test_no_pager_without_one():
    assert "-value" in at_terminal("nbdiff", "a.ipynb", "b.ipynb", "--no-color", GIT_PAGER="")
    assert "-value" in at_terminal("nbdiff", "a.ipynb", "b.ipynb", "--no-color", GIT_PAGER="cat")


def test_images_are_previewed_where_the_terminal_can_and_then_without_a_pager():
    from tests.render.test_terminal import png

    for name, grey in (("a", 0), ("b", 255)):
        output = {"output_type": "display_data", "metadata": {}, "data": {"image/png": png(10, 10, grey)}}
        Path(f"{name}.ipynb").write_text(notebook(ONE, outputs=[output]))
    words = ["nbdiff", "a.ipynb", "b.ipynb"]
    kitty = at_terminal(*words, TERM="xterm-kitty", PAGER=PAGER)
    assert "\x1b_Ga=T" in kitty
    assert "paged:" not in kitty
    assert "\x1b]1337;" in at_terminal(*words, TERM_PROGRAM="iTerm.app")
    assert "\x1bPq" in at_terminal(*words, TERM="foot")
    for none in (
        at_terminal(*words, PAGER=PAGER), at_terminal(*words, TERM="xterm-kitty", TMUX="x", PAGER=PAGER),
        at_terminal(*words, "--images=none", TERM="xterm-kitty", PAGER=PAGER),
    ):  # fmt: skip
        assert "\x1b_G" not in none
        assert "paged:" in none


def test_a_reader_that_leaves_is_no_error():
    Path("b.ipynb").write_text(notebook("\n".join(f"line {n}" for n in range(100_000))))
    shell = 'set -o pipefail; "$0" -c "$1" nbdiff a.ipynb b.ipynb | head -n 1'
    done = subprocess.run(
        ["bash", "-c", shell, sys.executable, PROGRAM], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "--- a.ipynb\n", "")


def test_a_closed_or_full_output():
    shell = '"$0" -c "$1" nbdiff a.ipynb b.ipynb > /dev/full'
    done = subprocess.run(
        ["bash", "-c", shell, sys.executable, PROGRAM], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (
        2,
        "nbhotel: standard output: can't be written: no space left on device\n",
    )
    shell = '"$0" -c "$1" nbdiff a.ipynb b.ipynb >&-'
    done = subprocess.run(
        ["bash", "-c", shell, sys.executable, PROGRAM], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_an_output_without_utf8():
    command = [sys.executable, "-c", PROGRAM, "nbdiff", "a.ipynb", "b.ipynb"]
    done = subprocess.run(
        command, capture_output=True, timeout=60, env={**os.environ, "PYTHONIOENCODING": "ascii"}
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\\u2500\\u2500 code cell 1" in done.stdout


def test_an_interrupt_is_exit_code_130():
    command = [sys.executable, "-c", PROGRAM, "nbdiff", "-", "b.ipynb"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        time.sleep(1)
        process.send_signal(2)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"")
