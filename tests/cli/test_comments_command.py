"""`nbhotel comments`: what was said in a room, in the shell of who has the notebook."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from nbhotel.comments.store import Comments
from nbhotel.comments.values import Person
from tests.browser.lab import notebook

ADA, BEN = Person("ada", "Ada\x1b[31m"), Person("ben", "Ben")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A notebook of two cells, and comments on them, on a cell that is gone, and on the whole."""
    path = str(tmp_path / "a.ipynb")
    Path(path).write_text(json.dumps(notebook("x = 1\nx", "y = 2")))
    with Comments(str(tmp_path / "data/nbhotel/comments.sqlite")) as comments:
        comments.begin(path, "gone", "z = 3", BEN, "Where is it?")
        comments.begin(path, "cell-1", "y = 1", ADA, "Why two?\n\nThree is *more*.")
        resolved = comments.begin(path, "cell-0", "x = 1", BEN, "Fine")
        comments.resolve(path, resolved, ADA)
        comments.reply(path, 2, BEN, "Because")
        comments.begin(path, "", "", BEN, "Nice")
    return tmp_path


def ask(folder: Path, *words: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "nbhotel", "comments", *words],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "XDG_DATA_HOME": str(folder / "data")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout, done.stderr


def shown(text: str) -> list[str]:
    """The lines, without the times."""
    return [line if not line.startswith("  2") else f"  TIME{line[21:]}" for line in text.splitlines()]


def test_open_threads_stand_in_the_order_of_cells(folder):
    code, said, wrong = ask(folder, "a.ipynb")
    assert (code, wrong) == (0, "")
    assert "\x1b" not in said
    lines = shown(said)
    assert [line for line in lines if line and not line.startswith(" ")] == [
        "whole notebook",
        "cell 2  y = 2",
        "cell is gone  z = 3",
    ]
    assert lines[5].startswith("  TIME  Ada")
    assert lines[6:10] == ["    Why two?", "", "    Three is *more*.", "  TIME  Ben"]


def test_resolved_threads_are_shown_if_asked_for(folder):
    _, said, _ = ask(folder, "a.ipynb", "--all")
    assert "cell 1  x = 1  resolved by Ada" in said


def test_json_is_for_programs(folder):
    code, said, _ = ask(folder, "a.ipynb", "--json")
    told = json.loads(said)
    assert (code, told["notebook"]) == (0, str(folder / "a.ipynb"))
    assert [thread["cell_number"] for thread in told["threads"]] == [None, 2, None]
    first = told["threads"][0]
    assert (first["cell"], first["comments"][0]["author"]["name"]) == ("", "Ben")


def test_a_notebook_that_is_gone_has_its_comments_still(folder):
    (folder / "a.ipynb").unlink()
    code, said, _ = ask(folder, "a.ipynb")
    assert (code, said.count("cell is gone")) == (0, 2)


def test_nothing_and_what_is_no_database_are_said(folder):
    assert ask(folder, "b.ipynb") == (1, "", "nbhotel: b.ipynb: there are no open comments on it\n")
    code, said, wrong = ask(folder, "a.ipynb", "--database", "a.ipynb")
    assert (code, said) == (2, "")
    assert "a.ipynb: is damaged" in wrong
    code, _, wrong = ask(folder, "a.ipynb", "--database", "none.sqlite")
    assert (code, (folder / "none.sqlite").exists()) == (1, False)
