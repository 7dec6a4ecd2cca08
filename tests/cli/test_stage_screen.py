"""The full-screen choice at a real pseudo-terminal, of which an emulator keeps the screen."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pyte
import pytest

from tests.git.sandbox import Sandbox, environment, make_repository, notebook

pytestmark = pytest.mark.slow

LONG = [f"line {number}" for number in range(30)]
EDITED = [*LONG[:3], "early", *LONG[4:25], "late", *LONG[26:]]
UP, DOWN, RIGHT, LEFT, PAGE_DOWN = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[6~"


@pytest.fixture
def repo(tmp_path: Path) -> Sandbox:
    """A notebook of five cells, of which three are edited in the worktree, and one is added."""
    (tmp_path / "home").mkdir()
    made = make_repository(tmp_path / "repo", environment(tmp_path / "home"))
    made.nbhotel("git", "enable")
    made.write("a.ipynb", notebook("x = 1", "\n".join(LONG), "print(x)", "y = 1", ran=True))
    made.commit()
    made.write("a.ipynb", notebook("x = 2", "\n".join(EDITED), "print(x)", "y = 2", "z = 1\nz", ran=True))
    return made


class Screen:
    """A program on a terminal of its own."""

    def __init__(self, repo: Sandbox, *words: str, size: tuple[int, int] = (80, 24), **more: str) -> None:
        leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        env = {**repo.env, "TERM": "xterm-256color", **more}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "nbhotel", *words], cwd=repo.folder, env=env, start_new_session=True,
            stdin=follower, stdout=follower, stderr=follower,
        )  # fmt: skip
        os.close(follower)
        self.leader = leader
        self.raw = b""
        self.screen = pyte.Screen(*size)
        self.stream = pyte.ByteStream(self.screen)

    def press(self, keys: str) -> None:
        os.write(self.leader, keys.encode())

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display)

    def sees(self, *wanted: str) -> str:
        """Wait until all of these are on the screen."""
        until = time.monotonic() + 60
        while not all(each in self.text() for each in wanted):
            assert time.monotonic() < until, f"{wanted} not on the screen:\n{self.text()}"
            if not self._read(0.2):
                break
        assert all(each in self.text() for each in wanted), self.text()
        return self.text()

    def ends(self) -> int:
        """Wait for the program's end and return its exit code."""
        while self._read(60):
            pass
        code = self.process.wait(timeout=60)
        os.close(self.leader)
        return code

    def _read(self, seconds: float) -> bool:
        if select.select([self.leader], [], [], seconds)[0]:
            try:
                data = os.read(self.leader, 65536)
            except OSError:  # the other end is closed
                return False
            self.raw += data
            self.stream.feed(data)
        return True


def staged(repo: Sandbox) -> list[str]:
    return ["".join(cell["source"]) for cell in repo.staged("a.ipynb")["cells"]]


def test_cells_and_hunks_are_chosen_and_staged(repo):
    before = (repo.folder / "a.ipynb").read_bytes()
    screen = Screen(repo, "stage", "a.ipynb")
    shown = screen.sees("stage a.ipynb · 0 of 5 chosen", "> [ ]   code cell 1 · source", "-x = 1", "+x = 2")
    assert "space choose · → open · a all · c stage · q leave · ? help" in shown
    assert "[ ] ▸ code cell 2" in shown
    assert "│" in shown.splitlines()[2]
    screen.press(" ")
    screen.sees("1 of 5 chosen", "> [x]   code cell 1")
    screen.press("j" + RIGHT + DOWN + DOWN + " ")
    screen.sees(
        "2 of 5 chosen", "[~] ▾ code cell 2", "[ ]   source, line 4", "> ", "[x]   source, line 26", "+late"
    )
    screen.press("c")
    assert screen.ends() == 0
    assert "a.ipynb: 2 of 5 changes staged" in screen.text()
    early = [*LONG[:25], "late", *LONG[26:]]
    assert staged(repo) == ["x = 2", "\n".join(early), "print(x)", "y = 1"]
    assert (repo.folder / "a.ipynb").read_bytes() == before


def test_all_help_collapse_and_leaving(repo):
    screen = Screen(repo, "stage", "a.ipynb")
    screen.sees("0 of 5 chosen")
    screen.press("?")
    screen.sees("choose everything, or nothing")
    screen.press("?a")
    screen.sees("5 of 5 chosen", "[x]   code cell 5")
    screen.press("a" + DOWN + "l" + DOWN + " " + "h")
    screen.sees("1 of 5 chosen", "> [~] ▾ code cell 2")
    screen.press("h")
    screen.sees("> [~] ▸ code cell 2")
    screen.press("qn")
    screen.sees("space choose")
    screen.press("q")
    screen.sees("Leave, and stage nothing? y/n")
    screen.press("c y")
    assert screen.ends() == 0
    assert "a.ipynb: nothing staged" in screen.text()
    assert repo.git("diff", "--cached", "--raw") == ""


