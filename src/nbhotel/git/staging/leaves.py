"""What can be chosen of the change from one notebook to another, down to the smallest pieces.

A *leaf* is one such piece; a choice is a set of leaves, and the notebook it makes (see `applying`) has the
new side of these and the old side of all others. Things that the format ties together are one leaf, so that
each choice makes a notebook that is valid if both sides are:

=========== ========================================================================================
part        what it is
=========== ========================================================================================
file        the file is there on one side only
mode        the file's executable bit
form        the same content, written in another way
format      nbformat's version, and the ids of all cells that stand on both sides
metadata    the notebook's metadata, or a cell's, and all that has no leaf of its own
cell        a cell that was added or removed, or cells that were split or joined, with all they hold
move        a cell's place
type        a cell's type, and with it all but its source
source      one run of changed lines: `op` is its index in the source's comparison
outputs     a code cell's outputs and its prompt number; of an added cell, too
attachments a cell's attached files
=========== ========================================================================================
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from nbhotel.diff.values import CellChange, CellEntry, NotebookDiff, Op, TextDiff
from nbhotel.notebook.equality import same
from nbhotel.notebook.model import Cell
from nbhotel.records import NamedTuple

Part: TypeAlias = Literal[
    "file", "mode", "form", "format", "metadata", "cell", "move", "type", "source", "outputs", "attachments"
]
#: The entry of leaves that belong to no cell.
NOTEBOOK = -1

_OF_FORMAT = {"nbformat", "nbformat_minor"}
_OF_KEY: dict[str, Part] = {
    "execution_count": "outputs",
    "outputs": "outputs",
    "attachments": "attachments",
    "cell_type": "type",
    "id": "format",
}


class Leaf(NamedTuple):
    """One thing to choose; `entry` is an index into the diff's entries, or NOTEBOOK."""

    entry: int
    part: Part
    op: int = -1


class Edit(NamedTuple):
    """Lines that somebody wrote instead of what the ops `first` to `last` of a source's comparison lead to.

    Of an added cell they are its whole source.
    """

    entry: int
    first: int
    last: int
    lines: tuple[str, ...]


def leaves_of(diff: NotebookDiff) -> tuple[Leaf, ...]:
    """Return all that can be chosen of a comparison of everything: the notebook's own first, then by cell."""
    return (
        *_of_notebook(diff),
        *(leaf for at in range(len(diff.cells)) for leaf in leaves_of_entry(diff, at)),
    )


def leaves_of_entry(diff: NotebookDiff, at: int) -> Iterator[Leaf]:
    """Yield what can be chosen of one entry of the diff."""
    entry = diff.cells[at]
    if entry.kind in {"added", "removed", "split", "joined"}:
        yield Leaf(at, "cell")
        if entry.kind == "added" and has_outputs(diff.new.cells[entry.new[0]]):
            yield Leaf(at, "outputs")
        return
    if entry.moved:
        yield Leaf(at, "move")
    if entry.change is not None:
        yield from _of_change(at, entry.change, retyped=is_retyped(diff, entry))


def part_of_key(key: str, *, retyped: bool) -> Part:
    """Return which leaf of a cell a key of its JSON belongs to; `retyped`: the cell's type changed."""
    if retyped and key != "id":
        return "type"
    return _OF_KEY.get(key, "metadata")


def part_of_top_key(key: str) -> Part:
    """Return which leaf a key at the top of a notebook's JSON belongs to."""
    return "format" if key in _OF_FORMAT else "metadata"


def is_retyped(diff: NotebookDiff, entry: CellEntry) -> bool:
    """Whether a cell that stands on both sides has another type now."""
    old, new = diff.old.cells[entry.old[0]], diff.new.cells[entry.new[0]]
    return not same(old.raw.get("cell_type"), new.raw.get("cell_type"))


def text_of(diff: NotebookDiff, at: int) -> TextDiff | None:
    """Return the comparison of an entry's source; of an added cell, with nothing."""
    entry = diff.cells[at]
    if entry.kind == "added":
        lines = tuple(diff.new.cells[entry.new[0]].source.split("\n"))
        return TextDiff((), lines, (Op("insert", 0, 0, 0, len(lines)),))
    return entry.change.source if entry.change is not None else None


def has_outputs(cell: Cell) -> bool:
    """Whether a cell has outputs or a prompt number."""
    return bool(cell.outputs) or cell.execution_count is not None


def _of_notebook(diff: NotebookDiff) -> Iterator[Leaf]:
    parts = {part_of_top_key(field.path[0]) for field in diff.fields}
    if "metadata" in parts:
        yield Leaf(NOTEBOOK, "metadata")
    if "format" in parts or any(_has_other_id(entry) for entry in diff.cells):
        yield Leaf(NOTEBOOK, "format")


def _has_other_id(entry: CellEntry) -> bool:
    return entry.change is not None and any(field.path[0] == "id" for field in entry.change.fields)


def _of_change(at: int, change: CellChange, *, retyped: bool) -> Iterator[Leaf]:
    if change.source is not None:
        yield from (Leaf(at, "source", k) for k, op in enumerate(change.source.ops) if op.tag != "equal")
    found = {part_of_key(field.path[0], retyped=retyped) for field in change.fields}
    if change.outputs:
        found.add(part_of_key("outputs", retyped=retyped))
    if change.attachments:
        found.add(part_of_key("attachments", retyped=retyped))
    order: tuple[Part, ...] = ("type", "metadata", "attachments", "outputs")
    yield from (Leaf(at, part) for part in order if part in found)
