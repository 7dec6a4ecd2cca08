"""Cells and outputs in our JSON documents, whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbhotel.notebook.model import Broken, Json, is_list_of_objects, multiline
from nbhotel.render.json.values import bundle, document, short, valid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbhotel.notebook.model import Cell
    from nbhotel.render.subjects import Exhibit

SHOW_SCHEMA = "nbhotel/show/1"


def show_json(exhibits: Sequence[Exhibit]) -> str:
    """Return notebooks in a plain form: texts joined, pictures as digests, NaN as strings."""
    return document(SHOW_SCHEMA, "notebooks", list(map(_notebook, exhibits)))


def whole_cell(cell: Cell, index: int) -> dict[str, Json]:
    """Return one cell; its source is a string even where it is long."""
    raw = cell.raw
    result: dict[str, Json] = {"index": index, "id": cell.id, "type": cell.kind, "source": cell.source}
    if multiline(raw.get("source")) is None and "source" in raw:
        result["source"] = valid(raw["source"])
    result["metadata"] = valid(raw.get("metadata", {}))
    if "attachments" in raw:
        result["attachments"] = _attachments(raw["attachments"])
    if "execution_count" in raw:
        result["execution_count"] = valid(raw["execution_count"])
    if "outputs" in raw:
        outputs = raw["outputs"]
        result["outputs"] = (
            list(map(whole_output, outputs)) if is_list_of_objects(outputs) else valid(outputs)
        )
    return result


def whole_output(output: dict[str, Json]) -> dict[str, Json]:
    """Return one output with its keys as in the file; texts joined, data made short."""
    result: dict[str, Json] = {}
    for key, value in output.items():
        text = multiline(value) if key == "text" else None
        if key == "data":
            result[key] = bundle(value)
        else:
            result[key] = valid(value) if text is None else short(text)
    return result


def _attachments(attachments: Json) -> Json:
    if not isinstance(attachments, dict):
        return valid(attachments)
    return {name: bundle(each) for name, each in attachments.items()}


def _notebook(exhibit: Exhibit) -> dict[str, Json]:
    notebook = exhibit.notebook
    if isinstance(notebook, Broken):
        return {"name": exhibit.name, "error": notebook.what, "line": notebook.line or None}
    return {
        "name": exhibit.name,
        "format": list(notebook.format),
        "language": notebook.language or None,
        "oddities": list(notebook.oddities),
        "metadata": valid(notebook.raw.get("metadata", {})),
        "cells": [whole_cell(cell, index) for index, cell in enumerate(notebook.cells)],
    }
