"""A hunk edited by hand, as `git add -p` has it: lines of a diff, of which one side must stay as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from nbhotel.cli.editor import edited
from nbhotel.git.staging.leaves import NOTEBOOK, Edit, text_of

if TYPE_CHECKING:
    from nbhotel.cli.staging.console import Console
    from nbhotel.cli.staging.verbs import Verb
    from nbhotel.diff.values import TextDiff
    from nbhotel.git.staging.pairs import Pair
    from nbhotel.git.staging.tree import Node

#: As git calls it: editors know by it what it is.
_FILE = "addp-hunk-edit.diff"
_HELP = """\
# ---
# To {verb} less than this, {how}
# Lines starting with # will be removed. With all lines removed, nothing is decided.
"""
_FORWARD = "make '-' lines ' ' lines (they stay), or delete '+' lines; '+' lines may be changed as well."
_BACKWARD = "make '+' lines ' ' lines (they stay), or delete '-' lines; '-' lines may be changed as well."
_AGAIN = 'Your edited hunk does not apply. Edit again (saying "no" discards!) [y/n]? '


def is_editable(pair: Pair, node: Node) -> bool:
    """Whether a node is about lines of one source and nothing else, or about an added cell."""
    if node.entry == NOTEBOOK:
        return False
    parts = {leaf.part for leaf in node.leaves}
    return parts == {"source"} or ("cell" in parts and pair.diff.cells[node.entry].kind == "added")


class Editor:
    """Lets somebody edit hunks in the editor that git would use."""

    def __init__(self, verb: Verb, environment: Mapping[str, str]) -> None:
        self.verb, self.environment = verb, environment

    def edited(self, pair: Pair, node: Node, console: Console) -> Edit | bool | None:
        """Return what came of it: an edit, True if all of it is wanted, False if nothing, None if undecided.

        Raises InputError if the editor fails.
        """
        text = text_of(pair.diff, node.entry)
        assert text is not None  # noqa: S101 - `is_editable` says so
        is_added = pair.diff.cells[node.entry].kind == "added"
        first, last = (0, 0) if is_added else (node.leaves[0].op, node.leaves[-1].op)
        lines = list(hunk_lines(text, first, last))
        while True:
            lines = [line for line in self._run(lines) if not line.startswith("#")]
            if not any(lines):
                return None
            found = edited_lines(lines, text, first, last, takes_back=self.verb.takes_back)
            if found == () and is_added:  # a cell without a line is none
                return self.verb.takes_back
            if found is not None:
                return Edit(node.entry, first, last, found)
            if not (console.ask(_AGAIN) or "n").strip().lower().startswith("y"):
                return None

    def _run(self, lines: Iterable[str]) -> list[str]:
        how = _BACKWARD if self.verb.takes_back else _FORWARD
        text = "".join(f"{line}\n" for line in lines) + _HELP.format(verb=self.verb.name, how=how)
        return edited(text, _FILE, self.environment).removesuffix("\n").split("\n")


def hunk_lines(text: TextDiff, first: int, last: int) -> Iterator[str]:
    """Yield the ops `first` to `last` as lines of a diff, below the line that begins a hunk."""
    ops = text.ops[first : last + 1]
    i, j, m, n = ops[0].i1, ops[0].j1, ops[-1].i2, ops[-1].j2
    yield f"@@ -{i + 1},{m - i} +{j + 1},{n - j} @@"
    for op in ops:
        if op.tag == "equal":
            yield from (f" {line}" for line in text.old[op.i1 : op.i2])
        else:
            yield from (f"-{line}" for line in text.old[op.i1 : op.i2])
            yield from (f"+{line}" for line in text.new[op.j1 : op.j2])


def edited_lines(
    lines: Sequence[str], text: TextDiff, first: int, last: int, *, takes_back: bool
) -> tuple[str, ...] | None:
    """Return the lines that an edited hunk leads to; None if it isn't about the lines that are there."""
    sides: dict[str, list[str]] = {"-": [], "+": []}
    for line in lines:
        mark, rest = line[:1] or " ", line[1:]  # editors cut a blank at a line's end
        if mark == "@":
            continue
        if mark not in "-+ ":
            return None
        for side in sides if mark == " " else mark:
            sides[side].append(rest)
    start, end = text.ops[first], text.ops[last]
    old, new = list(text.old[start.i1 : end.i2]), list(text.new[start.j1 : end.j2])
    if takes_back:
        return tuple(sides["-"]) if sides["+"] == new else None
    return tuple(sides["+"]) if sides["-"] == old else None
