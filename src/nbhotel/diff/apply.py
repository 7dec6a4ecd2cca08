"""Make the new notebook from the old one and the diff: what proves that a diff says everything."""

from __future__ import annotations

from nbhotel.diff.fields import apply_fields
from nbhotel.diff.text import apply_text
from nbhotel.diff.values import (
    AttachmentChange,
    CellChange,
    CellEntry,
    MimeChange,
    NotebookDiff,
    OutputChange,
)
from nbhotel.notebook.model import Cell, Json, Notebook, cell_of, multiline
from nbhotel.notebook.writing import source_lines


def apply(diff: NotebookDiff, old: Notebook) -> Notebook:
    """Apply a diff to the notebook that it was made from.

    Of cells that were only compared in part, the rest stays as it is in `old`. Multi-line strings that
    changed are cut into lines as Jupyter does. Raises ValueError if the diff is not about `old`.
    """
    cells: dict[int, Cell] = {}
    for entry in diff.cells:
        cells |= _applied(entry, diff, old)
    new_cells = tuple(cells[j] for j in range(len(cells)))
    raw = apply_fields(diff.fields, old.raw) | {"cells": [cell.raw for cell in new_cells]}
    return old._replace(raw=raw, cells=new_cells)


def _applied(entry: CellEntry, diff: NotebookDiff, old: Notebook) -> dict[int, Cell]:
    if entry.kind in {"same", "changed"}:
        cell = old.cells[entry.old[0]]
        return {entry.new[0]: _changed(cell, diff.new.cells[entry.new[0]], entry.change)}
    return {j: diff.new.cells[j] for j in entry.new}


def _changed(cell: Cell, new: Cell, change: CellChange | None) -> Cell:
    if change is None:
        return cell
    raw = apply_fields(change.fields, cell.raw)
    if change.source is not None:
        raw["source"] = source_lines(apply_text(change.source, cell.source))
    if change.outputs:
        raw["outputs"] = [_output(each, cell, new) for each in change.outputs if each.new is not None]
    if change.attachments:
        raw["attachments"] = _attachments(cell, new, change.attachments)
        if not raw["attachments"] and "attachments" not in new.raw:
            del raw["attachments"]
    return cell_of(raw)


def _output(change: OutputChange, cell: Cell, new: Cell) -> dict[str, Json]:
    if change.old is None:
        return new.outputs[change.new or 0]
    output = cell.outputs[change.old]
    if change.kind == "same":
        return output
    result = apply_fields(change.fields, output)
    if change.text is not None and multiline(output.get("text")) is not None:
        result["text"] = source_lines(apply_text(change.text, multiline(output["text"]) or ""))
    if change.mimes:
        result["data"] = _bundle(output["data"], change.mimes)
    return result


def _bundle(bundle: dict[str, Json], changes: tuple[MimeChange, ...]) -> dict[str, Json]:
    result = dict(bundle)
    for change in changes:
        if change.kind == "removed":
            del result[change.mime]
        elif change.text is not None:
            result[change.mime] = source_lines(apply_text(change.text, multiline(change.old) or ""))
        else:
            result[change.mime] = change.new
    return result


def _attachments(cell: Cell, new: Cell, changes: tuple[AttachmentChange, ...]) -> dict[str, Json]:
    attachments = dict(cell.attachments)
    for change in changes:
        if change.kind == "removed":
            del attachments[change.name]
            continue
        before, after = attachments.get(change.name, {}), new.attachments[change.name]
        bundles = isinstance(before, dict) and isinstance(after, dict)
        attachments[change.name] = _bundle(before, change.mimes) if bundles else after
    return attachments
