"""The cells of a broken file that are whole: JSON by themselves, wherever they stand."""

from __future__ import annotations

import json
import re

from nbhotel.notebook.model import Json
from nbhotel.records import NamedTuple
from nbhotel.repair.scalars import Members, NoNumber, as_number, object_of

#: Within a string, JSON within JSON, the quotes would be escaped.
_START = re.compile(r'\{\s*"(?:attachments|cell_type|execution_count|id|input|metadata|outputs|source)"\s*:')
#: What has one of these is meant as a cell.
_TELLING = {"source", "input", "outputs", "attachments"}
_KEYS = {*_TELLING, "cell_type", "collapsed", "execution_count", "id", "language", "level", "metadata"}
_KEYS |= {"prompt_number"}


#: What begins like a cell may be none, or far from whole. So often the text is read in vain, at most.
_PATIENCE = 20
#: In characters, what it costs to find out that something nests too deeply.
_DEEP = 10_000


class Whole(NamedTuple):
    """A cell in a text, from `start` up to `end`."""

    start: int
    end: int
    value: Json


def is_cell(value: Json) -> bool:
    """Whether a value is meant as a cell."""
    return isinstance(value, dict) and "cell_type" in value and bool(_TELLING & value.keys())


def _is_whole(value: Json) -> bool:
    """Whether a value is one cell, and has not swallowed what follows, for want of brackets."""
    if not is_cell(value) or isinstance(value, Members) or not value.keys() <= _KEYS:
        return False
    outputs = value.get("outputs")
    return not (isinstance(outputs, list) and any(map(is_cell, outputs)))


def decoder(*, strict: bool = True) -> json.JSONDecoder:
    """Return what reads JSON, with doubled keys and numbers that JSON hasn't."""
    return json.JSONDecoder(
        strict=strict,
        object_pairs_hook=object_of,  # type: ignore[arg-type]  # a list of pairs, with keys
        parse_constant=NoNumber,
        parse_float=as_number,
        parse_int=as_number,
    )


def whole_cells(text: str) -> list[Whole]:
    """Return the whole cells, in order; of those on lines of their own, the leftmost ones."""
    found = []
    read = decoder().raw_decode
    start = _START.search(text)
    patience = _PATIENCE * len(text) + _DEEP
    while start and patience > 0:
        end = start.start() + 1
        value: Json = None
        try:
            value, stop = read(text, start.start())
        except json.JSONDecodeError as error:
            patience -= error.pos - start.start()
        except (ValueError, RecursionError):
            patience -= _DEEP
        if _is_whole(value):
            found.append(Whole(start.start(), stop, value))
            end = stop
        start = _START.search(text, end)
    indents = [_indent(text, each.start) for each in found]
    least = min((indent for indent in indents if indent is not None), default=None)
    return [each for each, indent in zip(found, indents, strict=True) if indent in {None, least}]


def _indent(text: str, place: int) -> int | None:
    """Return how far right a place is; None if something stands before it in its line."""
    lead = text[text.rfind("\n", 0, place) + 1 : place]
    return None if lead.strip() else len(lead)
