"""`nbhotel blame` on the command line, in a real repository."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.cli.repositories import ONE, TWO, Repo, environment, notebook

Done = subprocess.CompletedProcess[str]
OTHER = "def fit(table):\n    return table.mean()"


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    repo = Repo(tmp_path_factory.mktemp("blame") / "repo")
    for name, sources in (
        ("first", (ONE, OTHER)),
        ("second", (TWO, OTHER)),
        ("third", (TWO, OTHER + "  # ok")),
    ):
        repo.write("a.ipynb", notebook(*sources))
        repo.git("add", "-A")
        repo.git("commit", "-q", "-m", name, "--author=Ada Lovelace <ada@example.org>")
    return repo


@pytest.fixture
def run_blame(repo: Repo) -> Callable[..., Done]:
    """Run `nbhotel blame ARG…` in the repository."""

    def run(*arguments: str, **more: str) -> Done:
        return subprocess.run(
            [sys.executable, "-m", "nbhotel", "blame", *arguments],
            cwd=repo.folder,
            env={**environment(repo.folder.parent), **more},
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


def lines(done: Done) -> list[str]:
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_a_notebook(run_blame, repo):
    first, second, third = (
        repo.git("rev-parse", "--short=8", name).strip() for name in ("HEAD~2", "HEAD~1", "HEAD")
    )
    assert lines(run_blame("a.ipynb", "--date=short")) == [
        f"── code cell 1 [ ] · {second} Ada Lovelace, 2026-01-01 · second ──",
        f" {first} Ada Lovelace 2026-01-01 1 │ import os",
        f" {second} Ada Lovelace 2026-01-01 2 │ value = compute(2)",
        f" {first} Ada Lovelace 2026-01-01 3 │ print(value)",
        "",
        f"── code cell 2 [ ] · {third} Ada Lovelace, 2026-01-01 · third ──",
        f" {first} Ada Lovelace 2026-01-01 1 │ def fit(table):",
        f" {third} Ada Lovelace 2026-01-01 2 │     return table.mean()  # ok",
    ]


def test_ages_are_told_by_default(run_blame):
    done = run_blame("a.ipynb", GIT_TEST_DATE_NOW="1767657600")
    assert lines(done)[0].endswith(" Ada Lovelace, 5 days ago · second ──")


def test_a_version_and_a_cell(run_blame):
    done = run_blame("a.ipynb", "HEAD~1", "--cell=2", "--date=short")
    assert [line.split(" ")[-1] for line in lines(done)] == ["──", "fit(table):", "table.mean()"]
    assert "first" in lines(done)[0]


def test_a_commit_that_is_ignored(run_blame, repo):
    done = run_blame("a.ipynb", "--ignore-rev", "HEAD~1", "--cell=1")
    assert lines(done)[2].startswith("?" + repo.git("rev-parse", "--short=8", "HEAD~2").strip())


def test_what_is_not_committed(run_blame, repo):
    repo.write("a.ipynb", notebook(TWO, OTHER + "  # ok", "new"))
    try:
        assert lines(run_blame("a.ipynb"))[-2:] == [
            "── code cell 3 [ ] · not committed yet ──",
            " 00000000 Not committed yet now"
            + " " * (lines(run_blame("a.ipynb"))[-1].index(" 1 │") - 31)
            + " 1 │ new",
        ]
        assert lines(run_blame("a.ipynb", "HEAD"))[-1].endswith("# ok")
        repo.write("a.ipynb", "<<<<<<< ours")
        note = "note: the file here can't be read (line 1: has conflict markers): this is the newest commit's"
        assert lines(run_blame("a.ipynb"))[0] == note
    finally:
        repo.git("checkout", "-q", "a.ipynb")


def test_formats(run_blame, tmp_path):
    document = json.loads(run_blame("a.ipynb", "--format=json").stdout)
    assert len(document["cells"]) == 2
    assert run_blame("a.ipynb", "--out", str(tmp_path / "blame.html")).stdout == ""
    assert "<title>Blame of a.ipynb</title>" in (tmp_path / "blame.html").read_text()


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["nothing.ipynb"], "nothing.ipynb: there is no such notebook, here or in git"),
        (["nothing.ipynb", "HEAD"], "nothing.ipynb: no commit there has this notebook"),
        ([], "name a notebook, and perhaps a revision (see `nbhotel blame --help`)"),
        (["a.ipynb", "zzz"], "zzz: is no git revision"),
        (["a.ipynb", "HEAD~1..HEAD"], "HEAD~1..HEAD: is no git revision"),
        (["a.ipynb", "--cell=3"], "a.ipynb: there is no cell 3 (there are the cells 1 to 2, without ids)"),
        (["a.ipynb", "--ignore-rev=zzz"], "zzz: is no commit"),
        (["a.ipynb", "--ignore-revs-file=zzz"], "zzz: can't be read: no such file or directory"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(words, line, run_blame):
    done = run_blame(*words)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"nbhotel: {line}\n")
