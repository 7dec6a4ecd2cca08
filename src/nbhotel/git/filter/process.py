"""The long-running filter protocol, version 2: one process serves all files of one git command.

It knows bytes only. What cleaning and smudging mean is the caller's; when that fails for one file, git is
told that the filter failed for it, so that it stops rather than let the file through unfiltered
(`required`).

Source: gitattributes(5), "Long Running Filter Process".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import BinaryIO, TypeAlias

from nbhotel.git.filter.pktline import (
    ProtocolError,
    read_packet,
    read_until_flush,
    write_content,
    write_packets,
)
from nbhotel.records import NamedTuple


class Request(NamedTuple):
    """One file: `path` below the top of the worktree, as git's bytes; `blob` is "" where git says none."""

    path: bytes
    blob: str
    content: bytes


#: Bytes of a pipe; what an ordinary user may ask for (`man 7 pipe`).
_PIPE = 1 << 20

Work: TypeAlias = Callable[[Request], bytes]


class Failed(Exception):
    """A file could not be filtered; the caller of `serve` has told the user why."""


def serve(stdin: BinaryIO, stdout: BinaryIO, works: dict[str, Work]) -> None:
    """Serve git until it hangs up. `works` are the commands we know: "clean", "smudge".

    A git that was killed or interrupted hangs up anywhere; nobody is there then to be told. Raises
    ProtocolError if the other side is no git.
    """
    try:
        _greet(stdin, stdout, works)
    except EOFError:
        return
    for request, work in _requests(stdin, works):
        _answer(stdout, work, request)
        stdout.flush()


def widen(*pipes: int) -> None:
    """Let most notebooks fit into pipes, so that neither side has to wait for the other in between."""
    with suppress(ImportError, AttributeError, OSError):  # Linux only, and where the user's share allows it
        from fcntl import F_SETPIPE_SZ, fcntl

        for pipe in pipes:
            fcntl(pipe, F_SETPIPE_SZ, _PIPE)


def _requests(stdin: BinaryIO, works: dict[str, Work]) -> Iterator[tuple[Request, Work | None]]:
    """Yield each file with what is to be done with it, until git hangs up."""
    while True:
        try:
            head = _pairs(stdin)
            content = b"".join(read_until_flush(stdin))
        except EOFError:
            return
        request = Request(head.get("pathname", b""), head.get("blob", b"").decode(), content)
        yield request, works.get(head.get("command", b"").decode())


def _greet(stdin: BinaryIO, stdout: BinaryIO, commands: Iterable[str]) -> None:
    if read_packet(stdin) != b"git-filter-client\n":
        raise ProtocolError("this is for git to call, as filter.<driver>.process")
    if b"version=2\n" not in list(read_until_flush(stdin)):
        raise ProtocolError("git speaks another version of the filter protocol than 2")
    write_packets(stdout, [b"git-filter-server\n", b"version=2\n"])
    stdout.flush()
    offered = set(read_until_flush(stdin))
    known = [f"capability={command}\n".encode() for command in commands]
    write_packets(stdout, [each for each in known if each in offered])
    stdout.flush()


def _pairs(stdin: BinaryIO) -> dict[str, bytes]:
    pairs = {}
    for payload in read_until_flush(stdin):
        key, _, value = payload.removesuffix(b"\n").partition(b"=")
        pairs[key.decode()] = value
    return pairs


def _answer(stdout: BinaryIO, work: Work | None, request: Request) -> None:
    """Answer with the content, whole, or with an error and nothing."""
    if work is None:
        write_packets(stdout, [b"status=error\n"])
        return
    try:
        content = work(request)
    except Failed:
        write_packets(stdout, [b"status=error\n"])
        return
    write_packets(stdout, [b"status=success\n"])
    write_content(stdout, content)
    write_packets(stdout, [])  # no change of the status
