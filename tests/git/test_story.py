"""Whole stories with real git: after each step, which outputs lie on the disk and which are in git.

Outputs are strings such as "out-A-1" (who ran it, which cell). None may get lost, none may get into git.
"""

from __future__ import annotations

import json
import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from tests.git.runs import cells, clean, ran, tokens
from tests.git.sandbox import Sandbox

pytestmark = pytest.mark.slow

NAME = "analysis.ipynb"


class Story:
    """A repository with one notebook, and what is asked of it after each step."""

    def __init__(self, repo: Sandbox) -> None:
        self.repo = repo

    def run(self, who: str, *sources: str) -> None:
        """Somebody edits the notebook and runs all of it."""
        self.repo.write(NAME, ran(who, sources))

    def on_disk(self, folder: Path | None = None) -> list[str]:
        """The outputs in the worktree, in order."""
        content = ((folder or self.repo.folder) / NAME).read_bytes()
        found = [output or "-" for _, output in cells(content)]
        numbers = [each["execution_count"] for each in json.loads(content)["cells"]]
        assert [number is not None for number in numbers] == [output != "-" for output in found]
        return found

    def status(self) -> str:
        return self.repo.git("status", "--short").strip()

    def nothing_leaked(self) -> None:
        """No object of the repository holds an output, reachable or not."""
        listed = self.repo.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)")
        blobs = [line.split()[0] for line in listed.splitlines() if line.endswith(" blob")]
        assert blobs
        for blob in blobs:
            assert "out-" not in self.repo.git("cat-file", "blob", blob)


@pytest.fixture
def story(enabled: Sandbox) -> Story:
    told = Story(enabled)
    told.run("A", "1 first", "2 second", "3 third")
    enabled.commit("first")
    return told


def test_a_commit_has_no_outputs_and_the_disk_keeps_them(story):
    assert story.on_disk() == ["out-A-1", "out-A-2", "out-A-3"]
    committed = json.loads(story.repo.git("show", f"HEAD:{NAME}", "--no-textconv"))
    assert [(each["outputs"], each["execution_count"]) for each in committed["cells"]] == [([], None)] * 3
    assert story.status() == ""
    story.nothing_leaked()


def test_after_a_run_nothing_is_modified_and_nothing_refuses(story):
    """Facts: with other filters, status says M, and checkout, merge and pull refuse."""
    story.repo.git("branch", "other")
    story.run("A", "1 first", "2 second", "3 changed")
    story.repo.commit("second")
    for who in ("B", "CCC", "DDDD"):
        story.run(who, "1 first", "2 second", "3 changed")
        assert story.status() == ""
        assert story.repo.git("diff") == ""
    story.repo.git("checkout", "-q", "other")
    assert story.on_disk() == ["out-A-1", "out-A-2", "out-A-3"]  # what was there when this version was
    story.repo.git("checkout", "-q", "main")
    assert story.on_disk() == ["out-DDDD-1", "out-DDDD-2", "out-DDDD-3"]
    story.nothing_leaked()


def test_after_commit_a_nothing_is_modified_either(story):
    """`git commit -a` writes the index once more after the last call of the hook post-index-change."""
    story.run("A", "1 first", "2 second", "3 changed")
    story.repo.git("commit", "-q", "-a", "-m", "second")
    story.run("BBBB", "1 first", "2 second", "3 changed")
    assert story.status() == ""


def test_pull_rebase_and_merge_after_a_run(story, tmp_path):
    upstream = tmp_path / "upstream.git"
    story.repo.git("clone", "-q", "--bare", ".", str(upstream))
    story.repo.git("remote", "add", "origin", str(upstream))
    story.repo.git("fetch", "-q", "origin")
    story.repo.git("branch", "-q", "--set-upstream-to=origin/main")
    colleague = story.repo.at(tmp_path / "colleague")
    story.repo.git("clone", "-q", str(upstream), str(colleague.folder))
    colleague.nbhotel("git", "enable")
    colleague.write(NAME, ran("colleague", ["1 first", "2 second", "3 third", "4 fourth"]))
    colleague.commit("a cell more")
    colleague.git("push", "-q")
    story.run("E", "1 first", "2 second", "3 third")
    story.repo.git("pull", "-q", "--rebase")
    assert story.on_disk() == ["out-E-1", "out-E-2", "out-E-3", "-"]
    story.run("FF", "1 first", "2 second", "3 third", "4 fourth")
    story.repo.git("merge", "-q", "--no-ff", "-m", "merge", "origin/main")
    assert story.on_disk() == ["out-FF-1", "out-FF-2", "out-FF-3", "out-FF-4"]
    story.nothing_leaked()


def test_back_and_forth_between_branches(story):
    story.repo.git("checkout", "-q", "-b", "other")
    story.run("B", "1 first", "2 second", "9 ninth")
    story.repo.commit("other")
    for _ in range(3):
        story.repo.git("checkout", "-q", "main")
        assert story.on_disk() == ["out-A-1", "out-A-2", "out-A-3"]
        story.repo.git("checkout", "-q", "other")
        assert story.on_disk() == ["out-B-1", "out-B-2", "out-B-3"]
    assert story.status() == ""
    story.nothing_leaked()


