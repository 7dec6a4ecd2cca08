"""What waits to be written, without a server; and settings that can't be."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from traitlets import TraitError

from nbhotel.journal.store import Journal
from nbhotel.journal.values import Query, Run
from nbhotel.room.journal import writer as module
from nbhotel.room.journal.settings import Journal as Settings
from nbhotel.room.journal.writer import Writer


async def paths() -> dict[str, str]:
    return {"k": "/home/me/a.ipynb"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(file=str(tmp_path / "journal.sqlite"))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PATIENCE", 0.1)
    monkeypatch.setattr(module, "_AGAIN", 0.05)
    monkeypatch.setattr(module, "_GATHER", 0.05)


def written(settings: Settings) -> list[str]:
    with Journal(settings.file) as journal:
        return [run.message for run in journal.search(Query())]


def locked(settings: Settings) -> sqlite3.Connection:
    Journal(settings.file).database.close()
    other = sqlite3.connect(settings.file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other


async def test_runs_are_written_soon_without_being_asked_for(settings, impatient):
    writer = Writer(settings, logging.getLogger(), paths)
    writer.keep(Run("a", 1.0, "x", kernel="k"))
    writer.keep(Run("a", 1.0, "x", 0.5, False, kernel="k"))
    await asyncio.sleep(0.5)
    with Journal(settings.file) as journal:
        (run,) = journal.search(Query())
    assert (run.seconds, run.notebook, writer.waiting) == (0.5, "/home/me/a.ipynb", 0)
    writer.close()


async def test_what_began_while_the_journal_was_off_is_not_kept_when_it_ends(settings, impatient):
    writer = Writer(settings, logging.getLogger(), paths)
    for on, message in ((False, "off"), (True, "on")):
        with Journal(settings.file) as journal:
            journal.switch("", on=on)
        writer.keep(Run(message, 1.0, "x", kernel="k"))
        await writer.flush()
    for message in ("off", "on"):
        writer.keep(Run(message, 1.0, "x", 0.5, False, kernel="k"))
    await writer.flush()
    with Journal(settings.file) as journal:
        assert [(run.message, run.seconds) for run in journal.search(Query())] == [("on", 0.5)]
    writer.close()


async def test_a_lock_is_waited_for_without_being_asked(settings, impatient):
    writer = Writer(settings, logging.getLogger(), paths)
    with closing(locked(settings)):
        writer.keep(Run("a", 1.0, "x", kernel="k"))
        await asyncio.sleep(1)
        assert writer.waiting == 1
        assert "has it locked" in writer.trouble
    await asyncio.sleep(0.5)
    assert (writer.waiting, writer.trouble, written(settings)) == (0, "", ["a"])
    writer.close()


async def test_memory_stays_small_while_nothing_can_be_written(settings, impatient, monkeypatch):
    monkeypatch.setattr(module, "_WAITING", 3)
    writer = Writer(settings, logging.getLogger(), paths)
    with closing(locked(settings)):
        for number in range(5):
            writer.keep(
                Run(f"m{number}", number, "token = 'ghp_0123456789abcdefghijABCDEFGHIJ012345'", kernel="k")
            )
        await writer.flush()
        assert writer.waiting == 0
    lines = Path(f"{settings.file}.waiting").read_text().splitlines()
    assert [json.loads(line)["message"] for line in lines] == [f"m{number}" for number in range(5)]
    assert "ghp_" not in "".join(lines)
    writer.keep(Run("last", 9.0, "x", kernel="k"))
    await writer.flush()
    assert written(settings) == ["last", *(f"m{number}" for number in range(4, -1, -1))]
    writer.close()


async def test_the_journal_is_kept_within_its_bounds(settings):
    writer = Writer(Settings(file=settings.file, max_days=1), logging.getLogger(), paths)
    writer.keep(Run("old", 1.0, "x", kernel="k"))
    await writer.flush()
    assert written(settings) == []
    writer.close()


@pytest.mark.parametrize(
    "wrong", [{"file": "notes.txt"}, {"file": "a.sqlite"}, {"secrets": ["("]}, {"max_days": -1}]
)
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(TraitError):
        Settings(**wrong)
