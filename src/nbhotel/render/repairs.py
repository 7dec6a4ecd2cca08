"""What a repair found and did: as lines for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from nbhotel.render.terminal.safe import safe

if TYPE_CHECKING:
    from nbhotel.notebook.model import Json
    from nbhotel.repair.values import Finding, Repaired

#: So many cells with the same trouble are named.
_NAMED = 8


def finding_lines(repaired: Repaired) -> Iterator[str]:
    """Yield a line for each thing that was wrong, the same in several cells once; and for what is lost."""
    together: dict[tuple[str, int], list[Finding]] = {}
    for finding in sorted(repaired.findings, key=lambda each: -1 if each.cell is None else each.cell):
        together.setdefault((finding.what, finding.line), []).append(finding)
    for (what, line), findings in together.items():
        cells = [each.cell + 1 for each in findings if each.cell is not None]
        place = f"line {line}: " if line else f"{_cells(cells)}: " if cells else ""
        yield place + safe(what)
    for lost in repaired.lost:
        yield f"could not be saved: {safe(lost)}"


def repair_object(repaired: Repaired, open_cells: Sequence[int | None]) -> dict[str, Json]:
    """Return what was found, for JSON; cells count from 0, lines from 1 (null: none)."""
    findings = [
        {"kind": each.kind, "what": each.what, "cell": each.cell, "line": each.line or None}
        for each in repaired.findings
    ]
    return {
        "sound": repaired.sound,
        "findings": findings,
        "lost": list(repaired.lost),
        "conflicts": [{"cell": cell} for cell in open_cells],
    }


def cells_named(cells: Sequence[int | None]) -> str:
    """Return which cells (from 0) something is in, such as "cells 2 and 5"; None is the notebook itself."""
    numbers = [cell + 1 for cell in dict.fromkeys(cells) if cell is not None]
    return _cells(numbers) if numbers else "its metadata"


def _cells(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"cell {numbers[0]}"
    named = ", ".join(map(str, numbers[:_NAMED]))
    if len(numbers) > _NAMED:
        return f"cells {named} and {len(numbers) - _NAMED} more"
    first, _, last = named.rpartition(", ")
    return f"cells {first} and {last}"
