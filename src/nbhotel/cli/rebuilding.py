"""`nbhotel history rebuild`: a notebook made again of what ran in it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from nbhotel.errors import InputError, UsageError
from nbhotel.journal.rebuild import rebuilt
from nbhotel.journal.store import Journal
from nbhotel.journal.values import Query
from nbhotel.notebook.writing import dumps
from nbhotel.render.terminal.safe import safe


def rebuild(file: str, query: Query, out: str | None, *, force: bool) -> int:
    """Write the notebook of the runs that are asked for. Raises InputError, UsageError, JournalError."""
    if not Path(file).exists():
        raise InputError(
            "there is no journal yet", where=file, remedy="a room writes it: see docs/journal.md"
        )
    with Journal(file, to_read=True) as journal:
        notebooks = journal.notebooks(query)
        if len(notebooks) > 1:
            raise InputError(
                f"several notebooks are like that: {', '.join(notebooks)}", remedy="name one of them"
            )
        document = rebuilt(journal, query)
    target = out or _target(notebooks)
    if target == "-":
        sys.stdout.buffer.write(_content(document))
        return 0
    if Path(target).exists() and not force:
        raise InputError(
            "is there already", where=target, remedy="-o FILE writes elsewhere, --force writes over it"
        )
    _save(document, target)
    return 0


def _target(notebooks: list[str]) -> str:
    if not notebooks:
        raise UsageError(
            "the runs of that kernel came from no notebook", remedy="-o FILE says where to write"
        )
    return notebooks[0]


def _save(document: dict[str, Any], target: str) -> None:
    from nbhotel.cli.emit import save

    save(_content(document), target)
    cells = len(document["cells"])
    print(f"{safe(target)}: {cells} {'cell' if cells == 1 else 'cells'}", file=sys.stderr)
    print(
        "The journal knows what ran, and where cells probably stood. It knows no text, no outputs, "
        "no cell that never ran, and not which ones were deleted.",
        file=sys.stderr,
    )


def _content(document: dict[str, Any]) -> bytes:
    from nbhotel.notebook.writing import encoded

    return encoded(dumps(document) + "\n")
