"""A conflict that waits for a decision: what each side made of the base, and what it printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nbhotel.diff.text import diff_text
from nbhotel.notebook.model import Cell, Json, Notebook, cell_of
from nbhotel.render.terminal.brush import Brush
from nbhotel.render.terminal.cells import cell_name, source_lines
from nbhotel.render.terminal.comparison import comparison
from nbhotel.render.terminal.fields import compact
from nbhotel.render.terminal.language import language_of
from nbhotel.render.terminal.outputs import all_outputs
from nbhotel.render.terminal.spans import Look, Span
from nbhotel.render.terminal.texts import marked, plain, source_ink, whole
from nbhotel.repair.origins import Origin
from nbhotel.repair.unresolved import Open


def conflict_lines(
    notebook: Notebook, found: Open, base: Sequence[str] | None, origin: Origin, look: Look
) -> Iterator[str]:
    """Draw one conflict; `base` is what its lines were before, if that is known.

    `origin` are the cells that the conflict's cell was merged from: their outputs are shown as well.
    """
    yield from _Drawing(notebook, found, base, origin, Brush(look)).lines()


class _Drawing:
    def __init__(
        self, notebook: Notebook, found: Open, base: Sequence[str] | None, origin: Origin, brush: Brush
    ) -> None:
        self.notebook, self.found, self.base, self.origin, self.brush = notebook, found, base, origin, brush
        self.conflict, self.names = found.conflict, (found.labels.local, found.labels.remote)

    def lines(self) -> Iterator[str]:
        index = self.found.cell
        name = "notebook" if index is None else cell_name(self.notebook.cells[index], index)
        yield self.brush.title(f"{name} · {self.conflict.what}", "cell")
        if self.conflict.kind == "inserted":
            yield from self._inserted()
        elif self.conflict.kind == "outputs":
            for side, outputs in zip(self.names, (self.conflict.local, self.conflict.remote), strict=True):
                yield self._side(side)
                yield from all_outputs(outputs, "", self.brush)
        elif self.conflict.kind == "metadata":
            for side, value in zip(self.names, (self.conflict.local, self.conflict.remote), strict=True):
                yield self._side(side)
                yield self.brush.line([Span("nothing" if value is None else compact(value))])
        elif index is not None:
            yield from self._source(self.notebook.cells[index])

    def _side(self, name: str, what: str = "") -> str:
        return self.brush.line([Span(f"╌╌ {name}{what} ╌╌", "part")])

    def _source(self, cell: Cell) -> Iterator[str]:
        lines = cell.source.split("\n")
        context = self.brush.look.context
        ink = source_ink(lines, language_of(cell.kind, cell.source, self.notebook.language), self.brush)
        for place in range(max(0, self.found.start - context), self.found.start):
            yield marked(ink(place), " ", self.brush)
        kinds = self.found.kinds or (cell.kind, cell.kind)
        sides = (self.conflict.local, self.conflict.remote)
        for name, kind, side in zip(self.names, kinds, sides, strict=True):
            yield from self._lines_of(name, kind, side)
        for place in range(self.found.end, min(len(lines), self.found.end + context)):
            yield marked(ink(place), " ", self.brush)
        yield from self._outputs()

    def _lines_of(self, name: str, kind: str, side: Sequence[str] | None) -> Iterator[str]:
        """What one side has: as it changed from the base, if that is known."""
        if side is None:
            yield self._side(name, " deleted this cell")
            return
        yield self._side(name, f" ({kind})" if self.found.kinds else "")
        language = language_of(kind, "\n".join(side), self.notebook.language)
        ink = source_ink(side, language, self.brush)
        if self.base is None:
            yield from whole(side, " ", ink, self.brush)
            return
        # Empty lines are no text: what was there before is wholly gone, or wholly new.
        if not self.base or not side:
            yield from whole(self.base, "-", plain(self.base), self.brush)
            yield from whole(side, "+", ink, self.brush)
            return
        change = diff_text("\n".join(self.base), "\n".join(side))
        if change is None:  # this side left the lines as they were
            yield from whole(side, " ", ink, self.brush)
        else:
            yield from comparison(change, (source_ink(self.base, language, self.brush), ink), self.brush)

    def _outputs(self) -> Iterator[str]:
        sides = (self.origin.local, self.origin.remote)
        shown = [[] if side is None else side.outputs for side in sides]
        if shown[0] == shown[1]:
            return
        for name, outputs in zip(self.names, shown, strict=True):
            if outputs:
                yield self._side(name, " printed")
                yield from all_outputs(outputs, "", self.brush)

    def _inserted(self) -> Iterator[str]:
        for name, raws in zip(self.names, (self.conflict.local, self.conflict.remote), strict=True):
            yield self._side(name)
            yield from self._cells(raws)

    def _cells(self, raws: Sequence[dict[str, Json]]) -> Iterator[str]:
        for cell in map(cell_of, raws):
            place = next((k for k, each in enumerate(self.notebook.cells) if each.raw is cell.raw), 0)
            yield self.brush.line([Span(cell_name(cell, place), "faint")])
            yield from source_lines(cell, " ", self.notebook.language, self.brush)
            yield from all_outputs(cell.outputs, "", self.brush)
