"""What `--cell` and `--only` leave to choose from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TypeAlias

from nbhotel.cli.staging.options import PARTS
from nbhotel.cli.staging.titles import name
from nbhotel.diff.values import CellEntry, NotebookDiff
from nbhotel.errors import InputError, UsageError, nearest
from nbhotel.git.selection import compiled
from nbhotel.git.staging.leaves import Leaf, Part
from nbhotel.git.staging.pairs import Pair

#: What --only means: parts, and keys of metadata; with "" any key.
Only: TypeAlias = Collection[tuple[Part, str]]


def offered(pair: Pair, cells: Sequence[str], only: Only, where: str) -> tuple[Leaf, ...]:
    """Return the leaves that the options leave. Raises InputError and UsageError, which `where` begins."""
    leaves = pair.leaves
    if cells:
        named = {at for word in cells for at in _entries(pair.diff, word, where)}
        leaves = tuple(leaf for leaf in leaves if leaf.entry in named)
    if only:
        leaves = tuple(leaf for leaf in leaves if {(leaf.part, ""), (leaf.part, leaf.key)} & set(only))
    return leaves


def parts_of(text: str) -> Only:
    """Return what --only's words mean. Raises UsageError."""
    found: set[tuple[Part, str]] = set()
    for word in map(str.strip, text.split(",")):
        if word.startswith("metadata.") and word != "metadata.":
            found.add(("metadata", word.removeprefix("metadata.")))
        elif word in PARTS:
            found |= {(part, "") for part in PARTS[word]}
        else:
            raise UsageError(f"--only: there is no part {word!r}", remedy=nearest(word, PARTS))
    return found


def completed(chosen: Collection[Leaf], pair: Pair, *, takes_back: bool) -> frozenset[Leaf]:
    """Add to the outputs of an added cell the cell; where it is taken back, to the cell its outputs."""
    held, holder = _HELD[takes_back]
    added = {leaf.entry for leaf in pair.leaves if leaf.part == "cell"}
    more = {Leaf(leaf.entry, holder) for leaf in chosen if leaf.part == held and leaf.entry in added}
    return frozenset(chosen) | (more & set(pair.leaves))


def without(chosen: Collection[Leaf], gone: Collection[Leaf], *, takes_back: bool) -> frozenset[Leaf]:
    """Remove leaves, and those that would bring them back."""
    held, holder = _HELD[takes_back]
    alone = {Leaf(leaf.entry, held) for leaf in gone if leaf.part == holder}
    return frozenset(chosen) - frozenset(gone) - alone


#: What can't be without what of an added cell: to choose it, and to take it back.
_HELD: dict[bool, tuple[Part, Part]] = {False: ("outputs", "cell"), True: ("cell", "outputs")}


def _entries(diff: NotebookDiff, word: str, where: str) -> list[int]:
    if len(word) > 1 and word.startswith("/") and word.endswith("/"):
        return _matching(diff, word[1:-1], where)
    if word.isdecimal():
        found = [at for at, entry in enumerate(diff.cells) if _number(entry) == int(word)]
        differing = [at for at in found if diff.cells[at].differs]
        if len(differing) > 1:
            names = " and ".join(f"{name(diff, diff.cells[at])}, {diff.cells[at].kind}" for at in differing)
            raise UsageError(
                f"cell {word} may be {names}", where=where, remedy="name one by its id or /pattern/"
            )
        if found:
            return found
    ids = [_ids(diff, entry) for entry in diff.cells]
    found = [at for at, some in enumerate(ids) if word in some]
    found = found or [
        at for at, some in enumerate(ids) if word and any(each.startswith(word) for each in some)
    ]
    if not found:
        raise InputError(f"there is no cell {word or repr(word)}", where=where)
    if len(found) > 1 and not all(word in ids[at] for at in found):
        raise UsageError(f"{len(found)} cells have ids that begin with {word}", where=where)
    return found


def _matching(diff: NotebookDiff, pattern: str, where: str) -> list[int]:
    regex = compiled(pattern)
    found = [at for at, entry in enumerate(diff.cells) if any(map(regex.search, _sources(diff, entry)))]
    if not found:
        raise InputError(f"no cell has a source that /{pattern}/ finds", where=where)
    return found


def _number(entry: CellEntry) -> int:
    """The cell's place as a diff shows it."""
    return (entry.old if entry.kind in {"removed", "split"} else entry.new)[0] + 1


def _ids(diff: NotebookDiff, entry: CellEntry) -> set[str]:
    cells = [diff.old.cells[i] for i in entry.old] + [diff.new.cells[j] for j in entry.new]
    return {cell.id for cell in cells if cell.id is not None}


def _sources(diff: NotebookDiff, entry: CellEntry) -> list[str]:
    return [diff.old.cells[i].source for i in entry.old] + [diff.new.cells[j].source for j in entry.new]
