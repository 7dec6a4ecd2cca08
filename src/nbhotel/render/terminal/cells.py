"""One cell's fate: a heading that says what happened, and below it what changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nbhotel.diff.values import AttachmentChange, CellChange, CellEntry, JsonChange, NotebookDiff
from nbhotel.notebook.model import Cell, Json
from nbhotel.render.terminal.brush import Brush
from nbhotel.render.terminal.comparison import comparison
from nbhotel.render.terminal.fields import field_lines
from nbhotel.render.terminal.language import language_of
from nbhotel.render.terminal.mimes import bundle_lines, mime_lines
from nbhotel.render.terminal.outputs import all_outputs, output_changes, telling
from nbhotel.render.terminal.spans import Span
from nbhotel.render.terminal.texts import gap, marked, source_ink, whole

_IN_HEADING = {("execution_count",), ("cell_type",)}
_LONGEST_KIND = 20


def cell_lines(diff: NotebookDiff, entry: CellEntry, brush: Brush) -> Iterator[str]:
    """Draw an entry that differs."""
    yield brush.title(heading(diff, entry), "cell")
    if entry.kind == "added":
        yield from _one_sided(diff.new.cells[entry.new[0]], "+", diff.new.language, brush)
    elif entry.kind == "removed":
        yield from _one_sided(diff.old.cells[entry.old[0]], "-", diff.old.language, brush)
    elif entry.kind in {"split", "joined"}:
        yield from _regrouped(diff, entry, brush)
    else:
        yield from _kept(diff, entry, brush)


def heading(diff: NotebookDiff, entry: CellEntry) -> str:
    """Return what happened to a cell, such as "code cell 3 [ ] · moved from 2 · source"."""
    old = diff.old.cells[entry.old[0]] if entry.old else None
    new = diff.new.cells[entry.new[0]] if entry.new else None
    if new is None or entry.kind == "split":
        what = f"split into cells {_places(entry.new)}" if new else "removed"
        return f"{cell_name(old, entry.old[0])} · {what}" if old else what
    if old is None or entry.kind == "joined":
        what = f"joined from cells {_places(entry.old)}" if old else "added"
        return f"{cell_name(new, entry.new[0])} · {what}"
    return _kept_heading(old, new, entry)


def cell_name(cell: Cell, position: int) -> str:
    """Return what a heading calls a cell: its kind, its place from 1, and a code cell's prompt."""
    name = f"{cell.kind[:_LONGEST_KIND]} cell {position + 1}".lstrip()
    return f"{name} {_prompt(cell.execution_count)}" if cell.kind == "code" else name


def source_lines(cell: Cell, mark: str, language: str, brush: Brush) -> Iterator[str]:
    """Draw a whole source; an empty one takes no line."""
    if cell.source:
        lines = cell.source.split("\n")
        ink = source_ink(lines, language_of(cell.kind, cell.source, language), brush)
        yield from whole(lines, mark, ink, brush)


def attachment_lines(attachments: dict[str, Json], mark: str, brush: Brush) -> Iterator[str]:
    """Draw the attached files of a cell that stands on one side only."""
    for name, bundle in attachments.items():
        yield brush.line([Span(f"╌╌ attachment {name} ╌╌", "part")])
        yield from bundle_lines(bundle, mark, brush)


def _one_sided(cell: Cell, mark: str, language: str, brush: Brush) -> Iterator[str]:
    yield from source_lines(cell, mark, language, brush)
    yield from attachment_lines(cell.attachments, mark, brush)
    yield from all_outputs(cell.outputs, mark, brush)


def _kept(diff: NotebookDiff, entry: CellEntry, brush: Brush) -> Iterator[str]:
    old, new = diff.old.cells[entry.old[0]], diff.new.cells[entry.new[0]]
    change = entry.change or CellChange()
    if change.source is None and entry.moved:
        yield from _beginning(new, diff.new.language, brush)
    if change.source is not None:
        language = language_of(new.kind, new.source, diff.new.language)
        inks = source_ink(change.source.old, language, brush), source_ink(change.source.new, language, brush)
        yield from comparison(change.source, inks, brush)
    yield from field_lines([field for field in change.fields if field.path not in _IN_HEADING], brush)
    for attachment in change.attachments:
        yield from _attachment(attachment, brush)
    yield from output_changes(telling(change.outputs), old.outputs, new.outputs, brush)


def _regrouped(diff: NotebookDiff, entry: CellEntry, brush: Brush) -> Iterator[str]:
    new = diff.new.cells[entry.new[0]]
    text = entry.change.source if entry.change is not None else None
    if text is not None:
        language = language_of(new.kind, new.source, diff.new.language)
        inks = source_ink(text.old, language, brush), source_ink(text.new, language, brush)
        yield from comparison(text, inks, brush)
        return
    parts = (diff.new, entry.new) if entry.kind == "split" else (diff.old, entry.old)
    for index in parts[1]:
        first, _, rest = parts[0].cells[index].source.partition("\n")
        yield brush.line([Span(f" cell {index + 1}: ", "faint"), Span(first + (" …" if rest else ""))])


def _places(indexes: Sequence[int]) -> str:
    *first, last = (str(index + 1) for index in indexes)
    return f"{', '.join(first)} and {last}" if first else last


def _kept_heading(old: Cell, new: Cell, entry: CellEntry) -> str:
    change = entry.change or CellChange()
    name = cell_name(new, entry.new[0])
    if any(field.path == ("cell_type",) for field in change.fields):
        name = f"{old.kind[:_LONGEST_KIND]} → {name}"
    counts = next((field for field in change.fields if field.path == ("execution_count",)), None)
    if counts is not None and new.kind == "code":
        name = f"{name.rpartition(' ')[0]} {_prompt(old.execution_count)} → {_prompt(new.execution_count)}"
    words = [f"moved from {entry.old[0] + 1}"] if entry.moved else []
    words += [", ".join(_parts(change, counts))]
    return " · ".join([name, *filter(None, words)])


def _parts(change: CellChange, counts: JsonChange | None) -> Iterator[str]:
    """Name the parts that changed; a new prompt number alone says so itself."""
    if change.source is not None:
        yield "source"
    if telling(change.outputs):
        yield "outputs"
    if change.attachments:
        yield "attachments"
    yield from dict.fromkeys(field.path[0] for field in change.fields if field is not counts)


def _prompt(count: int | None) -> str:
    return f"[{' ' if count is None else count}]"


def _beginning(cell: Cell, language: str, brush: Brush) -> Iterator[str]:
    """The first lines of a cell whose source moved as it is."""
    lines = cell.source.split("\n")
    shown = lines[: brush.look.context]
    shown = lines if len(lines) == len(shown) + 1 else shown  # a note on one line would take a line
    ink = source_ink(lines, language_of(cell.kind, cell.source, language), brush)
    for index in range(len(shown)):
        yield marked(ink(index), " ", brush)
    if len(lines) > len(shown):
        yield gap(len(lines) - len(shown), brush)


def _attachment(change: AttachmentChange, brush: Brush) -> Iterator[str]:
    word = "" if change.kind == "changed" else f", {change.kind}"
    yield brush.line([Span(f"╌╌ attachment {change.name}{word} ╌╌", "part")])
    yield from mime_lines(change.mimes, brush)
