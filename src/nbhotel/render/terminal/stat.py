"""One line for each notebook: the cells that changed, and how many lines of their sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nbhotel.diff.values import CellEntry, NotebookDiff
from nbhotel.records import NamedTuple
from nbhotel.render.subjects import Comparison
from nbhotel.render.terminal.brush import Brush
from nbhotel.render.terminal.measure import width
from nbhotel.render.terminal.notebooks import only_renumbered
from nbhotel.render.terminal.safe import safe
from nbhotel.render.terminal.spans import Look, Span

_BAR = 30


class Stat(NamedTuple):
    """Cells added, removed and changed (moved, split and joined ones too); lines of sources; a note."""

    name: str
    added: int = 0
    removed: int = 0
    changed: int = 0
    plus: int = 0
    minus: int = 0
    note: str = ""


def stat_lines(comparisons: Iterable[Comparison], look: Look) -> Iterator[str]:
    """Draw a table as `git diff --stat` does, and its sum; nothing if nothing differs."""
    brush = Brush(look)
    stats = [stat(each) for each in comparisons if each]
    if not stats:
        return
    names = max(width(each.name) for each in stats)
    cells = max(len(_cells(each)) for each in stats)
    most = max(each.plus + each.minus for each in stats)
    digits = len(str(most))
    bar = max(4, min(_BAR, look.width - names - cells - digits - 9))
    for each in stats:
        name = safe(each.name) + " " * (names - width(each.name))
        head = f" {name} | {_cells(each):<{cells}} | {each.plus + each.minus:>{digits}} "
        yield brush.line([Span(head), *_bar(each, most, bar)]).rstrip()
    yield _sum(stats)


def stat(each: Comparison) -> Stat:
    """Count what one comparison found."""
    name = each.new_name if each.new_name != "/dev/null" else each.old_name
    if each.diff is None:
        plus, minus = (each.plain.added, each.plain.removed) if each.plain else (0, 0)
        return Stat(name, plus=plus, minus=minus, note="as text")
    kinds = [entry.kind for entry in each.diff.cells]
    renumbered = sum(map(only_renumbered, each.diff.cells))
    changed = sum(entry.differs for entry in each.diff.cells) - renumbered
    changed -= kinds.count("added") + kinds.count("removed")
    note = "" if any(entry.differs for entry in each.diff.cells) else "metadata"
    lines = [_lines(each.diff, entry) for entry in each.diff.cells if entry.differs]
    plus, minus = sum(pair[0] for pair in lines), sum(pair[1] for pair in lines)
    return Stat(name, kinds.count("added"), kinds.count("removed"), changed, plus, minus, note)


def _lines(diff: NotebookDiff, entry: CellEntry) -> tuple[int, int]:
    if entry.kind == "added":
        return diff.new.cells[entry.new[0]].source.count("\n") + 1, 0
    if entry.kind == "removed":
        return 0, diff.old.cells[entry.old[0]].source.count("\n") + 1
    text = entry.change.source if entry.change else None
    return (text.added, text.removed) if text else (0, 0)


def _cells(each: Stat) -> str:
    if each.note:
        return each.note
    parts = ((each.changed, "~"), (each.added, "+"), (each.removed, "-"))
    words = " ".join(f"{count}{sign}" for count, sign in parts if count)
    return f"{words} cells" if words else "prompt numbers"


def _bar(each: Stat, most: int, room: int) -> list[Span]:
    scale = min(1.0, room / most) if most else 0.0
    plus, minus = (max(1, round(count * scale)) if count else 0 for count in (each.plus, each.minus))
    return [Span("+" * plus, "added-mark+"), Span("-" * minus, "removed-mark+")]


def _sum(stats: list[Stat]) -> str:
    cells = [
        sum(counts)
        for counts in zip(*((each.changed, each.added, each.removed) for each in stats), strict=True)
    ]
    plus, minus = sum(each.plus for each in stats), sum(each.minus for each in stats)
    files = f"{len(stats)} notebook{'s' if len(stats) > 1 else ''} changed"
    return (
        f" {files}; cells: {cells[0]} changed, {cells[1]} added, {cells[2]} removed;"
        f" source lines: {plus} added, {minus} removed"
    )
