"""A notebook's history in our own JSON, described in docs/history.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nbhotel.notebook.model import Json
from nbhotel.notebook.writing import dumps, encoded
from nbhotel.render.json.comparisons import cell_fate, changed_fields, counted

if TYPE_CHECKING:
    from nbhotel.git.history.blaming import Blame, CellBlame, Origin
    from nbhotel.git.history.commits import Commit
    from nbhotel.notebook.model import Notebook
    from nbhotel.render.chronicle import Entry, Followed

LOG_SCHEMA = "nbhotel/log/1"
BLAME_SCHEMA = "nbhotel/blame/1"


def log_json(path: str, followed: Followed | None, entries: Sequence[Entry]) -> str:
    """Return one document about all commits. It is valid JSON whatever the notebooks hold."""
    head: dict[str, Json] = {"schema": LOG_SCHEMA, "notebook": path}
    if followed is not None:
        head["cell"] = {"index": followed.place, "id": followed.cell.id, "type": followed.cell.kind}
    return _text(head | {"commits": list(map(_entry, entries))})


def blame_json(blame: Blame, left_out: Sequence[tuple[str, str]]) -> str:
    """Return one document; `left_out` are commits and why the notebook can't be read there."""
    origins = {each for cell in blame.cells for each in (cell.touched, *cell.lines, *cell.outputs)}
    commits = {origin.commit.id: _commit(origin.commit) | {"path": origin.path} for origin in origins}
    return _text(
        {
            "schema": BLAME_SCHEMA,
            "notebook": blame.step.path,
            "revision": blame.step.commit.id,
            "commits": dict(sorted(commits.items())),
            "left_out": [{"commit": commit, "note": note} for commit, note in left_out],
            "cells": [_cell(cell, blame.notebook) for cell in blame.cells],
        }
    )


def _text(document: dict[str, Json]) -> str:
    return encoded(dumps(document) + "\n").decode()


def _entry(entry: Entry) -> dict[str, Json]:
    result: dict[str, Json] = {"id": entry.commit.id, "parents": list(entry.commit.parents)} | _commit(
        entry.commit
    )
    result |= {"path": entry.path or None, "old_path": entry.old_path or None}
    if entry.diff is None:
        return result | {"note": entry.note}
    cells = [cell_fate(each, entry.diff) for each in entry.diff.cells if each.differs]
    fields = changed_fields(entry.diff.fields)
    return result | {"count": counted(entry.diff), "fields": fields, "cells": cells}


def _commit(commit: Commit) -> dict[str, Json]:
    return {
        "author": commit.author,
        "email": commit.email,
        "date": commit.iso or None,
        "message": commit.message,
    }


def _cell(cell: CellBlame, notebook: Notebook) -> dict[str, Json]:
    shown = notebook.cells[cell.cell]
    texts = shown.source.split("\n")
    result: dict[str, Json] = {"index": cell.cell, "id": shown.id, "type": shown.kind}
    result |= _origin(cell.touched)
    result["lines"] = [_origin(each) | {"text": text} for each, text in zip(cell.lines, texts, strict=True)]
    if cell.outputs:
        result["outputs"] = [_origin(each) for each in cell.outputs]
    return result


def _origin(origin: Origin) -> dict[str, Json]:
    result: dict[str, Json] = {"commit": origin.commit.id}
    flags = {"boundary": origin.is_boundary, "guess": origin.is_guess}
    return result | {name: True for name, is_set in flags.items() if is_set}
