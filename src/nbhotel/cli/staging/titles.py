"""What nodes of the tree of choices are called: a notebook's and a cell's changes in a few words."""

from __future__ import annotations

from collections.abc import Iterator

from nbhotel.diff.values import CellEntry, NotebookDiff
from nbhotel.git.staging.leaves import NOTEBOOK, Leaf, text_of
from nbhotel.git.staging.pairs import Pair
from nbhotel.git.staging.tree import Node
from nbhotel.render.terminal.cells import cell_name


def title(pair: Pair, node: Node) -> str:
    """Return what a whole cell, or the notebook, is called, with the parts of it that the node is about."""
    if node.entry == NOTEBOOK:
        return f"notebook · {', '.join(dict.fromkeys(_of_notebook(pair, leaf) for leaf in node.leaves))}"
    entry = pair.diff.cells[node.entry]
    return f"{name(pair.diff, entry)} · {', '.join(dict.fromkeys(_parts(pair.diff, entry, node)))}"


def part_title(pair: Pair, node: Node) -> str:
    """Return what a part of a cell, or of the notebook, is called below it."""
    first = node.leaves[0]
    if first.key and len(node.leaves) == 1:
        return f"metadata.{first.key}"
    if first.entry == NOTEBOOK:
        return _of_notebook(pair, first)
    if first.part == "source":
        return f"source, {_lines(pair.diff, node)}"
    return next(_parts(pair.diff, pair.diff.cells[first.entry], node))


def name(diff: NotebookDiff, entry: CellEntry) -> str:
    """Return the cell's name as a diff's heading has it: its kind, its place from 1, its prompt."""
    if entry.kind in {"removed", "split"}:
        return cell_name(diff.old.cells[entry.old[0]], entry.old[0])
    return cell_name(diff.new.cells[entry.new[0]], entry.new[0])


def _parts(diff: NotebookDiff, entry: CellEntry, node: Node) -> Iterator[str]:
    for leaf in node.leaves:
        if leaf.part == "cell":
            yield _fate(entry)
        elif leaf.part == "move":
            yield f"moved from {entry.old[0] + 1}"
        elif leaf.part == "type":
            yield f"type, once {diff.old.cells[entry.old[0]].kind or 'unknown'}"
        else:
            yield leaf.part


def _fate(entry: CellEntry) -> str:
    if entry.kind == "split":
        return f"split into cells {', '.join(str(j + 1) for j in entry.new)}"
    if entry.kind == "joined":
        return f"joined from cells {', '.join(str(i + 1) for i in entry.old)}"
    return entry.kind


def _of_notebook(pair: Pair, leaf: Leaf) -> str:
    if leaf.part == "file":
        return "deleted file" if pair.new.data is None else "new file"
    if leaf.part == "mode":
        return f"mode {pair.old.mode} → {pair.new.mode}"
    if leaf.part == "form":
        return "the same content, written in another way"
    return _format(pair.diff) if leaf.part == "format" else leaf.part


def _format(diff: NotebookDiff) -> str:
    old, new = (".".join(map(str, side.format)) for side in (diff.old, diff.new))
    ids = sum(field.path[0] == "id" for entry in diff.cells if entry.change for field in entry.change.fields)
    words = [f"format {old} → {new}"] if old != new else []
    words += [f"ids of {ids} {'cell' if ids == 1 else 'cells'}"] if ids else []
    return " and ".join(words) or "format"


def _lines(diff: NotebookDiff, node: Node) -> str:
    """The lines of the new source that a hunk is about; of the old one if it only takes away."""
    text = text_of(diff, node.entry)
    assert text is not None  # noqa: S101 - there are leaves of it
    first, last = text.ops[node.leaves[0].op], text.ops[node.leaves[-1].op]
    start, end = (first.j1, last.j2) if last.j2 > first.j1 else (first.i1, last.i2)
    return f"line {start + 1}" if end - start < 2 else f"lines {start + 1} to {end}"
