"""Many versions of one notebook, read fast: what they share is found by comparing bytes, and read once.

A file as Jupyter writes it can be cut where its cells begin, without a look into them. Of a version that
begins and ends as the one before, only the cells in between are parsed, and of these only those that no
recent version had. The same text gives the same `Cell`, so that comparing may stop at `is`. What is written
otherwise is read as a whole. The result is always what `read_notebook` returns.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from itertools import accumulate

from nbhotel.notebook.model import Broken, Cell, Json, Notebook, cell_of
from nbhotel.notebook.reading import is_nested_too_deeply, read_notebook
from nbhotel.records import NamedTuple

#: The list of cells, each cell on lines of its own. No string of JSON holds a line end, so that this is none.
_CELLS = re.compile(rb'"cells": \[\n( +)\{\n')
#: Stands in the list while the rest is parsed, to see that it is the notebook's own list of cells.
_HERE = "nbhotel: the cells"
#: The cells of so many versions are remembered, at least; of twice as many at most.
_VERSIONS = 8
#: Two versions are compared in steps of so many bytes, from either end.
_STEPS = (16_384, 1_024, 64, 4)


class _Cut(NamedTuple):
    """A version that could be cut: where each cell's text starts and ends, and what stands between two."""

    data: bytes
    starts: list[int]
    ends: list[int]
    between: bytes
    notebook: Notebook


class Reader:
    """Reads the versions, in any order; fastest where neighbours are read one after the other."""

    def __init__(self) -> None:
        self._new: dict[bytes, Cell] = {}
        self._old: dict[bytes, Cell] = {}
        self._count = 0
        self._last: _Cut | None = None

    def read(self, data: bytes) -> Notebook | Broken:
        """Return what `read_notebook(data)` returns."""
        self._count += 1
        if self._count % _VERSIONS == 0:
            self._old, self._new = self._new, {}
        try:
            found = (self._last and self._changed(data, self._last)) or self._cut(data)
        except (ValueError, RecursionError):
            found = None
        if found is None:
            return read_notebook(data)
        self._last = found
        return found.notebook

    def _cut(self, data: bytes) -> _Cut | None:
        """Cut a version; None, or a ValueError, if it has to be read as a whole."""
        found = _CELLS.search(data)
        if found is None or data.startswith(b"\xef\xbb\xbf") or b"\r\n" in data:
            return None
        indent, start = found[1], found.end()
        between = b"\n" + indent + b"},\n" + indent + b"{\n"
        texts = data.split(between)
        texts[-1], _, tail = texts[-1].partition(b"\n" + indent + b"}\n")
        texts[0] = texts[0][start:]
        head = data[: start - len(indent) - 2]
        if _HERE.encode() in head + tail:
            return None
        top = json.loads(f'{head.decode()}"{_HERE}"{tail.decode()}')
        notebook = _notebook(top, tuple(map(self._cell, texts)))
        return notebook and _Cut(data, *_places(texts, start, between), between, notebook)

    def _changed(self, data: bytes, last: _Cut) -> _Cut | None:
        """Cut a version of which only cells changed, from the first to the last that did; else None."""
        gap, grown = len(last.between), len(data) - len(last.data)
        begins, ends = _shared(data, last.data)
        if begins < last.starts[0] or ends < len(last.data) - last.ends[-1]:
            return None
        first = bisect_right(last.ends, begins - gap)  # the first cell that may be another one
        after = bisect_left(last.starts, len(last.data) - ends + gap)  # the first one that is the same again
        start = last.ends[first - 1] + gap if first else last.starts[0]
        end = grown + (last.starts[after] - gap if after < len(last.starts) else last.ends[-1])
        middle = data[start:end]
        if b"\r" in middle:
            return None
        texts = middle.split(last.between)
        old = last.notebook
        cells = (*old.cells[:first], *map(self._cell, texts), *old.cells[after:])
        starts, stops = _places(texts, start, last.between)
        return _Cut(
            data,
            [*last.starts[:first], *starts, *(place + grown for place in last.starts[after:])],
            [*last.ends[:first], *stops, *(place + grown for place in last.ends[after:])],
            last.between,
            old._replace(raw={**old.raw, "cells": [cell.raw for cell in cells]}, cells=cells),
        )

    def _cell(self, text: bytes) -> Cell:
        cell = self._new.get(text) or self._old.get(text)
        if cell is None:
            raw = json.loads(f"{{{text.decode()}}}")
            if is_nested_too_deeply(raw, inside=2):
                raise ValueError
            cell = cell_of(raw)
        self._new[text] = cell
        return cell


def _places(texts: list[bytes], start: int, between: bytes) -> tuple[list[int], list[int]]:
    """Where texts start and end, the first of which starts at `start`."""
    lengths = [len(text) for text in texts]
    starts = list(accumulate((length + len(between) for length in lengths[:-1]), initial=start))[: len(texts)]
    return starts, [place + length for place, length in zip(starts, lengths, strict=True)]


def _shared(a: bytes, b: bytes) -> tuple[int, int]:
    """How many bytes, at least, are the same at the beginning and at the end, without counting one twice."""
    most = min(len(a), len(b))
    first = last = 0
    for step in _STEPS:
        while first + step <= most and a.startswith(b[first : first + step], first):
            first += step
    for step in _STEPS:
        while first + last + step <= most and a.endswith(b[-last - step : len(b) - last], 0, len(a) - last):
            last += step
    return first, last


def _notebook(top: Json, cells: tuple[Cell, ...]) -> Notebook | None:
    if not isinstance(top, dict) or top.get("cells") != [_HERE] or is_nested_too_deeply(top):
        return None
    major, minor = top.get("nbformat"), top.get("nbformat_minor")
    if type(major) is not int or type(minor) is not int or "worksheets" in top:
        return None
    top["cells"] = [cell.raw for cell in cells]
    return Notebook(top, cells, (major, minor))
