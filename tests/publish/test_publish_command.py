"""`nbhotel publish` where it can't: outside a hotel, without notebooks, with secrets, without a hub."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from nbhotel.cli.main import main
from nbhotel.hotel.layout import socket_url
from nbhotel.notebook.writing import dump_notebook
from tests.chain.made import code, notebook, text


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a folder `public` of one notebook, and the environment of a room whose hub is away."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("JUPYTERHUB_API_URL", socket_url(tmp_path / "no.sock") + "/hub/api")
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "0123456789abcdef")
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "a.ipynb").write_bytes(dump_notebook(notebook(text("# A"))))
    return tmp_path


class SmallHub(ThreadingHTTPServer):
    """Answers as a hub does that is full after some pages, or knows nothing of publishing."""

    def __init__(self, room_for: int | None) -> None:
        self.put: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                told = {"path": "/public/ann/", "pages": {"old.html": 1}}
                self.say(404 if room_for is None else 200, told)

            def do_PUT(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                full = len(server.put) == room_for
                server.put += [] if full else [self.path]
                self.say(413 if full else 200, {"message": "there is no more space"})

            def do_DELETE(self) -> None:
                raise AssertionError("nothing may be withdrawn")

            def say(self, status: int, value: Any) -> None:
                data = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                pass

        server = self
        super().__init__(("127.0.0.1", 0), Handler)
        Thread(target=self.serve_forever, daemon=True).start()


@pytest.fixture
def small_hub(
    request: pytest.FixtureRequest, room: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SmallHub]:
    with SmallHub(request.param) as hub:
        monkeypatch.setenv("JUPYTERHUB_API_URL", f"http://127.0.0.1:{hub.server_port}/hub/api")
        yield hub
        hub.shutdown()


def refusal(capfd: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["publish", *words]) == 2
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err


def test_outside_a_hotel(room, capfd, monkeypatch):
    monkeypatch.delenv("JUPYTERHUB_API_TOKEN")
    assert "this is no room of a hotel (elsewhere: nbhotel export --chain publish" in refusal(capfd)


def test_what_can_not_be_published(room, capfd):
    assert "nowhere: there is no such folder" in refusal(capfd, "nowhere")
    (room / "empty").mkdir()
    assert "empty: there is no notebook" in refusal(capfd, str(room / "empty"))
    assert "take no folder" in refusal(capfd, "--list", str(room))
    (room / "public" / "b.ipynb").write_text("{")
    assert "b.ipynb" in refusal(capfd)


def test_secrets_stay_at_home(room, capfd):
    secret = "AKIA" + "ABCDEFGH234567AB"
    cell = {**code(f'key = "{secret}"', count=1), "metadata": {}}
    path = room / "public" / "a.ipynb"
    path.write_bytes(dump_notebook(notebook(cell)))
    said = refusal(capfd)
    assert "a.ipynb: cell 1: source, line 1: an AWS access key" in said
    assert secret not in said
    path.write_bytes(dump_notebook(notebook({**cell, "metadata": {"tags": ["private"]}})))
    assert "the hub gives no answer" in refusal(capfd)
    path.write_bytes(dump_notebook(notebook(cell)))
    assert "the hub gives no answer" in refusal(capfd, "--allow-secrets")


@pytest.mark.parametrize("small_hub", [None], indirect=True)
def test_a_hotel_without_the_setting(small_hub, capfd):
    said = refusal(capfd)
    assert "this hotel publishes no pages (its administrator can set `public` in hotel.toml)" in said
    assert small_hub.put == []


@pytest.mark.parametrize("small_hub", [1], indirect=True)
def test_what_went_before_a_failure_is_said_and_nothing_is_withdrawn(small_hub, capfd):
    said = refusal(capfd)
    assert "index.html: the hub does not take it: there is no more space; 1 page before it" in said
    assert small_hub.put == ["/hub/api/nbhotel/public/a.html"]
