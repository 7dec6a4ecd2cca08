"""The options that several verbs share, and the settings that they lead to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from nbhotel.errors import StateError
from nbhotel.userdirs import state_home

if TYPE_CHECKING:
    import argparse

    from nbhotel.hotel.settings import Loaded


def add_settings_options(parser: argparse.ArgumentParser, *, bind: bool = False) -> None:
    """Add `--config` and `--state`, and `--bind` for a verb that opens the address."""
    parser.add_argument(
        "--config",
        metavar="FILE",
        type=Path,
        help="settings file (default: ./hotel.toml, else /etc/nbhotel/hotel.toml)",
    )
    parser.add_argument("--state", metavar="DIR", type=Path, help="the hotel's state directory")
    if bind:
        parser.add_argument("--bind", metavar="ADDRESS", help="the public address, such as 127.0.0.1:8000")


def load(args: argparse.Namespace) -> Loaded:
    """Load the settings that `args` of `add_settings_options` ask for. Raises SettingsError."""
    from nbhotel.hotel.settings import load_settings

    overrides = {}
    if args.state is not None:
        overrides["state"] = (_working_directory() / args.state, "--state")
    if getattr(args, "bind", None) is not None:
        overrides["bind"] = (args.bind, "--bind")
    return load_settings(
        args.config,
        overrides=overrides,
        cwd=_working_directory(),
        root=os.geteuid() == 0,
        state_home=Path(state_home(os.environ)),
    )


def _working_directory() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise StateError("the working directory is gone", remedy="cd somewhere else") from None
