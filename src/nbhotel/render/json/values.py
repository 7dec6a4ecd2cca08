"""Values of notebooks in our JSON documents: valid JSON, and short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbhotel.diff.mimes import is_json, is_text
from nbhotel.notebook.model import Json, multiline
from nbhotel.notebook.writing import dumps, encoded

if TYPE_CHECKING:
    from nbhotel.diff.values import TextDiff

#: A longer string, or JSON value of a mimebundle, is replaced by its digest (in characters).
LONG = 10_000
#: A block of changed lines that is longer than this in all is replaced by its digest.
LONG_BLOCK = 100_000


def document(schema: str, key: str, items: list[Json]) -> str:
    """Return a whole JSON document, with a newline at the end."""
    return encoded(dumps({"schema": schema, key: items}) + "\n").decode()


def digest(data: bytes) -> dict[str, Json]:
    """Return what stands for content that is left out: its length and its SHA-256."""
    from hashlib import sha256

    return {"bytes": len(data), "sha256": sha256(data).hexdigest()}


def valid(value: Json) -> Json:
    """Return a value that JSON can hold: NaN and the infinities become strings, long strings digests."""
    if isinstance(value, str):
        return short(value)
    if isinstance(value, float) and value - value != 0:
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
    if isinstance(value, dict):
        return {key: valid(each) for key, each in value.items()}
    return [valid(each) for each in value] if isinstance(value, list) else value


def short(text: str) -> Json:
    """Return a text, or its digest if it is long."""
    return text if len(text) <= LONG else digest(text.encode("utf-8", "surrogatepass"))


def mime_data(mime: str, data: Json) -> Json:
    """Return the data of one mime type: a text joined, a JSON value as it is, of base64 a digest."""
    text = multiline(data)
    if is_json(mime) or text is None:
        return _short_json(valid(data))
    return short(text) if is_text(mime) else _binary(text)


def bundle(data: Json) -> Json:
    """Return a mimebundle with its data made short; what is none as it is."""
    if not isinstance(data, dict):
        return valid(data)
    return {mime: mime_data(mime, each) for mime, each in data.items()}


def text_diff(diff: TextDiff) -> dict[str, Json]:
    """Return a text's changes by line; of unchanged lines only where they stand."""
    ops = []
    for op in diff.ops:
        entry: dict[str, Json] = {"op": op.tag, "old": [op.i1, op.i2], "new": [op.j1, op.j2]}
        if op.tag in {"delete", "replace"}:
            entry["removed"] = _block(diff.old[op.i1 : op.i2])
        if op.tag in {"insert", "replace"}:
            entry["added"] = _block(diff.new[op.j1 : op.j2])
        ops.append(entry)
    return {"added": diff.added, "removed": diff.removed, "ops": ops}


def _block(lines: tuple[str, ...]) -> Json:
    if sum(map(len, lines)) <= LONG_BLOCK:
        return list(lines)
    return digest("\n".join(lines).encode("utf-8", "surrogatepass"))


def _short_json(value: Json) -> Json:
    text = dumps(value)
    return value if len(text) <= LONG else digest(text.encode("utf-8", "surrogatepass"))


def _binary(text: str) -> Json:
    from binascii import Error, a2b_base64

    try:
        return digest(a2b_base64("".join(text.split()), strict_mode=True))
    except (Error, ValueError):
        return short(text)
