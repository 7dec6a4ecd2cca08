"""A comparison of two texts, drawn as the look has it: below each other, in two columns, or within lines."""

from __future__ import annotations

from collections.abc import Iterator

from nbhotel.diff.values import Op, TextDiff
from nbhotel.render.terminal.blocks import blocks, rows
from nbhotel.render.terminal.brush import Brush
from nbhotel.render.terminal.texts import Inks, changed_lines, cut, marked, unchanged

#: Narrower than this, two columns can't be read.
_COLUMNS_FROM = 40


def comparison(diff: TextDiff, inks: Inks, brush: Brush, limit: int | None = None) -> Iterator[str]:
    """Draw a comparison of two texts as the look has it; `limit` holds for the number of lines."""
    shown = list(blocks(diff, brush.look.context))
    total = sum(map(rows, shown))
    if brush.look.words:
        from nbhotel.render.terminal.inline import inline

        lines = inline(diff, shown, inks, brush)
    elif brush.look.side_by_side and brush.look.width >= _COLUMNS_FROM:
        from nbhotel.render.terminal.columns import columns

        lines = columns(diff, shown, inks, brush)
    else:
        lines = (line for block in shown for line in _unified(diff, block, inks, brush))
    yield from cut(lines, total, limit, brush)


def _unified(diff: TextDiff, block: Op | int, inks: Inks, brush: Brush) -> Iterator[str]:
    if isinstance(block, int) or block.tag == "equal":
        yield from unchanged(block, inks, brush)
    else:
        old, new = changed_lines(diff, block, inks, brush)
        for line in old:
            yield marked(line, "-", brush)
        for line in new:
            yield marked(line, "+", brush)
