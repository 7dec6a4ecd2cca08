"""`nbhotel service`: the hotel under systemd."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from nbhotel.cli.options import add_settings_options, load
from nbhotel.errors import StateError

if TYPE_CHECKING:
    import argparse

SUMMARY = "print or write systemd units for the hotel"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `nbhotel service`."""
    add_settings_options(parser, bind=True)
    parser.add_argument("--write", metavar="DIR", type=Path, help="write the unit files there instead")


def run(args: argparse.Namespace) -> int:
    """Print the units, or write them and say what to do next."""
    from nbhotel.hotel.service import units

    texts = units(load(args).settings, args.config, os.environ)
    if args.write is None:
        print("\n".join(f"# {name}\n{text}" for name, text in texts.items()), end="")
        return 0
    for name, text in texts.items():
        _write(args.write / name, text)
    then = "systemctl daemon-reload; systemctl enable --now nbhotel.target"
    print(f"Wrote {len(texts)} units to {args.write}. Next: {then}")
    return 0


def _write(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.new")
    try:
        draft.write_text(text)
        draft.replace(path)
    except OSError as error:
        raise StateError(f"the unit can't be written: {error.strerror}", where=str(path)) from error
