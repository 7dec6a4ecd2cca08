"""From a notebook to a file's bytes, exactly as Jupyter writes them.

One space of indent, keys in the order in which they were read, no ASCII escapes, a newline at the end. The
standard library's encoder is written in C only when it does not indent; this one joins C-encoded strings
itself and is several times faster on outputs of many lines.
"""

from __future__ import annotations

import json
import re
from json.encoder import encode_basestring
from typing import cast

from nbhotel.notebook.model import Json, Notebook

_WORDS = {None: "null", True: "true", False: "false"}
_SURROGATE = re.compile("[\ud800-\udfff]")


def dump_notebook(notebook: Notebook) -> bytes:
    """Return the file's content. A half surrogate pair, which UTF-8 has no bytes for, becomes an escape."""
    return encoded(dumps(notebook.raw) + "\n")


def encoded(json_text: str) -> bytes:
    """Encode JSON text as UTF-8."""
    try:
        return json_text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", json_text).encode()


def dumps(value: Json) -> str:
    """Return JSON text with an indent of one space, as `json.dumps(value, indent=1, ensure_ascii=False)`."""
    parts: list[str] = []
    _write(value, "\n", parts)
    return "".join(parts)


def source_lines(text: str) -> list[str]:
    """Return the list of lines that Jupyter writes for a multi-line string."""
    return text.splitlines(keepends=True)


def _write(value: Json, newline: str, parts: list[str]) -> None:
    if isinstance(value, str):
        parts.append(encode_basestring(value))
    elif isinstance(value, dict) and value:
        _write_object(value, newline, parts)
    elif isinstance(value, list) and value:
        _write_list(value, newline, parts)
    else:
        parts.append(_scalar(value))


def _write_object(value: dict[str, Json], newline: str, parts: list[str]) -> None:
    inner = newline + " "
    lead = "{" + inner
    for key, each in value.items():
        parts.append(f"{lead}{encode_basestring(key)}: ")
        _write(each, inner, parts)
        lead = "," + inner
    parts.append(newline + "}")


def _write_list(value: list[Json], newline: str, parts: list[str]) -> None:
    inner = newline + " "
    if all(isinstance(each, str) for each in value):
        strings = cast("list[str]", value)
        parts.append("[" + inner + ("," + inner).join(map(encode_basestring, strings)) + newline + "]")
        return
    lead = "[" + inner
    for each in value:
        parts.append(lead)
        _write(each, inner, parts)
        lead = "," + inner
    parts.append(newline + "]")


def _scalar(value: Json) -> str:
    if type(value) is int:
        return str(value)
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    return json.dumps(value)  # a float, or something empty