def test_stash_and_pop(story):
    story.run("B", "1 first", "2 edited", "3 third")
    story.repo.git("stash", "-q")
    assert story.on_disk() == ["out-A-1", "out-A-2", "out-A-3"]
    story.repo.git("stash", "pop", "-q")
    assert story.on_disk() == ["out-B-1", "out-B-2", "out-B-3"]
    story.nothing_leaked()


def test_merge_rebase_and_cherry_pick(story):
    story.repo.git("checkout", "-q", "-b", "theirs")
    story.run("T", "1 first", "2 second", "3 third", "7 theirs")
    theirs = story.repo.commit("theirs")
    story.repo.git("checkout", "-q", "main")
    story.run("M", "1 mine", "2 second", "3 third")
    story.repo.commit("mine")
    for step in (
        ["merge", "-q", "-m", "merged", "theirs"],
        ["rebase", "-q", "theirs"],
        ["cherry-pick", theirs],
    ):
        story.repo.git("branch", "-f", "start")
        story.repo.git(*step)
        assert story.on_disk() == ["out-M-1", "out-M-2", "out-M-3", "out-T-4"], step
        assert story.status() == ""
        story.repo.git("reset", "-q", "--hard", "start")
        assert story.on_disk() == ["out-M-1", "out-M-2", "out-M-3"]
    story.nothing_leaked()


def test_restore_and_reset_bring_back_what_was_there(story):
    story.run("B", "1 first", "2 edited", "3 third")
    story.repo.git("restore", NAME)
    assert story.on_disk() == ["out-A-1", "out-A-2", "out-A-3"]
    story.run("B", "1 first", "2 edited", "3 third")
    story.repo.git("reset", "-q", "--hard")
    assert story.on_disk() == ["out-A-1", "out-A-2", "out-A-3"]
    (story.repo.folder / NAME).unlink()
    story.repo.git("checkout", "-q", "--", NAME)
    assert story.on_disk() == ["out-A-1", "out-A-2", "out-A-3"]


def test_worktree_renames_and_local_clone(story, tmp_path):
    story.repo.git("worktree", "add", "-q", "-b", "aside", str(tmp_path / "aside"))
    assert story.on_disk(tmp_path / "aside") == ["out-A-1", "out-A-2", "out-A-3"]
    story.repo.git("mv", NAME, "renamed.ipynb")
    story.repo.git("commit", "-q", "-m", "renamed")
    story.repo.git("checkout", "-q", "HEAD~")
    assert story.on_disk() == ["out-A-1", "out-A-2", "out-A-3"]
    clone = story.repo.at(tmp_path / "clone")
    story.repo.git("clone", "-q", "-b", "aside", ".", str(clone.folder))
    clone.nbhotel("git", "enable")
    (clone.folder / NAME).unlink()
    clone.git("checkout", "-q", "--", NAME)
    assert story.on_disk(clone.folder) == ["out-A-1", "out-A-2", "out-A-3"]


def test_archives_and_patches_have_no_outputs(story):
    story.run("B", "1 first", "2 second", "3 edited")
    story.repo.commit("second")
    command = ["git", "archive", "HEAD"]
    done = subprocess.run(command, cwd=story.repo.folder, env=story.repo.env, capture_output=True, check=True)
    with tarfile.open(fileobj=BytesIO(done.stdout)) as archive:
        member = archive.extractfile(NAME)
        assert member is not None
        assert b"out-" not in member.read()
    assert "out-" not in story.repo.git("format-patch", "--stdout", "HEAD~..")
    assert "out-" not in story.repo.git("cat-file", "--filters", f"HEAD:{NAME}")
    assert "out-" not in story.repo.git("diff", "HEAD~", "--no-ext-diff", "--no-textconv")
    assert story.on_disk() == ["out-B-1", "out-B-2", "out-B-3"]


def test_outputs_cleared_by_hand_stay_cleared(story):
    story.repo.write(NAME, clean(["1 first", "2 second", "3 third"]))
    assert story.status() == ""
    (story.repo.folder / NAME).unlink()
    story.repo.git("checkout", "-q", "-f", "main")
    assert story.on_disk() == ["-", "-", "-"]


def test_two_gits_at_once(story):
    """Many processes clean into one vault; every output is found again."""
    names = [f"n{number}.ipynb" for number in range(12)]
    for number, name in enumerate(names):
        story.repo.write(name, ran(f"P{number}", [f"{number} source"]))
    running = [
        subprocess.Popen(
            ["git", "hash-object", "--path", name, name], cwd=story.repo.folder, env=story.repo.env
        )
        for name in names
    ]
    assert [each.wait() for each in running] == [0] * len(names)
    story.repo.git("add", ".")
    story.repo.git("commit", "-q", "-m", "many")
    for name in names:
        (story.repo.folder / name).unlink()
    story.repo.git("checkout", "-q", "--", ".")
    found = [tokens((story.repo.folder / name).read_bytes()) for name in names]
    assert found == [[f"out-P{number}-1"] for number in range(12)]
