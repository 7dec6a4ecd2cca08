"""What changed within one cell."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from nbhotel.diff.fields import diff_fields
from nbhotel.diff.outputs import diff_bundles, diff_outputs
from nbhotel.diff.text import diff_text
from nbhotel.diff.values import AttachmentChange, CellChange, Compared
from nbhotel.notebook.equality import identical
from nbhotel.notebook.model import Cell, Json, is_list_of_objects, multiline


def diff_cells(old: Cell, new: Cell, compared: Compared) -> CellChange:
    """Compare two cells; false if nothing changed of what is compared.

    A source, outputs or attachments of a type that the format doesn't know are compared as plain JSON.
    """
    if old.raw is new.raw:
        return CellChange()
    left_out = _left_out(compared)
    before, after = _without(old.raw, left_out), _without(new.raw, left_out)
    if identical(before, after):
        return CellChange()
    parts = {key for key, has in _PARTS.items() if key not in left_out and has(old, new)}
    return CellChange(
        source=diff_text(old.source, new.source) if "source" in parts else None,
        fields=diff_fields(before, after, but=parts),
        attachments=_attachments(old, new, compared) if "attachments" in parts else (),
        outputs=diff_outputs(old.outputs, new.outputs, compared) if "outputs" in parts else (),
    )


def _without(raw: dict[str, Json], keys: frozenset[str]) -> dict[str, Json]:
    return {key: value for key, value in raw.items() if key not in keys}


@cache
def _left_out(compared: Compared) -> frozenset[str]:
    keys = {
        "source": compared.sources,
        "outputs": compared.outputs,
        "attachments": compared.attachments,
        "metadata": compared.metadata,
        "id": compared.ids,
        "execution_count": compared.details,
    }
    return frozenset(key for key, wanted in keys.items() if not wanted)


def _has_text(old: Cell, new: Cell) -> bool:
    return all(multiline(cell.raw.get("source")) is not None for cell in (old, new))


def _has_outputs(old: Cell, new: Cell) -> bool:
    return all(is_list_of_objects(cell.raw.get("outputs")) for cell in (old, new))


def _has_attachments(old: Cell, new: Cell) -> bool:
    a, b = old.raw.get("attachments", {}), new.raw.get("attachments", {})
    return isinstance(a, dict) and isinstance(b, dict) and bool(a or b)


#: What has a comparison of its own, and whether two cells have it.
_PARTS: dict[str, Callable[[Cell, Cell], bool]] = {
    "source": _has_text,
    "outputs": _has_outputs,
    "attachments": _has_attachments,
}


def _attachments(old: Cell, new: Cell, compared: Compared) -> tuple[AttachmentChange, ...]:
    a, b = old.attachments, new.attachments
    changes = []
    for name in (*a, *(name for name in b if name not in a)):
        mimes = diff_bundles(a.get(name, {}), b.get(name, {}), compared)
        kind = "removed" if name not in b else "added" if name not in a else "changed"
        if mimes or kind != "changed":
            changes.append(AttachmentChange(name, kind, mimes))  # type: ignore[arg-type]
    return tuple(changes)
