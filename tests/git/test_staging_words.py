"""`stage`, `unstage` and `discard`: what their words may mean, and must not."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys

import pytest

from tests.git.sandbox import Sandbox, notebook

pytestmark = pytest.mark.slow


@pytest.fixture
def two(repo: Sandbox) -> Sandbox:
    """Two notebooks, both changed in the worktree."""
    for name in ("a.ipynb", "b.ipynb"):
        repo.write(name, notebook("x = 1"))
    repo.commit()
    for name in ("a.ipynb", "b.ipynb"):
        repo.write(name, notebook("x = 2"))
    return repo


@pytest.mark.parametrize("verb", ["stage", "unstage", "discard"])
def test_an_empty_variable_of_a_script_does_not_mean_all_notebooks(two, verb):
    if verb == "unstage":
        two.git("add", ".")
    before = two.git("status", "--short")
    yes = ["--yes"] if verb == "discard" else []
    assert "the name of a notebook is empty" in two.nbhotel(verb, "--all", *yes, "", code=2)
    assert "there is no cell ''" in two.nbhotel(verb, "--cell", "", *yes, "a.ipynb", code=2)
    assert two.git("status", "--short") == before


def test_an_empty_revision_does_not_mean_the_index(two):
    told = two.nbhotel("discard", "--all", "--yes", "--from", "", "a.ipynb", code=2)
    assert "--from is empty" in told
    assert two.git("status", "--short") == " M a.ipynb\n M b.ipynb\n"


def test_a_notebook_that_is_named_twice_is_staged_once(two):
    told = two.nbhotel("stage", "--all", "a.ipynb", "./a.ipynb", str(two.folder / "a.ipynb"), ".")
    assert told.count("1 of 1 change staged") == 2
    assert two.git("status", "--short") == "M  a.ipynb\nM  b.ipynb\n"


def test_one_key_of_metadata(two):
    document = notebook("x = 1", title="Rain", authors=[])
    document["cells"][0]["metadata"] = {"tags": ["t"], "title": "cell"}
    two.write("a.ipynb", document)
    found = json.loads(two.nbhotel("stage", "--json", "--dry-run", "--all", "--only", "metadata", "a.ipynb"))
    assert [(each["part"], each["key"]) for each in found["notebooks"][0]["changes"]] == [
        ("metadata", "title"), ("metadata", "authors"), ("metadata", "tags"), ("metadata", "title")
    ]  # fmt: skip
    told = two.nbhotel("stage", "--all", "--only", "metadata.title", "a.ipynb")
    assert told == "a.ipynb: 2 of 4 changes staged\n  notebook · metadata\n  code cell 1 [ ] · metadata\n"
    assert two.staged("a.ipynb")["metadata"] == notebook(title="Rain")["metadata"]
    assert two.staged("a.ipynb")["cells"][0]["metadata"] == {"title": "cell"}
    told = two.nbhotel("stage", "-p", "a.ipynb", stdin="n\ny\n")
    assert "metadata.tags" in told
    assert "metadata.title" not in told
    assert two.staged("a.ipynb")["cells"][0]["metadata"] == {"tags": ["t"], "title": "cell"}
    told = two.nbhotel("unstage", "-p", "a.ipynb", stdin="n\ns\ny\nn\n")
    assert "Split into 2 parts." in told
    assert two.staged("a.ipynb")["cells"][0]["metadata"] == {"title": "cell"}
    for words in (["--only", "metadata."], ["--only", ""], ["--only", "title"]):
        assert "--only: there is no part" in two.nbhotel("stage", "--all", *words, "a.ipynb", code=2)


def test_what_was_renamed_on_the_disk_is_two_files(two):
    two.git("checkout", "-q", ".")
    two.git("mv", "a.ipynb", "c.ipynb")
    assert two.nbhotel("unstage", "--all") == "nothing to unstage\n"  # its name is no cell
    two.git("reset", "-q")
    two.git("add", "--intent-to-add", "c.ipynb")
    told = two.nbhotel("stage", "--all")
    assert "a.ipynb: 1 of 1 change staged\n  notebook · deleted file\n" in told
    assert two.git("status", "--short") == "R  a.ipynb -> c.ipynb\n"


def test_a_new_notebook_is_not_emptied(two):
    content = two.write("new.ipynb", notebook("x = 1")).read_bytes()
    two.git("add", "--intent-to-add", "new.ipynb")
    told = two.nbhotel("discard", "--all", "--yes", "new.ipynb", code=2)
    assert "new.ipynb: is not in the index: nothing to go back to" in told
    assert (two.folder / "new.ipynb").read_bytes() == content


def test_what_is_no_notebook_is_not_for_repair(two):
    two.write("README.md", "# Rain\n")
    told = two.nbhotel("stage", "--all", "README.md", code=2)
    assert "(`git add -p` is for other files)" in told
    assert told.count("\n") == 1


@pytest.mark.parametrize("words", [["--json"], []])
def test_nobody_is_asked_who_does_not_see_the_question(two, words):
    """A terminal for the answers, and the output in a file or a pipe."""
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "nbhotel", "discard", "--all", *words, "a.ipynb"]
    done = subprocess.run(
        command, cwd=two.folder, env=two.env, stdin=follower, capture_output=True, text=True, timeout=60
    )
    os.close(leader)
    os.close(follower)
    assert (done.returncode, done.stdout) == (2, "")
    assert "discarding changes files (say --yes" in done.stderr
