"""The queue of jobs, with the real worker: order, what is left out, and what ends a job."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from nbhotel.room.saving.queue import Job, Jobs, Outcome
from tests.browser.lab import notebook

LOG = logging.getLogger("test")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    (folder / "nbhotel.toml").write_text('[save]\nexports = ["script"]\n')
    return folder


def outcome(jobs: Jobs, path: Path) -> Outcome:
    future = jobs.latest(str(path))
    assert future
    return future.result(60)


def test_a_filter_that_never_ends_is_stopped(folder, failing_filters, caplog):
    chain = '[chains.mine]\nextends = "script"\nfilters = ["hang"]\n'
    (folder / "nbhotel.toml").write_text(f'[save]\nexports = ["mine"]\n{chain}')
    path = folder / "a.ipynb"
    path.write_text(json.dumps(notebook("x")))
    jobs = Jobs(str(folder.parent / "record"), 1, LOG)
    jobs.add(Job("save", str(path)))
    what = f"{path}: the exports took more than 1 s and were stopped"
    assert outcome(jobs, path).problems == (f"{what} (the server's setting Saving.seconds gives them more)",)
    assert what in caplog.text


def test_of_many_saves_the_last_one_counts_and_none_is_forgotten(folder):
    path, other = folder / "a.ipynb", folder / "b.ipynb"
    jobs = Jobs(str(folder.parent / "record"), 60, LOG)
    for number in range(30):
        for each in (path, other):
            each.write_text(json.dumps(notebook(f"x = {number}")))
            jobs.add(Job("save", str(each)))
    for each in (path, other):
        assert outcome(jobs, each) == Outcome((str(each.with_suffix(".py")),), ())
        assert "x = 29" in each.with_suffix(".py").read_text()


def test_a_notebook_that_is_gone_meanwhile_is_no_problem(folder):
    jobs = Jobs(str(folder.parent / "record"), 60, LOG)
    jobs.add(Job("save", str(folder / "a.ipynb")))
    assert outcome(jobs, folder / "a.ipynb") == Outcome()


def test_a_broken_notebook_is_told(folder):
    path = folder / "a.ipynb"
    path.write_text("{")
    jobs = Jobs(str(folder.parent / "record"), 60, LOG)
    jobs.add(Job("save", str(path)))
    (problem,) = outcome(jobs, path).problems
    assert problem.startswith("a.ipynb: ")
