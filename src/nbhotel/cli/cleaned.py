"""Notebooks as git is to store them: what the drivers compare is what would be committed."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from nbhotel.chain.config import load_chain
from nbhotel.notebook.model import Broken, Notebook

if TYPE_CHECKING:
    Readable = Notebook | Broken


def cleaner(path: str) -> Callable[[Readable], Readable]:
    """Return what cleans the notebook at `path`, below the top of the worktree that git started us in.

    Raises ConfigError if the repository's configuration is wrong.
    """
    chain = load_chain("vcs", os.path.dirname(path) or ".")  # noqa: PTH120 - pathlib costs a tenth of the start
    return lambda side: side if isinstance(side, Broken) else chain.clean(side)


def is_filtered(path: str) -> bool:
    """Whether git cleans the file at `path` by our filter. If git can't be asked: yes."""
    from subprocess import DEVNULL, PIPE, run

    command = ["git", "check-attr", "-z", "filter", "--", path]
    done = run(command, stdout=PIPE, stderr=DEVNULL, check=False)
    return done.returncode != 0 or done.stdout.split(b"\0")[2:3] == [b"nbhotel"]
