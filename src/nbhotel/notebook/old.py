"""nbformat 2 and 3 in the form of nbformat 4.

Source: https://nbformat.readthedocs.io/en/latest/changelog.html, and the v3 and v4 schemas of nbformat.
"""

from __future__ import annotations

from nbhotel.notebook.model import Json, is_list_of_objects, multiline

_MIME_OF_KEY = {
    "text": "text/plain",
    "html": "text/html",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "latex": "text/latex",
    "json": "application/json",
    "javascript": "application/javascript",
    "pdf": "application/pdf",
}
_TYPE_OF_OUTPUT = {"pyout": "execute_result", "pyerr": "error"}
_LANGUAGE_KEY = "language"


def upgraded(notebook: dict[str, Json]) -> dict[str, Json] | None:
    """Convert a version 2 or 3 notebook; None if its worksheets are no worksheets. Unknown keys are kept."""
    sheets = notebook["worksheets"]
    if not is_list_of_objects(sheets):
        return None
    cells: list[dict[str, Json]] = []
    for sheet in sheets:
        if not is_list_of_objects(sheet.get("cells", [])):
            return None
        cells += map(_cell, sheet.get("cells", []))
    new = {key: value for key, value in notebook.items() if key != "worksheets"}
    metadata = dict(notebook["metadata"]) if isinstance(notebook.get("metadata"), dict) else {}
    language = next((sheet for sheet in map(_language, _all_cells(sheets)) if sheet), None)
    if language and "language_info" not in metadata:
        metadata["language_info"] = {"name": language}
    return new | {"metadata": metadata, "cells": cells, "nbformat": 4, "nbformat_minor": 0}


def _all_cells(sheets: list[dict[str, Json]]) -> list[dict[str, Json]]:
    return [cell for sheet in sheets for cell in sheet.get("cells", [])]


def _language(cell: dict[str, Json]) -> str | None:
    language = cell.get(_LANGUAGE_KEY)
    return language if isinstance(language, str) else None


def _cell(old: dict[str, Json]) -> dict[str, Json]:
    cell = {"metadata": {}, **old}
    kind = cell.get("cell_type")
    if kind == "code":
        return _code(cell)
    if kind == "heading":
        _heading(cell)
    elif kind in ("html", "text"):  # a tuple: what stands there need not be hashable
        cell["cell_type"] = "markdown"
    return cell


def _heading(cell: dict[str, Json]) -> None:
    level = cell.pop("level", 1)
    marks = "#" * (level if isinstance(level, int) and 0 < level < 7 else 1)
    cell["cell_type"] = "markdown"
    text = multiline(cell.get("source", ""))
    if text is not None:
        cell["source"] = f"{marks} {' '.join(text.splitlines())}"


def _code(cell: dict[str, Json]) -> dict[str, Json]:
    cell["source"] = cell.pop("input", cell.get("source", ""))
    cell["execution_count"] = cell.pop("prompt_number", None)
    cell.pop(_LANGUAGE_KEY, None)
    if "collapsed" in cell and isinstance(cell["metadata"], dict):
        cell["metadata"] = {**cell["metadata"], "collapsed": cell.pop("collapsed")}
    outputs = cell.get("outputs", [])
    cell["outputs"] = list(map(_output, outputs)) if is_list_of_objects(outputs) else outputs
    return cell


def _output(old: dict[str, Json]) -> dict[str, Json]:
    output = dict(old)
    kind = output.get("output_type")
    if kind == "stream":
        output["name"] = output.pop("stream", "stdout")
        return output
    output["output_type"] = _TYPE_OF_OUTPUT.get(kind, kind) if isinstance(kind, str) else kind
    if "prompt_number" in output:
        output["execution_count"] = output.pop("prompt_number")
    if output["output_type"] == "execute_result":
        output.setdefault("execution_count", None)
    if output["output_type"] in ("execute_result", "display_data"):
        output["data"] = {_MIME_OF_KEY[key]: output.pop(key) for key in list(output) if key in _MIME_OF_KEY}
        output.setdefault("metadata", {})
    return output
