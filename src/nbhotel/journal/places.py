"""Where the journal lies, and IPython's own history."""

from __future__ import annotations

import os
from collections.abc import Mapping

from nbhotel.userdirs import data_home


def journal_file(environment: Mapping[str, str]) -> str:
    """$XDG_DATA_HOME/nbhotel/journal.sqlite, or below ~/.local/share."""
    return os.path.join(data_home(environment), "nbhotel", "journal.sqlite")


def ipython_file(environment: Mapping[str, str]) -> str:
    """The history of IPython's default profile, which kernels have too."""
    folder = environment.get("IPYTHONDIR") or os.path.expanduser("~/.ipython")
    return os.path.join(folder, "profile_default", "history.sqlite")
