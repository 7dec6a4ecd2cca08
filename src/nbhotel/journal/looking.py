"""The journal searched, and IPython's own history along with it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from heapq import merge

from nbhotel.journal.store import Journal
from nbhotel.journal.values import Query, Run


def looked_up(file: str, query: Query, *, ipython: str = "") -> Iterator[Run]:
    """Yield the runs that are asked for, the newest first; none if there is no journal yet.

    `file` is the journal's, `ipython` IPython's history, "" not to search it: of that, what the journal has
    as well is left out. Raises JournalError, InputError.
    """
    if not os.path.exists(file):
        yield from _of_ipython(ipython, query)
        return
    with Journal(file, to_read=True) as journal:
        found = journal.search(query)
        if not ipython:
            yield from found
            return
        others = (run for run in _of_ipython(ipython, query) if not journal.holds(run.code))
        yield from merge(found, others, key=lambda run: -run.started)


def _of_ipython(file: str, query: Query) -> Iterator[Run]:
    if file:
        from nbhotel.journal.ipython import history_of_ipython

        yield from history_of_ipython(file, query)
