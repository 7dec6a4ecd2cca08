"""git's index after a save: made to look at contents, and left alone where that is not asked for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nbhotel.git.filter.dirt import look_at_content_of
from tests.browser.lab import notebook

NAMES = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@b",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@b",
}


class Repository:
    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, **NAMES, "HOME": str(home), "XDG_CONFIG_HOME": str(home)}
        self.git("init", "-q", "-b", "main")

    def git(self, *words: str) -> str:
        done = subprocess.run(
            ["git", *words], cwd=self.folder, env=self.environment, capture_output=True, text=True
        )
        return done.stdout

    def enable(self) -> None:
        command = [sys.executable, "-m", "nbhotel", "git", "enable"]
        subprocess.run(command, cwd=self.folder, env=self.environment, check=True, capture_output=True)

    def write(self, source: str, name: str = "a.ipynb", count: int | None = None) -> Path:
        made = notebook(source)
        made["cells"][0]["execution_count"] = count
        path = self.folder / name
        path.write_text(json.dumps(made, indent=1) + "\n")
        return path

    def commit(self, message: str = "m") -> None:
        self.git("add", ".")
        self.git("commit", "-q", "-m", message)

    def look(self, path: Path) -> bool:
        """Look, and see to it that nothing was staged."""
        before = self.git("ls-files", "--stage")
        looked = look_at_content_of(str(path), self.environment)
        assert self.git("ls-files", "--stage") == before
        return looked


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    (tmp_path / "repository").mkdir()
    (tmp_path / "home").mkdir()
    return Repository(tmp_path / "repository", tmp_path / "home")


def test_without_the_filter_nothing_is_done(repository):
    path = repository.write("x")
    repository.commit()
    index = (repository.folder / ".git/index").read_bytes()
    assert not repository.look(path)
    assert (repository.folder / ".git/index").read_bytes() == index


def test_without_a_repository_nothing_is_done(tmp_path):
    assert not look_at_content_of(str(tmp_path / "a.ipynb"), {**os.environ})


def test_a_notebook_that_git_does_not_know_stays_unknown(repository):
    repository.enable()
    path = repository.write("x")
    assert not repository.look(path)
    assert repository.git("status", "--porcelain") == "?? a.ipynb\n"


def test_names_with_odd_characters_are_found(repository):
    repository.enable()
    (repository.folder / "deep").mkdir()
    path = repository.write("x", "deep/a [1] *ö.ipynb")
    repository.commit()
    repository.git("update-index", "-q", "--refresh")
    repository.write("x", "deep/a [1] *ö.ipynb", count=12345)
    assert repository.look(path)
    assert repository.git("status", "--porcelain") == ""


def test_an_index_that_needs_no_change_is_not_written(repository):
    repository.enable()
    path = repository.write("x")
    repository.commit()
    assert repository.look(path)
    before = (repository.folder / ".git/index").stat()
    assert repository.look(path)
    assert (repository.folder / ".git/index").stat().st_ino == before.st_ino


def test_what_a_merge_has_staged_keeps_its_size(repository):
    repository.enable()
    path = repository.write("x")
    (repository.folder / "b.txt").write_text("1")
    repository.commit()
    repository.git("checkout", "-q", "-b", "other")
    repository.write("x + 1")
    (repository.folder / "b.txt").write_text("2")
    repository.commit()
    repository.git("checkout", "-q", "main")
    (repository.folder / "b.txt").write_text("3")
    repository.commit()
    repository.git("merge", "other")
    assert "UU b.txt" in repository.git("status", "--porcelain")
    assert not repository.look(path)


def test_a_conflicted_notebook_is_left_alone(repository):
    repository.enable()
    path = repository.write("x")
    repository.commit()
    blob = repository.git("rev-parse", ":a.ipynb").strip()
    repository.git("rm", "-q", "--cached", "a.ipynb")
    lines = "".join(f"100644 {blob} {stage}\ta.ipynb\n" for stage in (1, 2, 3))
    subprocess.run(
        ["git", "update-index", "--index-info"], cwd=repository.folder, input=lines, text=True, check=True
    )
    assert not repository.look(path)
    assert repository.git("status", "--porcelain") == "UU a.ipynb\n"
