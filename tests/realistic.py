"""Made notebooks as people write them, and edits as people make them, with the true correspondence of cells.

Everything is drawn from a `random.Random`, so that a seed tells the whole story.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from nbhotel.notebook.model import Cell, cell_of

_NAMES = (
    *("df", "model", "data", "x", "y", "train", "test", "loss", "frame"),
    *("result", "path", "image", "text", "score", "layer", "batch", "total", "table"),
)
_VERBS = (
    *("load", "plot", "merge", "fit", "predict", "clean", "reshape", "split", "count"),
    *("filter", "render", "compare"),
)
_CODE = (
    "import {v} as {n}",
    "{n} = {v}_{m}({k})",
    "{n} = pd.read_csv('{m}-{k}.csv')",
    "print({n}.{v}({m}={k}))",
    "plt.{v}({n}, {m}, label='{n} {k}')",
    "for {n} in range({k}):",
    "    {n} += {m}[{k}]",
    "    {m}.append({v}({n}, {k}))",
    "def {v}_{n}({m}, {n}={k}):",
    "    return {m}.{v}({n} + {k})",
    "assert {n} != {m}, '{v} {k}'",
    "# {v} the {n} with {m} {k}",
    "with open('{n}.txt') as {m}:",
    "    {n} = {m}.read({k})",
    "{n}['{m}'] = {n}['{v}'] * {k}",
    "",
)
_PROSE = (
    "# {v} the {n}",
    "## {n} and {m} {k}",
    "We {v} the {n} before the {m}, since {k} of them differ.",
    "- {v}: the {n} of {m}",
    "The {m} shows that {n} is about {k} percent larger than its {v}.",
    "$$ {n}_{k} = {m}^2 $$",
    "",
)
#: What stands in real notebooks again and again.
_REPEATED = ("", "df.head()", "plt.show()", "%matplotlib inline", "---", "df.info()")
#: How ids fare when an editor writes the file.
CHURNS = ("kept", "regenerated", "counted", "doubled", "missing")


class Draft:
    """A cell while it is written: `origin` are the old cells that it comes from, none for an inserted one."""

    def __init__(
        self, kind: str, lines: list[str], identity: str, origin: frozenset[int] = frozenset()
    ) -> None:
        self.kind, self.lines, self.identity, self.origin = kind, lines, identity, origin

    def but(self, lines: list[str], identity: str | None = None) -> Draft:
        """Return a copy with other lines."""
        return Draft(self.kind, lines, self.identity if identity is None else identity, self.origin)


class Edited(NamedTuple):
    """Two lists of cells; `truth` holds each pair (old, new) of which the new one comes from the old one."""

    old: list[Cell]
    new: list[Cell]
    truth: set[tuple[int, int]]


def edited(rng: random.Random, *, cells: int = 30, edits: int = 6, churn: str = "kept") -> Edited:
    """Make a notebook's cells, and edit them."""
    before = [_draft(rng, _identity(rng, churn, k)) for k in range(cells)]
    drafts = [Draft(each.kind, each.lines, each.identity, frozenset([k])) for k, each in enumerate(before)]
    for _ in range(edits):
        rng.choice(EDITS)(rng, drafts, churn)
    _churn(rng, drafts, churn)
    truth = {(i, j) for j, draft in enumerate(drafts) for i in draft.origin}
    return Edited(_finished(before, churn), _finished(drafts, churn), truth)


def cell_json(rng: random.Random, kind: str, source: str, identity: str | None = None) -> dict[str, Any]:
    """Return a cell's JSON as Jupyter writes it; a code cell has run."""
    cell: dict[str, Any] = {"cell_type": kind} | ({} if identity is None else {"id": identity})
    cell |= {"metadata": {}, "source": source.splitlines(keepends=True)}
    if kind == "code":
        cell |= {"execution_count": rng.randint(1, 99), "outputs": [_output(rng)]}
    return cell


