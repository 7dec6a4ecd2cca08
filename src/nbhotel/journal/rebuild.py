"""A notebook made again of the code that was run in it.

The journal knows in which order code ran, not where it stood. Cells stand in the order in which they ran
first, so that each finds what it needs; but when several were run at a go ("Run All"), they stand in that
order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from nbhotel.errors import InputError
from nbhotel.journal.store import Journal
from nbhotel.journal.values import Query, Run

#: The longest time in seconds from one run's end to the start of the next, if both were sent at a go.
_AT_A_GO = 0.1
#: What nbformat allows for an id; not all clients keep to that.
_ID = "[a-zA-Z0-9_-]{1,64}"


class _Cells:
    """Cells in the order in which they probably stood."""

    def __init__(self) -> None:
        self._order: list[str] = []
        self._last: dict[str, Run] = {}
        #: Which cell an id stands for, which code is in which cell now, and which kernels ran a cell.
        self._of_id: dict[str, str] = {}
        self._of_code: dict[str, str] = {}
        self._kernels: dict[str, set[str]] = {}
        self._before: tuple[str, Run] | None = None

    def add(self, run: Run) -> None:
        """Let a run take its place; they must come in the order in which they ran."""
        key = self._key(run)
        if self._before:
            self._place(key, run, *self._before)
        elif key not in self._last:
            self._order.append(key)
        earlier = self._last.get(key)
        if earlier and self._of_code.get(earlier.code) == key:
            del self._of_code[earlier.code]
        self._last[key] = run
        self._of_code[run.code] = key
        self._of_id |= {run.cell: key} if run.cell else {}
        self._kernels.setdefault(key, set()).add(run.kernel)
        self._before = (key, run)

    def found(self) -> list[Run]:
        """Return the last run of each cell."""
        return [self._last[key] for key in self._order]

    def _key(self, run: Run) -> str:
        """The cell of a run: by its id, else the one with the same code.

        Notebooks without ids in the file get others each time they are opened. So a cell with a new id, and
        the code of a cell that this kernel has not run yet, is that one.
        """
        if run.cell in self._of_id:
            return self._of_id[run.cell]
        same = self._of_code.get(run.code)
        if same is not None and (not run.cell or run.kernel not in self._kernels[same]):
            return same
        return run.cell or run.message

    def _place(self, key: str, run: Run, before: str, earlier: Run) -> None:
        at_a_go = _at_a_go(earlier, run)
        if key not in self._last:
            self._order.insert(self._order.index(before) + 1 if at_a_go else len(self._order), key)
        elif at_a_go and self._order.index(key) < self._order.index(before):
            # It stands below what ran just before it: that was put in above it later.
            self._order.remove(before)
            self._order.insert(self._order.index(key), before)


def cells_of(runs: Iterable[Run]) -> list[Run]:
    """Return the last run of each cell, in the order in which the cells probably stood.

    `runs` must come in the order in which they ran.
    """
    cells = _Cells()
    for run in runs:
        cells.add(run)
    return cells.found()


def rebuilt(journal: Journal, query: Query) -> dict[str, Any]:
    """Return a notebook of all runs that are asked for. Raises InputError if there are none, JournalError."""
    runs = list(journal.search(query))
    if not runs:
        raise InputError("the journal has no such runs", where=journal.file, remedy="see `nbhotel history`")
    return notebook_of(cells_of(reversed(runs)))


def notebook_of(cells: list[Run]) -> dict[str, Any]:
    """Return the notebook (nbformat 4.5) of what `cells_of` found, with the kernel of the last run."""
    last = max(cells, key=lambda run: run.started)
    metadata: dict[str, Any] = {}
    if last.spec:
        metadata["kernelspec"] = {"name": last.spec, "display_name": last.spec, "language": last.language}
    if last.language:
        metadata["language_info"] = {"name": last.language}
    made = [_cell(run, f"rebuilt-{number}") for number, run in enumerate(cells)]
    return {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _cell(run: Run, name: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": run.cell if re.fullmatch(_ID, run.cell) else name,
        "metadata": {},
        "outputs": [],
        "source": run.code.splitlines(keepends=True),
    }


def _at_a_go(earlier: Run, run: Run) -> bool:
    if run.kernel != earlier.kernel or earlier.seconds is None:
        return False
    return run.started - earlier.started - earlier.seconds <= _AT_A_GO
