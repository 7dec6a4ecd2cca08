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
metadata    one `key` of the notebook's metadata, or a cell's; with the key "" all that has no leaf of its own
cell        a cell that was added or removed, or cells that were split or joined, with all they hold
move        a cell's place
type        a cell's type, and with it all but its source
source      one run of changed lines: `op` is its index in the source's comparison
outputs     a code cell's outputs and its prompt number; of an added cell, too
attachments a cell's attached files
=========== ========================================================================================
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    key: str = ""


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


def leaf_of(entry: int, path: Sequence[str], *, retyped: bool = False) -> Leaf:
    """Return which leaf a value belongs to, but a source's lines.

    `path` is that of keys in a cell's JSON, or in the notebook's; `retyped`: the cell's type changed.
    """
    key = path[1] if path[0] == "metadata" and len(path) > 1 else ""
    if entry == NOTEBOOK:
        return Leaf(NOTEBOOK, "format") if path[0] in _OF_FORMAT else Leaf(NOTEBOOK, "metadata", key=key)
    part = _OF_KEY.get(path[0], "metadata")
    if part == "format":
        return Leaf(NOTEBOOK, part)
    return Leaf(entry, "type") if retyped else Leaf(entry, part, key=key)


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
    found = dict.fromkeys(leaf_of(NOTEBOOK, field.path) for field in diff.fields)
    yield from (leaf for leaf in found if leaf.part == "metadata")
    if any(leaf.part == "format" for leaf in found) or any(_has_other_id(entry) for entry in diff.cells):
        yield Leaf(NOTEBOOK, "format")


def _has_other_id(entry: CellEntry) -> bool:
    return entry.change is not None and any(field.path[0] == "id" for field in entry.change.fields)


def _of_change(at: int, change: CellChange, *, retyped: bool) -> Iterator[Leaf]:
    if change.source is not None:
        yield from (Leaf(at, "source", k) for k, op in enumerate(change.source.ops) if op.tag != "equal")
    paths = [field.path for field in change.fields]
    paths += [("outputs",)] if change.outputs else []
    paths += [("attachments",)] if change.attachments else []
    found = dict.fromkeys(leaf_of(at, path, retyped=retyped) for path in paths)
    order: tuple[Part, ...] = ("type", "metadata", "attachments", "outputs")
    yield from (leaf for part in order for leaf in found if leaf.part == part)
