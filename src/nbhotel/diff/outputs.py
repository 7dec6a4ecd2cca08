"""The outputs of one cell: streams by line, errors by traceback, displays by mime type."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from nbhotel.diff.fields import diff_fields
from nbhotel.diff.mimes import is_text
from nbhotel.diff.sequence import common, ops
from nbhotel.diff.text import diff_text
from nbhotel.diff.values import Compared, JsonChange, MimeChange, Op, OutputChange, TextDiff
from nbhotel.notebook.equality import frozen, same
from nbhotel.notebook.model import Json, multiline

Output = dict[str, Json]


def diff_outputs(old: list[Output], new: list[Output], compared: Compared) -> tuple[OutputChange, ...]:
    """Return every output's fate, in order; empty if nothing changed."""
    if old == new and same(old, new):
        return ()
    if not compared.chunks and _whole_streams(old) == _whole_streams(new):
        return ()
    a = [_stand_in(output, compared) for output in old]
    b = [_stand_in(output, compared) for output in new]
    if a == b:
        return ()
    return tuple(change for op in ops(a, b) for change in _changes(op, old, new, compared))


def diff_bundles(old: Json, new: Json, compared: Compared) -> tuple[MimeChange, ...]:
    """Compare two mimebundles by mime type; what is no bundle counts as the one mime type ""."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return () if same(old, new) else (MimeChange("", "changed", old, new, None),)
    changes = []
    for mime in (*old, *(mime for mime in new if mime not in old)):
        if mime not in new:
            changes.append(MimeChange(mime, "removed", old[mime], None, None))
        elif mime not in old:
            changes.append(MimeChange(mime, "added", None, new[mime], None))
        elif _frozen_data(mime, old[mime], compared) != _frozen_data(mime, new[mime], compared):
            changes.append(
                MimeChange(mime, "changed", old[mime], new[mime], _text(mime, old[mime], new[mime]))
            )
    return tuple(changes)


def _stand_in(output: Output, compared: Compared) -> Hashable:
    """Return what an output is equal by."""
    parts: list[tuple[str, Hashable]] = []
    for key, value in sorted(output.items()):
        if key == "data" and isinstance(value, dict):
            parts.append((key, tuple(sorted((m, _frozen_data(m, d, compared)) for m, d in value.items()))))
        elif key not in _left_out(compared):
            text = multiline(value) if key == "text" else None
            parts.append((key, frozen(value) if text is None else _calmed(text, compared)))
    return tuple(parts)


def _whole_streams(outputs: list[Output]) -> list[Hashable]:
    """Return what lists of outputs are equal by, if it does not matter how their streams were cut."""
    whole: list[Hashable] = []
    name, text = None, ""  # of the stream under way
    for output in outputs:
        if _is_plain_stream(output):
            if output["name"] != name:
                whole.append((name, text))
                name, text = output["name"], ""
            text += multiline(output["text"]) or ""
        else:
            whole += [(name, text), frozen(output, text=True)]
            name, text = None, ""
    return [*whole, (name, text)]


def _is_plain_stream(output: Output) -> bool:
    kind = output.get("output_type"), output.get("name")
    if kind[0] != "stream" or not isinstance(kind[1], str) or len(output) != 3:
        return False
    return multiline(output.get("text")) is not None


def _left_out(compared: Compared) -> set[str]:
    out = set() if compared.details else {"execution_count"}
    return out if compared.metadata else out | {"metadata"}


def _frozen_data(mime: str, data: Json, compared: Compared) -> Hashable:
    if mime.endswith("json"):  # there, a list of strings is a list of strings
        return frozen(data)
    text = multiline(data)
    return frozen(data) if text is None else _calmed(text, compared) if is_text(mime) else text


def _calmed(text: str, compared: Compared) -> str:
    if compared.noise:
        return text
    from nbhotel.notebook.noise import calm  # a dozen expressions to compile: a tenth of a comparison's start

    return calm(text)


def _changes(
    op: Op, old: Sequence[Output], new: Sequence[Output], compared: Compared
) -> Iterator[OutputChange]:
    if op.tag == "equal":
        for i, j in zip(range(op.i1, op.i2), range(op.j1, op.j2), strict=True):
            yield OutputChange("same", i, j)
        return
    pairs = common([_shape(o) for o in old[op.i1 : op.i2]], [_shape(o) for o in new[op.j1 : op.j2]])
    i, j = op.i1, op.j1
    for x, y in (*pairs, (op.i2 - op.i1, op.j2 - op.j1)):
        yield from (OutputChange("removed", k, None) for k in range(i, op.i1 + x))
        yield from (OutputChange("added", None, k) for k in range(j, op.j1 + y))
        i, j = op.i1 + x + 1, op.j1 + y + 1
        if i <= op.i2 and j <= op.j2:
            yield _changed(i - 1, j - 1, old[i - 1], new[j - 1], compared)


def _shape(output: Output) -> Hashable:
    """What two outputs must share to be one output that changed."""
    return (frozen(output.get("output_type")), frozen(output.get("name")))


def _changed(i: int, j: int, old: Output, new: Output, compared: Compared) -> OutputChange:
    handled = _left_out(compared)
    text, mimes = None, tuple[MimeChange, ...]()
    a, b = multiline(old.get("text")), multiline(new.get("text"))
    if a is not None and b is not None:
        handled.add("text")
        if _calmed(a, compared) != _calmed(b, compared):
            text = diff_text(a, b)
    if isinstance(old.get("data"), dict) and isinstance(new.get("data"), dict):
        handled.add("data")
        mimes = diff_bundles(old["data"], new["data"], compared)
    fields = diff_fields(old, new, but=handled)
    if a is None and b is None:
        text = _traceback(fields)
    return OutputChange("changed", i, j, text, mimes, fields)


def _traceback(fields: tuple[JsonChange, ...]) -> TextDiff | None:
    """An error's traceback by line. The list of its frames, as in the file, stands among the fields too."""
    for change in fields:
        if change.path == ("traceback",):
            old, new = _frames(change.old), _frames(change.new)
            return None if old is None or new is None else diff_text(old, new)
    return None


def _frames(traceback: Json) -> str | None:
    return None if multiline(traceback) is None or isinstance(traceback, str) else "\n".join(traceback)


def _text(mime: str, old: Json, new: Json) -> TextDiff | None:
    if not is_text(mime) or mime.endswith("json"):
        return None
    a, b = multiline(old), multiline(new)
    return None if a is None or b is None else diff_text(a, b)
