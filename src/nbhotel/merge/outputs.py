"""Outputs and the prompt number of a cell: what a kernel printed never blocks a merge, unless asked to.

Both belong to one run of the cell, so they come from the same side wherever both sides changed them.
"""

from __future__ import annotations

from collections.abc import Sequence

from nbhotel.merge.markers import closing, middle, opening
from nbhotel.merge.values import Labels, Outputs
from nbhotel.notebook.equality import frozen, same
from nbhotel.notebook.model import Cell, Json, cell_of, is_list_of_objects
from nbhotel.records import NamedTuple

#: The fields of a code cell that a run of it fills.
FIELDS = ("execution_count", "outputs")
_NOTHING = cell_of({})


class Run(NamedTuple):
    """A merged cell's outputs and prompt number; `chosen` is how it was settled, "" if there was no question.

    `marked`: the outputs are those of both sides, between markers.
    """

    execution_count: Json
    outputs: Json
    chosen: str = ""
    marked: bool = False


def merge_run(
    base: Cell | None, local: Cell, remote: Cell, source: str, policy: Outputs, labels: Labels
) -> Run:
    """Merge what the last run left; `source` is the merged source."""
    old = base or _NOTHING
    by_local, by_remote = _ran(old, local), _ran(old, remote)
    if same_outputs(local, remote):
        count, unsure = _count(old, local, remote)
        return Run(count, local.raw.get("outputs"), "local" if unsure else "")
    if not (by_local and by_remote):
        side = local if by_local else remote
        return Run(side.raw.get("execution_count"), side.raw.get("outputs"))
    return _settled(old, local, remote, source, policy, labels)


def same_outputs(a: Cell, b: Cell) -> bool:
    """Whether two cells show the same, however their texts are cut into lists, and whatever the prompts."""
    one, two = a.raw.get("outputs"), b.raw.get("outputs")
    return same(one, two) or frozen(_unnumbered(one), text=True) == frozen(_unnumbered(two), text=True)


def _ran(old: Cell, new: Cell) -> bool:
    return not same_outputs(old, new)


def _unnumbered(outputs: Json) -> Json:
    if not is_list_of_objects(outputs):
        return outputs
    return [{key: value for key, value in each.items() if key != "execution_count"} for each in outputs]


def _count(old: Cell, local: Cell, remote: Cell) -> tuple[Json, bool]:
    """Return the prompt number where the outputs are no question, and whether both sides changed it."""
    base, ours, theirs = (cell.raw.get("execution_count") for cell in (old, local, remote))
    if same(ours, base):
        return theirs, False
    return ours, not same(theirs, base) and not same(ours, theirs)


def _settled(old: Cell, local: Cell, remote: Cell, source: str, policy: Outputs, labels: Labels) -> Run:
    ours, theirs = local.outputs, remote.outputs
    if policy == "clear":
        return Run(None, [], "clear")
    if policy == "remove":
        return Run(None, [each for each in ours if _among(each, theirs)], "remove")
    if policy == "union":
        count = local.raw.get("execution_count")
        return Run(count, ours + [each for each in theirs if not _among(each, ours)], "union")
    if policy == "conflict":
        return Run(local.raw.get("execution_count"), _marked(ours, theirs, labels), "", marked=True)
    chosen = _auto(local, remote, source) if policy == "auto" else policy
    side = {"local": local, "remote": remote, "base": old}[chosen]
    return Run(side.raw.get("execution_count"), side.raw.get("outputs", []), chosen)


def _auto(local: Cell, remote: Cell, source: str) -> str:
    """The side that ran what the merged cell holds; a side that has only cleared its outputs ran nothing."""
    return "remote" if remote.source == source != local.source else "local"


def _among(output: dict[str, Json], outputs: Sequence[dict[str, Json]]) -> bool:
    key = frozen(_unnumbered([output]), text=True)
    return any(frozen(_unnumbered([each]), text=True) == key for each in outputs)


def _marked(ours: list[dict[str, Json]], theirs: list[dict[str, Json]], labels: Labels) -> list[Json]:
    return [_line(opening(labels)), *ours, _line(middle(labels)), *theirs, _line(closing(labels))]


def _line(marker: str) -> dict[str, Json]:
    return {"name": "stderr", "output_type": "stream", "text": [marker + "\n"]}
