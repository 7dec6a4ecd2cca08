"""A mimebundle: its images in words, the text that reads best in a terminal, and a note on the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nbhotel.diff.mimes import is_image, is_text
from nbhotel.diff.text import diff_text
from nbhotel.diff.values import MimeChange
from nbhotel.notebook.model import Json, multiline
from nbhotel.render.terminal.ansi import coloured
from nbhotel.render.terminal.brush import Brush
from nbhotel.render.terminal.comparison import comparison
from nbhotel.render.terminal.fields import compact
from nbhotel.render.terminal.sizes import weight
from nbhotel.render.terminal.spans import Span
from nbhotel.render.terminal.texts import marked, whole

#: Texts that are worth reading, the best first; others are shown only where there is none of these.
_READABLE = ("text/markdown", "text/latex", "text/plain")
#: Lines of HTML, SVG or JSON that are shown.
_MARKUP_LINES = 12


def bundle_lines(bundle: Json, mark: str, brush: Brush) -> Iterator[str]:
    """Draw a mimebundle that stands on one side only, or without a side (`mark` "")."""
    if not isinstance(bundle, dict):
        yield marked([Span(compact(bundle)[:200])], mark, brush)
        return
    images = [mime for mime in bundle if is_image(mime)]
    for mime in images:
        from nbhotel.render.terminal.pictures import one_image

        yield from one_image(mime, bundle[mime], mark, brush)
    best = _best([mime for mime in bundle if mime not in images])
    if best in _READABLE:
        lines = _lines(multiline(bundle[best]) or compact(bundle[best]))
        yield from whole(lines, mark, coloured(lines, brush), brush, brush.look.limit)
    rest = [mime for mime in bundle if mime not in images and (mime != best or best not in _READABLE)]
    if rest:
        yield marked([Span(_weights(rest, bundle), "faint")], mark, brush)


def mime_lines(changes: Sequence[MimeChange], brush: Brush) -> Iterator[str]:
    """Draw the changes of a mimebundle that is on both sides."""
    rest = []
    best = _best([change.mime for change in changes if not is_image(change.mime)])
    for change in changes:
        if is_image(change.mime):
            yield from _image(change, brush)
        elif change.mime == best and (is_text(best) and not best.endswith("+json")):
            yield from _text(change, brush)
        else:
            rest.append(change)
    for change in rest:
        yield brush.line([Span(f" {_summary(change)}", "faint")])


def _best(mimes: Sequence[str]) -> str:
    for mime in (*_READABLE, *mimes):
        if mime in mimes:
            return mime
    return ""


def _image(change: MimeChange, brush: Brush) -> Iterator[str]:
    from nbhotel.render.terminal.pictures import changed_image, one_image

    if change.kind == "changed":
        yield from changed_image(change, brush)
    elif change.kind == "added":
        yield from one_image(change.mime, change.new, "+", brush)
    else:
        yield from one_image(change.mime, change.old, "-", brush)


def _text(change: MimeChange, brush: Brush) -> Iterator[str]:
    limit = brush.look.limit
    if limit is not None and change.mime not in _READABLE:
        limit = _MARKUP_LINES
    if change.kind != "changed":
        value, mark = (change.new, "+") if change.kind == "added" else (change.old, "-")
        lines = _lines(_readable(value))
        yield from whole(lines, mark, coloured(lines, brush), brush, limit)
        return
    diff = change.text or diff_text(_readable(change.old), _readable(change.new))
    if diff is None:
        yield brush.line([Span(f" {_summary(change)}", "faint")])
    else:
        inks = coloured(diff.old, brush), coloured(diff.new, brush)
        yield from comparison(diff, inks, brush, limit)


def _readable(value: Json) -> str:
    """A text as it is; JSON with a line for each value."""
    text = multiline(value)
    if text is not None:
        return text
    from nbhotel.notebook.writing import dumps

    try:
        return dumps(value)
    except RecursionError:
        return "…"


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n")


def _weights(mimes: Sequence[str], bundle: dict[str, Json]) -> str:
    return "; ".join(f"{mime}: {weight(bundle[mime])}" for mime in mimes)


def _summary(change: MimeChange) -> str:
    name = change.mime or "data"
    if change.kind == "added":
        return f"{name}: added, {weight(change.new)}"
    if change.kind == "removed":
        return f"{name}: removed, {weight(change.old)}"
    old, new = weight(change.old), weight(change.new)
    return f"{name}: changed, {new}" if old == new else f"{name}: changed, {old} → {new}"
