"""The journal's database: what is written is found, by its user alone, and nothing else is touched."""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from pathlib import Path

import pytest

from nbhotel.errors import JournalError
from nbhotel.journal.store import Journal
from nbhotel.journal.trouble import Damaged
from nbhotel.journal.values import Query, Run

CODE = [
    Run(
        "a",
        100.0,
        'df = pd.read_csv("50%_off.csv")',
        0.5,
        False,
        "/home/me/a.ipynb",
        "one",
        "k-1",
        output="hello",
    ),
    Run("b", 200.0, "x + y", 1.0, True, "/home/me/sub/b.ipynb", "two", "k-2"),
    Run("c", 300.0, "print('größe')  # 価格表\nread_CSV", None, None, "", "", "k-2"),
]


@pytest.fixture
def file(tmp_path: Path) -> str:
    return str(tmp_path / "data/nbhotel/journal.sqlite")


@pytest.fixture
def journal(file):
    with Journal(file) as journal:
        journal.write(CODE)
        yield journal


def found(journal: Journal, **asked: object) -> list[str]:
    return [run.message for run in journal.search(Query(**asked))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "messages"),
    [
        ((), ["c", "b", "a"]),
        (("read_csv",), ["c", "a"]),
        (("csv(", "PD."), ["a"]),
        (("x +",), ["b"]),
        (("0%_",), ["a"]),
        (("%",), ["a"]),
        (("größe",), ["c"]),
        (("価格表",), ["c"]),
        (("価格",), ["c"]),
        (("hello",), ["a"]),
        (('"50',), ["a"]),
        (("NEAR",), []),
        (("\udcff\udcff\udcff",), []),
    ],
)
def test_all_words_are_found_wherever_they_stand(journal, words, messages):
    assert found(journal, words=words) == messages


@pytest.mark.parametrize(
    ("asked", "messages"),
    [
        ({"notebook": "/home/me/a.ipynb"}, ["a"]),
        ({"notebook": "/home/me"}, ["b", "a"]),
        ({"notebook": "/home/m"}, []),
        ({"notebook": "b.ipynb"}, ["b"]),
        ({"notebook": "_.ipynb"}, []),
        ({"kernel": "k-2"}, ["c", "b"]),
        ({"kernel": "k"}, ["c", "b", "a"]),
        ({"since": 200.0}, ["c", "b"]),
        ({"before": 200.0}, ["a"]),
        ({"failed": True}, ["b"]),
        ({"failed": True, "words": ("read_csv",)}, []),
    ],
)
def test_runs_are_found_by_what_is_known_of_them(journal, asked, messages):
    assert found(journal, **asked) == messages


def test_a_run_that_ended_is_the_one_that_began(journal):
    journal.write([CODE[2]._replace(seconds=2.5, failed=False, output="the outcome")])
    (run,) = journal.search(Query(words=("outcome",)))
    assert run._replace(id=0) == CODE[2]._replace(seconds=2.5, failed=False, output="the outcome")
    assert journal.stats().runs == 3


def test_half_surrogate_pairs_are_no_trouble(journal):
    journal.write([Run("d", 400.0, "'\ud800'")])
    assert next(journal.search(Query())).code == "'?'"


def test_what_is_switched_off_is_not_kept(journal):
    journal.switch("/home/me/a.ipynb", on=False)
    journal.write([CODE[0]._replace(message="d"), CODE[1]._replace(message="e")])
    assert found(journal) == ["c", "e", "b", "a"]
    assert not journal.is_on("/home/me/a.ipynb")
    assert journal.is_on()
    journal.switch("", on=False)
    journal.write([CODE[1]._replace(message="f"), CODE[2]._replace(message="g")])
    assert journal.stats().runs == 4
    journal.switch("", on=True)
    journal.switch("/home/me/a.ipynb", on=True)
    journal.write([CODE[0]._replace(message="h", started=900.0)])
    assert found(journal)[0] == "h"


def test_a_forgotten_run_leaves_no_trace(journal, file):
    journal.write([Run("d", 400.0, "password = 'Vfr4'")])
    (run,) = journal.search(Query(words=("Vfr4",)))
    assert journal.forget(run.id)
    assert not journal.forget(run.id)
    assert found(journal, words=("Vfr4",)) == []
    journal.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"Vfr4" not in Path(file).read_bytes()


def mode(path: str | Path) -> int:
    return stat.S_IMODE(Path(path).stat().st_mode)


def test_nobody_else_can_read_it(file):
    before = os.umask(0)
    try:
        with Journal(file) as journal:
            journal.write(CODE)
            assert {mode(each) for each in Path(file).parent.iterdir()} == {0o600}
        assert mode(Path(file).parent) == 0o700
        Path(file).chmod(0o644)
        Journal(file, to_read=True).database.close()
        assert mode(file) == 0o644  # reading changes nothing
        Journal(file).database.close()
        assert mode(file) == 0o600
    finally:
        os.umask(before)


@pytest.mark.parametrize("to_read", [True, False])
def test_other_files_and_their_folders_are_left_as_they_are(tmp_path, to_read):
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o755)
    text, other = folder / "text.sqlite", folder / "other.sqlite"
    text.write_text("something else\n")
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE run (id)")
        database.execute("PRAGMA user_version = 1")
    database.close()
    for file in (text, other):
        file.chmod(0o644)
        content = file.read_bytes()
        with pytest.raises(JournalError):
            Journal(str(file), to_read=to_read)
        assert (file.read_bytes(), mode(file), mode(folder)) == (content, 0o644, 0o755)


def test_a_locked_journal_is_told_and_can_be_read(journal, file):
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Journal(file, patience=0.1) as impatient:
        began = time.monotonic()
        with pytest.raises(JournalError, match=r"another process has it locked.*try again"):
            impatient.write(CODE)
        assert time.monotonic() - began < 2
        assert len(found(impatient)) == 3
    other.close()


def test_a_damaged_one_is_told(file, journal):
    journal.database.close()
    Path(file).write_bytes(b"nonsense" * 1000)
    with pytest.raises(Damaged, match="is damaged"):
        Journal(file, to_read=True)


def test_a_folder_that_may_not_be_written_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(JournalError, match="can't be used: not a directory"):
        Journal(str(tmp_path / "file/nbhotel/journal.sqlite"))


def test_a_full_disk_is_told_and_nothing_of_before_is_lost(journal):
    (pages,) = journal.database.execute("PRAGMA page_count").fetchone()
    journal.database.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(JournalError, match="there is no space left for it"):
        journal.write([Run("large", 1.0, "x" * 1_000_000)])
    assert found(journal) == ["c", "b", "a"]
