"""Where a user's files lie that are no documents. Source: freedesktop's XDG base directory specification."""

from __future__ import annotations

import os
from collections.abc import Mapping


def data_home(environment: Mapping[str, str]) -> str:
    """$XDG_DATA_HOME, else ~/.local/share."""
    return _given(environment, "XDG_DATA_HOME", "share")


def state_home(environment: Mapping[str, str]) -> str:
    """$XDG_STATE_HOME, else ~/.local/state."""
    return _given(environment, "XDG_STATE_HOME", "state")


def _given(environment: Mapping[str, str], name: str, otherwise: str) -> str:
    """A relative path counts for nothing, says the specification."""
    given = environment.get(name, "")
    home = environment.get("HOME") or os.path.expanduser("~")  # noqa: PTH111 - pathlib costs a tenth of the start
    return given if given.startswith("/") else f"{home}/.local/{otherwise}"
