"""Mutated notebooks as versions of one: followed, blamed and shown, without a defect."""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from nbhotel.diff.values import BY_DEFAULT
from nbhotel.git.history.blaming import blame
from nbhotel.git.history.commits import Commit
from nbhotel.git.history.follow import Change, changes, changes_of_cell
from nbhotel.git.history.objects import Objects
from nbhotel.git.history.versions import Versions
from nbhotel.git.history.walk import Before, Step
from nbhotel.git.revisions import Repository
from nbhotel.notebook.model import Notebook
from nbhotel.notebook.reading import read_notebook
from nbhotel.notebook.shared import Reader
from nbhotel.notebook.writing import encoded
from nbhotel.render.chronicle import Entry
from nbhotel.render.html.blame import blame_page
from nbhotel.render.html.history import log_page
from nbhotel.render.json.history import blame_json, log_json
from nbhotel.render.terminal.blame import blame_lines
from nbhotel.render.terminal.history import Telling, log_lines
from nbhotel.render.terminal.spans import Look
from tests.fuzz.run import plan


def commit(number: int) -> Commit:
    return Commit(f"{number:040}", (), "Ada", "ada@example.org", number, "2026-01-01", "now", f"{number}\n")


def versions_of(files: tuple[bytes, ...], env: dict[str, str], folder: str) -> tuple[list[Step], Versions]:
    """A merge of the last two, which both come from the first; nothing is read from git."""
    versions = Versions(Objects(Repository(folder, env)))
    found = [each for each in map(read_notebook, files) if isinstance(each, Notebook)]
    for number, each in enumerate(found, 1):
        versions.put(f"blob {number}", each)
    steps = []
    for number in range(len(found), 0, -1):
        before = [Before("a", f"blob {k}", f"{k:040}") for k in range(max(1, number - 2), number)]
        steps.append(Step(commit(number), "a", f"blob {number}", tuple(before)))
    return steps, versions


def shown(each: Change) -> Entry:
    return Entry(each.step.commit, each.step.path, each.old_path, each.diff)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 120, 40))
def test_nothing_fails(first, tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    blamed = followed = 0
    for seed in range(first, first + 40):
        files = plan(seed).files()
        reader = Reader()
        for data in (*files, *files):
            assert repr(reader.read(data)) == repr(read_notebook(data))
        steps, versions = versions_of(files, dict(os.environ), str(tmp_path))
        if not steps:
            continue
        entries = [shown(each) for each in changes(steps, versions, BY_DEFAULT)]
        newest = versions.read(steps[0].blob)
        assert isinstance(newest, Notebook)
        for cell in range(min(3, len(newest.cells))):
            each_one = list(map(shown, changes_of_cell(iter(steps), versions, BY_DEFAULT, cell)))
            assert each_one  # somewhere it comes into being
            followed += 1
            entries += each_one
        for line in log_lines(entries, Look(), Telling(patch=True, stat=True)):
            encoded(line)
        json.loads(log_json("a", None, entries))
        encoded(log_page("a", None, entries[:3]))
        found = blame(iter(steps), versions, chosen=lambda all_of: range(len(all_of.cells)), outputs=True)
        assert found is not None
        blamed += sum(len(cell.lines) for cell in found.cells)
        for line in blame_lines(found, Look(width=20, depth="16"), 0):
            encoded(line)
        json.loads(blame_json(found, []))
        encoded(blame_page(found, 0))
    assert blamed > 100
    assert followed > 10
