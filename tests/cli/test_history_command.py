"""`nbhotel history`: what people and programs see of the journal, and a notebook rebuilt."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from nbhotel.journal.store import Journal
from nbhotel.journal.values import Run

NOW = time.time()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of notebooks, of which one is gone, and a journal of what ran in them."""
    (tmp_path / "there.ipynb").write_text("{}")
    (tmp_path / "sub").mkdir()
    runs = [
        Run(
            "1",
            NOW - 90_000,
            "x = 1\nx",
            0.0123,
            False,
            str(tmp_path / "lost.ipynb"),
            "a",
            "kernel-1",
            "python3",
        ),
        Run(
            "2",
            NOW - 300,
            "1/0",
            75.0,
            True,
            str(tmp_path / "lost.ipynb"),
            "b",
            "kernel-1",
            "python3",
            "python",
            2,
        ),
        Run(
            "3",
            NOW - 200,
            "x = 2",
            4.0,
            False,
            str(tmp_path / "lost.ipynb"),
            "a",
            "kernel-1",
            "python3",
            "python",
            3,
        ),
        Run(
            "4",
            NOW - 100,
            "plot()",
            7300.0,
            False,
            str(tmp_path / "there.ipynb"),
            "",
            "kernel-2",
            "ir",
            "R",
            1,
            "ok",
        ),
        Run("5", NOW - 50, "'\x1b[2J'", None, None, "", "", "kernel-3", "python3", "python", 1),
    ]
    with Journal(str(tmp_path / "data/nbhotel/journal.sqlite")) as journal:
        journal.write(runs)
    return tmp_path


@pytest.fixture
def history(nbhotel, folder):
    def run(*words: str, **environment: str):
        data = {"XDG_DATA_HOME": str(folder / "data"), "IPYTHONDIR": str(folder / "ipython"), "TZ": "UTC"}
        return nbhotel("history", *words, cwd=folder, **(data | environment))

    return run


def test_the_newest_come_first_and_nothing_in_them_reaches_the_terminal(history):
    done = history()
    assert (done.returncode, done.stderr) == (0, "")
    shown = [line[21:] if line[:2] == "20" else line for line in done.stdout.splitlines()]
    assert shown == [
        "python3 kernel-3 [1]  not seen to end",
        r"    '\x1b[2J'",
        "",
        "there.ipynb [1]  2 h 1 min",
        "    plot()",
        "    | ok",
        "",
        "lost.ipynb [3]  4.0 s",
        "    x = 2",
        "",
        "lost.ipynb [2]  1 min 15 s  failed",
        "    1/0",
        "",
        "lost.ipynb  12 ms",
        "    x = 1",
        "    x",
    ]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["X ="], "31"),
        (["x", "2"], "3"),
        (["--failed"], "2"),
        (["--notebook", "lost.ipynb"], "321"),
        (["--notebook", "there.ipynb"], "4"),
        (["--notebook", "."], "4321"),
        (["--notebook", "sub"], ""),
        (["--kernel", "kernel-2"], "4"),
        (["--since", "1d"], "5432"),
        (["--until", "1d"], "1"),
        (["-n", "2"], "54"),
        (["--", "--failed"], ""),
    ],
)
def test_what_is_asked_for_is_found(history, words, found):
    done = history("--json", *words) if "--" not in words else history(*words)
    assert done.returncode == (0 if found else 1)
    if "--" not in words:
        assert "".join(run["message"] for run in json.loads(done.stdout)["runs"]) == found


def test_one_line_for_each_and_colours_if_they_are_wanted(history):
    plain = history("--oneline", "x =").stdout.splitlines()
    assert [line[21:] for line in plain] == ["lost.ipynb  x = 2", "lost.ipynb  x = 1 …"]
    assert "\x1b[1;31mfailed" in history("--failed", "--color", "always").stdout


def test_nothing_found_and_no_journal_are_told_apart(history):
    done = history("no such code")
    assert (done.returncode, done.stdout) == (1, "")
    assert "the journal has nothing like that" in done.stderr
    done = history("--journal", "/nowhere/journal.sqlite")
    assert (done.returncode, "there is no journal yet" in done.stderr) == (1, True)
    assert json.loads(history("--json", "no such code").stdout) == {"runs": []}


