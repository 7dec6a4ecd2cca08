"""What renderers are given of a notebook's history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbhotel.records import NamedTuple

if TYPE_CHECKING:
    from nbhotel.diff.values import NotebookDiff
    from nbhotel.git.history.commits import Commit
    from nbhotel.notebook.model import Cell


class Entry(NamedTuple):
    """What one commit did: `diff`, or None if `note` says that the notebook can't be read there.

    `path` is "" where the commit removes the notebook, `old_path` where it adds it. Where one cell is
    followed, and of merges, `diff` has only the cells that count.
    """

    commit: Commit
    path: str
    old_path: str
    diff: NotebookDiff | None
    note: str = ""


class Followed(NamedTuple):
    """The cell that is followed, at its place from 0 in the newest version."""

    cell: Cell
    place: int
