"""What a merge decided, and what it left to a person: as lines for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from nbhotel.notebook.writing import dumps
from nbhotel.render.terminal.safe import safe

if TYPE_CHECKING:
    from nbhotel.merge.markers import Remaining
    from nbhotel.merge.values import Labels, Merge, Where
    from nbhotel.notebook.model import Json

#: The version of the JSON's schema, in which nothing that is there changes its meaning.
_SCHEMA = 1
#: So many lines of a side are shown; the notebook has them all.
_SHOWN = 3


def merge_lines(merge: Merge, labels: Labels, *, decisions: bool) -> Iterator[str]:
    """Yield a line for each conflict, and what each side has; with `decisions`, a line for each of these."""
    for conflict in merge.conflicts:
        yield f"conflict: {_place(conflict.where)}{safe(conflict.what)}"
        if conflict.path == ("source",):
            yield from _side(labels.local, conflict.local)
            yield from _side(labels.remote, conflict.remote)
    for decision in merge.decisions if decisions else ():
        yield f"settled: {_place(decision.where)}{safe(decision.what)}; kept: {decision.chosen}"


def merge_json(merge: Merge, labels: Labels) -> str:
    """Return the whole outcome but the notebook, as docs/merge.md describes it."""
    conflicts = [
        {
            "kind": each.kind,
            "what": each.what,
            "cell": _where(each.where),
            "path": list(each.path),
            "base": each.base,
            "local": each.local,
            "remote": each.remote,
        }
        for each in merge.conflicts
    ]
    decisions = [
        {"what": each.what, "chosen": each.chosen, "cell": _where(each.where), "path": list(each.path)}
        for each in merge.decisions
    ]
    return _document(
        {
            "nbhotel_merge": _SCHEMA,
            "clean": merge.clean,
            "labels": {"local": labels.local, "base": labels.base, "remote": labels.remote},
            "conflicts": conflicts,
            "decisions": decisions,
        }
    )


def remaining_lines(name: str, markers: Sequence[Remaining]) -> Iterator[str]:
    """Yield a line for each marker that is left in a notebook."""
    for marker in markers:
        cell = "" if marker.cell is None else f"cell {marker.cell + 1}, "
        line = f"line {marker.line}: " if marker.line else ""
        yield f"{name}: {cell}{line}{safe(marker.text)}"


def remaining_json(found: Sequence[tuple[str, Sequence[Remaining]]]) -> str:
    """Return the markers that are left in notebooks; cells count from 0 here."""
    markers = [
        {"file": name, "cell": marker.cell, "line": marker.line or None, "text": marker.text}
        for name, each in found
        for marker in each
    ]
    return _document({"nbhotel_merge_check": _SCHEMA, "clean": not markers, "markers": markers})


def _document(value: dict[str, Json]) -> str:
    return dumps(value) + "\n"


def _where(where: Where) -> dict[str, int | None]:
    return {"base": where.base, "local": where.local, "remote": where.remote, "merged": where.merged}


def _place(where: Where) -> str:
    if where.merged is not None:
        return f"cell {where.merged + 1}: "
    for name in ("base", "local", "remote"):
        index = getattr(where, name)
        if index is not None:
            return f"{name}'s cell {index + 1}: "
    return ""


def _side(label: str, lines: Json) -> Iterator[str]:
    if lines is None:
        yield f"    {label} deleted it"
        return
    if not lines:
        yield f"    {label} has nothing here"
    yield from (f"    {label}: {safe(line)}" for line in lines[:_SHOWN])
    if len(lines) > _SHOWN:
        yield f"    {label}: … {len(lines) - _SHOWN} more lines"
