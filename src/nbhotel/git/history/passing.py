"""One step of a blame: which of a version's lines, outputs and cells were in its parents already."""

from __future__ import annotations

from collections.abc import Iterator

from nbhotel.diff.values import CellEntry, Compared
from nbhotel.git.history.asked import Asked, CellAsked, sorted_out
from nbhotel.git.history.linking import Lines, Link, Place, significant
from nbhotel.notebook.equality import same
from nbhotel.notebook.model import Notebook


class Passing:
    """What is asked of a version, on its way to the parents; what no parent has is in `rest`."""

    def __init__(self, new: Notebook, asked: Asked, compared: Compared) -> None:
        self._new = new
        self._compared = compared
        self._kept: dict[int, set[int]] = {}  # the lines of a cell that a parent has
        self._passed: list[tuple[Link, Asked]] = []
        self.rest = Asked(asked.cells)

    def to(self, old: Notebook) -> Asked:
        """Return what this parent is to answer; later calls may add to it."""
        link, passed = Link(old, self._new, self._compared), Asked()
        self._passed.append((link, passed))
        for cell, asked in list(self.rest.cells.items()):
            entry = link.entry(cell)
            if entry.kind == "same":
                passed.add(entry.old[0], self.rest.cells.pop(cell))
            elif entry.kind != "added":
                self.rest.cells[cell] = self._kept_part(cell, asked, link, passed)
        return passed

    def merge(self) -> None:
        """After the last parent of a merge: a cell of which a parent has each line was not changed by it."""
        for cell in self.rest.cells:
            lines = enumerate(self._new.cells[cell].source.split("\n"))
            kept = self._kept.get(cell, set())
            if all(line in kept for line, text in lines if significant(text)):
                self._pass_touched(cell)

    def guess(self) -> None:
        """After the last parent of a commit that is to be ignored: hand on to what stood in the place."""
        for cell in self.rest.cells:
            self._pass_touched(cell)
            for link, passed in self._passed:
                if link.entry(cell).old:
                    self._guess_lines(cell, link, passed)
                    self._guess_outputs(cell, link, passed)

    def _kept_part(self, cell: int, asked: CellAsked, link: Link, passed: Asked) -> CellAsked:
        """Pass on what a changed cell has kept; return the rest."""
        entry = link.entry(cell)
        lines = Lines(link, entry)
        kept = lines.kept(cell)
        self._kept.setdefault(cell, set()).update(kept)
        touched = asked.touched
        if lines.is_reformatted and entry.kind == "changed" and _keeps_kind(link, entry):
            passed.add(entry.old[0], CellAsked(touched))
            touched = ()
        left_lines, old_lines = sorted_out(asked.lines, kept)
        left_outputs, old_outputs = sorted_out(asked.outputs, dict(_kept_outputs(cell, link, entry)))
        for old, wanted in old_lines.items():
            passed.add(old, CellAsked(lines=wanted))
        for old, wanted in old_outputs.items():
            passed.add(old, CellAsked(outputs=wanted))
        return CellAsked(touched, left_lines, left_outputs)

    def _pass_touched(self, cell: int) -> None:
        """Ask all parents that have the cell who changed it last: the one that is newest answers first."""
        asked = self.rest.cells[cell]
        having = [(link.entry(cell).old[0], passed) for link, passed in self._passed if link.entry(cell).old]
        for old, passed in having:
            passed.add(old, CellAsked(asked.touched))
        if having:
            self.rest.cells[cell] = asked._replace(touched=())

    def _guess_lines(self, cell: int, link: Link, passed: Asked) -> None:
        asked = self.rest.cells[cell]
        left, found = sorted_out(asked.lines, Lines(link, link.entry(cell)).replaced(cell))
        for before, wanted in found.items():
            guessed = {
                line: tuple(want._replace(is_guess=True) for want in wants) for line, wants in wanted.items()
            }
            passed.add(before, CellAsked(lines=guessed))
        self.rest.cells[cell] = asked._replace(lines=left)

    def _guess_outputs(self, cell: int, link: Link, passed: Asked) -> None:
        asked, entry = self.rest.cells[cell], link.entry(cell)
        changes = entry.change.outputs if entry.change else ()
        kept = {
            each.new: Place(entry.old[0], each.old)
            for each in changes
            if each.new is not None and each.old is not None
        }
        left, found = sorted_out(asked.outputs, kept)
        for before, wanted in found.items():
            passed.add(before, CellAsked(outputs=wanted))
        self.rest.cells[cell] = asked._replace(outputs=left)


def _keeps_kind(link: Link, entry: CellEntry) -> bool:
    return link.old.cells[entry.old[0]].kind == link.new.cells[entry.new[0]].kind


def _kept_outputs(cell: int, link: Link, entry: CellEntry) -> Iterator[tuple[int, Place]]:
    """Yield new output -> old place of outputs that are the same."""
    outputs = link.new.cells[cell].outputs
    if entry.kind == "changed" and entry.change is not None:
        for change in entry.change.outputs:
            if change.kind == "same" and change.new is not None and change.old is not None:
                yield change.new, Place(entry.old[0], change.old)
        if not entry.change.outputs:
            yield from ((number, Place(entry.old[0], number)) for number in range(len(outputs)))
        return
    olds = [(Place(i, k), output) for i in entry.old for k, output in enumerate(link.old.cells[i].outputs)]
    for number, output in enumerate(outputs):
        found = next((place for place, old in olds if same(old, output)), None)
        if found is not None:
            yield number, found
