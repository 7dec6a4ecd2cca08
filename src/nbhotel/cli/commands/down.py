"""`nbhotel down`: close the hotel."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from nbhotel.cli.options import add_settings_options, load
from nbhotel.errors import HotelError

if TYPE_CHECKING:
    import argparse

SUMMARY = "close the hotel, with its rooms or without"

_PATIENCE = 60.0  # seconds


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `nbhotel down`."""
    add_settings_options(parser)
    parser.add_argument(
        "--keep-rooms", action="store_true", help="let rooms and kernels run; the next `up` takes them over"
    )


def run(args: argparse.Namespace) -> int:
    """Stop the supervisor and wait until it has gone; nothing to stop is fine."""
    from nbhotel.hotel.layout import Layout
    from nbhotel.hotel.supervisor import STOP, STOP_KEEPING_ROOMS, read_state
    from nbhotel.hotel.zygote.processes import Identity

    layout = Layout(load(args).settings.state)
    state = read_state(layout)
    if state is None:
        print(f"No hotel runs on {layout.state}.", file=sys.stderr)
        return 0
    supervisor = Identity(state["pid"], state["started"])
    supervisor.signal(STOP_KEEPING_ROOMS if args.keep_rooms else STOP)
    deadline = time.monotonic() + _PATIENCE
    while supervisor.runs():
        if time.monotonic() > deadline:
            raise HotelError(
                "the hotel does not close", where=f"pid {supervisor.pid}", remedy="see `nbhotel logs`"
            )
        time.sleep(0.05)
    print("The hotel is closed; the rooms run on." if args.keep_rooms else "The hotel is closed.")
    return 0
