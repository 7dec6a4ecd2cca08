"""The table of a day with notebooks counts what it says it counts: `python tools/git_story.py`."""

from __future__ import annotations

from itertools import islice

import pytest

from git_story import is_wrong, table, transcript
from tests.git.telling import Day, Said, after_a_run

pytestmark = pytest.mark.slow


def test_nothing_is_lost_and_nothing_leaks(tmp_path, enabled):
    rows = list(Day(enabled, tmp_path).steps())
    assert [(row.step, row.lost, row.leaked) for row in rows if row.lost or row.leaked] == []
    assert [row.in_git for row in rows] == [0] + [1] * (len(rows) - 1)  # the one that somebody wants there
    counted = {row.step: row.on_disk for row in rows}
    assert (counted["switch main"], counted["switch topic"], counted["worktree add"]) == (8, 9, 8)
    assert {"show", "stash pop", "rebase main", "archive", "format-patch"} < set(counted)
    lines = table(rows).splitlines()
    assert lines[0].split() == ["step", "outputs", "on", "disk", "outputs", "in", "git", "lost", "leaked"]
    assert lines[2].split() == ["commit", "8", "1", "0", "0"]


def test_nothing_refuses_after_a_run(tmp_path, enabled):
    said = list(after_a_run(enabled, tmp_path))
    assert [each for each in said if is_wrong(each)] == []
    assert [each.command for each in said[:4]] == [
        "status --short",
        "pull --rebase",
        "status --short",
        "checkout other",
    ]
    assert "$ git status --short\n    (nothing)\n$ git pull --rebase\n" in transcript(said)


def test_a_leak_would_be_seen(tmp_path, repo):
    """Without the filter."""
    rows = list(islice(Day(repo, tmp_path).steps(), 3))
    assert [len(row.leaked) for row in rows] == [0, 7, 7]
    assert "7: out-Ada_" in table(rows)


def test_a_loss_would_be_seen(tmp_path, enabled):
    """Without the vault."""
    for row in Day(enabled, tmp_path).steps():
        if row.step == "branch, edit, run, commit":
            for file in (enabled.folder / ".git/nbhotel").iterdir():
                file.unlink()
        if row.step == "switch main":
            break
    assert sorted(row.lost) == [
        *("analysis.ipynb: fit = 2", "analysis.ipynb: load = 1", "analysis.ipynb: show = 1"),
        *("plots.ipynb: bars = 1", "plots.ipynb: lines = 1"),
    ]


def test_what_refuses_would_be_seen():
    assert is_wrong(Said("status --short", 0, "M a.ipynb"))
    assert is_wrong(Said("merge other", 1, ""))
    assert "exit code 1" in transcript([Said("merge other", 1, "")])