def test_a_lost_notebook_is_rebuilt_where_it_was(history, folder):
    done = history("rebuild", "lost.ipynb")
    assert (done.returncode, done.stdout) == (0, "")
    assert "lost.ipynb: 2 cells" in done.stderr
    assert "no text, no outputs" in done.stderr
    document = json.loads((folder / "lost.ipynb").read_text())
    assert [(cell["id"], "".join(cell["source"])) for cell in document["cells"]] == [
        ("a", "x = 2"),
        ("b", "1/0"),
    ]
    assert document["metadata"]["kernelspec"]["name"] == "python3"


def test_it_is_rebuilt_somewhere_else_too(history, folder):
    printed = json.loads(history("rebuild", "--notebook", "lost.ipynb", "--since", "2h", "-o", "-").stdout)
    assert ["".join(cell["source"]) for cell in printed["cells"]] == ["1/0", "x = 2"]
    done = history("rebuild", "--kernel", "kernel-3", "-o", "sub/console.ipynb")
    assert done.returncode == 0
    assert len(json.loads((folder / "sub/console.ipynb").read_text())["cells"]) == 1


def test_nothing_is_written_over_without_force(history, folder):
    done = history("rebuild", "there.ipynb")
    assert done.returncode == 2
    assert "there.ipynb: is there already" in done.stderr
    assert (folder / "there.ipynb").read_text() == "{}"
    assert history("rebuild", "there.ipynb", "--force").returncode == 0
    assert "plot()" in (folder / "there.ipynb").read_text()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["rebuild"], "rebuild what?"),
        (["rebuild", "a.ipynb", "b.ipynb"], "one notebook at a time"),
        (["rebuild", "none.ipynb"], "the journal has no such runs"),
        (["rebuild", "."], "several notebooks are like that"),
        (["rebuild", "--kernel", "kernel-3"], "came from no notebook"),
        (["rebuild", "a.ipynb", "--journal", "/nowhere/j.sqlite"], "there is no journal yet"),
        (["--force"], "for `nbhotel history rebuild`"),
        (["--since", "soon"], "'soon' is no date and no age"),
        (["--journal", "there.ipynb"], "is damaged"),
    ],
)
def test_what_cannot_be_done_is_told(history, words, told):
    done = history(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


def test_a_lock_keeps_nobody_from_reading(history, folder):
    with closing(sqlite3.connect(folder / "data/nbhotel/journal.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert history("--failed").returncode == 0


def test_ipythons_history_is_searched_along(history, folder):
    file = folder / "ipython/profile_default/history.sqlite"
    file.parent.mkdir(parents=True)
    with closing(sqlite3.connect(file)) as database:  # the tables as IPython 9 makes them
        database.execute(
            "CREATE TABLE sessions (session integer primary key, start timestamp, end timestamp)"
        )
        database.execute("CREATE TABLE history (session integer, line integer, source text, source_raw text)")
        database.execute("INSERT INTO sessions VALUES (1, '2026-01-02 03:04:05.678', NULL)")
        database.execute("INSERT INTO history VALUES (1, 7, 'typed()', 'typed()')")
        database.commit()
    assert history("typed").returncode == 1
    assert history("typed", "--ipython").stdout == "2026-01-02 03:04:05  ipython [7]\n    typed()\n"


def test_it_loads_little(folder):
    program = (
        "import sys; from nbhotel.cli.main import main; main()\n"
        "print('loaded:', *sorted(sys.modules), sep='\\n', file=sys.stderr)"
    )
    command = [
        sys.executable,
        "-c",
        program,
        "history",
        "--journal",
        str(folder / "data/nbhotel/journal.sqlite"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    modules = set(done.stderr.partition("loaded:\n")[2].split())
    assert {"sqlite3", "nbhotel.journal.store"} <= modules
    heavy = {
        "IPython",
        "asyncio",
        "jupyter_server",
        "traitlets",
        "tornado",
        "zmq",
        "json",
        "subprocess",
        "pygments",
    }
    heavy |= {
        "nbhotel.journal.ipython",
        "nbhotel.journal.care",
        "nbhotel.chain",
        "nbhotel.git",
        "nbhotel.diff",
    }
    assert modules & heavy == set()
