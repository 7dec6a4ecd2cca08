"""Lines to standard output, or through a pager, chosen as git does it (git-var(1), GIT_PAGER)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import IO

from nbhotel.cli.boundary import drop_output
from nbhotel.errors import InputError


def write(lines: Iterable[str], *, at_once: bool = False) -> None:
    """Write lines to standard output, whatever its encoding. Raises InputError, and BrokenPipeError.

    `at_once` says that each line is to be seen when it comes.
    """
    sys.stdout.flush()
    try:
        _write(lines, sys.stdout.buffer, sys.stdout.encoding or "utf-8", at_once=at_once)
    except BrokenPipeError:
        raise
    except OSError as error:
        drop_output()
        what = f"can't be written: {(error.strerror or str(error)).lower()}"
        raise InputError(what, where="standard output") from None


def page(lines: Iterable[str], *, at_once: bool = False) -> None:
    """Write lines through the user's pager; without one, or without a line, directly."""
    environment = os.environ
    rest = iter(lines)
    first = next(rest, None)
    if first is None:
        return
    lines = chain([first], rest)
    pager = _pager(environment)
    if pager in {"", "cat"}:
        write(lines, at_once=at_once)
    else:
        _through(pager, lines, environment, at_once=at_once)


def _write(lines: Iterable[str], stream: IO[bytes], encoding: str, *, at_once: bool) -> None:
    for batch in _batches(lines, 1 if at_once else 200):
        stream.write(batch.encode(encoding, "backslashreplace"))
        stream.flush()


def _batches(lines: Iterable[str], size: int) -> Iterator[str]:
    batch: list[str] = []
    for line in lines:
        batch.append(line)
        if len(batch) == size:
            yield "\n".join(batch) + "\n"
            batch = []
    if batch:
        yield "\n".join(batch) + "\n"


def _pager(environment: Mapping[str, str]) -> str:
    if "GIT_PAGER" in environment:
        return environment["GIT_PAGER"]
    configured = _of_git(environment)
    if configured:
        return configured
    if "PAGER" in environment:
        return environment["PAGER"]
    from shutil import which

    return "less" if which("less") else ""


def _of_git(environment: Mapping[str, str]) -> str:
    from subprocess import run

    try:
        done = run(["git", "config", "core.pager"], capture_output=True, env=dict(environment), check=False)
    except OSError:
        return ""
    return done.stdout.decode(errors="surrogateescape").strip()


def _through(pager: str, lines: Iterable[str], environment: Mapping[str, str], *, at_once: bool) -> None:
    import signal
    from subprocess import PIPE, Popen

    # What git gives to less and lv, unless the user has said something.
    settings = {"LESS": "FRX", "LV": "-c", **environment}
    with Popen(["sh", "-c", pager], stdin=PIPE, env=settings) as process:
        # Ctrl-C is the pager's while it runs: less stops a search with it, and stays.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            assert process.stdin is not None  # noqa: S101 - it was asked for
            _write(lines, process.stdin, sys.stdout.encoding or "utf-8", at_once=at_once)
            process.stdin.close()
        except BrokenPipeError:
            pass  # the reader has seen enough
        finally:
            process.wait()
            signal.signal(signal.SIGINT, before)
