"""What a real server keeps of what real kernels run."""

from __future__ import annotations

import json
import signal
import sqlite3
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode

import pytest

from tests.browser.lab import Lab, open_lab
from tests.hotel.support import wait_until
from tests.room.journal.kernels import client

#: Only what is tested, so that the server starts fast.
ONLY_OURS = {"nbhotel.room": True, "jupyterlab": False, "notebook": False, "jupyterlab_jupytext": False}
SETTINGS = {
    "ServerApp": {"jpserver_extensions": ONLY_OURS},
    "Journal": {"output_head": 20, "secrets": ["ACME"]},
}
KEY = "ghp_" + "0123456789abcdefghijABCDEFGHIJ012345"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with open_lab(tmp_path_factory.mktemp("journal"), SETTINGS, kind="server") as server:
        with client(server, "begin.ipynb") as notebook:
            notebook.run("the_database_is_there = 1")
        assert len(runs(server)) == 1
        yield server


def runs(server: Lab, **asked: str) -> list[dict[str, Any]]:
    """What the journal finds, the oldest first."""
    found: list[dict[str, Any]] = server.ask(f"nbhotel/api/journal/runs?{urlencode(asked)}")["runs"]
    return found[::-1]


def database(server: Lab) -> Path:
    return server.home / ".local/share/nbhotel/journal.sqlite"


def refusal(server: Lab, path: str, method: str = "GET", body: object = None) -> tuple[int, str]:
    with pytest.raises(HTTPError) as caught:
        server.ask(path, method, body)
    return caught.value.code, json.loads(caught.value.read())["message"]


def test_what_people_run_is_kept_with_all_that_is_known_of_it(server):
    with client(server, "sub/a.ipynb") as notebook:
        notebook.run("x = 1\nx", "cell-0")
        notebook.run("import time; time.sleep(0.3); 1/0", "cell-1")
        notebook.run("asked_by_a_client = 1", silent=True)
        notebook.run("asked_by_a_client = 2", store_history=False)
        notebook.run("  \n")
        first, second = runs(server, notebook="sub/a.ipynb")
    assert (first["code"], first["cell"], first["failed"], first["number"]) == (
        "x = 1\nx",
        "cell-0",
        False,
        1,
    )
    assert (first["kernel"], first["spec"], first["language"]) == (notebook.kernel, "python3", "python")
    assert first["notebook"] == str(server.root / "sub/a.ipynb")
    assert (first["path"], first["output"]) == ("sub/a.ipynb", "1\n")
    assert abs(time.time() - first["started"]) < 60
    assert second["failed"]
    assert 0.3 < second["seconds"] < 10
    assert second["output"] == "ZeroDivisionError: d"
    assert runs(server, words="asked_by_a_client") == []
    assert {stat.S_IMODE(file.stat().st_mode) for file in database(server).parent.iterdir()} == {0o600}


def test_each_client_of_a_kernel_is_heard(server):
    """A second tab, a console, and a program that talks to the kernel without the server."""
    with client(server, "b.ipynb") as notebook:
        (connection,) = (server.home.parent / "runtime").glob(f"kernel-{notebook.kernel}.json")
        program = (
            "import sys; from jupyter_client import BlockingKernelClient as C\n"
            "c = C(connection_file=sys.argv[1]); c.load_connection_file(); c.start_channels()\n"
            "c.wait_for_ready(60); c.execute_interactive('from_outside = 1', timeout=60)"
        )
        server.run("python", "-c", program, str(connection))
        with client(server, "console-1", "console") as console:
            console.run("from_a_console = 1")
    (outside,) = runs(server, words="from_outside")
    assert (outside["path"], outside["cell"]) == ("b.ipynb", "")
    (typed,) = runs(server, words="from_a_console")
    assert (typed["notebook"], typed["path"]) == ("", None)


def add_kernel(server: Lab, name: str, **environment: str) -> None:
    spec = server.home.parent / "share/kernels" / name
    spec.mkdir(parents=True)
    program = str(Path(__file__).with_name("echo_kernel.py"))
    command = [sys.executable, program, "-f", "{connection_file}"]
    (spec / "kernel.json").write_text(
        json.dumps({"argv": command, "display_name": "Echo", "language": "echo", "env": environment})
    )


