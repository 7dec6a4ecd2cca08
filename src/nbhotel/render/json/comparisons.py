"""Comparisons in our own JSON, described in docs/diff-json.md and by docs/schemas/diff.schema.json."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from nbhotel.diff.mimes import is_image
from nbhotel.notebook.model import Json
from nbhotel.render.json.notebooks import whole_cell, whole_output
from nbhotel.render.json.values import bundle, document, mime_data, text_diff, valid

if TYPE_CHECKING:
    from nbhotel.diff.values import (
        AttachmentChange,
        CellChange,
        CellEntry,
        JsonChange,
        MimeChange,
        NotebookDiff,
        OutputChange,
    )
    from nbhotel.notebook.model import Cell
    from nbhotel.render.subjects import Comparison

DIFF_SCHEMA = "nbhotel/diff/1"
_KINDS = ("same", "changed", "added", "removed", "split", "joined")


def diff_json(comparisons: Sequence[Comparison]) -> str:
    """Return one document about all comparisons. It is valid JSON whatever the notebooks hold."""
    return document(DIFF_SCHEMA, "comparisons", list(map(_comparison, comparisons)))


def _comparison(comparison: Comparison) -> dict[str, Json]:
    result: dict[str, Json] = {
        "old": comparison.old_name,
        "new": comparison.new_name,
        "differs": bool(comparison),
    }
    if comparison.diff is None:
        result |= {"kind": "text", "note": comparison.note}
        if comparison.plain is not None:
            result["text"] = text_diff(comparison.plain)
        return result
    diff = comparison.diff
    cells = [cell_fate(entry, diff) for entry in diff.cells]
    return result | {
        "kind": "notebook",
        "count": counted(diff),
        "fields": changed_fields(diff.fields),
        "cells": cells,
    }


def counted(diff: NotebookDiff) -> dict[str, int]:
    """Return how many cells met which fate."""
    fates = Counter(entry.kind for entry in diff.cells)
    return {kind: fates[kind] for kind in _KINDS} | {"moved": sum(entry.moved for entry in diff.cells)}  # type: ignore[index]


def cell_fate(entry: CellEntry, diff: NotebookDiff) -> dict[str, Json]:
    """Return what became of one cell."""
    olds, news = diff.old.cells, diff.new.cells
    result: dict[str, Json] = {
        "kind": entry.kind,
        "moved": entry.moved,
        "old": [_place(olds[index], index) for index in entry.old],
        "new": [_place(news[index], index) for index in entry.new],
    }
    if entry.kind == "added":
        result["cell"] = whole_cell(news[entry.new[0]], entry.new[0])
    elif entry.kind == "removed":
        result["cell"] = whole_cell(olds[entry.old[0]], entry.old[0])
    elif entry.change:
        result["change"] = _change(entry.change, olds[entry.old[0]], news[entry.new[0]])
    return result


def _place(cell: Cell, index: int) -> dict[str, Json]:
    return {"index": index, "id": cell.id, "type": cell.kind}


def _change(change: CellChange, old: Cell, new: Cell) -> dict[str, Json]:
    """Return what changed; what did not is left out."""
    result: dict[str, Json] = {}
    if change.source:
        result["source"] = text_diff(change.source)
    if change.fields:
        result["fields"] = changed_fields(change.fields)
    if change.attachments:
        result["attachments"] = list(map(_attachment, change.attachments))
    if change.outputs:
        result["outputs"] = [_output(each, old, new) for each in change.outputs]
    return result


def changed_fields(changes: Iterable[JsonChange]) -> list[Json]:
    """Return values by their paths."""
    return [{"path": list(each.path)} | _sides(each, valid(each.old), valid(each.new)) for each in changes]


def _sides(change: JsonChange | MimeChange, old: Json, new: Json) -> dict[str, Json]:
    result: dict[str, Json] = {"kind": change.kind}
    if change.kind != "added":
        result["old"] = old
    if change.kind != "removed":
        result["new"] = new
    return result


def _attachment(change: AttachmentChange) -> dict[str, Json]:
    return {"name": change.name, "kind": change.kind, "mimes": list(map(_mime, change.mimes))}


def _mime(change: MimeChange) -> dict[str, Json]:
    data = bundle if not change.mime else lambda value: mime_data(change.mime, value)
    if change.text is not None:
        return {"mime": change.mime, "kind": change.kind, "text": text_diff(change.text)}
    result = {"mime": change.mime} | _sides(change, data(change.old), data(change.new))
    if change.kind == "changed" and is_image(change.mime):
        result |= _image(change)
    return result


def _image(change: MimeChange) -> dict[str, Json]:
    from nbhotel.diff.images import compare_images, image_bytes

    old, new = image_bytes(change.old), image_bytes(change.new)
    if old is None or new is None:
        return {}
    found = compare_images(old, new)
    sizes = [list(size) if size else None for size in (found.old_size, found.new_size)]
    return {"image": {"old_size": sizes[0], "new_size": sizes[1], "changed": found.changed}}


def _output(change: OutputChange, old: Cell, new: Cell) -> dict[str, Json]:
    result: dict[str, Json] = {"kind": change.kind, "old": change.old, "new": change.new}
    if change.new is not None and change.old is None:
        result["output"] = whole_output(new.outputs[change.new])
    elif change.old is not None and change.new is None:
        result["output"] = whole_output(old.outputs[change.old])
    if change.text:
        result["text"] = text_diff(change.text)
    if change.mimes:
        result["mimes"] = list(map(_mime, change.mimes))
    if change.fields:
        result["fields"] = changed_fields(change.fields)
    return result
