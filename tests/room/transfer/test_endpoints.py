"""The endpoints of a real server, asked as no well-behaved client would."""

from __future__ import annotations

import hashlib
import io
import os
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.browser.lab import TOKEN, Lab, open_lab

API = "nbhotel/api/transfer"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with open_lab(tmp_path_factory.mktemp("server"), kind="server") as lab:
        yield lab


def send(lab: Lab, part: str, offset: int, piece: bytes, token: str = TOKEN) -> Any:
    address = f"{lab.url}/{API}/part?{urlencode({'path': part, 'offset': offset})}"
    headers = {"Authorization": f"token {token}"}
    request = urllib.request.Request(address, piece, headers, method="PUT")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read()


def landing(lab: Lab, path: str, size: int, modified: int = 1) -> Any:
    return lab.ask(f"{API}/landing?{urlencode({'path': path, 'size': size, 'modified': modified})}")


def finish(lab: Lab, path: str, part: str, content: bytes, **more: object) -> Any:
    digest = hashlib.sha256(content).hexdigest()
    asked = {"part": part, "path": path, "size": len(content), "sha256": digest, **more}
    return lab.ask(f"{API}/finish", "POST", asked)


def status(call, *arguments: object, **named: object) -> int:
    """The status of an answer that is no success, whose message must be one."""
    with pytest.raises(urllib.error.HTTPError) as refused:
        call(*arguments, **named)
    assert b'"message": "' in refused.value.read()
    return refused.value.code


def test_pieces_may_come_twice_and_leave_no_gap(lab):
    content = os.urandom(3000)
    part = landing(lab, "a.bin", len(content))["part"]
    send(lab, part, 0, content[:1000])
    assert status(send, lab, part, 2000, content[2000:]) == 422
    send(lab, part, 0, content[:1000])
    send(lab, part, 1000, content[1000:])
    assert landing(lab, "a.bin", len(content)) == {"part": part, "have": 3000, "exists": False}
    assert landing(lab, "a.bin", len(content), modified=2)["have"] == 0
    finish(lab, "a.bin", part, content)
    assert (lab.root / "a.bin").read_bytes() == content
    assert lab.ask(f"{API}/checksum?path=a.bin")["sha256"] == hashlib.sha256(content).hexdigest()


def test_a_name_is_given_only_to_what_was_sent(lab):
    part = landing(lab, "b.bin", 3)["part"]
    send(lab, part, 0, b"abd")
    assert status(finish, lab, "b.bin", part, b"abc") == 422
    assert not list(lab.root.glob("b.bin*"))


def test_what_came_meanwhile_is_not_replaced(lab):
    part = landing(lab, "c.bin", 3)["part"]
    send(lab, part, 0, b"abc")
    (lab.root / "c.bin").write_text("theirs")
    assert status(finish, lab, "c.bin", part, b"abc") == 409
    assert (lab.root / "c.bin").read_text() == "theirs"
    finish(lab, "c.bin", part, b"abc", replace=True)
    assert (lab.root / "c.bin").read_text() == "abc"


@pytest.mark.parametrize("path", ["../out.bin.0.part", ".hidden/x.part", ".x.part", "link/x.part"])
def test_nothing_is_written_outside_or_hidden(lab, path, tmp_path):
    (lab.root / ".hidden").mkdir(exist_ok=True)
    (lab.root / "link").unlink(missing_ok=True)
    (lab.root / "link").symlink_to(tmp_path)
    assert status(send, lab, path, 0, b"x") == 404
    assert not list(tmp_path.iterdir())
    assert not list((lab.root / ".hidden").iterdir())


def test_only_parts_are_written_and_only_to_their_own_name(lab):
    (lab.root / "d.bin").write_text("theirs")
    assert status(send, lab, "d.bin", 0, b"x") == 422
    assert status(finish, lab, "e.bin", "d.bin", b"theirs") == 400
    assert status(lab.ask, f"{API}/finish", "POST", {"part": 1}) == 400
    assert status(send, lab, "x.part", 0, b"x" * (64 << 20) + b"x") == 413
    assert status(landing, lab, "nowhere/a.bin", 1) == 422
    assert status(send, lab, "x.part", 0, b"x", token="other") == 403
    assert (lab.root / "d.bin").read_text() == "theirs"


def test_a_folder_comes_as_a_zip_file(lab):
    folder: Path = lab.root / "tree"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep/ü.bin").write_bytes(os.urandom(5 << 20))
    (folder / "link").symlink_to("/etc")
    address = f"{lab.url}/{API}/archive?path=tree&token={TOKEN}"
    with urllib.request.urlopen(address, timeout=30) as answer:
        assert answer.headers["Content-Disposition"].endswith("tree.zip")
        archive = zipfile.ZipFile(io.BytesIO(answer.read()))
    assert archive.testzip() is None
    assert archive.read("tree/deep/ü.bin") == (folder / "deep/ü.bin").read_bytes()
    assert not [name for name in archive.namelist() if name.startswith("tree/link/") and name != "tree/link/"]
