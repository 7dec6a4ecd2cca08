"""Cells as one text that somebody can edit, and back: to choose among cells that both sides inserted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nbhotel.notebook.ids import fresh_id
from nbhotel.notebook.model import Json, Notebook, cell_of
from nbhotel.notebook.writing import source_lines
from nbhotel.repair.settling import of_kind, replaced
from nbhotel.repair.unresolved import Open

_HEAD = re.compile(r"#%% nbhotel cell (\d+) \((code|markdown|raw)\).*")
_ADVICE = "Change, reorder or delete the cells below. Each begins with a line such as the next one.\n"


def as_text(found: Open) -> str:
    """Return the cells of an insertion, each below a line that tells its number, kind and side."""
    sides = ((found.conflict.local, found.labels.local), (found.conflict.remote, found.labels.remote))
    cells = [(cell_of(raw), label) for raws, label in sides for raw in raws]
    parts = [
        f"#%% nbhotel cell {number} ({cell.kind}) of {label}\n{cell.source}\n"
        for number, (cell, label) in enumerate(cells, 1)
    ]
    return _ADVICE + "".join(parts)


def with_text(notebook: Notebook, found: Open, text: str) -> Notebook:
    """Return the notebook with the cells of an edited text in place of the insertion."""
    given: Sequence[dict[str, Json]] = [*found.conflict.local, *found.conflict.remote]
    outside = [*notebook.cells[: found.start], *notebook.cells[found.end + 1 :]]
    taken = {cell.id for cell in outside if cell.id is not None}
    chosen = []
    for number, kind, source in _cells(text):
        old = given[number - 1] if 0 < number <= len(given) else None
        raw = _cell(old, kind, source)
        if raw.get("id") in taken or ("id" not in raw and any("id" in each for each in given)):
            raw = raw | {"id": fresh_id(f"{kind}\n{source}", taken)}
        taken |= {raw["id"]} if "id" in raw else set()
        chosen.append(raw)
    return replaced(notebook, found.start, chosen, found.end + 1 - found.start)


def _cell(old: dict[str, Json] | None, kind: str, source: str) -> dict[str, Json]:
    base = {"cell_type": kind, "metadata": {}, "source": []} if old is None else old
    if old is not None and cell_of(old).kind == kind and cell_of(old).source == source:
        return old
    return of_kind(cell_of(base | {"source": source_lines(source)}), kind, source)


def _cells(text: str) -> Iterator[tuple[int, str, str]]:
    head: re.Match[str] | None = None
    lines: list[str] = []
    for line in [*text.removesuffix("\n").split("\n"), None]:
        found = None if line is None else _HEAD.fullmatch(line)
        if line is not None and found is None:
            lines.append(line)
            continue
        if head is not None:
            yield int(head[1]), head[2], "\n".join(lines)
        head, lines = found, []