def notebook_json(rng: random.Random, cells: int = 30) -> dict[str, Any]:
    """Return a notebook's JSON as Jupyter writes it."""
    drafts = [_draft(rng, f"{rng.getrandbits(32):08x}") for _ in range(cells)]
    made = [cell_json(rng, draft.kind, "\n".join(draft.lines), draft.identity) for draft in drafts]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return {"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}


def _output(rng: random.Random) -> dict[str, Any]:
    line = f"{rng.choice(_NAMES)} {rng.random():.4f}\n"
    if rng.random() < 0.5:
        return {"output_type": "stream", "name": "stdout", "text": [line] * rng.randint(1, 5)}
    data = {"text/plain": [line], "text/html": [f"<b>{line}</b>"]}
    return {"output_type": "display_data", "metadata": {}, "data": data}


def _finished(drafts: Sequence[Draft], churn: str) -> list[Cell]:
    return [
        cell_of(
            {"cell_type": draft.kind, "source": "\n".join(draft.lines), "metadata": {}}
            | ({} if churn == "missing" else {"id": draft.identity})
        )
        for draft in drafts
    ]


def _identity(rng: random.Random, churn: str, place: int) -> str:
    return f"cell-{place}" if churn == "counted" else f"{rng.getrandbits(32):08x}"


def _churn(rng: random.Random, drafts: list[Draft], churn: str) -> None:
    if churn in {"regenerated", "counted"}:
        for place, draft in enumerate(drafts):
            draft.identity = _identity(rng, churn, place)
    if churn == "doubled" and drafts:  # cells were copied with their ids
        for draft in rng.choices(drafts, k=len(drafts) // 3):
            draft.identity = rng.choice(drafts).identity


def _draft(rng: random.Random, identity: str) -> Draft:
    if rng.random() < 0.12:
        source = rng.choice(_REPEATED)
        return Draft("markdown" if source == "---" else "code", [source], identity)
    kind = "code" if rng.random() < 0.65 else "markdown"
    return Draft(kind, [_line(rng, kind) for _ in range(rng.choice((1, 1, 2, 3, 4, 6, 9, 14)))], identity)


def _line(rng: random.Random, kind: str) -> str:
    pattern = rng.choice(_CODE if kind == "code" else _PROSE)
    return pattern.format(
        n=rng.choice(_NAMES), m=rng.choice(_NAMES), v=rng.choice(_VERBS), k=rng.randint(0, 99)
    )


def _insert(rng: random.Random, drafts: list[Draft], churn: str) -> None:
    drafts.insert(rng.randint(0, len(drafts)), _draft(rng, _identity(rng, churn, 999)))


def _delete(rng: random.Random, drafts: list[Draft], _churn_kind: str) -> None:
    if drafts:
        del drafts[rng.randrange(len(drafts))]


def _move(rng: random.Random, drafts: list[Draft], _churn_kind: str) -> None:
    """Move a cell, or a section of some."""
    start = rng.randint(0, len(drafts))
    block = drafts[start : start + rng.choice((1, 1, 1, 2, 4))]
    del drafts[start : start + len(block)]
    place = rng.randint(0, len(drafts))
    drafts[place:place] = block


def _edit(rng: random.Random, drafts: list[Draft], _churn_kind: str) -> None:
    """Change, add or remove a line or some."""
    if not drafts:
        return
    place = rng.randrange(len(drafts))
    draft, lines = drafts[place], list(drafts[place].lines)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        at = rng.randint(0, len(lines))
        what = rng.random()
        if what < 0.4 and lines:
            lines[at % len(lines)] = _retouched(rng, lines[at % len(lines)], draft.kind)
        elif what < 0.8 or len(lines) < 2:
            lines.insert(at, _line(rng, draft.kind))
        else:
            del lines[at % len(lines)]
    drafts[place] = draft.but(lines)


def _retouched(rng: random.Random, line: str, kind: str) -> str:
    """Change a word of a line, or write it anew."""
    parts = line.split(" ")
    if len(parts) < 2 or rng.random() < 0.3:
        return _line(rng, kind)
    parts[rng.randrange(len(parts))] = rng.choice(_NAMES)
    return " ".join(parts)


def _split(rng: random.Random, drafts: list[Draft], churn: str) -> None:
    """Split a cell at a line: the first part keeps the id, as in JupyterLab."""
    places = [k for k, draft in enumerate(drafts) if len(draft.lines) > 3]
    if places:
        place = rng.choice(places)
        draft = drafts[place]
        at = rng.randint(2, len(draft.lines) - 2)
        second = draft.but(draft.lines[at:], _identity(rng, churn, 998))
        drafts[place : place + 1] = [draft.but(draft.lines[:at]), second]


def _join(rng: random.Random, drafts: list[Draft], _churn_kind: str) -> None:
    """Join a cell with the next one of its kind."""
    places = [k for k in range(len(drafts) - 1) if drafts[k].kind == drafts[k + 1].kind]
    if places:
        place = rng.choice(places)
        first, second = drafts[place : place + 2]
        joined = Draft(first.kind, first.lines + second.lines, first.identity, first.origin | second.origin)
        drafts[place : place + 2] = [joined]


#: The edits that are drawn; those that are made more often stand here more often.
EDITS: tuple[Callable[[random.Random, list[Draft], str], None], ...] = (
    *(_edit, _edit, _edit, _edit, _insert, _insert, _delete, _delete, _move, _split, _join),
)
