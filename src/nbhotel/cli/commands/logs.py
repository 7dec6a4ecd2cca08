"""`nbhotel logs`: what the processes and rooms wrote."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from nbhotel.cli.options import add_settings_options, load
from nbhotel.errors import StateError, UsageError

if TYPE_CHECKING:
    import argparse

    from nbhotel.hotel.layout import Layout

SUMMARY = "print the log of the hub, the proxy, the zygote, the supervisor or a room"

#: How much of the end of a log is looked at, in bytes.
_AT_MOST = 4 * 1024 * 1024
#: Control characters but tab and newline (ECMA-48); those of C1 stand in UTF-8 as c2 80 to c2 9f.
_CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2(?=[\x80-\x9f])")

_PROCESSES = ("hub", "proxy", "zygote", "supervisor")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `nbhotel logs`."""
    parser.add_argument("what", nargs="?", default="hub", choices=(*_PROCESSES, "room"), help="whose log")
    parser.add_argument("name", nargs="?", metavar="NAME", help="with `room`: USER or USER/SERVER")
    parser.add_argument("-f", "--follow", action="store_true", help="go on printing what is written")
    parser.add_argument(
        "-n", "--lines", type=int, default=50, metavar="N", help="begin N lines before the end"
    )
    add_settings_options(parser)


def run(args: argparse.Namespace) -> int:
    """Print the end of a log, and with `-f` what comes."""
    from nbhotel.hotel.layout import Layout

    path = _path(args, Layout(load(args).settings.state))
    try:
        with path.open("rb") as log:
            log.seek(max(0, path.stat().st_size - _AT_MOST))
            _print(_tail(log.read(), args.lines))
            while args.follow:
                chunk = log.read()
                _print(chunk)
                if not chunk:
                    time.sleep(0.3)
    except FileNotFoundError:
        raise StateError("there is no such log yet", where=str(path)) from None
    except PermissionError:
        raise StateError(
            "you may not read this log", where=str(path), remedy="run it as the hotel's owner"
        ) from None
    return 0


def _path(args: argparse.Namespace, layout: Layout) -> Path:
    if args.what != "room":
        if args.name:
            raise UsageError(f"`logs {args.what}` takes no name")
        return layout.log_file(args.what)
    if not args.name:
        raise UsageError("whose room?", remedy="nbhotel logs room USER or USER/SERVER")
    user, _, server = args.name.partition("/")
    return layout.room_log(user, server)


def _tail(content: bytes, lines: int) -> bytes:
    return b"".join(content.splitlines(keepends=True)[-max(lines, 0) :]) if lines else b""


def _print(chunk: bytes) -> None:
    if sys.stdout.isatty():
        # A guest writes a room's log, and could put commands for the reader's terminal into it.
        chunk = _CONTROL.sub(lambda found: b"\\x%02x" % found[0][0], chunk)
    if chunk:
        sys.stdout.flush()
        os.write(sys.stdout.fileno(), chunk)
