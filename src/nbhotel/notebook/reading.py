"""From a file's bytes to a notebook, or to a value that says what is wrong with the file. Never raises."""

from __future__ import annotations

import json
import re
from itertools import chain

from nbhotel.notebook.model import Broken, Json, Notebook, cell_of, is_list_of_objects

_MARKER = re.compile(r"^(?:<{7} |>{7} |<{7}$|>{7}$)", re.MULTILINE)
_BOMS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))
_CONTAINERS = {dict, list}
#: Real notebooks nest a few dozen levels. What compares and renders them recurses, so there must be a bound.
_DEEPEST = 200


def read_notebook(data: bytes) -> Notebook | Broken:
    """Read a notebook of nbformat 2 to 4, or of a version that does not exist yet, as well as it can be."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _undecodable(data, error)
    if not text.strip():
        return Broken("the file is empty", 0, text)
    try:
        value = json.loads(text)
    except RecursionError:
        return Broken("its JSON is nested too deeply", 0, text)
    except ValueError as error:
        return _no_json(text, error)
    if is_nested_too_deeply(value):
        return Broken("its JSON is nested too deeply", 0, text)
    return _notebook(value, text, _oddities(data))


def _undecodable(data: bytes, error: UnicodeDecodeError) -> Broken:
    text = data.decode("utf-8", "replace")
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return Broken(f"is {encoding}, not UTF-8", 0, data.decode("utf-16", "replace"))
    if b"\0" in data[:8192]:
        return Broken("is a binary file", 0, text)
    line = data.count(b"\n", 0, error.start) + 1
    return Broken(f"is not UTF-8 (byte 0x{data[error.start]:02x})", line, text)


def _no_json(text: str, error: ValueError) -> Broken:
    marker = _MARKER.search(text)
    if marker:
        return Broken("has conflict markers", text.count("\n", 0, marker.start()) + 1, text)
    if not isinstance(error, json.JSONDecodeError):  # such as an integer of thousands of digits
        return Broken(f"is not usable JSON ({str(error).split(';')[0]})", 0, text)
    if text.lstrip()[:1] in {"{", "["} and _ends_early(text, error):
        return Broken("ends too early (truncated)", text.rstrip().count("\n") + 1, text)
    return Broken(f"is not JSON ({error.msg}, column {error.colno})", error.lineno, text)


def _ends_early(text: str, error: json.JSONDecodeError) -> bool:
    if error.pos >= len(text.rstrip()):
        return True
    return error.msg.startswith("Unterminated string") and '"' not in text[error.pos + 1 :]


def is_nested_too_deeply(value: Json, inside: int = 0) -> bool:
    """Whether objects and lists are nested in too many levels; the value itself stands `inside` of some."""
    level: list[Json] = [[value]]
    for _ in range(_DEEPEST - inside + 1):
        values = (outer.values() if isinstance(outer, dict) else outer for outer in level)
        level = [each for each in chain.from_iterable(values) if type(each) in _CONTAINERS]
        if not level:
            return False
    return True


def _oddities(data: bytes) -> tuple[str, ...]:
    odd = []
    if data.startswith(b"\xef\xbb\xbf"):
        odd.append("starts with a byte order mark")
    if b"\r" in data and b"\r\n" in data:  # one byte is found much faster than two
        odd.append("has CRLF line ends")
    return tuple(odd)


def _notebook(value: Json, text: str, oddities: tuple[str, ...]) -> Notebook | Broken:
    if not isinstance(value, dict):
        return Broken(f"is JSON but not a notebook: {_name(value)} instead of an object", 1, text)
    major, minor = _version(value.get("nbformat", 4)), _version(value.get("nbformat_minor", 0))
    if major is None or minor is None:
        return Broken("is not a notebook: its nbformat is no number", 0, text)
    if "nbformat" not in value:
        oddities += ("has no nbformat",)
    if major < 4 and "worksheets" in value:
        from nbhotel.notebook.old import upgraded

        converted = upgraded(value)
        if converted is None:
            return Broken("is not a notebook: its worksheets hold no cells", 0, text)
        value = converted
    cells = value.get("cells")
    if cells is None:
        return Broken("is JSON but not a notebook: it has no cells", 1, text)
    if not is_list_of_objects(cells):
        return Broken("is not a notebook: its cells are not a list of objects", 0, text)
    return Notebook(value, tuple(map(cell_of, cells)), (major, minor), oddities)


def _version(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _name(value: Json) -> str:
    names = {list: "a list", str: "a string", bool: "a truth value", type(None): "null"}
    return names.get(type(value), "a number")
