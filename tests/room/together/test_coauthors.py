"""Commits of real git that name those who wrote in the notebook."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nbhotel.room.together.coauthors import trailer
from nbhotel.room.together.file import Author, Kept, together_file

HOST = socket.getfqdn()
BEN = f"Co-authored-by: Ben <ben@{HOST}>"


class Repository:
    """A repository of Anna's; what Ben writes into a notebook there, the room remembers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "work"
        self.folder.mkdir()
        kept = ("PATH", "LANG", "TMPDIR")
        self.environment = {name: value for name, value in os.environ.items() if name in kept} | {
            "HOME": str(folder),
            "JUPYTERHUB_USER": "anna",
            "GIT_AUTHOR_NAME": "Anna",
            "GIT_AUTHOR_EMAIL": "anna@example.org",
            "GIT_COMMITTER_NAME": "Anna",
            "GIT_COMMITTER_EMAIL": "anna@example.org",
        }
        self.kept = Kept(together_file(self.environment))
        self.run("git", "init", "-q", "-b", "main")

    def run(self, *words: str) -> str:
        done = subprocess.run(
            words, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def coauthors(self, *words: str) -> str:
        return self.run(sys.executable, "-m", "nbhotel", "coauthors", *words)

    def write(self, name: str, *people: str, later: float = 0) -> None:
        (self.folder / name).write_text("{}" + " " * int(time.time_ns() % 1000))
        for person in people:
            author = Author(person, person.title(), time.time() + later)
            self.kept.set_author(os.path.realpath(self.folder / name), author)
        self.run("git", "add", "--all")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_those_who_wrote_are_named_until_the_notebook_is_committed(repository):
    repository.write("a.ipynb", "anna", "ben")
    repository.write("mine.ipynb", "anna")
    assert repository.coauthors() == f"{BEN}\n"
    repository.run("git", "commit", "-q", "-m", "First")
    assert repository.coauthors() == ""
    repository.write("mine.ipynb", "carol", later=5)
    assert repository.coauthors() == f"Co-authored-by: Carol <carol@{HOST}>\n"


def test_the_hook_adds_them_to_what_the_persons_own_hook_allows(repository):
    own = repository.folder / ".git/hooks/commit-msg"
    own.write_text('#!/bin/sh\ngrep -q issue "$1"\n')
    own.chmod(0o755)
    repository.coauthors("--hook")
    repository.write("a.ipynb", "anna", "ben")
    repository.run("git", "commit", "-q", "-m", "An issue")
    assert repository.run("git", "log", "-1", "--format=%B") == f"An issue\n\n{BEN}\n\n"
    repository.run("git", "commit", "-q", "--amend", "--no-edit")
    assert repository.run("git", "log", "-1", "--format=%B").count(BEN) == 1
    repository.coauthors("--no-hook")
    assert own.read_text() == '#!/bin/sh\ngrep -q issue "$1"\n'


def test_an_empty_message_stays_empty(repository, tmp_path):
    repository.write("a.ipynb", "ben")
    message = tmp_path / "message"
    message.write_text("\n# Please enter the commit message\n")
    repository.coauthors("--message", str(message))
    assert message.read_text() == "\n# Please enter the commit message\n"


def test_without_a_shared_notebook_there_is_nothing_to_say(repository, tmp_path):
    repository.environment["HOME"] = str(tmp_path / "elsewhere")
    assert repository.coauthors() == ""
    assert not (tmp_path / "elsewhere").exists()


def test_a_name_can_not_become_another_line():
    found = trailer(Author("eve\nx", "Eve <root@example.org>\nSigned-off-by: Root", 0.0), "host")
    assert found == "Co-authored-by: Eve root@example.org Signed-off-by: Root <eve.x@host>"
