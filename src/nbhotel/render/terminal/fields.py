"""Metadata and other JSON values by their path."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from nbhotel.diff.text import diff_text
from nbhotel.diff.values import JsonChange
from nbhotel.notebook.model import Json
from nbhotel.render.terminal.brush import Brush
from nbhotel.render.terminal.comparison import comparison
from nbhotel.render.terminal.texts import cut, plain, whole

#: Characters of a value that are shown.
_LONGEST = 300


def field_lines(changes: Sequence[JsonChange], brush: Brush) -> Iterator[str]:
    """Draw changes as `path: value`, one below the other."""
    lines = (line for change in changes for line in _change(change, brush))
    total = sum(2 if change.kind == "changed" else 1 for change in changes)
    yield from cut(lines, total, brush.look.limit, brush)


def pathname(path: Sequence[str]) -> str:
    """Return a path such as `metadata.tags`; keys that hold a dot or the like are quoted."""
    return ".".join(key if key.replace("-", "_").isidentifier() else compact(key) for key in path)


def compact(value: Json) -> str:
    """Return a value's JSON on one line."""
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "…"


def _change(change: JsonChange, brush: Brush) -> Iterator[str]:
    old, new = _line(change.path, change.old, brush), _line(change.path, change.new, brush)
    if change.kind != "changed":
        text, mark = (old, "-") if change.kind == "removed" else (new, "+")
        yield from whole([text], mark, plain([text]), brush)
        return
    diff = diff_text(old, new)
    if diff is None:  # they differ further on than is shown
        yield from whole([new], " ", plain([new]), brush)
    else:
        yield from comparison(diff, (plain(diff.old), plain(diff.new)), brush)


def _line(path: Sequence[str], value: Json, brush: Brush) -> str:
    text = compact(value)
    more = len(text) - _LONGEST
    if brush.look.limit is not None and more > 0:
        text = f"{text[:_LONGEST]} … {more:,} more characters"
    return f"{pathname(path)}: {text}"
