"""What is on its way: remembered, but not all of it for ever; a defect of ours ends one job, and is told."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from nbhotel.errors import NbhotelError, ShareError
from nbhotel.room.sharing.jobs import Job, Jobs


def ended(jobs: Jobs, subject: str, work: Callable[[Job], dict[str, Any]]) -> Job:
    job = jobs.start(subject, work)
    end = time.monotonic() + 10
    while job.is_running:
        assert time.monotonic() < end
        time.sleep(0.001)
    return job


def test_a_defect_is_told_and_stands_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    def broken(_: Job) -> dict[str, Any]:
        raise ZeroDivisionError

    job = ended(Jobs(logging.getLogger("room")), "a.ipynb", broken)
    with pytest.raises(NbhotelError) as caught:
        job.told()
    assert str(caught.value) == "a.ipynb: failed unexpectedly (the server's log says why)"
    assert "ZeroDivisionError" in caplog.text


def test_a_file_that_can_t_be_read_is_told(tmp_path: Path) -> None:
    job = ended(Jobs(logging.getLogger("room")), "folder", lambda _: {"": (tmp_path / "x").read_text()})
    with pytest.raises(ShareError) as caught:
        job.told()
    assert str(caught.value) == f"{tmp_path}/x: can't be read: No such file or directory"


def test_one_at_a_time_and_the_oldest_are_forgotten() -> None:
    jobs, go_on = Jobs(logging.getLogger("room")), Event()
    running = jobs.start("slow", lambda _: {"waited": go_on.wait(10)})
    with pytest.raises(ShareError, match="slow: is being shared already"):
        jobs.start("slow", lambda _: {})
    done = [ended(jobs, "fast", lambda _: {"address": ""}) for _ in range(60)]
    assert jobs.find(running.id) is running
    assert jobs.find(done[0].id) is None
    assert jobs.find(done[-1].id) is done[-1]
    go_on.set()
