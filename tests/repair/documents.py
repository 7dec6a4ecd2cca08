"""Small notebooks, broken in one place, and what a repair makes of them."""

from __future__ import annotations

import json
from typing import Any

from nbhotel.repair.values import Repaired
from tests.repair.damage import repaired

Json = Any


def notebook(*cells: Json, minor: int = 5, **more: Json) -> dict[str, Json]:
    """A notebook's JSON as Jupyter writes it."""
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": minor} | more


def code(source: Json = "x = 1", outputs: Json = (), **more: Json) -> dict[str, Json]:
    cell: dict[str, Json] = {"cell_type": "code", "execution_count": None, "id": "c1", "metadata": {}}
    return cell | {"outputs": list(outputs), "source": source} | more


def text(source: Json = "# Title", **more: Json) -> dict[str, Json]:
    return {"cell_type": "markdown", "id": "m1", "metadata": {}, "source": source} | more


def fix(value: Json) -> Repaired:
    return repaired(value if isinstance(value, bytes) else written(value))


def written(value: Json) -> bytes:
    return (json.dumps(value, indent=1) + "\n").encode()


def told(found: Repaired) -> list[tuple[str, str, int | None]]:
    return [(each.kind, each.what, each.cell) for each in found.findings]


def cells(found: Repaired) -> list[tuple[str, str]]:
    return [(cell.kind, cell.source) for cell in found.notebook.cells]


def cell(found: Repaired, index: int = 0) -> dict[str, Json]:
    return found.notebook.cells[index].raw
