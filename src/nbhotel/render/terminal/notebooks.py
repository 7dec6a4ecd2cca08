"""Comparisons of notebooks: the lines of `nbdiff`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from nbhotel.diff.values import CellEntry, CellKind, NotebookDiff
from nbhotel.render.subjects import Comparison
from nbhotel.render.terminal.brush import Brush
from nbhotel.render.terminal.cells import cell_lines
from nbhotel.render.terminal.comparison import comparison as text_lines
from nbhotel.render.terminal.fields import field_lines
from nbhotel.render.terminal.outputs import telling
from nbhotel.render.terminal.spans import Look, Span
from nbhotel.render.terminal.texts import plain

_WORDS: tuple[CellKind, ...] = ("changed", "added", "removed", "split", "joined")


def diff_lines(comparisons: Iterable[Comparison], look: Look) -> Iterator[str]:
    """Draw comparisons, without newlines at the lines' ends; nothing for those without a difference."""
    brush = Brush(look)
    for each in comparisons:
        if each:
            yield from _comparison(each, brush)


def _comparison(each: Comparison, brush: Brush) -> Iterator[str]:
    yield brush.line([Span(f"--- {each.old_name}", "file")])
    yield brush.line([Span(f"+++ {each.new_name}", "file")])
    if each.note:
        yield brush.line([Span(f"note: {each.note}; compared as text", "note")])
    if each.plain is not None:
        yield from text_lines(each.plain, (plain(each.plain.old), plain(each.plain.new)), brush)
    elif each.diff is not None:
        yield from notebook_lines(each.diff, brush)


def notebook_lines(diff: NotebookDiff, brush: Brush) -> Iterator[str]:
    """Draw the comparison of two notebooks: how many cells met which fate, and all that changed."""
    yield brush.line([Span(counts(diff), "faint")])
    if diff.fields:
        yield ""
        yield brush.title(
            "notebook · " + ", ".join(dict.fromkeys(field.path[0] for field in diff.fields)), "cell"
        )
        yield from field_lines(diff.fields, brush)
    unchanged = renumbered = 0
    for entry in diff.cells:
        if not entry.differs:
            unchanged += 1
        elif only_renumbered(entry) and not brush.look.numbers:
            renumbered += 1
        else:
            yield from _folded(unchanged, renumbered, brush)
            unchanged = renumbered = 0
            yield ""
            yield from cell_lines(diff, entry, brush)
    yield from _folded(unchanged, renumbered, brush)


def counts(diff: NotebookDiff) -> str:
    """Return what happened to how many cells, such as "2 cells changed, 1 added, 1 moved, 7 unchanged"."""
    found = Counter(entry.kind for entry in diff.cells)
    renumbered = sum(map(only_renumbered, diff.cells))
    found["changed"] -= renumbered
    moved = sum(entry.moved for entry in diff.cells)
    still = sum(not entry.differs for entry in diff.cells)
    parts = [
        *((found[word], word) for word in _WORDS),
        (moved, "moved"),
        (renumbered, "renumbered"),
        (still, "unchanged"),
    ]
    words = [f"{count:,} {word}" for count, word in parts if count]
    if not words:
        return "no cells"
    number, _, rest = words[0].partition(" ")
    return ", ".join([f"{number} {_cells(int(number == '1'))} {rest}", *words[1:]])


def only_renumbered(entry: CellEntry) -> bool:
    """Whether a cell has a new prompt number and nothing else to tell of: it was run again."""
    change = entry.change
    if entry.kind != "changed" or entry.moved or change is None or change.source or change.attachments:
        return False
    return all(field.path == ("execution_count",) for field in change.fields) and not telling(change.outputs)


def _folded(unchanged: int, renumbered: int, brush: Brush) -> Iterator[str]:
    parts = [f"{unchanged:,} unchanged {_cells(unchanged)}"] if unchanged else []
    parts += [f"{renumbered:,} {_cells(renumbered)} with a new prompt number only"] if renumbered else []
    if parts:
        yield ""
        yield brush.line([Span(f"⋯ {', '.join(parts)}", "faint")])


def _cells(count: int) -> str:
    return "cell" if count == 1 else "cells"
