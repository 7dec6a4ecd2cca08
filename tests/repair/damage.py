"""Sound notebooks, what may happen to their files, and what every repair must do."""

from __future__ import annotations

import json
import warnings
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

import nbformat

from nbhotel.repair.files import repair
from nbhotel.repair.values import Repaired, Stages
from tests.realistic import notebook_json

Json = Any
STYLES: dict[str, dict[str, Json]] = {
    "as Jupyter": {"indent": 1, "ensure_ascii": False},
    "two blanks": {"indent": 2},
    "tabs": {"indent": "\t"},
    "one line": {},
}


class Sound(NamedTuple):
    """A notebook's text, its cells, and where each of them stands in the text."""

    text: str
    cells: list[Json]
    spans: list[tuple[int, int]]


def sound(seed: int, style: str = "as Jupyter", cells: int = 5) -> Sound:
    """Make a notebook."""
    value = notebook_json(Random(seed), cells)
    text = json.dumps(value, **STYLES[style]) + "\n"
    return Sound(text, value["cells"], list(_spans(text, value["cells"])))


def _spans(text: str, cells: list[Json]) -> Iterator[tuple[int, int]]:
    read = json.JSONDecoder().raw_decode
    end = text.index("[", text.index('"cells"')) + 1
    for _ in cells:
        start = text.index("{", end)
        _, end = read(text, start)
        yield start, end


def whole(notebook: Sound, start: int, end: int) -> list[Json]:
    """The cells that damage between two places has not touched, nor what stands next to it."""
    pairs = zip(notebook.cells, notebook.spans, strict=True)
    return [cell for cell, (first, last) in pairs if last < start - 1 or first > end + 1]


def repaired(data: bytes, stages: Stages | None = None) -> Repaired:
    """Repair, and see that the result opens in Jupyter and is a fixed point; what was sound is untouched."""
    found = repair(data, stages)
    assert isinstance(found, Repaired)
    assert_valid(found.content)
    again = repair(found.content)
    assert isinstance(again, Repaired)
    assert (again.findings, again.lost, again.content) == ((), (), found.content)
    assert found.content is data if found.sound else found.findings
    return found


def assert_valid(content: bytes) -> None:
    """The content is a notebook for nbformat, without as much as a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        nbformat.validate(nbformat.reads(content.decode(), as_version=nbformat.NO_CONVERT))


def missing(cells: list[Json], found: Repaired) -> list[Json]:
    """Those of the cells that are not in the result as they were, whatever their ids."""
    there = Counter(map(_key, found.notebook.raw["cells"]))
    there.subtract(map(_key, cells))
    return [key for key, count in there.items() if count < 0]


def _key(cell: Json) -> str:
    return json.dumps({key: value for key, value in cell.items() if key != "id"}, sort_keys=True)


def everything(found: Repaired) -> str:
    """All that is in the result or was reported as lost, as text; multi-line strings are one string."""
    return "\n".join([*_strings(found.notebook.raw), *found.lost, *(each.what for each in found.findings)])


def _strings(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        if all(isinstance(each, str) for each in value):
            yield "".join(value)
        for each in value:
            yield from _strings(each)
    elif isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from _strings(each)