def test_what_a_kernel_was_not_heard_to_run_is_known_from_its_replies(server):
    add_kernel(server, "mute", MUTE="1")
    before = time.time()
    with client(server, "mute.ipynb", spec="mute") as notebook:
        notebook.run("10 PRINT", "one")
        notebook.run("asked_by_a_client", store_history=False)
        notebook.run("fail 20", "two")
        first, second = runs(server, notebook="mute.ipynb")
    assert (first["code"], first["cell"], first["failed"], first["number"]) == ("10 PRINT", "one", False, 1)
    assert (second["code"], second["failed"], second["output"]) == ("fail 20", True, "Failed: fail 20\n")
    assert before < first["started"] < second["started"] < time.time()
    assert 0 <= first["seconds"] < 5


def test_any_language_will_do(server):
    add_kernel(server, "echo")
    with client(server, "echo.ipynb", spec="echo") as notebook:
        notebook.run("10 PRINT", "one")
        notebook.run("fail 20", "two")
        first, second = runs(server, notebook="echo.ipynb")
    assert (first["code"], first["cell"], first["failed"], first["output"]) == (
        "10 PRINT",
        "one",
        False,
        "10 PRINT",
    )
    assert (second["code"], second["failed"], second["language"]) == ("fail 20", True, "echo")


def test_a_kernel_that_is_ended_in_the_middle_has_failed(server):
    with client(server, "c.ipynb") as notebook:
        notebook.send("import time; time.sleep(99)", "cell-0")
        wait_until(lambda: runs(server, words="sleep(99)"), seconds=20, what="the run's begin")
        (running,) = runs(server, words="sleep(99)")
        assert (running["seconds"], running["failed"]) == (None, None)
    (ended,) = runs(server, words="sleep(99)")
    assert (ended["seconds"] > 0, ended["failed"]) == (True, True)


def test_a_kernel_that_was_restarted_is_still_heard(server):
    with client(server, "d.ipynb") as notebook:
        notebook.run("before = 1")
        server.ask(f"api/kernels/{notebook.kernel}/restart", "POST")
        notebook.run("after = 1")
        assert [run["code"] for run in runs(server, notebook="d.ipynb")] == ["before = 1", "after = 1"]


def test_secrets_are_kept_out(server):
    with client(server, "e.ipynb") as notebook:
        notebook.run(f"token = '{KEY}'  # of ACME")
        (run,) = runs(server, notebook="e.ipynb")
    assert run["code"] == "token = '<a GitHub token was here>'  # of <a secret was here>"
    with closing(sqlite3.connect(database(server))) as opened:
        everything = "\n".join(opened.iterdump())
    assert "was here" in everything
    assert KEY not in everything


def test_it_can_be_switched_off_for_a_notebook_and_altogether(server):
    with client(server, "f.ipynb") as notebook:
        notebook.run("kept = 1")
        state = server.ask("nbhotel/api/journal", "PUT", {"on": False, "notebook": "f.ipynb"})
        assert (state["on"], state["notebook_on"]) == (True, False)
        notebook.run("kept = 2")
        server.ask("nbhotel/api/journal", "PUT", {"on": True, "notebook": "f.ipynb"})
        assert not server.ask("nbhotel/api/journal", "PUT", {"on": False})["on"]
        notebook.run("kept = 3")
        assert server.ask("nbhotel/api/journal", "PUT", {"on": True})["on"]
        notebook.run("kept = 4")
        assert [run["code"] for run in runs(server, notebook="f.ipynb")] == ["kept = 1", "kept = 4"]


def test_a_notebook_is_rebuilt_where_it_was_or_beside_it(server):
    with client(server, "g.ipynb") as notebook:
        notebook.run("first = 1", "cell-0")
        notebook.run("second = 1", "cell-1")
        time.sleep(0.2)  # faster than that, cells are taken to be run at a go
        notebook.run("first = 2", "cell-0")
    made = [server.ask("nbhotel/api/journal/rebuild", "POST", {"notebook": "g.ipynb"}) for _ in range(3)]
    names = ["g.ipynb", "g-rebuilt.ipynb", "g-rebuilt2.ipynb"]
    assert made == [{"path": name, "cells": 2} for name in names]
    for name in names:
        sources = ["".join(cell["source"]) for cell in server.read_notebook(name)["cells"]]
        assert sources == ["first = 2", "second = 1"]
    status, message = refusal(server, "nbhotel/api/journal/rebuild", "POST", {"notebook": "none.ipynb"})
    assert (status, "no such runs" in message) == (422, True)


