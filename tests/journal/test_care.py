"""The journal within its bounds, mended, and what waits beside it."""

from __future__ import annotations

import stat
import time
from pathlib import Path

import pytest

from nbhotel.errors import JournalError
from nbhotel.journal.care import rescue, sweep
from nbhotel.journal.file import size_on_disk
from nbhotel.journal.store import Journal
from nbhotel.journal.values import Query, Run
from nbhotel.journal.waiting import put_by, take_in


@pytest.fixture
def file(tmp_path: Path) -> str:
    return str(tmp_path / "journal.sqlite")


def runs(number: int, *, lines: int = 20) -> list[Run]:
    now = time.time()
    return [
        Run(f"m{each}", now - (number - each) * 3600, f"a{each} = 1\n" + "print('something')\n" * lines)
        for each in range(number)
    ]


def test_old_runs_are_forgotten(file):
    with Journal(file) as journal:
        journal.write(runs(48))
        assert sweep(journal, size=1e9, age=24.5 * 3600) == 24
        assert [run.message for run in journal.search(Query())][-1] == "m24"
        assert [run.message for run in journal.search(Query(words=("a47 =",)))] == ["m47"]
        assert list(journal.search(Query(words=("a3 =",)))) == []
        assert sweep(journal, size=1e9, age=24.5 * 3600) == 0


def test_a_journal_that_is_too_large_loses_its_oldest_and_gets_smaller(file):
    with Journal(file) as journal:
        journal.write(runs(3000))
        journal.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        before = size_on_disk(file)
        gone = sweep(journal, size=before / 2, age=float("inf"))
        assert 1000 < gone < 2500
        assert size_on_disk(file) <= before / 2
        assert journal.stats().runs == 3000 - gone
        assert next(journal.search(Query())).message == "m2999"


def test_what_can_be_read_of_a_damaged_journal_is_saved(file, tmp_path):
    with Journal(file) as journal:
        journal.write(runs(2000))
        journal.switch("/a.ipynb", on=False)
    size = Path(file).stat().st_size
    with Path(file).open("r+b") as stream:
        stream.seek(size // 2)
        stream.write(b"\xff" * 8192)
    rescued = rescue(file)
    assert 500 < rescued.runs <= 2000
    assert Path(rescued.aside).stat().st_size == size
    with Journal(file) as journal:
        saved = [run.message for run in journal.search(Query())]
        assert (saved[0], saved[-1]) == ("m1999", "m0")
        assert len(saved) == rescued.runs
        assert not journal.is_on("/a.ipynb")
    assert rescue(file) == ("", 0)  # whoever comes second has nothing to do


def test_of_what_is_no_database_any_more_nothing_is_lost_but_that(file):
    Path(file).write_bytes(b"nonsense" * 100)
    rescued = rescue(file)
    assert rescued.runs == 0
    assert Path(rescued.aside).read_bytes() == b"nonsense" * 100
    with Journal(file) as journal:
        journal.write(runs(1))


def test_what_was_put_by_is_taken_in_once(file):
    many = runs(5)
    put_by(file, many[:3])
    put_by(file, many[3:])
    waiting = Path(f"{file}.waiting")
    assert stat.S_IMODE(waiting.stat().st_mode) == 0o600
    waiting.write_bytes(waiting.read_bytes() + b'{"message": "cut of')
    with Journal(file) as journal:
        assert take_in(journal) == 5
        assert [run._replace(id=0) for run in journal.search(Query())] == many[::-1]
        assert take_in(journal) == 0
    assert not waiting.exists()


def test_where_nothing_can_be_put_by_that_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(JournalError, match="can't be used"):
        put_by(str(tmp_path / "file/journal.sqlite"), runs(1))