def test_discarding_asks_and_several_come_in_turn(repo):
    repo.write("b.ipynb", notebook("q = 1"))
    repo.git("add", "b.ipynb")
    repo.write("b.ipynb", notebook("q = 2"))
    screen = Screen(repo, "discard")
    screen.sees("discard a.ipynb · 0 of 5 chosen")
    screen.press(" c")
    screen.sees("Discard 1 change from the worktree? y/n")
    screen.press("n")
    screen.sees("c discard")
    screen.press("cy")
    screen.sees("discard b.ipynb · 0 of 1 chosen")
    screen.press("c")  # nothing is chosen
    screen.press("q")
    assert screen.ends() == 0
    on_disk = json.loads((repo.folder / "a.ipynb").read_text())
    assert "".join(on_disk["cells"][0]["source"]) == "x = 1"
    assert "output of cell 4" in json.dumps(on_disk)
    assert "as it was: cp .git/nbhotel/discarded/" in screen.text()


def test_one_notebook_can_be_left_as_it_is_and_the_next_one_comes(repo):
    repo.write("b.ipynb", notebook("q = 1"))
    repo.git("add", "b.ipynb")
    repo.write("b.ipynb", notebook("q = 2"))
    screen = Screen(repo, "stage")
    screen.sees("stage a.ipynb · 0 of 5 chosen")
    screen.press("c")
    screen.sees("nothing is chosen: space chooses, n goes on without")
    screen.press(" ")
    screen.sees("1 of 5 chosen", "c stage")
    screen.press("n")
    screen.sees("Go on, and stage nothing of this notebook? y/n")
    screen.press("n")
    screen.sees("1 of 5 chosen", "c stage")
    screen.press(" n")
    screen.sees("stage b.ipynb · 0 of 1 chosen")
    screen.press(" c")
    assert screen.ends() == 0
    assert "a.ipynb: nothing staged" in screen.text()
    assert repo.git("diff", "--cached", "--name-only").split() == ["b.ipynb"]
    assert "".join(repo.staged("b.ipynb")["cells"][0]["source"]) == "q = 2"


def test_a_narrow_and_a_low_screen(repo):
    screen = Screen(repo, "stage", "a.ipynb", size=(40, 12))
    shown = screen.sees("0 of 5 chosen", "> [ ]   code cell 1", "+x = 2").splitlines()
    assert next(number for number, line in enumerate(shown) if "+x = 2" in line) > 6  # below the tree
    screen.press(DOWN + PAGE_DOWN)
    screen.sees("> [ ] ▸ code cell 2", "-line 3")
    screen.press(" c")
    assert screen.ends() == 0
    assert staged(repo)[1] == "\n".join(EDITED)


def test_no_colours_where_nobody_wants_them(repo):
    screen = Screen(repo, "stage", "a.ipynb", NO_COLOR="1")
    screen.sees("+x = 2")
    screen.press("q")
    assert screen.ends() == 0
    assert b"[38;" not in screen.raw
    assert b"[31" not in screen.raw
    coloured = Screen(repo, "stage", "a.ipynb")
    coloured.sees("+x = 2")
    coloured.press("\x03")
    assert coloured.ends() == 130
    assert b";48;5;" in coloured.raw


def test_what_is_chosen_by_words_needs_no_screen(repo):
    screen = Screen(repo, "stage", "--cell", "1", "a.ipynb")
    assert screen.ends() == 0
    assert staged(repo)[0] == "x = 2"
    dumb = Screen(repo, "stage", "a.ipynb", TERM="dumb")
    assert dumb.ends() == 2
    assert "this terminal has no full screen (-p works without)" in dumb.text()


def test_without_the_library_one_line_says_what_to_install(repo, tmp_path):
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "prompt_toolkit.py").write_text(
        "raise ModuleNotFoundError('No module', name='prompt_toolkit')"
    )
    screen = Screen(repo, "stage", "a.ipynb", PYTHONPATH=str(tmp_path / "hidden"), size=(120, 24))
    assert screen.ends() == 2
    assert "needs prompt_toolkit (pip install 'nbhotel[tui]'; -p works without)" in screen.text()
