"""IPython's own history, searched along: what ran in terminals, and before there was a journal.

IPython notes when a session began and ended, but not when a line ran. Source of the form:
`IPython/core/history.py`, `HistoryManager.init_db`.
"""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing

from nbhotel.errors import InputError
from nbhotel.journal.values import Query, Run

#: The kernelspec of what IPython's history holds, for want of a better one.
SPEC = "ipython"

_LINES = """
SELECT session, line, start, source_raw FROM history JOIN sessions USING (session)
WHERE {where} ORDER BY session DESC, line DESC
"""


def history_of_ipython(file: str, query: Query) -> Iterator[Run]:
    """Yield what IPython's history has, the newest first; nothing if there is none. Raises InputError.

    `started` is when the session began. Nobody knows of notebooks, kernels and failures there.
    """
    if query.notebook or query.kernel or query.failed or not os.path.exists(file):
        return
    where = " AND ".join(["1", *("instr(lower(source_raw), lower(?))" for _ in query.words)])
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=2)) as database:
            for session, line, start, code in database.execute(_LINES.format(where=where), query.words):
                run = _run(session, line, start, code)
                if _is_within(run.started, query):
                    yield run
    except sqlite3.Error as error:
        raise InputError(f"IPython's history can't be read: {error}", where=file) from None


def _run(session: int, line: int, start: object, code: str) -> Run:
    return Run(f"ipython-{session}-{line}", _seconds(start), code, spec=SPEC, language="python", number=line)


def _seconds(start: object) -> float:
    """IPython writes when a session began in the ISO form, in local time."""
    try:
        moment = dt.datetime.fromisoformat(str(start))
    except ValueError:
        return 0.0
    return moment.astimezone(dt.UTC).timestamp()


def _is_within(started: float, query: Query) -> bool:
    return (query.since is None or started >= query.since) and (
        query.before is None or started < query.before
    )
