"""A real server that is killed while people write: what they typed is there again."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from tests.browser.lab import Lab, open_lab, started
from tests.hotel.support import wait_until
from tests.room.together.pages import OpenNotebook

TERMINAL: dict[str, Any] = {
    "cell_type": "code",
    "id": "shell",
    "metadata": {"nbhotel": {"terminal": True}},
    "source": "echo a-secret-word",
    "outputs": [],
    "execution_count": None,
}


@dataclass
class Story:
    """Three notebooks were open when the server was killed; now there is a new one on the same port."""

    server: Lab
    anna: OpenNotebook
    ben: OpenNotebook
    before: list[str]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("server")
    with open_lab(folder, kind="server", together=True) as server:
        for name in ("a.ipynb", "elsewhere.ipynb", "shell.ipynb"):
            server.write_notebook(name, "x = 1\n", "y = 2\n")
        anna, ben = OpenNotebook("a.ipynb"), OpenNotebook("a.ipynb")
        elsewhere, shell = OpenNotebook("elsewhere.ipynb"), OpenNotebook("shell.ipynb")
        for page in (anna, ben, elsewhere, shell):
            page.connect(server)
        shell.add_cell(TERMINAL)
        elsewhere.type(0, "by_carol = 1\n")
        anna.type(0, "by_anna = 1\n")
        ben.type(1, "by_ben = 1\n")
        wait_until_kept(server, "by_ben = 1")
        wait_until_kept(server, "a-secret-word")
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
        for page in (anna, ben, elsewhere, shell):
            page.close()
        before = sources(server)
        server.write_notebook("elsewhere.ipynb", "by_git = 1\n")
        port = int(server.url.rpartition(":")[2].split("/")[0])
        with started(folder, server.environment, "server", port) as new:
            yield Story(new, anna, ben, before)
            anna.close()
            ben.close()


def sources(server: Lab, name: str = "a.ipynb") -> list[str]:
    return ["".join(cell["source"]) for cell in server.read_notebook(name)["cells"]]


def saved(server: Lab) -> list[str]:
    """What the file says, by the server: it may be writing it just now."""
    try:
        cells = server.ask("api/contents/a.ipynb")["content"]["cells"]
    except HTTPError:  # half of it is written, so that it is no notebook
        return []
    return [str(cell["source"]) for cell in cells]


def kept(server: Lab) -> Path:
    return server.home / ".local/share/nbhotel/together.sqlite"


def wait_until_kept(server: Lab, text: str) -> None:
    def found() -> bool:
        with sqlite3.connect(kept(server)) as database:
            return any(text.encode() in row[0] for row in database.execute("SELECT data FROM change"))

    wait_until(found, what=f"{text!r} in the store")


def test_what_was_typed_and_not_saved_is_saved_before_anybody_asks(story):
    assert story.before == ["x = 1\n", "y = 2\n"], "it was saved before the server was killed"
    assert sources(story.server) == ["x = 1\nby_anna = 1\n", "y = 2\nby_ben = 1\n"]


def test_what_was_typed_while_there_was_no_server_comes_to_it(story):
    story.anna.type(0, "meanwhile = 1\n")
    story.ben.connect(story.server)
    story.anna.connect(story.server)
    whole = ["x = 1\nby_anna = 1\nmeanwhile = 1\n", "y = 2\nby_ben = 1\n"]
    assert story.anna.sources() == whole
    wait_until(lambda: saved(story.server) == whole, what="the file of all that was typed")
    story.ben.catch_up("meanwhile = 1")
    assert story.ben.sources() == whole


def test_what_somebody_else_did_to_the_file_meanwhile_stays_and_what_was_typed_is_beside_it(story):
    assert sources(story.server, "elsewhere.ipynb") == ["by_git = 1\n"]
    assert sources(story.server, "elsewhere-unsaved.ipynb") == ["x = 1\nby_carol = 1\n", "y = 2\n"]


def test_nothing_stays_of_a_terminal_cell_when_its_shell_has_ended(story):
    assert sources(story.server, "shell.ipynb") == ["x = 1\n", "y = 2\n"]
    found = [path for path in story.server.root.parent.rglob("*") if path.is_file()]
    assert kept(story.server) in found
    assert [path for path in found if b"a-secret-word" in path.read_bytes()] == []


def test_all_of_it_lies_in_the_users_own_folder_and_nobody_else_can_read_it(story):
    assert {path.suffix for path in story.server.root.iterdir() if path.is_file()} == {".ipynb"}
    assert not (story.server.root / ".jupyter").exists(), "that is where sessions are kept by default"
    assert kept(story.server).stat().st_mode & 0o077 == 0
    assert kept(story.server).with_name("together.sqlite-open").stat().st_mode & 0o077 == 0


def test_a_server_that_is_told_to_stop_saves_what_was_typed_a_moment_ago(tmp_path):
    with open_lab(tmp_path, kind="server", together=True) as server:
        server.write_notebook("a.ipynb", "x = 1\n")
        anna = OpenNotebook("a.ipynb")
        anna.connect(server)
        anna.type(0, "by_anna = 1\n")
        wait_until_kept(server, "by_anna = 1")
        anna.close()
        assert sources(server) == ["x = 1\n"]
    assert sources(server) == ["x = 1\nby_anna = 1\n"]
