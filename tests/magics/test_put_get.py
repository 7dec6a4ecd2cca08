"""`%put` and `%get` in a real kernel; the test is the front end, and does what JupyterLab would."""

from __future__ import annotations

import hashlib
import io
import os
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager, start_new_kernel


class FrontEnd:
    """A kernel's client that talks over comms from a subshell."""

    def __init__(self, manager: KernelManager, client: BlockingKernelClient) -> None:
        self.manager = manager
        self.client = client
        self._last = 0
        message = client.session.msg("create_subshell_request", {})
        client.control_channel.send(message)
        self._subshell = client.get_control_msg(timeout=20)["content"]["subshell_id"]

    def execute(self, code: str) -> Any:
        self.said = ""
        return self.client.execute(code)

    def called(self, verb: str) -> Any:
        message = self._await(lambda each: each["msg_type"] == "comm_open")
        assert message["content"]["target_name"] == "nbhotel.transfer.call"
        assert message["content"]["data"]["verb"] == verb
        return message["content"]["data"]

    def open(self, data: dict[str, Any]) -> str:
        self._last += 1
        comm = f"comm-{self._last}"
        self._send("comm_open", {"comm_id": comm, "target_name": "nbhotel.transfer", "data": data})
        message = self._await(lambda each: each["content"].get("comm_id") == comm)
        self.answer = message["content"].get("data", {})
        return comm

    def ask(self, comm: str, data: dict[str, Any], *buffers: bytes) -> tuple[dict[str, Any], bytes]:
        self._last += 1
        asked = self._last
        self._send("comm_msg", {"comm_id": comm, "data": {**data, "id": asked}}, buffers)

        def answers(each: dict[str, Any]) -> Any:
            return each["msg_type"] == "comm_msg" and each["content"]["data"].get("id") == asked

        message = self._await(answers)
        return message["content"]["data"], bytes(message["buffers"][0]) if message["buffers"] else b""

    def end(self, comm: str, error: str = "") -> None:
        self._send("comm_msg", {"comm_id": comm, "data": {"type": "end", "error": error}})

    def finished(self, request: str) -> str:
        """What a cell printed, or the error that it ended with."""

        def is_idle(each: dict[str, Any]) -> Any:
            is_status = each["msg_type"] == "status" and each["parent_header"].get("msg_id") == request
            return is_status and each["content"]["execution_state"] == "idle"

        self._await(is_idle)
        return self.said

    def _send(self, kind: str, content: dict[str, Any], buffers: tuple[bytes, ...] = ()) -> None:
        session = self.client.session
        header = session.msg_header(kind) | {"subshell_id": self._subshell}
        session.send(self.client.shell_channel.socket, kind, content, header=header, buffers=list(buffers))

    def _await(self, is_it: Any) -> dict[str, Any]:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            message: dict[str, Any] = self.client.get_iopub_msg(timeout=20)
            if message["msg_type"] == "stream":
                self.said += message["content"]["text"]
            if message["msg_type"] == "error":
                self.said += message["content"]["evalue"]
            if is_it(message):
                return message
        raise TimeoutError


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FrontEnd]:
    manager, client = start_new_kernel(cwd=str(tmp_path_factory.mktemp("work")))
    try:
        front = FrontEnd(manager, client)
        front.finished(front.execute("%load_ext nbhotel.magics"))
        yield front
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.fixture
def folder(front: FrontEnd, tmp_path: Path) -> Path:
    """Where the kernel works."""
    front.finished(front.execute(f"import os; os.chdir({str(tmp_path)!r})"))
    return tmp_path


def landing(front: FrontEnd, comm: str, name: str, content: bytes) -> dict[str, Any]:
    return front.ask(comm, {"type": "landing", "name": name, "size": len(content), "modified": 1})[0]


