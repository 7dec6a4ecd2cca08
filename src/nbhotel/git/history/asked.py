"""What a blame asks of one version of a notebook."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Literal, TypeAlias

from nbhotel.git.history.linking import Place
from nbhotel.notebook.model import Notebook
from nbhotel.records import NamedTuple


class Target(NamedTuple):
    """What is to be answered for: a line, an output, or a cell as such, of the version that is blamed."""

    kind: Literal["line", "output", "cell"]
    cell: int
    number: int = 0


class Want(NamedTuple):
    """A target, and whether the way to it leads through a guess."""

    target: Target
    is_guess: bool = False


#: What is asked of each line or output of a cell, by its place.
ByPlace: TypeAlias = dict[int, tuple[Want, ...]]


class CellAsked(NamedTuple):
    """What is asked of one cell: who changed it last, who wrote its lines and its outputs."""

    touched: tuple[Want, ...] = ()
    lines: ByPlace = {}  # noqa: RUF012 - nothing changes it
    outputs: ByPlace = {}  # noqa: RUF012

    def wants(self) -> Iterator[Want]:
        """Yield everything that is asked."""
        yield from self.touched
        for each in (*self.lines.values(), *self.outputs.values()):
            yield from each

    def with_more(self, more: CellAsked) -> CellAsked:
        """Ask for both."""
        return CellAsked(
            self.touched + more.touched, _both(self.lines, more.lines), _both(self.outputs, more.outputs)
        )


class Asked:
    """What is asked of a version, by the places of its cells."""

    def __init__(self, cells: Mapping[int, CellAsked] | None = None) -> None:
        self.cells = dict(cells or {})

    def __bool__(self) -> bool:
        """Whether anything is asked."""
        return bool(self.cells)

    def add(self, cell: int, more: CellAsked) -> None:
        """Ask a cell for more."""
        had = self.cells.get(cell)
        self.cells[cell] = more if had is None else had.with_more(more)

    def wants(self) -> Iterator[Want]:
        """Yield everything that is asked."""
        for each in self.cells.values():
            yield from each.wants()


def everything(notebook: Notebook, cells: Iterable[int], *, outputs: bool) -> Asked:
    """Ask about cells of the version that is blamed."""
    return Asked({cell: _all_of(notebook, cell, outputs) for cell in cells})


def together(several: Collection[Asked]) -> Asked:
    """Return what all of them ask."""
    if len(several) == 1:
        return next(iter(several))
    result = Asked()
    for asked in several:
        for cell, each in asked.cells.items():
            result.add(cell, each)
    return result


def sorted_out(asked: ByPlace, kept: Mapping[int, Place]) -> tuple[ByPlace, dict[int, ByPlace]]:
    """Return what was not kept, and what was by its old cell and its old place."""
    rest: ByPlace = {}
    found: dict[int, ByPlace] = {}
    for number, wants in asked.items():
        place = kept.get(number)
        if place is None:
            rest[number] = wants
        else:
            lines = found.setdefault(place.cell, {})
            lines[place.number] = (
                lines.get(place.number, ()) + wants
            )  # a guess may bring several to one place
    return rest, found


def _all_of(notebook: Notebook, cell: int, outputs: bool) -> CellAsked:
    lines = range(notebook.cells[cell].source.count("\n") + 1)
    shown = range(len(notebook.cells[cell].outputs) if outputs else 0)
    return CellAsked(
        (Want(Target("cell", cell)),),
        {line: (Want(Target("line", cell, line)),) for line in lines},
        {output: (Want(Target("output", cell, output)),) for output in shown},
    )


def _both(had: ByPlace, more: ByPlace) -> ByPlace:
    if not (had and more):
        return had or more
    return {key: had.get(key, ()) + more.get(key, ()) for key in had.keys() | more.keys()}
