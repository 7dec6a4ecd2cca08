"""Where Jupyter finds whether people write together in a room."""

from __future__ import annotations

import os
from pathlib import Path

_CONFIG = Path(__file__).parent / "config"


def config_path(*, together: bool, before: str = "") -> str:
    """Return `JUPYTER_CONFIG_PATH` for a room; `before` is what it was.

    jupyter-collaboration is on wherever it is installed, in the server and in Lab. So each room is told which
    it is, by files that any version of Jupyter reads before a user's own.
    """
    own = str(_CONFIG / ("on" if together else "off"))
    return os.pathsep.join([own, *([before] if before else [])])
