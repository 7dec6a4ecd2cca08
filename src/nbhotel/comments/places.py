"""Where comments lie."""

from __future__ import annotations

import os
from collections.abc import Mapping

from nbhotel.userdirs import data_home


def comments_file(environment: Mapping[str, str]) -> str:
    """$XDG_DATA_HOME/nbhotel/comments.sqlite, or below ~/.local/share."""
    return os.path.join(data_home(environment), "nbhotel", "comments.sqlite")
