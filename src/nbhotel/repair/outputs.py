"""Outputs of a code cell, and attachments: what the format asks for, and nothing thrown away.

Source: the schemas of nbformat 4.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from nbhotel.notebook.model import Json
from nbhotel.repair.notes import Leftovers, Notes, as_text, is_count, is_multiline

_JSON_MIME = re.compile(r"application/(.*\+)?json")
_BINARY_MIME = re.compile(r"(?:image/(?!svg)|audio/|video/|application/pdf)")
_FIELDS = {
    "stream": ("name", "output_type", "text"),
    "display_data": ("data", "metadata", "output_type"),
    "execute_result": ("data", "execution_count", "metadata", "output_type"),
    "error": ("ename", "evalue", "output_type", "traceback"),
}


class Outputs:
    """Mends the outputs of one cell; what has no place goes to the cell's leftovers."""

    def __init__(self, notes: Notes, leftovers: Leftovers, *, relaxed: bool) -> None:
        """`relaxed`: the notebook is of a later minor version, which may have types and keys of its own."""
        self._notes = notes
        self._leftovers = leftovers
        self._relaxed = relaxed
        self._makers: dict[str, Callable[[dict[str, Json], str], dict[str, Json]]] = {
            "stream": self._stream,
            "display_data": self._display,
            "execute_result": self._result,
            "error": self._error,
        }

    def mended(self, value: Json) -> list[Json]:
        """Return the outputs; the same list if nothing was wrong."""
        if isinstance(value, dict):
            value = [value]
            self._notes.tell("type", "outputs were no list")
        elif not isinstance(value, list):
            self._leftovers.keep("outputs", value, "outputs were no list")
            return []
        items = [self._output(each, f"outputs.{index}") for index, each in enumerate(value)]
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value

    def bundle(self, value: Json, where: str) -> dict[str, Json]:
        """Return a bundle of mime types; `where` is its path in the cell."""
        if not isinstance(value, dict):
            self._notes.tell("type", f"{where} was no object of mime types")
            return {"text/plain": as_text(value)} if is_multiline(value) else {"application/json": value}
        result = {mime: self._mime(mime, each, f"{where}.{mime}") for mime, each in value.items()}
        return result if any(result[mime] is not value[mime] for mime in value) else value

    def _mime(self, mime: str, value: Json, where: str) -> Json:
        if _JSON_MIME.fullmatch(mime) or is_multiline(value):
            return value
        self._notes.tell("type", f"{where} was no text; now it is")
        return as_text(value)

    def _output(self, value: Json, where: str) -> Json:
        if not isinstance(value, dict):
            self._notes.tell("type", f"{where} was no object; now the text of a stream")
            return {"name": "stdout", "output_type": "stream", "text": as_text(value)}
        kind = value.get("output_type")
        if self._relaxed and isinstance(kind, str) and kind not in _FIELDS:
            return value
        if kind not in ("stream", "display_data", "execute_result", "error"):
            value = self._typed(value, where)
        made = self._makers[value["output_type"]](value, where)
        for key in value:
            if key not in made and key not in _FIELDS[made["output_type"]]:
                if self._relaxed:
                    made[key] = value[key]
                else:
                    self._leftovers.keep(f"{where}.{key}", value[key], f"{where}.{key} has no place there")
        same = made.keys() == value.keys() and all(made[key] is value[key] for key in made)
        return value if same else {key: made[key] for key in dict.fromkeys((*value, *made)) if key in made}

    def _typed(self, value: dict[str, Json], where: str) -> dict[str, Json]:
        """Return the output with the type that its fields speak of."""
        if "data" in value:
            kind = "execute_result" if "execution_count" in value else "display_data"
        elif "traceback" in value or "ename" in value:
            kind = "error"
        elif "text" in value:
            kind = "stream"
        else:
            self._notes.tell("type", f"{where} was of no known type; now JSON in an output")
            return {"output_type": "display_data", "data": {"application/json": value}, "metadata": {}}
        self._notes.tell("type", f"{where} was of no known type; now {kind}")
        named = value.get("output_type")
        if isinstance(named, str) or named in (None, [], {}):
            return value | {"output_type": kind}
        return value | {"output_type": kind, "output_type_was": named}

    def _text(self, value: dict[str, Json], key: str, where: str) -> Json:
        """Return a text field that may be cut into lines."""
        if is_multiline(value.get(key)):
            return value[key]
        self._tell_field(value, key, where)
        return as_text(value.get(key))

    def _word(self, value: dict[str, Json], key: str, where: str, default: str) -> str:
        if isinstance(value.get(key), str):
            return str(value[key]) if type(value[key]) is not str else value[key]
        self._tell_field(value, key, where)
        return as_text(value[key]) if key in value and value[key] is not None else default

    def _tell_field(self, value: dict[str, Json], key: str, where: str) -> None:
        if key in value:
            self._notes.tell("type", f"{where}.{key} was no text; now it is")
        else:
            self._notes.tell("missing", f"{where}.{key} was missing")

    def _stream(self, value: dict[str, Json], where: str) -> dict[str, Json]:
        name = self._word(value, "name", where, "stdout")
        return {"name": name, "output_type": "stream", "text": self._text(value, "text", where)}

    def _display(self, value: dict[str, Json], where: str) -> dict[str, Json]:
        metadata = value.get("metadata")
        if not isinstance(metadata, dict):
            if "metadata" in value:
                self._leftovers.keep(f"{where}.metadata", metadata, f"{where}.metadata was no object")
            else:
                self._notes.tell("missing", f"{where}.metadata was missing")
            metadata = {}
        data = {} if "data" not in value else self.bundle(value["data"], f"{where}.data")
        if "data" not in value:
            self._notes.tell("missing", f"{where}.data was missing")
        return {"data": data, "metadata": metadata, "output_type": value["output_type"]}

    def _result(self, value: dict[str, Json], where: str) -> dict[str, Json]:
        count = value.get("execution_count")
        if not is_count(count):
            self._leftovers.keep(f"{where}.execution_count", count, f"{where}.execution_count was no number")
            count = None
        elif "execution_count" not in value:
            self._notes.tell("missing", f"{where}.execution_count was missing")
        return self._display(value, where) | {"execution_count": count}

    def _error(self, value: dict[str, Json], where: str) -> dict[str, Json]:
        traceback = value.get("traceback")
        if not (isinstance(traceback, list) and is_multiline(traceback)):
            self._tell_field(value, "traceback", where)
            if isinstance(traceback, list):
                traceback = list(map(as_text, traceback))
            else:
                traceback = as_text(traceback).split("\n") if traceback else []
        return {
            "ename": self._word(value, "ename", where, ""),
            "evalue": self._word(value, "evalue", where, ""),
            "output_type": "error",
            "traceback": traceback,
        }


def is_binary(mime: str) -> bool:
    """Whether half of such data is of no use."""
    return bool(_BINARY_MIME.match(mime))
