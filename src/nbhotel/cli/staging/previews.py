"""A node of the tree of choices, drawn as `nbdiff` draws it: a cell's diff, or only the parts in question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nbhotel.cli.staging.titles import title
from nbhotel.diff.values import CellChange, CellEntry, NotebookDiff, Op, TextDiff
from nbhotel.git.staging.leaves import NOTEBOOK, Leaf, is_retyped, leaf_of
from nbhotel.git.staging.pairs import Pair
from nbhotel.git.staging.tree import CONTEXT, Node
from nbhotel.notebook.model import cell_of
from nbhotel.render.terminal.brush import Brush
from nbhotel.render.terminal.cells import cell_lines
from nbhotel.render.terminal.fields import field_lines
from nbhotel.render.terminal.outputs import all_outputs
from nbhotel.render.terminal.spans import Span


def preview(pair: Pair, node: Node, brush: Brush) -> Iterator[str]:
    """Draw what the leaves of a node change."""
    if node.entry == NOTEBOOK:
        yield from _notebook(pair, node, brush)
        return
    entry = pair.diff.cells[node.entry]
    parts = {leaf.part for leaf in node.leaves}
    if entry.kind == "added" and "cell" not in parts:
        yield brush.title(title(pair, node), "cell")
        yield from all_outputs(pair.diff.new.cells[entry.new[0]].outputs, "+", brush)
    elif entry.kind == "added" and "outputs" not in parts:
        yield from cell_lines(_without_outputs(pair.diff, entry.new[0]), entry, brush)
    elif entry.kind in {"same", "changed"}:
        yield from cell_lines(pair.diff, _reduced(pair.diff, entry, node.leaves), brush)
    else:
        yield from cell_lines(pair.diff, entry, brush)


def _notebook(pair: Pair, node: Node, brush: Brush) -> Iterator[str]:
    yield brush.title(title(pair, node), "cell")
    fields = [field for field in pair.diff.fields if leaf_of(NOTEBOOK, field.path) in node.leaves]
    yield from field_lines(fields, brush)
    if any(leaf.part == "file" for leaf in node.leaves):
        cells = pair.diff.old.cells or pair.diff.new.cells
        for at, cell in enumerate(cells):
            first, _, rest = cell.source.partition("\n")
            yield brush.line([Span(f" cell {at + 1}: ", "faint"), Span(first + (" …" if rest else ""))])


def _reduced(diff: NotebookDiff, entry: CellEntry, leaves: Sequence[Leaf]) -> CellEntry:
    """The entry with only those of its changes that the leaves are about."""
    change = entry.change or CellChange()
    retyped = is_retyped(diff, entry)

    def is_meant(*path: str) -> bool:
        return leaf_of(leaves[0].entry, path, retyped=retyped) in leaves

    ops = [leaf.op for leaf in leaves if leaf.part == "source"]
    return entry._replace(
        moved=any(leaf.part == "move" for leaf in leaves),
        change=CellChange(
            source=window(change.source, ops) if change.source is not None and ops else None,
            fields=tuple(field for field in change.fields if is_meant(*field.path)),
            attachments=change.attachments if is_meant("attachments") else (),
            outputs=change.outputs if is_meant("outputs") else (),
        ),
    )


def window(text: TextDiff, ops: Sequence[int]) -> TextDiff:
    """Return the stretch of a comparison that some neighbouring ops make, with a few lines around it."""
    if len(ops) == sum(op.tag != "equal" for op in text.ops):
        return text
    first, last = text.ops[ops[0]], text.ops[ops[-1]]
    before = _context(text, ops[0] - 1)
    after = _context(text, ops[-1] + 1)
    i, j = first.i1 - before, first.j1 - before
    inner = [Op(op.tag, op.i1 - i, op.i2 - i, op.j1 - j, op.j2 - j) for op in text.ops[ops[0] : ops[-1] + 1]]
    lead = [Op("equal", 0, before, 0, before)] if before else []
    tail = (
        [Op("equal", inner[-1].i2, inner[-1].i2 + after, inner[-1].j2, inner[-1].j2 + after)] if after else []
    )
    return TextDiff(text.old[i : last.i2 + after], text.new[j : last.j2 + after], (*lead, *inner, *tail))


def _context(text: TextDiff, at: int) -> int:
    """How many unchanged lines to show next to a hunk, of the op at this index."""
    if not 0 <= at < len(text.ops) or text.ops[at].tag != "equal":
        return 0
    return min(CONTEXT, text.ops[at].i2 - text.ops[at].i1)


def _without_outputs(diff: NotebookDiff, place: int) -> NotebookDiff:
    cells = list(diff.new.cells)
    cells[place] = cell_of({**cells[place].raw, "outputs": [], "execution_count": None})
    return diff._replace(new=diff.new._replace(cells=tuple(cells)))
