"""Many versions of one notebook, read fast: what a cell's text is was found out in the version before.

A file as Jupyter writes it is cut where its cells begin, which costs next to nothing, and only cells that no
version before had are parsed. The same text gives the same `Cell`, so that comparing may stop at `is`. What
is written otherwise is read as a whole. The result is always what `read_notebook` returns.
"""

from __future__ import annotations

import json
import re

from nbhotel.notebook.model import Broken, Cell, Json, Notebook, cell_of
from nbhotel.notebook.reading import is_nested_too_deeply, read_notebook

#: The list of cells, each cell on lines of its own. No string of JSON holds a line end, so that this is none.
_CELLS = re.compile(rb'"cells": \[\n( +)\{\n')
#: Stands in the list while the rest is parsed, to see that it is the notebook's own list of cells.
_HERE = "nbhotel: the cells"
#: So many versions are remembered, at least; twice as many at most.
_VERSIONS = 8


class Reader:
    """Reads the versions, in any order; fastest where neighbours are read one after the other."""

    def __init__(self) -> None:
        self._new: dict[bytes, Cell] = {}
        self._old: dict[bytes, Cell] = {}
        self._count = 0

    def read(self, data: bytes) -> Notebook | Broken:
        """Return what `read_notebook(data)` returns."""
        self._count += 1
        if self._count % _VERSIONS == 0:
            self._old, self._new = self._new, {}
        try:
            found = self._cut(data)
        except (ValueError, RecursionError):
            found = None
        return read_notebook(data) if found is None else found

    def _cut(self, data: bytes) -> Notebook | None:
        """Return the notebook; None, or a ValueError, if it has to be read as a whole."""
        start = _CELLS.search(data)
        if start is None or data.startswith(b"\xef\xbb\xbf") or b"\r\n" in data:
            return None
        indent = start[1]
        *texts, last = data[start.end() :].split(b"\n" + indent + b"},\n" + indent + b"{\n")
        text, _, tail = last.partition(b"\n" + indent + b"}\n")
        head = data[: start.end() - len(indent) - 2]
        if _HERE.encode() in head + tail:
            return None
        top = json.loads(f'{head.decode()}"{_HERE}"{tail.decode()}')
        return _notebook(top, tuple(map(self._cell, (*texts, text))))

    def _cell(self, text: bytes) -> Cell:
        cell = self._new.get(text) or self._old.get(text)
        if cell is None:
            raw = json.loads(f"{{{text.decode()}}}")
            if is_nested_too_deeply(raw, inside=2):
                raise ValueError
            cell = cell_of(raw)
        self._new[text] = cell
        return cell


def _notebook(top: Json, cells: tuple[Cell, ...]) -> Notebook | None:
    if not isinstance(top, dict) or top.get("cells") != [_HERE] or is_nested_too_deeply(top):
        return None
    major, minor = top.get("nbformat"), top.get("nbformat_minor")
    if type(major) is not int or type(minor) is not int or "worksheets" in top:
        return None
    top["cells"] = [cell.raw for cell in cells]
    return Notebook(top, cells, (major, minor))
