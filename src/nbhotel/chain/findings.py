"""What a chain would change in a notebook: which step, where, and why. For `nbhotel check`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nbhotel.chain.model import Chain
from nbhotel.notebook.equality import kept, same
from nbhotel.notebook.model import Cell, Json, Notebook
from nbhotel.records import NamedTuple


class Finding(NamedTuple):
    """One thing that a step found.

    `cell` is the cell's index from 0 in the notebook that was looked at, None for the notebook itself.
    `path` tells where in it, such as "outputs" or "metadata.tags". `reason` is a sentence fragment.
    """

    step: str
    cell: int | None
    cell_id: str | None
    path: str
    reason: str
    secret: bool = False


def find(chain: Chain, notebook: Notebook) -> tuple[Finding, ...]:
    """Return what each step of the chain finds, in the order of the steps. Empty: the notebook is clean."""
    found: list[Finding] = []
    places = list(range(len(notebook.cells)))  # where the cells of the notebook at hand stood at first
    for step in chain.filters:
        own = getattr(step.run, "findings", None)
        if own is not None:
            found += _placed(own(notebook), places)
        after = step.run(notebook)
        if after is notebook:
            continue
        pairs = kept(notebook.cells, after.cells, _is_kept)
        if own is None:
            found += _placed(_differences(step.name, notebook, after, pairs), places)
        back = {new: old for old, new in pairs.items()}
        places = [places[back[index]] if index in back else -1 for index in range(len(after.cells))]
        notebook = after
    return tuple(found)


def _is_kept(old: Cell, new: Cell) -> bool:
    return old is new or (old.kind == new.kind and old.source == new.source)


def _placed(found: Iterable[Finding], places: list[int]) -> Iterator[Finding]:
    for each in found:
        place = None if each.cell is None else places[each.cell]
        yield each._replace(cell=None if place is not None and place < 0 else place)


def _differences(step: str, old: Notebook, new: Notebook, pairs: dict[int, int]) -> Iterator[Finding]:
    for index, cell in enumerate(old.cells):
        if index not in pairs:
            yield Finding(step, index, cell.id, "", "the cell is left out")
        elif cell.raw is not new.cells[pairs[index]].raw:
            for path, reason in _changed(cell.raw, new.cells[pairs[index]].raw):
                yield Finding(step, index, cell.id, path, reason)
    tops = [{key: value for key, value in notebook.raw.items() if key != "cells"} for notebook in (old, new)]
    for path, reason in _changed(tops[0], tops[1]):
        yield Finding(step, None, None, path, reason)


def _changed(old: dict[str, Json], new: dict[str, Json], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key in [*old, *(key for key in new if key not in old)]:
        path = f"{prefix}{key}"
        if key not in old:
            yield path, f"{path} is added"
        elif key not in new:
            yield path, f"has {path}"
        elif old[key] is not new[key] and not same(old[key], new[key]):
            if isinstance(old[key], dict) and isinstance(new[key], dict):
                yield from _changed(old[key], new[key], f"{path}.")
            else:
                yield path, _reason(path, old[key], new[key])


def _reason(path: str, old: Json, new: Json) -> str:
    if path == "outputs" and isinstance(old, list) and isinstance(new, list):
        gone = len(old) - len(new)
        if gone > 0:
            return f"has {gone} output{'s' * (gone > 1)}"
        return "has outputs that are changed"
    if path == "execution_count":
        return f"has prompt number {old}" if isinstance(old, int) else "has a prompt number"
    if path == "id":
        return f"the id becomes {new}"
    return f"{path} is changed"
