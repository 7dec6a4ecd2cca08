"""What becomes of outputs when parts of a notebook are staged or discarded, by real git and a real vault."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.git.sandbox import Sandbox

pytestmark = pytest.mark.slow

NAME = "sub/a.ipynb"


def notebook(who: str, *sources: str) -> dict[str, Any]:
    """A notebook that `who` ran; the number that a source begins with is the cell's id."""
    return {
        "cells": [
            {
                "cell_type": "code",
                "execution_count": number,
                "id": f"c0ffee{source.split(maxsplit=1)[0]:0>2}",
                "metadata": {"collapsed": False},
                "outputs": [{"name": "stdout", "output_type": "stream", "text": [f"out-{who}-{number}"]}],
                "source": [source],
            }
            for number, source in enumerate(sources, 1)
        ],
        "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


class Story:
    """A repository with one notebook, of which two versions were run."""

    def __init__(self, repo: Sandbox) -> None:
        self.repo = repo
        self.file: Path = repo.folder / NAME

    def run(self, who: str, *sources: str) -> None:
        self.repo.write(NAME, notebook(who, *sources))

    def on_disk(self) -> dict[str, str]:
        """source -> output of the worktree's file."""
        cells = json.loads(self.file.read_text())["cells"]
        return {
            "".join(cell["source"]): "".join(cell["outputs"][0]["text"]) if cell["outputs"] else "-"
            for cell in cells
        }

    def staged(self) -> list[str]:
        document = self.repo.staged(NAME)
        assert all(cell["outputs"] == [] for cell in document["cells"])
        return ["".join(cell["source"]) for cell in document["cells"]]


@pytest.fixture
def story(enabled: Sandbox) -> Story:
    told = Story(enabled)
    told.run("A", "1 one", "2 two = compute(2)", "3 three")
    enabled.commit("first")
    told.run("B", "1 one", "2 two = compute(22)", "3 three", "4 four = compute(4)")
    return told


EDITED = {"1 one": "out-B-1", "2 two = compute(22)": "out-B-2", "3 three": "out-B-3"}


def test_outputs_of_a_part_that_was_staged_come_back_with_it(story):
    repo = story.repo
    repo.nbhotel("stage", "--cell", "2", NAME)
    repo.git("commit", "-q", "-m", "the second cell")
    # Many other versions of the notebook lie between: the vault is asked for this one, not for the newest.
    for number in range(7):
        story.run(f"D{number}", "1 one", "2 two = compute(22)", "3 three", f"4 other {number}")
        repo.git("stash", "-q")
    assert story.on_disk() == EDITED
    repo.git("checkout", "-q", "HEAD~")
    assert story.on_disk() == {"1 one": "out-A-1", "2 two = compute(2)": "out-A-2", "3 three": "out-A-3"}
    repo.git("checkout", "-q", "main")
    assert story.on_disk() == EDITED
    assert repo.git("status", "--short") == ""


def test_discarding_keeps_the_outputs_of_what_is_left_alone(story):
    story.repo.nbhotel("discard", "--cell", "4", "--yes", NAME)
    assert story.on_disk() == EDITED
    assert (
        json.loads(story.file.read_text())["cells"]
        == notebook("B", "1 one", "2 two = compute(22)", "3 three")["cells"]
    )


def test_what_one_goes_back_to_has_the_outputs_it_had(story):
    told = story.repo.nbhotel("discard", "--cell", "2", "--yes", NAME)
    assert story.on_disk() == {
        "1 one": "out-B-1",
        "2 two = compute(2)": "out-A-2",
        "3 three": "out-B-3",
        "4 four = compute(4)": "out-B-4",
    }
    assert story.repo.git("status", "--short") == " M sub/a.ipynb\n"
    back = re.search(r"^as it was: (cp .*)$", told, re.MULTILINE)
    assert back is not None
    assert story.repo.run(["sh", "-c", back[1]]).returncode == 0
    assert (
        story.file.read_text() == json.dumps(notebook("B", *EDITED, "4 four = compute(4)"), indent=1) + "\n"
    )


def test_with_everything_discarded_nothing_is_modified(story):
    story.repo.nbhotel("discard", "--all", "--yes")
    assert story.on_disk() == {"1 one": "out-B-1", "2 two = compute(2)": "out-A-2", "3 three": "out-B-3"}
    assert story.repo.git("status", "--short") == ""


def test_discarding_to_another_revision(story):
    story.repo.git("add", NAME)
    story.repo.git("commit", "-q", "-m", "second")
    story.repo.nbhotel("discard", "--from", "HEAD~", "--cell", "2", "--yes", NAME)
    assert list(story.on_disk()) == ["1 one", "2 two = compute(2)", "3 three", "4 four = compute(4)"]
    assert story.on_disk()["3 three"] == "out-B-3"
    story.repo.nbhotel("discard", "--from", "HEAD~", "--all", "--yes")
    assert list(story.on_disk()) == ["1 one", "2 two = compute(2)", "3 three"]
    story.file.unlink()
    story.repo.nbhotel("discard", "--from", "HEAD~", "--all", "--yes", NAME)
    assert list(story.on_disk()) == ["1 one", "2 two = compute(2)", "3 three"]


def test_cells_that_the_filter_drops_stay_on_the_disk(story):
    story.repo.write(
        "nbhotel.toml", '[chains.vcs]\nextends = "vcs"\nfilters = [{ filter = "drop-cells", empty = true }]\n'
    )
    document = notebook("B", "1 one", "2 two = compute(22)", "3 three", "4 four = compute(4)")
    document["cells"].insert(0, {**document["cells"][0], "id": "empty-0", "source": [], "outputs": []})
    document["cells"].insert(3, {**document["cells"][0], "id": "empty-3"})
    story.repo.write(NAME, document)
    assert "2 of 2 changes" in story.repo.nbhotel("discard", "--all", "--yes", NAME)
    cells = json.loads(story.file.read_text())["cells"]
    assert [cell["id"] for cell in cells] == ["empty-0", "c0ffee01", "c0ffee02", "empty-3", "c0ffee03"]


def test_without_a_filter_the_file_is_what_git_has(repo):
    story = Story(repo)
    story.run("A", "1 one", "2 two = compute(2)")
    repo.commit()
    before = story.file.read_bytes()
    story.run("B", "1 one", "2 two = compute(22)")
    story.file.chmod(0o755)
    repo.nbhotel("discard", "--cell", "2", "--only", "outputs", "--yes", NAME)
    assert story.on_disk() == {"1 one": "out-B-1", "2 two = compute(22)": "out-A-2"}
    repo.nbhotel("discard", "--all", "--yes", NAME)
    assert story.file.read_bytes() == before
    assert repo.git("status", "--short") == ""


def test_what_can_be_discarded_only_if_it_can_be_kept(story):
    kept = story.repo.folder / ".git" / "nbhotel" / "discarded"
    kept.write_text("in the way")
    before = story.file.read_bytes()
    assert "so nothing was discarded" in story.repo.nbhotel("discard", "--all", "--yes", NAME, code=2)
    assert story.file.read_bytes() == before


def test_without_a_vault_nothing_is_lost(story):
    vault = story.repo.folder / ".git" / "nbhotel" / "vault.sqlite"
    vault.unlink()
    story.repo.nbhotel("discard", "--cell", "2", "--yes", NAME)
    assert story.on_disk()["1 one"] == "out-B-1"
    assert story.on_disk()["2 two = compute(2)"] == "-"
