"""What changed within one cell."""

from __future__ import annotations

from nbhotel.diff.fields import diff_fields
from nbhotel.diff.outputs import diff_bundles, diff_outputs
from nbhotel.diff.text import diff_text
from nbhotel.diff.values import AttachmentChange, CellChange, Compared, OutputChange, TextDiff
from nbhotel.notebook.equality import same
from nbhotel.notebook.model import Cell, is_list_of_objects, multiline


def diff_cells(old: Cell, new: Cell, compared: Compared) -> CellChange:
    """Compare two cells; false if nothing changed of what is compared.

    A source, outputs or attachments of a type that the format doesn't know are compared as plain JSON.
    """
    if old.raw is new.raw or (old.raw == new.raw and same(old.raw, new.raw)):
        return CellChange()
    handled = _left_out(compared)
    handled |= {"source"} if _has_text(old, new) else set()
    handled |= {"outputs"} if _has_outputs(old, new) else set()
    handled |= {"attachments"} if _has_attachments(old, new) else set()
    return CellChange(
        source=_source(old, new) if compared.sources else None,
        fields=diff_fields(old.raw, new.raw, but=handled),
        attachments=_attachments(old, new, compared) if compared.attachments else (),
        outputs=_outputs(old, new, compared) if compared.outputs else (),
    )


def _left_out(compared: Compared) -> set[str]:
    keys = {
        "source": compared.sources,
        "outputs": compared.outputs,
        "attachments": compared.attachments,
        "metadata": compared.metadata,
        "id": compared.ids,
        "execution_count": compared.details,
    }
    return {key for key, wanted in keys.items() if not wanted}


def _has_text(old: Cell, new: Cell) -> bool:
    return all(multiline(cell.raw.get("source")) is not None for cell in (old, new))


def _has_outputs(old: Cell, new: Cell) -> bool:
    return all(is_list_of_objects(cell.raw.get("outputs")) for cell in (old, new))


def _has_attachments(old: Cell, new: Cell) -> bool:
    a, b = old.raw.get("attachments", {}), new.raw.get("attachments", {})
    return isinstance(a, dict) and isinstance(b, dict) and bool(a or b)


def _source(old: Cell, new: Cell) -> TextDiff | None:
    return diff_text(old.source, new.source) if _has_text(old, new) else None


def _outputs(old: Cell, new: Cell, compared: Compared) -> tuple[OutputChange, ...]:
    return diff_outputs(old.outputs, new.outputs, compared) if _has_outputs(old, new) else ()


def _attachments(old: Cell, new: Cell, compared: Compared) -> tuple[AttachmentChange, ...]:
    if not _has_attachments(old, new):
        return ()
    a, b = old.attachments, new.attachments
    changes = []
    for name in (*a, *(name for name in b if name not in a)):
        mimes = diff_bundles(a.get(name, {}), b.get(name, {}), compared)
        kind = "removed" if name not in b else "added" if name not in a else "changed"
        if mimes or kind != "changed":
            changes.append(AttachmentChange(name, kind, mimes))  # type: ignore[arg-type]
    return tuple(changes)
