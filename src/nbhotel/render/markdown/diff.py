"""Comparisons as one comment: a heading for each notebook, and each changed cell folded below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from nbhotel.render.markdown.cells import cell_item, is_minor, numbers, source_part
from nbhotel.render.markdown.fit import fit
from nbhotel.render.markdown.outputs import field_part
from nbhotel.render.markdown.parts import Item, Section
from nbhotel.render.markdown.text import code_span, counted

if TYPE_CHECKING:
    from nbhotel.diff.values import NotebookDiff
    from nbhotel.render.subjects import Comparison

_NAME_UP_TO = 200
_NO_FILE = "/dev/null"


def diff_markdown(comparisons: Sequence[Comparison], *, limit: int = 65536, taken: int = 0) -> str:
    """Return a comment of at most `limit` characters and as many bytes (GitHub takes 65,536 characters).

    `taken` of them stand around it already.

    What does not fit is left out in this order, and the last line says so: texts of outputs, outputs,
    metadata, moved cells, unchanged lines, sources (the longest first); then changes from the end.
    """
    if not any(comparisons):
        return "No differences.\n"[: max(limit - taken, 0)]
    return fit([_section(each) for each in comparisons], limit, taken)


def _section(comparison: Comparison) -> Section:
    title = f"### {_title(comparison.old_name, comparison.new_name)}\n\n"
    diff = comparison.diff
    if not comparison:
        return Section(f"{title}No differences.\n\n")
    if diff is not None:
        return Section(f"{title}{_summary(diff)}.\n\n", tuple(_items(diff)))
    note = f"Compared as text: {code_span(comparison.note, 300)}.\n\n" if comparison.note else ""
    return Section(title + note, tuple(_plain(comparison)))


def _plain(comparison: Comparison) -> Iterator[Item]:
    if comparison.plain is not None:
        lines = f"+{comparison.plain.added:,} -{comparison.plain.removed:,} lines"
        yield Item(f"<b>Text</b> {lines}", (source_part(comparison.plain),))


def _title(old: str, new: str) -> str:
    if old == _NO_FILE:
        return f"{code_span(new, _NAME_UP_TO)} (new)"
    if new == _NO_FILE:
        return f"{code_span(old, _NAME_UP_TO)} (deleted)"
    if old == new:
        return code_span(new, _NAME_UP_TO)
    return f"{code_span(old, _NAME_UP_TO)} → {code_span(new, _NAME_UP_TO)}"


def _summary(diff: NotebookDiff) -> str:
    fates = Counter(entry.kind for entry in diff.cells)
    words = [
        f"{fates[kind]:,} {kind}"
        for kind in ("changed", "added", "removed", "split", "joined")
        if fates[kind]
    ]
    moved = sum(entry.moved for entry in diff.cells)
    words += [f"{moved:,} moved"] if moved else []
    words.append(f"{sum(not entry.differs for entry in diff.cells):,} unchanged")
    cells = f"Cells: {', '.join(words)}"
    added, removed = _lines(diff)
    return f"{cells}. Source: +{added:,} -{removed:,} lines" if added or removed else cells


def _lines(diff: NotebookDiff) -> tuple[int, int]:
    """The number of source lines added and removed, those of whole cells included."""
    added = removed = 0
    for entry in diff.cells:
        if entry.kind == "added":
            added += _length(diff.new.cells[entry.new[0]].source)
        elif entry.kind == "removed":
            removed += _length(diff.old.cells[entry.old[0]].source)
        elif entry.change and entry.change.source:
            added += entry.change.source.added
            removed += entry.change.source.removed
    return added, removed


def _length(source: str) -> int:
    return source.count("\n") + bool(source)


def _items(diff: NotebookDiff) -> Iterator[Item]:
    if diff.fields:
        keys = ", ".join(
            dict.fromkeys("metadata" if each.path[0] == "metadata" else "format" for each in diff.fields)
        )
        yield Item(f"<b>Notebook</b> {keys} changed", (field_part(diff.fields),))
    minor: list[int] = []
    for entry in diff.cells:
        if is_minor(entry):
            minor += entry.new
        elif entry.differs:
            yield cell_item(entry, diff)
    if minor:
        yield Item(f"{counted(len(minor), 'cell')} changed only in prompt number or id: {_short(minor)}")


def _short(minor: list[int]) -> str:
    text = numbers(minor)
    return text if len(text) <= 200 else f"{text[:200].rpartition(', ')[0]}, …"
