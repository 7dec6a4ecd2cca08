"""Made histories: a valid notebook, and what two people do to it. Each line of source is there only once."""

from __future__ import annotations

import copy
import json
from itertools import count
from random import Random
from typing import Any, NamedTuple
from zlib import crc32

from nbhotel.notebook.model import Notebook
from nbhotel.notebook.reading import read_notebook

Json = Any
WORDS = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "mean",
    "plot",
    "frame",
    "index",
    "model",
    "train",
    "loss",
    "epoch",
]


class History(NamedTuple):
    base: Notebook
    local: Notebook
    remote: Notebook


def notebook(raw: dict[str, Json]) -> Notebook:
    read = read_notebook(json.dumps(raw).encode())
    assert isinstance(read, Notebook)
    return read


def made(*sources: str, minor: int = 5, kinds: str = "", **metadata: Json) -> Notebook:
    """A notebook of these cells; `kinds`: a letter for each (c, m or r), code by default."""
    cells = []
    for number, source in enumerate(sources):
        kind = {"c": "code", "m": "markdown", "r": "raw"}[(kinds + "c" * len(sources))[number]]
        cell: dict[str, Json] = {
            "cell_type": kind,
            "metadata": {},
            "source": source.splitlines(keepends=True),
        }
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        cells.append(cell)
    return notebook(numbered({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": minor}))


def numbered(raw: dict[str, Json]) -> dict[str, Json]:
    """Give each cell an id of its own, if the format has ids, and the same one in each run of the tests."""
    if raw["nbformat_minor"] < 5:
        return raw
    for number, cell in enumerate(raw["cells"]):
        cell["id"] = f"{number:02d}{crc32(''.join(cell['source']).encode()):08x}"
    return raw


def changed(original: Notebook, **by_index: Json) -> Notebook:
    """A copy with fields of cells changed: `changed(nb, _2={"source": "x"})`; None removes the cell."""
    raw = copy.deepcopy(original.raw)
    for name, fields in by_index.items():
        index = int(name[1:])
        raw["cells"][index] = None if fields is None else raw["cells"][index] | fields
    raw["cells"] = [cell for cell in raw["cells"] if cell is not None]
    return notebook(raw)


def arranged(original: Notebook, *parts: int | str) -> Notebook:
    """A copy with the cells in this order; a string is a new code cell."""
    cells = []
    for part in parts:
        if isinstance(part, int):
            cells.append(copy.deepcopy(original.raw["cells"][part]))
        else:
            cells += copy.deepcopy(made(part, minor=original.raw["nbformat_minor"]).raw["cells"])
    return notebook(original.raw | {"cells": cells})


def sources(nb: Notebook) -> list[str]:
    return [cell.source for cell in nb.cells]


def lines(nb: Notebook) -> list[str]:
    return [line for cell in nb.cells for line in cell.source.split("\n") if line.strip()]


class Author:
    """Somebody who edits a notebook at random. Whatever they write has never been written before."""

    def __init__(self, seed: int, minor: int) -> None:
        self.random, self.minor, self.numbers = Random(seed), minor, count()
        self.name = f"{seed % 1000}"

    def line(self) -> str:
        return f"{' '.join(self.random.choices(WORDS, k=4))} = {self.name}_{next(self.numbers)}"

    def source(self) -> str:
        return "\n".join(self.line() for _ in range(self.random.randint(1, 9)))

    def cell(self) -> dict[str, Json]:
        source = self.source().splitlines(keepends=True)
        cell: dict[str, Json] = {"cell_type": "markdown", "metadata": {}, "source": source}
        if self.random.random() < 0.7:
            cell |= {"cell_type": "code", "execution_count": None, "outputs": []}
        if self.minor >= 5:
            cell["id"] = f"{self.random.getrandbits(32):08x}"
        return cell

    def notebook(self) -> Notebook:
        cells = [self.cell() for _ in range(self.random.randint(0, 9))]
        return notebook({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": self.minor})

    def edited(self, original: Notebook) -> Notebook:
        raw = copy.deepcopy(original.raw)
        for _ in range(self.random.randint(0, 4)):
            edit = self.random.choice([self._insert, self._delete, self._move, self._lines, self._lines])
            edit = self.random.choice([edit, edit, self._split, self._join, self._ids, self._run])
            edit(raw["cells"])
        return notebook(raw)

    def rewritten(self, original: Notebook) -> Notebook:
        """A copy in which lines were changed, and nothing else."""
        raw = copy.deepcopy(original.raw)
        for _ in range(self.random.randint(0, 4)):
            self._lines(raw["cells"])
        return notebook(raw)

    def _place(self, cells: list[Json]) -> int:
        return self.random.randrange(len(cells))

    def _insert(self, cells: list[Json]) -> None:
        cells.insert(self.random.randint(0, len(cells)), self.cell())

    def _delete(self, cells: list[Json]) -> None:
        if cells:
            del cells[self._place(cells)]

    def _move(self, cells: list[Json]) -> None:
        if cells:
            cell = cells.pop(self._place(cells))
            cells.insert(self.random.randint(0, len(cells)), cell)

    def _lines(self, cells: list[Json]) -> None:
        if cells:
            cell = cells[self._place(cells)]
            old = "".join(cell["source"]).split("\n")
            place = self.random.randint(0, len(old))
            old[place : place + self.random.randint(0, 2)] = [
                self.line() for _ in range(self.random.randint(0, 2))
            ]
            cell["source"] = "\n".join(old).splitlines(keepends=True)

    def _split(self, cells: list[Json]) -> None:
        place = self._place(cells) if cells else 0
        if cells and len(cells[place]["source"]) > 1:
            cell = cells[place]
            at = self.random.randrange(1, len(cell["source"]))
            second = self.cell() | {"cell_type": "markdown"}
            kept = {key: second[key] for key in second if key in {"id", "metadata", "cell_type", "source"}}
            if cell["cell_type"] == "code":
                kept |= {"cell_type": "code", "execution_count": None, "outputs": []}
            kept["source"] = cell["source"][at:]
            cell["source"] = "".join(cell["source"][:at]).removesuffix("\n").splitlines(keepends=True)
            cells.insert(place + 1, kept)

    def _join(self, cells: list[Json]) -> None:
        if len(cells) > 1:
            place = self.random.randrange(len(cells) - 1)
            first, second = ("".join(cell["source"]) for cell in cells[place : place + 2])
            if cells[place]["cell_type"] == cells[place + 1]["cell_type"]:
                cells[place]["source"] = f"{first}\n\n{second}".splitlines(keepends=True)
                del cells[place + 1]

    def _ids(self, cells: list[Json]) -> None:
        if self.minor >= 5:
            for cell in cells:
                cell["id"] = f"{self.random.getrandbits(32):08x}"

    def _run(self, cells: list[Json]) -> None:
        for number, cell in enumerate(cells):
            if cell["cell_type"] == "code":
                cell["execution_count"] = number
                cell["metadata"] = {"execution": {"iopub.status.busy": self.line()}}
                cell["outputs"] = [{"name": "stdout", "output_type": "stream", "text": [self.line() + "\n"]}]


def history(seed: int) -> History:
    minor = 4 if seed % 4 == 0 else 5
    base = Author(seed, minor).notebook()
    return History(base, Author(seed + 1, minor).edited(base), Author(seed + 2, minor).edited(base))
