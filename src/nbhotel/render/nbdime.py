"""A notebook diff in nbdime's format, for tools that read it.

The format: https://nbdime.readthedocs.io/en/latest/diffing.html, with the ops of nbdime 4's diff_format.py.
It is about notebooks as nbformat reads them: sources, streams' texts and mime data are single strings, which
a "patch" op edits by line (`str.splitlines`, line ends kept). It knows no moves, splits or joins: such cells
are removed and added.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from nbhotel.diff.sequence import ops
from nbhotel.errors import NbhotelError
from nbhotel.notebook.model import multiline
from nbhotel.notebook.writing import dumps, encoded

if TYPE_CHECKING:
    from nbhotel.diff.values import (
        AttachmentChange,
        CellChange,
        JsonChange,
        MimeChange,
        NotebookDiff,
        OutputChange,
    )
    from nbhotel.notebook.model import Json
    from nbhotel.render.subjects import Comparison

#: One op of the format: "op", "key" and what belongs to it.
DiffOp: TypeAlias = dict[str, Any]
#: For each item that stays: its index in the old sequence, in the new one, and the ops that change it.
Kept: TypeAlias = tuple[int, int, list[DiffOp]]


def diff_nbdime(comparison: Comparison) -> str:
    """Return the diff as nbdime's JSON (NaN stays NaN, as in the notebooks).

    Raises NbhotelError if one of the files could not be read as a notebook: the format can't say that.
    """
    if comparison.diff is None:
        why = f" ({comparison.note})" if comparison.note else ""
        raise NbhotelError(f"nbdime's format describes notebooks only{why}", remedy="use another --format")
    return encoded(dumps(notebook_ops(comparison.diff)) + "\n").decode()


def notebook_ops(diff: NotebookDiff) -> list[DiffOp]:
    """Return the ops that lead from the old notebook to the new one."""
    kept: list[Kept] = []
    for entry in diff.cells:
        if entry.kind in {"same", "changed"} and not entry.moved:
            old, new = entry.old[0], entry.new[0]
            a, b = joined(diff.old.cells[old].raw), joined(diff.new.cells[new].raw)
            kept.append((old, new, _cell(a, b, entry.change) if entry.change else []))
    raws = [joined(cell.raw) for cell in diff.new.cells]
    return _sorted([*_fields(diff.fields), *_patch("cells", _sequence(kept, len(diff.old.cells), raws))])


def joined(cell: dict[str, Json]) -> dict[str, Json]:
    """Return the cell as nbformat reads it: multi-line strings joined, JSON mime data as it is."""
    result = dict(cell)
    _join(result, "source")
    if isinstance(cell.get("attachments"), dict):
        result["attachments"] = {name: _bundle(each) for name, each in cell["attachments"].items()}
    if isinstance(cell.get("outputs"), list):
        result["outputs"] = [_output(each) for each in cell["outputs"]]
    return result


def _output(output: Json) -> Json:
    if not isinstance(output, dict):
        return output
    result = dict(output)
    if "data" in result:
        result["data"] = _bundle(result["data"])
    _join(result, "text")
    return result


def _bundle(data: Json) -> Json:
    if not isinstance(data, dict):
        return data
    result = dict(data)
    for mime in data:
        if not mime.startswith("application/") or not mime.endswith(("/json", "+json")):
            _join(result, mime)
    return result


def _join(result: dict[str, Json], key: str) -> None:
    text = multiline(result.get(key))
    if text is not None:
        result[key] = text


def _cell(old: dict[str, Json], new: dict[str, Json], change: CellChange) -> list[DiffOp]:
    found = _fields(change.fields)
    if change.source:
        found += _value("source", old, new)
    if change.attachments:
        found += _within("attachments", old, new, lambda a, b: _attachments(change.attachments, a, b))
    if change.outputs:
        found += _outputs(change.outputs, old, new)
    return _sorted(found)


def _outputs(changes: Iterable[OutputChange], old: dict[str, Json], new: dict[str, Json]) -> list[DiffOp]:
    a, b = old["outputs"], new["outputs"]
    kept = [
        (each.old, each.new, _output_ops(each, a[each.old], b[each.new]))
        for each in changes
        if each.old is not None and each.new is not None
    ]
    return _patch("outputs", _sequence(kept, len(a), b))


def _output_ops(change: OutputChange, old: dict[str, Json], new: dict[str, Json]) -> list[DiffOp]:
    found = _fields(change.fields)
    if change.text and isinstance(old.get("text"), str) and isinstance(new.get("text"), str):
        found += _value("text", old, new)  # a traceback stands among the fields
    if change.mimes:
        found += _within("data", old, new, lambda a, b: _mimes(change.mimes, a, b))
    return _sorted(found)


def _attachments(changes: Iterable[AttachmentChange], old: Json, new: Json) -> list[DiffOp]:
    found: list[DiffOp] = []
    for change in changes:
        found += _within(change.name, old, new, lambda a, b, mimes=change.mimes: _mimes(mimes, a, b))
    return _sorted(found)


def _mimes(changes: Iterable[MimeChange], old: Json, new: Json) -> list[DiffOp]:
    return _sorted([op for change in changes for op in _value(change.mime, old, new)])


def _within(key: str, old: dict[str, Json], new: dict[str, Json], inner: Any) -> list[DiffOp]:
    """Patch an object that both sides have; else add, remove or replace it."""
    if isinstance(old.get(key), dict) and isinstance(new.get(key), dict):
        return _patch(key, inner(old[key], new[key]))
    return _value(key, old, new)


def _value(key: str, old: dict[str, Json], new: dict[str, Json]) -> list[DiffOp]:
    """Return the op for one key of two objects; none if neither has it, or if its texts are the same."""
    if key not in new:
        return [{"op": "remove", "key": key}] if key in old else []
    if key not in old:
        return [{"op": "add", "key": key, "value": new[key]}]
    if isinstance(old[key], str) and isinstance(new[key], str):
        return _patch(key, _lines(old[key], new[key]))
    return [{"op": "replace", "key": key, "value": new[key]}]


def _lines(old: str, new: str) -> list[DiffOp]:
    a, b = old.splitlines(keepends=True), new.splitlines(keepends=True)
    kept: list[Kept] = []
    for op in ops(a, b):
        if op.tag == "equal":
            kept += [(op.i1 + k, op.j1 + k, []) for k in range(op.i2 - op.i1)]
    return _sequence(kept, len(a), b)


def _fields(changes: Iterable[JsonChange]) -> list[DiffOp]:
    """Group changes by the keys on their paths into nested patches."""
    found: list[DiffOp] = []
    inner: dict[str, list[JsonChange]] = {}
    for change in changes:
        key, *rest = change.path
        if rest:
            inner.setdefault(key, []).append(change._replace(path=tuple(rest)))
        elif change.kind == "removed":
            found.append({"op": "remove", "key": key})
        else:
            found.append(
                {"op": "add" if change.kind == "added" else "replace", "key": key, "value": change.new}
            )
    return _sorted(found + [op for key, each in inner.items() for op in _patch(key, _fields(each))])


def _sequence(kept: Sequence[Kept], length: int, new: Sequence[Json]) -> list[DiffOp]:
    """Return the ops for a sequence of old `length`; of what is kept, both indexes rise."""
    found: list[DiffOp] = []
    i = j = 0
    for old_index, new_index, patch in (*kept, (length, len(new), [])):
        if new_index > j:
            found.append({"op": "addrange", "key": i, "valuelist": list(new[j:new_index])})
        if old_index > i:
            found.append({"op": "removerange", "key": i, "length": old_index - i})
        found += _patch(old_index, patch)
        i, j = old_index + 1, new_index + 1
    return found


def _patch(key: str | int, inner: list[DiffOp]) -> list[DiffOp]:
    return [{"op": "patch", "key": key, "diff": inner}] if inner else []


def _sorted(found: list[DiffOp]) -> list[DiffOp]:
    return sorted(found, key=lambda op: str(op["key"]))
