"""`nbhotel status`: how the hotel is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nbhotel.cli.options import add_settings_options, load

if TYPE_CHECKING:
    import argparse

    from nbhotel.hotel.status import HotelStatus

SUMMARY = "show the address, the processes and the rooms"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `nbhotel status`."""
    add_settings_options(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Print the status; exit code 1 if the hotel is not open or one of its processes is not well."""
    from dataclasses import asdict

    from nbhotel.hotel.layout import Layout
    from nbhotel.hotel.status import hotel_status

    status = hotel_status(Layout(load(args).settings.state))
    print(json.dumps(asdict(status), indent=2) if args.json else _table(status))
    return 0 if status.ready else 1


def _table(status: HotelStatus) -> str:
    head = f"open at {status.address}" if status.address else "closed"
    rows: list[tuple[str, ...]] = [("PROCESS", "PID", "STATE", "UPTIME", "RESTARTS")]
    rows += [(p.name, str(p.pid or "-"), p.state, _span(p.uptime), str(p.restarts)) for p in status.processes]
    parts = [f"The hotel on {status.state_directory} is {head}."]
    if status.processes:
        parts += ["", _aligned(rows)]
    if status.rooms:
        parts += ["", _aligned(_room_rows(status))]
    return "\n".join(parts)


def _room_rows(status: HotelStatus) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [
        ("ROOM", "SERVER", "PID", "UPTIME", "MEMORY", "ALL", "KERNELS", "LAST ACTIVITY")
    ]
    for room in status.rooms:
        kernels = "?" if room.kernels is None else str(room.kernels)
        memory = (_size(room.memory), _size(room.total_memory))
        activity = (room.last_activity or "?")[:19].replace("T", " ")
        rows.append(
            (room.user, room.server or "-", str(room.pid), _span(room.uptime), *memory, kernels, activity)
        )
    return rows


def _aligned(rows: list[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def _size(size: int | None) -> str:
    return "?" if size is None else f"{size / 2**20:.1f} MB"


def _span(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days}d {hours}h"
    return f"{hours}h {minutes}m" if hours else f"{minutes}m {rest}s" if minutes else f"{rest}s"
