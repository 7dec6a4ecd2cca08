"""The process that does what one save asks for: `python -m nbhotel.room.saving.worker`.

It reads a job from standard input and writes what came of it to standard output, both JSON. As a process of
its own it takes no memory of the server's between saves, and chains of packages of somebody's can neither
hold up the server nor bring it down.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from nbhotel.chain.exports import exports_of
from nbhotel.errors import NbhotelError
from nbhotel.git.filter.dirt import look_at_content_of
from nbhotel.room.saving.exporting import Exporting
from nbhotel.room.saving.record import open_record


def run(job: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, list[str]]:
    """Do a job: `kind` is "save", "move" or "remove"; `path`, `before` and `record` are absolute paths."""
    try:
        if job["kind"] == "save":
            _refresh(job["path"], environment)
            if not exports_of(job["path"]):
                return _answer()
        with open_record(job["record"]) as record:
            return _kept_in_step(job, Exporting(record, environment))
    except NbhotelError as error:
        return _answer(problems=[str(error)])


def _kept_in_step(job: Mapping[str, Any], exporting: Exporting) -> dict[str, list[str]]:
    if job["kind"] == "save":
        exporting.save(job["path"])
    elif job["kind"] == "move":
        exporting.move(job["before"], job["path"])
    else:
        exporting.remove(job["path"])
    return _answer(exporting.exports, exporting.removed, exporting.problems)


def _answer(
    exports: Sequence[str] = (), removed: Sequence[str] = (), problems: Sequence[str] = ()
) -> dict[str, list[str]]:
    return {"exports": [*exports], "removed": [*removed], "problems": [*problems]}


def _refresh(path: str, environment: Mapping[str, str]) -> None:
    """Have git find out that nothing but outputs changed; without git there is nothing to find out."""
    try:
        look_at_content_of(path, environment)
    except (NbhotelError, OSError):
        return


def main() -> None:
    """Do the job that stands on standard input; whoever asked may be gone before the end."""
    job = json.load(sys.stdin)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(job["seconds"])  # holds also when the server is gone
    os.nice(10)  # the server and its kernels come first
    answer = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a filter prints is no part of the answer
    outcome = run(job, os.environ)
    with open(answer, "w", encoding="utf-8") as stdout:
        json.dump(outcome, stdout)


if __name__ == "__main__":
    main()
