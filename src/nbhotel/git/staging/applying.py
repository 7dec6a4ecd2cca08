"""The notebook that a choice makes: the new side of what was taken, the old side of everything else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from nbhotel.diff.values import CellEntry, NotebookDiff, TextDiff
from nbhotel.git.staging.leaves import (
    NOTEBOOK,
    Edit,
    Leaf,
    Part,
    has_outputs,
    is_retyped,
    leaf_of,
    leaves_of,
    leaves_of_entry,
)
from nbhotel.git.staging.order import in_order
from nbhotel.git.staging.settling import Made, settled, version
from nbhotel.notebook.equality import same
from nbhotel.notebook.model import Json, Notebook, multiline
from nbhotel.notebook.writing import source_lines
from nbhotel.records import NamedTuple


class Applied(NamedTuple):
    """A notebook made of parts of two, and where each of its cells comes from."""

    notebook: Notebook
    made: tuple[Made, ...]


def applied(diff: NotebookDiff, taken: Collection[Leaf], edits: Sequence[Edit] = ()) -> Applied:
    """Make the notebook that has the new side of the leaves `taken`, and the lines of `edits`.

    `diff` compared everything. Nothing taken makes `diff.old`, everything `diff.new`. An added cell is there
    if its leaf is taken or somebody edited its source.
    """
    choices = [_Choice(set(), []) for _ in diff.cells]
    for leaf in taken:
        if leaf.entry != NOTEBOOK:
            choices[leaf.entry].taken.add(leaf)
    for edit in edits:
        choices[edit.entry].edits.append(edit)
    cells = [_made(diff, at, choice) for at, choice in enumerate(choices)]
    at_new = {at for at, choice in enumerate(choices) if _stands_new(diff.cells[at], choice)}
    made = [each for at in in_order(diff.cells, at_new) for each in cells[at]]
    is_new = Leaf(NOTEBOOK, "format") in taken
    is_mixed = bool(taken) and not set(leaves_of(diff)) <= set(taken)
    target = version(diff.old, diff.new, is_new=is_new, is_mixed=is_mixed)
    ready = settled(made, diff.old, diff.new, target, new_ids=is_new, is_mixed=is_mixed)
    raw = _top(diff, taken, target) | {"cells": [cell.raw for cell in ready]}
    return Applied(diff.old._replace(raw=raw, cells=ready, format=target), tuple(made))


def partial(text: TextDiff, taken: Collection[int], edits: Sequence[Edit] = ()) -> str:
    """Return the text that has the new side of the ops `taken`, and the lines of `edits`."""
    lines: list[str] = []
    for at, op in enumerate(text.ops):
        edit = next((each for each in edits if each.first <= at <= each.last), None)
        if edit is not None:
            lines += edit.lines if at == edit.first else ()
        elif op.tag != "equal" and at in taken:
            lines += text.new[op.j1 : op.j2]
        else:
            lines += text.old[op.i1 : op.i2]
    return "\n".join(lines)


class _Choice(NamedTuple):
    """What was chosen of one entry."""

    taken: set[Leaf]
    edits: list[Edit]

    def has(self, part: Part) -> bool:
        return any(leaf.part == part for leaf in self.taken)


def _stands_new(entry: CellEntry, choice: _Choice) -> bool:
    """Whether an entry's cells stand where the new notebook has them."""
    if entry.kind in {"same", "changed"}:
        return choice.has("move")
    return entry.kind == "added" or (entry.kind != "removed" and choice.has("cell"))


def _made(diff: NotebookDiff, at: int, choice: _Choice) -> list[Made]:
    entry = diff.cells[at]
    if entry.kind in {"same", "changed"}:
        return [_of_both(diff, at, choice)]
    if entry.kind == "added":
        return _of_added(diff, entry, choice)
    if choice.has("cell"):
        return [Made(diff.new.cells[j].raw, None, j) for j in entry.new]
    return [Made(diff.old.cells[i].raw, i, None) for i in entry.old]


def _of_added(diff: NotebookDiff, entry: CellEntry, choice: _Choice) -> list[Made]:
    if not choice.has("cell") and not choice.edits:
        return []
    (place,) = entry.new
    cell = diff.new.cells[place]
    raw = cell.raw
    if has_outputs(cell) and not choice.has("outputs"):
        raw = {key: _WITHOUT_OUTPUTS.get(key, value) for key, value in raw.items()}
    if choice.edits:
        raw = {**raw, "source": _spelled("\n".join(choice.edits[0].lines), raw.get("source"))}
    return [Made(raw, None, place)]


def _of_both(diff: NotebookDiff, at: int, choice: _Choice) -> Made:
    entry = diff.cells[at]
    (i,), (j,) = entry.old, entry.new
    old, new = diff.old.cells[i].raw, diff.new.cells[j].raw
    content = {leaf for leaf in leaves_of_entry(diff, at) if leaf.part != "move"}
    if content and content <= choice.taken and not choice.edits:
        return Made(new, i, j)
    retyped = is_retyped(diff, entry)
    raw = _chosen(old, new, lambda *path: leaf_of(at, path, retyped=retyped) in choice.taken)
    text = entry.change.source if entry.change is not None else None
    if text is not None:
        ops = {leaf.op for leaf in choice.taken}
        raw["source"] = _source(partial(text, ops, choice.edits), old["source"], new["source"])
    return Made(raw, i, j)


def _source(result: str, old: Json, new: Json) -> Json:
    """A source as one of the sides writes it, or else like the old one."""
    if result in (multiline(old), multiline(new)):
        return old if result == multiline(old) else new
    return _spelled(result, old)


def _spelled(text: str, like: Json) -> Json:
    return text if isinstance(like, str) else source_lines(text)


def _top(diff: NotebookDiff, taken: Collection[Leaf], target: tuple[int, int]) -> dict[str, Json]:
    raw = _chosen(diff.old.raw, diff.new.raw, lambda *path: leaf_of(NOTEBOOK, path) in taken)
    for key, value in zip(("nbformat", "nbformat_minor"), target, strict=True):
        if key in raw:
            raw[key] = value
    return raw


def _chosen(old: dict[str, Json], new: dict[str, Json], is_new: Callable[..., bool]) -> dict[str, Json]:
    """Take keys of a cell or a notebook from `new`, and keys of its metadata, as `is_new` says of paths."""
    result = _mixed(old, new, is_new)
    inner, outer = old.get("metadata"), new.get("metadata")
    if isinstance(inner, dict) and isinstance(outer, dict):
        mixed = _mixed(inner, outer, lambda key: is_new("metadata", key))
        result["metadata"] = outer if same(mixed, outer) else mixed
    return result


def _mixed(old: dict[str, Json], new: dict[str, Json], is_new: Callable[[str], bool]) -> dict[str, Json]:
    """Take some keys from `new` and the others from `old`, in the order that `old` has; sorted, if it is."""
    result = {
        key: new[key] if is_new(key) else value for key, value in old.items() if key in new or not is_new(key)
    }
    result |= {key: value for key, value in new.items() if key not in old and is_new(key)}
    return dict(sorted(result.items())) if list(old) == sorted(old) else result


_WITHOUT_OUTPUTS: dict[str, Json] = {"outputs": [], "execution_count": None}
