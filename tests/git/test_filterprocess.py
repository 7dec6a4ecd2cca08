"""The filter protocol, spoken byte by byte: what git hears when it hangs up, wherever that is."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO

import pytest

from nbhotel.git.filter.pktline import (
    MAX_PAYLOAD,
    ProtocolError,
    read_until_flush,
    write_content,
    write_packets,
)
from nbhotel.git.filter.process import Failed, Request, serve
from tests.git.sandbox import Sandbox


def greeting() -> bytes:
    out = BytesIO()
    write_packets(out, [b"git-filter-client\n", b"version=2\n"])
    write_packets(out, [b"capability=clean\n", b"capability=smudge\n", b"capability=delay\n"])
    return out.getvalue()


def asked(command: str, path: bytes, content: bytes) -> bytes:
    out = BytesIO()
    write_packets(out, [f"command={command}\n".encode(), b"pathname=" + path + b"\n"])
    write_content(out, content)
    return out.getvalue()


def upper(request: Request) -> bytes:
    if request.path == b"fails":
        raise Failed
    return request.content.upper()


def served(sent: bytes) -> bytes:
    out = BytesIO()
    serve(BytesIO(sent), out, {"clean": upper})
    return out.getvalue()


def heard(answers: bytes) -> list[list[bytes]]:
    """The lists of packets that the answers consist of."""
    stream, found = BytesIO(answers), []
    while stream.tell() < len(answers):
        found.append(list(read_until_flush(stream)))
    return found


WELCOME = [[b"git-filter-server\n", b"version=2\n"], [b"capability=clean\n"]]


def test_a_conversation():
    long = b"x" * (MAX_PAYLOAD + 1)
    sent = greeting() + asked("clean", b"a b\xff", b"text") + asked("clean", b"fails", b"text")
    sent += asked("smudge", b"a", b"text") + asked("clean", b"a", b"") + asked("clean", b"a", long)
    assert heard(served(sent)) == [
        *WELCOME,
        *([b"status=success\n"], [b"TEXT"], []),
        [b"status=error\n"],
        [b"status=error\n"],
        *([b"status=success\n"], [], []),
        *([b"status=success\n"], [b"X" * MAX_PAYLOAD, b"X"], []),
    ]


def test_whenever_git_hangs_up_it_gets_whole_answers_and_no_complaint():
    """A git that was killed or interrupted; a partial answer would be a partial file."""
    sent = greeting() + asked("clean", b"a", b"text") + asked("clean", b"b", b"more")
    whole = served(sent)
    steps = {served(sent[:at]) for at in range(len(sent) + 1)}
    assert all(whole.startswith(step) for step in steps)
    assert sorted(map(len, map(heard, steps))) == [0, 1, 2, 5, 8]


@pytest.mark.parametrize(
    "sent", [b"hello, is this git?", b"0003", b"0009other", greeting().replace(b"=2", b"=3")]
)
def test_who_is_no_git_is_told_in_a_line(sent, repo: Sandbox):
    with pytest.raises(ProtocolError):
        served(sent)
    command = [sys.executable, "-m", "nbhotel", "git-filter"]
    done = subprocess.run(command, cwd=repo.folder, env=repo.env, input=sent, capture_output=True)
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    assert done.stderr.startswith(b"nbhotel: ")
