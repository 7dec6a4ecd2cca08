"""`nbhotel up`: open the hotel."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbhotel.cli.options import add_settings_options, load
from nbhotel.errors import HotelError

if TYPE_CHECKING:
    import argparse

    from nbhotel.hotel.opening import Opening
    from nbhotel.hotel.settings import Loaded

SUMMARY = "open the hotel: start proxy, hub and zygote, and keep them running"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `nbhotel up`."""
    add_settings_options(parser, bind=True)
    parser.add_argument("--detach", action="store_true", help="return as soon as the hotel is open")
    parser.add_argument("--prepare", action="store_true", help="only check and prepare, for systemd's units")


def run(args: argparse.Namespace) -> int:
    """Open the hotel and stay until it is closed, or come back once it is open."""
    loaded = load(args)
    if args.prepare:
        from nbhotel.hotel.service import prepare_for_systemd

        prepare_for_systemd(loaded.settings)
        return 0
    return _detached(loaded) if args.detach else _serve(loaded)


def _serve(loaded: Loaded) -> int:
    from nbhotel.hotel.opening import open_hotel

    opening = open_hotel(loaded.settings, os.environ)
    return opening.supervisor.run(lambda: _welcome(opening, loaded))


def _welcome(opening: Opening, loaded: Loaded) -> None:
    from nbhotel.hotel.welcome import welcome

    print(welcome(opening.layout, opening.people, loaded.settings), flush=True)


def _detached(loaded: Loaded) -> int:
    """Open the hotel in a process of its own; what it says until it is open is passed on."""
    from nbhotel.hotel.opening import open_hotel

    opening = open_hotel(loaded.settings, os.environ)
    reader, writer = os.pipe()
    sys.stdout.flush()
    if os.fork():
        os.close(writer)
        return _pass_on(reader)
    os.close(reader)
    os.setsid()
    _leave_terminal(opening)

    def on_ready() -> None:
        from nbhotel.hotel.welcome import welcome

        text = welcome(opening.layout, opening.people, loaded.settings)
        os.write(writer, f"{text}\n".encode())
        os.close(writer)

    try:
        return opening.supervisor.run(on_ready)
    except HotelError as error:
        os.write(writer, f"\0{error}".encode())
        return error.exit_code


def _leave_terminal(opening: Opening) -> None:
    from nbhotel.hotel.children import open_log

    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    with open_log(opening.layout.log_file("supervisor")) as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    os.close(nothing)


def _pass_on(reader: int) -> int:
    with os.fdopen(reader, encoding="utf-8") as pipe:
        said = pipe.read()
    text, _, failure = said.partition("\0")
    print(text, end="", flush=True)
    if failure or not text:
        raise HotelError(failure or "the hotel was closed before it was open")
    return 0
