"""What a terminal cell is, and that none is ever written."""

from __future__ import annotations

from typing import Any


def is_terminal(cell: dict[str, Any]) -> bool:
    """Whether a cell of a notebook's JSON is a terminal cell."""
    mine = cell.get("metadata", {}).get("nbhotel")
    return cell.get("cell_type") == "code" and isinstance(mine, dict) and mine.get("terminal") is True


def leave_out(model: dict[str, Any], **_: object) -> None:
    """Take the terminal cells out of a notebook that is about to be saved.

    A pre-save hook of Jupyter Server's contents managers, so that it holds for every client, for automatic
    saves and for documents that several people edit.
    """
    content = model.get("content")
    if model.get("type") != "notebook" or not isinstance(content, dict):
        return
    cells = content.get("cells", [])
    kept = [cell for cell in cells if not is_terminal(cell)]
    if len(kept) < len(cells):
        # The content may be what the client's own model is made of: it keeps its cells.
        model["content"] = {**content, "cells": kept}
