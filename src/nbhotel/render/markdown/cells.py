"""One cell's fate as an item of a comment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from nbhotel.render.markdown.hunks import unified
from nbhotel.render.markdown.outputs import attachment_part, field_part, output_parts, whole_outputs
from nbhotel.render.markdown.parts import Item, Part, Stage, part
from nbhotel.render.markdown.text import code_html, counted, fenced

if TYPE_CHECKING:
    from nbhotel.diff.values import CellChange, CellEntry, NotebookDiff, TextDiff
    from nbhotel.notebook.model import Cell

#: Lines of context around changes, and lines shown of a cell that only moved.
CONTEXT, _MOVED = 3, 10
#: Beyond this many characters a source is not shown: no code host takes such a comment (GitLab: a million).
SOURCE_UP_TO = 1_000_000

_FIELD_WORDS = {"execution_count": "prompt number", "cell_type": "cell type"}


def cell_item(entry: CellEntry, diff: NotebookDiff) -> Item:
    """Say what happened to a cell that is not the same in the same place."""
    cell = diff.new.cells[entry.new[0]] if entry.new else diff.old.cells[entry.old[0]]
    first = next((line for line in cell.source.split("\n") if line.strip()), "")
    shown = f" · {code_html(first)}" if first else ""
    return Item(f"{_fate(entry, cell)}{shown}", tuple(_parts(entry, diff)))


def is_minor(entry: CellEntry) -> bool:
    """Whether nothing but prompt numbers and ids changed."""
    change = entry.change
    if entry.kind != "changed" or entry.moved or change is None or change.source or change.attachments:
        return False
    return (
        all(field.path in {("execution_count",), ("id",)} for field in change.fields)
        and all(output.kind in {"same", "changed"} and not output.mimes for output in change.outputs)
        and all(field.path == ("execution_count",) for output in change.outputs for field in output.fields)
        and not any(output.text for output in change.outputs)
    )


def numbers(indexes: tuple[int, ...] | list[int]) -> str:
    """Return positions from 1, runs drawn together: "3, 4-7"."""
    runs: list[list[int]] = []
    for index in indexes:
        if runs and runs[-1][1] == index - 1:
            runs[-1][1] = index
        else:
            runs.append([index, index])
    return ", ".join(f"{a + 1}" if a == b else f"{a + 1}-{b + 1}" for a, b in runs)


def _fate(entry: CellEntry, cell: Cell) -> str:
    kind = f"({code_html(cell.kind, 20) if cell.kind not in {'code', 'markdown', 'raw'} else cell.kind})"
    lines = counted(cell.source.count("\n") + bool(cell.source), "line")
    if entry.kind == "removed":
        return f"<b>Old cell {numbers(entry.old)}</b> {kind} removed, {lines}"
    if entry.kind == "split":
        return (
            f"<b>Old cell {numbers(entry.old)}</b> {kind} split into cells {numbers(entry.new)}{_what(entry)}"
        )
    name = f"<b>Cell {numbers(entry.new)}</b> {kind}"
    if entry.kind == "added":
        return f"{name} added, {lines}"
    if entry.kind == "joined":
        return f"{name} joined from old cells {numbers(entry.old)}{_what(entry)}"
    moved = f" moved from {numbers(entry.old)}" if entry.moved else ""
    changed = " and changed" if moved else " changed"
    return f"{name}{moved}{changed + _what(entry) if entry.kind == 'changed' else ''}"


def _what(entry: CellEntry) -> str:
    """Return ": +1 -2 lines, outputs", or "" if there is nothing to add."""
    words = list(dict.fromkeys(_changed(entry.change))) if entry.change else []
    return f": {', '.join(words)}" if words else ""


def _changed(change: CellChange) -> Iterator[str]:
    if change.source:
        yield f"+{change.source.added:,} -{change.source.removed:,} lines"
    if change.outputs:
        yield "outputs"
    if change.attachments:
        yield "attachments"
    for field in change.fields:
        key = field.path[0]
        yield _FIELD_WORDS.get(key, key if key in {"metadata", "id"} else "other fields")


def _parts(entry: CellEntry, diff: NotebookDiff) -> Iterator[Part]:
    if entry.kind == "added":
        yield from _whole(diff.new.cells[entry.new[0]], "+")
    elif entry.kind == "removed":
        yield from _whole(diff.old.cells[entry.old[0]], "-")
    elif entry.change:
        yield from _change(
            entry.change, diff.old.cells[entry.old[0]], diff.new.cells[entry.new[0]], entry.moved
        )
    elif entry.moved:
        lines = diff.new.cells[entry.new[0]].source.split("\n")
        more = [f"… {counted(len(lines) - _MOVED, 'more line')}"] if len(lines) > _MOVED else []
        yield part(Stage.MOVED, _block([*lines[:_MOVED], *more], ""))


def _whole(cell: Cell, sign: str) -> Iterator[Part]:
    if cell.source:
        lines = (f"{sign}{line}" for line in cell.source.split("\n"))
        yield part(Stage.SOURCE, _block(lines))
    if sign == "+":
        yield from whole_outputs(cell, sign)


def _change(change: CellChange, old: Cell, new: Cell, moved: bool) -> Iterator[Part]:
    if change.source:
        yield source_part(change.source, Stage.MOVED if moved else Stage.SOURCE)
    if change.fields:
        yield field_part(change.fields)
    if change.attachments:
        yield attachment_part(change.attachments)
    yield from output_parts(change, old, new)


def source_part(source: TextDiff, last: Stage = Stage.SOURCE) -> Part:
    """Show a source's changes, first with context; `last` is when they are left out altogether."""
    full = _block(unified(source, CONTEXT))
    if last < Stage.CONTEXT:
        return part(last, full)
    return Part((full, _block(unified(source, 0))), (Stage.CONTEXT, last))


def _block(lines: Iterable[str], language: str = "diff") -> str:
    return fenced(lines, language, SOURCE_UP_TO) or "Too long to show.\n\n"
