"""Who wrote which line: the lines of `nbhotel blame`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from nbhotel.render.terminal.brush import Brush
from nbhotel.render.terminal.cells import cell_name
from nbhotel.render.terminal.language import language_of
from nbhotel.render.terminal.measure import padded, width, wrapped
from nbhotel.render.terminal.outputs import all_outputs
from nbhotel.render.terminal.spans import Line, Look, Span
from nbhotel.render.terminal.texts import source_ink

if TYPE_CHECKING:
    from nbhotel.git.history.blaming import Blame, CellBlame, Origin

#: Columns of an author's name.
_LONGEST_NAME = 20
_DAY = 24 * 3600
#: Age in seconds, and the look of what is younger; what is older than all is faint.
_AGES = ((7 * _DAY, "1;33"), (31 * _DAY, "33"), (366 * _DAY, "36"))


def blame_lines(blame: Blame, look: Look, now: int, notes: Sequence[str] = ()) -> Iterator[str]:
    """Draw each cell's lines behind their origins; `now` is in seconds since 1970, for the colours of age."""
    brush = Brush(look)
    for note in notes:
        yield brush.line([Span(f"note: {note}", "note")])
    origins = {origin for cell in blame.cells for origin in (*cell.lines, *cell.outputs)}
    columns = _Columns(origins, now)
    for number, cell in enumerate(blame.cells):
        if number or notes:
            yield ""
        yield from _cell(blame, cell, columns, brush)


class _Columns:
    """Who and when, in columns as wide as the widest."""

    def __init__(self, origins: set[Origin], now: int) -> None:
        names = [min(_LONGEST_NAME, width(origin.commit.author)) for origin in origins]
        self._name = max(names, default=0)
        self._date = max((width(origin.commit.date) for origin in origins), default=0)
        self._now = now

    @property
    def blank(self) -> str:
        """As wide as an origin."""
        return " " * (9 + 1 + self._name + 1 + self._date + 1)

    def spans(self, origin: Origin) -> Line:
        """Draw one origin."""
        commit = origin.commit
        mark = "^" if origin.is_boundary else "?" if origin.is_guess else " "
        name = next(wrapped([Span(commit.author)], max(2, self._name)))
        line = [Span(f"{mark}{commit.short} "), *padded(name, self._name)]
        line += [Span(" "), *padded([Span(commit.date)], self._date), Span(" ")]
        return [span._replace(role=self._age(origin)) for span in line]

    def _age(self, origin: Origin) -> str:
        age = self._now - origin.commit.authored
        return next((role for limit, role in _AGES if age < limit), "faint")


def _cell(blame: Blame, cell: CellBlame, columns: _Columns, brush: Brush) -> Iterator[str]:
    shown = blame.notebook.cells[cell.cell]
    touched = cell.touched.commit
    told = f"{touched.short} {touched.author}, {touched.date} · {touched.subject}"
    if not touched.id.strip("0"):
        told = "not committed yet"
    yield brush.title(f"{cell_name(shown, cell.cell)} · {told}", "cell")
    lines = shown.source.split("\n")
    ink = source_ink(lines, language_of(shown.kind, shown.source, blame.notebook.language), brush)
    digits = len(str(len(lines)))
    for number, origin in enumerate(cell.lines):
        yield brush.line([*columns.spans(origin), Span(f"{number + 1:>{digits}} │ ", "faint"), *ink(number)])
    gutter = " " * digits
    for output, origin in zip(shown.outputs, cell.outputs, strict=False):
        first, *rest = all_outputs([output], "", brush)
        yield f"{brush.line([*columns.spans(origin), Span(f'{gutter} │ ', 'faint')])}{first}"
        for line in rest:
            yield f"{brush.line([Span(f'{columns.blank}{gutter} │ ', 'faint')])}{line}"
