"""What was chosen of which notebook, for people or as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from shlex import quote
from typing import TYPE_CHECKING, Any

from nbhotel.cli.staging.titles import title
from nbhotel.cli.staging.verbs import Choice, Verb
from nbhotel.diff.values import NotebookDiff
from nbhotel.git.staging.leaves import NOTEBOOK, Leaf, text_of
from nbhotel.git.staging.pairs import Pair
from nbhotel.git.staging.tree import nodes_of
from nbhotel.records import NamedTuple
from nbhotel.render.terminal.safe import safe

if TYPE_CHECKING:
    import argparse

SCHEMA = "nbhotel/stage/1"


class Outcome(NamedTuple):
    """What became of one notebook. `blob` is what the index has now, `kept` where the file is as it was."""

    name: str
    pair: Pair
    offered: tuple[Leaf, ...]
    choice: Choice
    blob: str = ""
    kept: str = ""


def tell(outcomes: Sequence[Outcome], verb: Verb, args: argparse.Namespace) -> None:
    """Print it."""
    from nbhotel.cli.pager import write

    if args.json:
        import json

        found = {"schema": SCHEMA, "verb": verb.name, "notebooks": [_json(each) for each in outcomes]}
        write([json.dumps(found, indent=1)])
        return
    # Of notebooks that nobody named, those that only seem to differ are nobody's concern.
    told = [each for each in outcomes if each.offered or each.name in args.notebooks]
    lines = [line for each in told for line in _lines(each, verb, dry_run=args.dry_run)]
    write(lines or [f"nothing to {verb.name}"])


def _lines(outcome: Outcome, verb: Verb, *, dry_run: bool) -> Iterator[str]:
    name = safe(outcome.name)
    if not outcome.offered:
        yield f"{name}: nothing to {verb.name}"
        return
    if not outcome.choice:
        yield f"{name}: nothing {verb.done}"
        return
    chosen = [leaf for leaf in outcome.pair.leaves if _is_chosen(leaf, outcome.choice)]
    total = len(outcome.pair.leaves)
    done = f"would be {verb.done}" if dry_run else verb.done
    yield f"{name}: {len(chosen)} of {total} {'change' if total == 1 else 'changes'} {done}"
    for node in nodes_of(outcome.pair.diff, chosen):
        yield f"  {safe(title(outcome.pair, node))}"
    if outcome.kept:
        yield f"as it was: cp {quote(outcome.kept)} {quote(outcome.name)}"


def _is_chosen(leaf: Leaf, choice: Choice) -> bool:
    if leaf in choice.leaves:
        return True
    edits = (edit for edit in choice.edits if edit.entry == leaf.entry)
    return any(leaf.part == "cell" or edit.first <= leaf.op <= edit.last for edit in edits)


def _json(outcome: Outcome) -> dict[str, Any]:
    changes = [
        _change(outcome.pair.diff, leaf) | {"chosen": _is_chosen(leaf, outcome.choice)}
        for leaf in outcome.offered
    ]
    found: dict[str, Any] = {"path": outcome.name, "changes": changes}
    written = {"blob": outcome.blob, "kept": outcome.kept}
    return found | {key: value for key, value in written.items() if value}


def _change(diff: NotebookDiff, leaf: Leaf) -> dict[str, Any]:
    """One thing that can be chosen; cells are numbered from 1, as people see them."""
    part = {"part": leaf.part} | ({"key": leaf.key} if leaf.key else {})
    if leaf.entry == NOTEBOOK:
        return part
    entry = diff.cells[leaf.entry]
    sides = [(diff.old, entry.old), (diff.new, entry.new)]
    cells = [[{"cell": at + 1, "id": side.cells[at].id} for at in places] for side, places in sides]
    found: dict[str, Any] = {**part, "kind": entry.kind, "old": cells[0], "new": cells[1]}
    text = text_of(diff, leaf.entry)
    if leaf.part == "source" and text is not None:
        op = text.ops[leaf.op]
        found |= {"removed": text.old[op.i1 : op.i2], "added": text.new[op.j1 : op.j2]}
    return found