def test_a_file_lands_while_the_cell_waits(front, folder):
    content = os.urandom(3_000_000)
    cell = front.execute("%put")
    call = front.called("put")
    assert call["folder"] == str(folder)
    comm = front.open({"ticket": call["ticket"]})
    found = landing(front, comm, "a.bin", content)
    assert (found["have"], found["exists"]) == (0, False)
    front.ask(comm, {"type": "piece", "part": found["part"], "offset": 0}, content[:2_000_000])
    assert not (folder / "a.bin").exists()
    assert landing(front, comm, "a.bin", content)["have"] == 2_000_000
    front.ask(comm, {"type": "piece", "part": found["part"], "offset": 2_000_000}, content[2_000_000:])
    finish = {"type": "finish", "part": found["part"], "size": len(content)}
    finish["sha256"] = hashlib.sha256(content).hexdigest()
    for _ in range(2):  # the second time, as if the first answer had been lost
        assert front.ask(comm, finish)[0]["where"] == str(folder / "a.bin")
    front.end(comm)
    assert front.finished(cell).strip() == str(folder / "a.bin")
    assert [path.name for path in folder.iterdir()] == ["a.bin"]
    assert (folder / "a.bin").read_bytes() == content


def test_what_is_wrong_is_answered_in_a_sentence(front, folder):
    comm = front.open({"verb": "put"})
    assert front.answer == {"id": 0}
    assert "no name of a file" in landing(front, comm, "../a.bin", b"")["error"]
    found = landing(front, comm, "a.bin", b"abc")
    gap = front.ask(comm, {"type": "piece", "part": found["part"], "offset": 2}, b"c")[0]
    assert "a piece is missing" in gap["error"]
    front.ask(comm, {"type": "piece", "part": found["part"], "offset": 0}, b"abd")
    finish = {
        "type": "finish",
        "part": found["part"],
        "size": 3,
        "sha256": hashlib.sha256(b"abc").hexdigest(),
    }
    assert "not what was sent" in front.ask(comm, finish)[0]["error"]
    assert list(folder.iterdir()) == []
    front.open({"verb": "get", "patterns": ["none*"]})
    assert "none*: nothing matches" in front.answer["error"]


@pytest.mark.parametrize("pattern", ["tree", "tree/*.txt", "tree/b.txt"])
def test_files_are_fetched_and_an_answer_may_be_lost(front, folder, pattern):
    (folder / "tree").mkdir()
    (folder / "tree/a.txt").write_bytes(os.urandom(5_000_000))
    (folder / "tree/b.txt").write_text("b")
    cell = front.execute(f"%get {pattern}")
    comm = front.open({"ticket": front.called("get")["ticket"]})
    source = front.ask(comm, {"type": "source"})[0]
    whole = b""
    while True:
        front.ask(comm, {"type": "read", "offset": len(whole)})
        answer, block = front.ask(comm, {"type": "read", "offset": len(whole)})
        if answer["end"]:
            break
        whole += block
    assert answer["sha256"] == hashlib.sha256(whole).hexdigest()
    front.end(comm)
    assert f"{source['name']}: sent" in front.finished(cell)
    if pattern.endswith("b.txt"):
        assert whole == b"b"
    else:
        archive = zipfile.ZipFile(io.BytesIO(whole))
        name = "tree/a.txt" if pattern == "tree" else "a.txt"
        assert archive.read(name) == (folder / "tree/a.txt").read_bytes()


def test_a_cell_that_waits_can_be_interrupted(front, folder):
    cell = front.execute("%put")
    comm = front.open({"ticket": front.called("put")["ticket"]})
    landing(front, comm, "a.bin", b"a")
    front.manager.interrupt_kernel()
    front._await(lambda each: each["msg_type"] == "comm_msg" and each["content"]["data"].get("cancelled"))
    front.finished(cell)


def test_a_front_end_that_does_not_know_us(front, folder):
    front.finished(front.execute("import nbhotel.magics.talk as talk; talk._ANSWERS = 0.2"))
    said = front.finished(front.execute("%put"))
    assert "no browser with nbhotel's extension answered" in said
    assert "Traceback" not in said
    front.open({"ticket": "one that nobody has"})
    assert front.answer == {}  # the comm is closed
    assert "there is no such folder" in front.finished(front.execute("%put none"))
    assert "name files" in front.finished(front.execute("%get"))
