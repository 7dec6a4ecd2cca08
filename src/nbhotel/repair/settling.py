"""A notebook after a decision: conflicts that stand in it are taken out, and what was chosen stays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, TypeAlias

from nbhotel.merge.fieldwise import as_in
from nbhotel.merge.markers import CONFLICTS_KEY
from nbhotel.notebook.ids import fresh_id
from nbhotel.notebook.model import Cell, Json, Notebook, cell_of
from nbhotel.repair.unresolved import Open, unresolved

Choice: TypeAlias = Literal["local", "remote", "both"]

_REFERENCE = re.compile(r"attachment:([^)\s\"'>]+)")
_OTHER_NAME = re.compile(r"-remote\d*(?=(?:\.[^.]*)?$)")


def settled(notebook: Notebook, conflict: Open, choice: Choice) -> Notebook:
    """Return the notebook with one conflict decided.

    `conflict` is one of `unresolved(notebook)`. Of metadata nobody can have both: local's stays.
    """
    if conflict.conflict.kind == "metadata":
        return _with_metadata(notebook, conflict, choice)
    if conflict.conflict.kind == "inserted":
        return _with_inserted(notebook, conflict, choice)
    if conflict.conflict.kind == "outputs":
        return _with_outputs(notebook, conflict, choice)
    if conflict.conflict.kind == "kind":
        return _with_kind(notebook, conflict, choice)
    lines = _chosen(conflict, choice)
    return _without_cell(notebook, conflict) if lines is None else with_lines(notebook, conflict, lines)


def all_settled(notebook: Notebook, choice: Choice) -> Notebook:
    """Return the notebook with all conflicts decided alike."""
    while found := unresolved(notebook):
        notebook = settled(notebook, found[0], choice)
    return notebook


def with_lines(notebook: Notebook, conflict: Open, lines: Sequence[str]) -> Notebook:
    """Return the notebook with these lines in place of a conflict in a source."""
    cell = _cell(notebook, conflict)
    old = cell.source.split("\n")
    text = "\n".join((*old[: conflict.start], *lines, *old[conflict.end :]))
    raw = cell.raw | {"source": as_in(cell, text)}
    rejected = "\n".join(old[conflict.start : conflict.end])
    return replaced(notebook, conflict.cell or 0, [_without_rejected(raw, text, rejected)])


def with_source(notebook: Notebook, index: int, text: str) -> Notebook:
    """Return the notebook with another source in a cell."""
    cell = notebook.cells[index]
    return replaced(notebook, index, [cell.raw | {"source": as_in(cell, text)}])


def replaced(notebook: Notebook, start: int, raws: Sequence[dict[str, Json]], count: int = 1) -> Notebook:
    """Return the notebook with these cells in place of `count` others."""
    cells = [*notebook.raw["cells"][:start], *raws, *notebook.raw["cells"][start + count :]]
    return notebook._replace(raw=notebook.raw | {"cells": cells}, cells=tuple(map(cell_of, cells)))


def _cell(notebook: Notebook, conflict: Open) -> Cell:
    return notebook.cells[conflict.cell or 0]


def _chosen(conflict: Open, choice: Choice) -> list[Json] | None:
    local, remote = conflict.conflict.local, conflict.conflict.remote
    if choice == "both":
        return [*(local or ()), *(remote or ())]
    side: list[Json] | None = local if choice == "local" else remote
    return side


def _without_cell(notebook: Notebook, conflict: Open) -> Notebook:
    return replaced(notebook, conflict.cell or 0, [])


def _with_inserted(notebook: Notebook, conflict: Open, choice: Choice) -> Notebook:
    chosen = _chosen(conflict, choice) or []
    return replaced(notebook, conflict.start, chosen, conflict.end + 1 - conflict.start)


def _with_outputs(notebook: Notebook, conflict: Open, choice: Choice) -> Notebook:
    cell = _cell(notebook, conflict)
    chosen = _chosen(conflict, choice) or []
    outputs = [*cell.outputs[: conflict.start], *chosen, *cell.outputs[conflict.end :]]
    return replaced(notebook, conflict.cell or 0, [cell.raw | {"outputs": outputs}])


def _with_kind(notebook: Notebook, conflict: Open, choice: Choice) -> Notebook:
    """Of both kinds there are two cells: no cell can be of both."""
    cell = _cell(notebook, conflict)
    kinds = conflict.kinds or (cell.kind, cell.kind)
    sides = ((kinds[0], conflict.conflict.local), (kinds[1], conflict.conflict.remote))
    chosen = sides if choice == "both" else sides[:1] if choice == "local" else sides[1:]
    raws = [of_kind(cell, kind, "\n".join(lines)) for kind, lines in chosen]
    if len(raws) == 2 and "id" in raws[1]:
        taken = {each.id for each in notebook.cells if each.id is not None}
        raws[1] = raws[1] | {"id": fresh_id("\n".join(conflict.conflict.remote), taken)}
    return replaced(notebook, conflict.cell or 0, raws)


def of_kind(cell: Cell, kind: str, text: str) -> dict[str, Json]:
    """Return a cell as one of another kind, with this source."""
    raw = cell.raw | {"cell_type": kind, "source": as_in(cell, text)}
    if kind == "code":
        raw = {"execution_count": None, "outputs": [], **raw}
        raw.pop("attachments", None)
    else:
        raw = {key: value for key, value in raw.items() if key not in {"execution_count", "outputs"}}
    return dict(sorted(raw.items())) if list(cell.raw) == sorted(cell.raw) else raw


def _with_metadata(notebook: Notebook, conflict: Open, choice: Choice) -> Notebook:
    key = conflict.conflict.path[1]
    value = conflict.conflict.remote if choice == "remote" else conflict.conflict.local
    if conflict.cell is None:
        return notebook._replace(raw=notebook.raw | {"metadata": _decided(notebook.metadata, key, value)})
    cell = _cell(notebook, conflict)
    return replaced(notebook, conflict.cell, [cell.raw | {"metadata": _decided(cell.metadata, key, value)}])


def _decided(metadata: dict[str, Json], path: str, value: Json) -> dict[str, Json]:
    left = {key: each for key, each in metadata[CONFLICTS_KEY].items() if key != path}
    result = {key: each for key, each in metadata.items() if key != CONFLICTS_KEY}
    if left:
        result[CONFLICTS_KEY] = left
    return _set(result, path, value)


def _set(container: dict[str, Json], path: str, value: Json) -> dict[str, Json]:
    """Set what a path with dots leads to; keys may hold dots themselves. None takes the key out."""
    for key, inner in container.items():
        if isinstance(inner, dict) and path.startswith(f"{key}."):
            return container | {key: _set(inner, path.removeprefix(f"{key}."), value)}
    if value is None:
        return {key: each for key, each in container.items() if key != path}
    return container | {path: value}


def _without_rejected(raw: dict[str, Json], text: str, rejected: str) -> dict[str, Json]:
    """Leave out attached files that only the rejected lines show; a chosen one gets its name back."""
    attachments = raw.get("attachments")
    if not isinstance(attachments, dict) or "attachment:" not in rejected:
        return raw
    shown = set(_REFERENCE.findall(text))
    asked = set(_REFERENCE.findall(rejected))
    kept = {name: each for name, each in attachments.items() if name in shown or name not in asked}
    for name in [name for name in kept if name in asked and _OTHER_NAME.search(name)]:
        own = _OTHER_NAME.sub("", name)
        if own in attachments and own not in kept:
            kept = {(own if key == name else key): each for key, each in kept.items()}
            text = text.replace(f"attachment:{name}", f"attachment:{own}")
    return raw | {"attachments": kept, "source": as_in(cell_of(raw), text)}
