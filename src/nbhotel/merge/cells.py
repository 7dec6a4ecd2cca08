"""One cell's three sides to one: the trivial cases, and a cell that one side deleted."""

from __future__ import annotations

from typing import Literal

from nbhotel.merge.fieldwise import CellMerge, as_in, merge_fieldwise
from nbhotel.merge.sources import whole
from nbhotel.merge.values import Conflict, Decision, Labels, Policy
from nbhotel.notebook.equality import frozen, same
from nbhotel.notebook.model import Cell, Json

_TEXTS = {"outputs", "attachments"}


def same_cell(a: Cell, b: Cell) -> bool:
    """Whether two cells are the same, their ids and the way their texts are cut into lists left aside."""
    if a.kind != b.kind or a.source != b.source:
        return False
    keys = (a.raw.keys() | b.raw.keys()) - {"id", "source"}
    return all(key in a.raw and key in b.raw and _same_field(key, a.raw[key], b.raw[key]) for key in keys)


def edited(base: Cell, side: Cell) -> bool:
    """Whether a side changed what people write: not merely outputs or metadata."""
    if base.source != side.source or base.kind != side.kind:
        return True
    return not same(base.attachments, side.attachments)


def merge_cell(base: Cell | None, local: Cell, remote: Cell, policy: Policy, labels: Labels) -> CellMerge:
    """Merge a cell that both sides have; `base` is None if both inserted it."""
    if same_cell(local, remote):
        return CellMerge(local.raw)
    if base is not None and same_cell(local, base):
        return CellMerge(remote.raw)
    if base is not None and same_cell(remote, base):
        return CellMerge(local.raw)
    return merge_fieldwise(base, local, remote, policy, labels)


def keep_edited(
    base: Cell, kept: Cell, by: Literal["local", "remote"], policy: Policy, labels: Labels
) -> CellMerge | None:
    """Merge a cell that `by` edited and the other side deleted; None if the policy has it deleted."""
    other = "remote" if by == "local" else "local"
    what = f"{other} deleted the cell, {by} edited it"
    if policy.sources == "markers":
        return _marked(base, kept, by, what, policy, labels)
    if policy.sources == other:
        return None
    chosen, cell = ("base", base) if policy.sources == "base" else (by, kept)
    return CellMerge(cell.raw, (), (Decision(what, chosen),))


def _marked(base: Cell, kept: Cell, by: str, what: str, policy: Policy, labels: Labels) -> CellMerge:
    gone = " (deleted this cell)"
    if by == "local":
        told, local, remote = labels._replace(remote=labels.remote + gone), kept.source, None
    else:
        told, local, remote = labels._replace(local=labels.local + gone), None, kept.source
    text = whole(base.source, local, remote, policy, told)
    lines = tuple(side if side is None else side.split("\n") for side in (base.source, local, remote))
    conflict = Conflict.of("deleted", what, ("source",), lines)
    return CellMerge(kept.raw | {"source": as_in(kept, text)}, (conflict,))


def _same_field(key: str, a: Json, b: Json) -> bool:
    return same(a, b) or (key in _TEXTS and frozen(a, text=True) == frozen(b, text=True))