def test_a_run_can_be_forgotten(server):
    with client(server, "h.ipynb") as notebook:
        notebook.run("regretted = 1")
        (run,) = runs(server, notebook="h.ipynb")
    server.ask(f"nbhotel/api/journal/runs/{run['id']}", "DELETE")
    assert runs(server, notebook="h.ipynb") == []
    assert refusal(server, f"nbhotel/api/journal/runs/{run['id']}", "DELETE")[0] == 404


@pytest.mark.parametrize(
    ("path", "method", "body", "expected"),
    [
        ("runs?limit=many", "GET", None, "limit: a number was expected"),
        ("runs?offset=-1", "GET", None, "offset: the number is too small or too large"),
        ("runs?since=nan", "GET", None, "since: the number is too small or too large"),
        ("runs?notebook=../../etc/passwd", "GET", None, "is not below the folder"),
        ("", "PUT", {"on": "yes"}, "on: true or false was expected"),
        ("", "PUT", {"on": True, "notebook": 7}, "notebook: a path was expected"),
        ("", "PUT", {"on": True, "notebook": "../x"}, "is not below the folder"),
        ("rebuild", "POST", {}, "notebook: a path was expected"),
        ("rebuild", "POST", {"notebook": ["a"]}, "notebook: a path was expected"),
        ("rebuild", "POST", {"notebook": "../../x.ipynb"}, "is not below the folder"),
    ],
)
def test_what_cannot_be_answered_is_told(server, path, method, body, expected):
    status, message = refusal(server, f"nbhotel/api/journal/{path}".rstrip("/"), method, body)
    assert status in {400, 404}
    assert expected in message


def test_while_the_database_is_locked_kernels_go_on_and_nothing_is_lost(server):
    with closing(sqlite3.connect(database(server), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with client(server, "i.ipynb") as notebook:
            began = time.monotonic()
            notebook.run("while_locked = 1")
            assert time.monotonic() - began < 3
            state = server.ask("nbhotel/api/journal")
            assert "another process has it locked" in state["trouble"]
            assert state["waiting"] == 1
            other.execute("ROLLBACK")
            assert [run["code"] for run in runs(server, notebook="i.ipynb")] == ["while_locked = 1"]
            assert server.ask("nbhotel/api/journal")["trouble"] == ""


def test_a_damaged_database_is_put_aside_and_a_new_one_begun(server):
    for file in database(server).parent.glob("journal.sqlite-*"):
        file.unlink()
    database(server).write_bytes(b"nonsense" * 1000)
    status, message = refusal(server, "nbhotel/api/journal/runs")
    assert (status, "is damaged" in message) == (422, True)
    with client(server, "j.ipynb") as notebook:
        notebook.run("after_the_damage = 1")
        assert [run["code"] for run in runs(server)] == ["after_the_damage = 1"]
    (aside,) = database(server).parent.glob("journal.sqlite.damaged-*")
    assert aside.read_bytes() == b"nonsense" * 1000


def test_what_ran_last_is_kept_when_the_server_stops(tmp_path):
    """Even if the database is locked at that moment: the next server takes it in."""
    with open_lab(tmp_path, SETTINGS, kind="server") as server:
        with client(server, "a.ipynb") as notebook:
            notebook.run("first = 1")
        assert len(runs(server)) == 1
        with closing(sqlite3.connect(database(server), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with suppress(URLError), client(server, "a.ipynb") as notebook:
                notebook.run("last = 1")
                server.process.send_signal(signal.SIGTERM)
                server.process.wait(30)
    waiting = Path(f"{database(server)}.waiting")
    assert "last = 1" in waiting.read_text()
    assert stat.S_IMODE(waiting.stat().st_mode) == 0o600
