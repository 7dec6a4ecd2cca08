"""Notebooks for bench/git.py: those of a folder or made ones, each file in several versions and in two forms.

A version differs from another in one line of source in each notebook; the forms are "full", as people have it
on disk, and "stripped", as our chain `vcs` leaves it.
"""

from __future__ import annotations

import base64
import json
import random
import shutil
import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from _shapes import Json, notebook

#: Stands in the one line of source in which the versions of a notebook differ.
MARK = "# version "
Sources = list[tuple[str, str]]


def made(number: int) -> Iterator[Json]:
    """Make notebooks with streams, tables and plots: half of them below 139 KB, few of some MB."""
    for index in range(number):
        rng = random.Random(index)
        scale = rng.lognormvariate(0, 1.2)
        value = notebook(rng, rng.randint(10, 60))
        code = [cell for cell in value["cells"] if cell["cell_type"] == "code"]
        for _ in range(round(3 * scale)):
            rng.choice(code)["outputs"].append(_plot(rng))
        for cell in rng.sample(code, max(1, len(code) // 4)):
            cell["outputs"].append(_table(rng, cell["execution_count"]))
        yield value


def _plot(rng: random.Random) -> Json:
    """Bytes that can't be compressed, as a PNG's, of 10 to 40 KB."""
    data = base64.b64encode(b"\x89PNG\r\n\x1a\n" + rng.randbytes(rng.randint(10_000, 40_000)))
    pictures: Json = {"image/png": f"{data.decode()}\n", "text/plain": ["<Figure size 640x480 with 1 Axes>"]}
    return {"data": pictures, "metadata": {}, "output_type": "display_data"}


def _table(rng: random.Random, prompt: int) -> Json:
    rows = [[f"{rng.gauss(0, 100):.6f}" for _ in range(6)] for _ in range(rng.randint(5, 30))]
    plain = ["  ".join(row) + "\n" for row in rows]
    html = ["<table>\n", *(f"<tr>{''.join(f'<td>{each}</td>' for each in row)}</tr>\n" for row in rows)]
    data: Json = {"text/html": [*html, "</table>"], "text/plain": plain}
    return {"data": data, "execution_count": prompt, "metadata": {}, "output_type": "execute_result"}


def found(folder: Path, number: int) -> Iterator[Json]:
    """Yield the notebooks below a folder, again and again, each made distinct by a cell of its own.

    Files that not each of the tools reads are left out: broken ones, other formats than 4, NaN.
    """
    values = [value for path in sorted(folder.rglob("*.ipynb")) if (value := _strict(path))]
    if not values:
        raise SystemExit(f"bench: no notebook of format 4 below {folder}")
    for index in range(number):
        value = dict(values[index % len(values)])
        cell: Json = {"cell_type": "markdown", "metadata": {}, "source": [f"Notebook number {index}"]}
        if value.get("nbformat_minor", 0) >= 5:
            cell["id"] = f"number-{index}"
        yield value | {"cells": [cell, *value["cells"]]}


def _strict(path: Path) -> Json | None:
    def refuse(_: str) -> None:
        raise ValueError

    try:
        value = json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)
        sources_of(json.dumps(value, ensure_ascii=False).encode())
        return value if value["nbformat"] == 4 else None
    except (OSError, ValueError, LookupError, TypeError):
        return None


def sources_of(content: bytes) -> Sources:
    """Return what people write: each cell's type and source."""
    return [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(content)["cells"]]


def has_outputs(content: bytes) -> bool:
    """Whether a notebook has outputs or prompt numbers."""
    cells = json.loads(content)["cells"]
    return any(cell.get("outputs") or cell.get("execution_count") is not None for cell in cells)


class Collection:
    """Files in versions: "first", "second", "edited" (a tenth of them), and ten more of some of these."""

    #: Commits of the history that `git log -p` goes through, and files that each of them changes.
    COMMITS, IN_COMMIT = 10, 10

    def __init__(self, folder: Path, notebooks: Iterator[Json]) -> None:
        """Write the notebooks' first and second version."""
        self._folder = folder
        self.names: list[str] = []
        for number, value in zip(count(), notebooks):
            self.names.append(f"part{number % 10}/notebook{number:03}.ipynb")
            for version in ("first", "second"):
                self._write(version, self.names[-1], value)
        self.edited = self.names[:: max(1, min(10, len(self.names) // 2))]
        self.history = [f"commit {number}" for number in range(self.COMMITS)]
        for name in self.edited:
            value = json.loads(self.read("full", "first", name))
            for version in ("edited", *(self.history if name in self.edited[: self.IN_COMMIT] else ())):
                self._write(version, name, value)

    def strip(self, program: Path, environment: dict[str, str]) -> None:
        """Make the other form of all files, with `nbhotel clean`."""
        shutil.copytree(self._folder / "full", self._folder / "stripped")
        folder = self._folder / "stripped"
        subprocess.run(
            [program, "clean", "."], cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL
        )
        for path in folder.rglob("*.ipynb"):
            if has_outputs(path.read_bytes()):
                raise SystemExit(f"bench: {path} still has outputs")

    def some(self, number: int, folder: Path) -> Collection:
        """Return a collection of some of these notebooks, spread evenly, in their first version."""
        chosen = self.names[:: len(self.names) // number][:number]
        return Collection(folder, (json.loads(self.read("full", "first", name)) for name in chosen))

    @property
    def folder(self) -> Path:
        """Where the files are, as FORM/VERSION/NAME."""
        return self._folder

    def of(self, version: str) -> list[str]:
        """Return the names of the files of a version."""
        folder = self._folder / "full" / version
        return [name for name in self.names if (folder / name).exists()]

    def read(self, form: str, version: str, name: str) -> bytes:
        """Return a file's content."""
        return (self._folder / form / version / name).read_bytes()

    def lay(self, form: str, version: str, top: Path) -> list[str]:
        """Copy a version over what is at `top`, and return the files' names."""
        for name in self.of(version):
            (top / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(self._folder / form / version / name, top / name)
        return self.of(version)

    @property
    def megabytes(self) -> float:
        return sum(len(self.read("full", "first", name)) for name in self.names) / 1e6

    def _write(self, version: str, name: str, value: Json) -> None:
        path = self._folder / "full" / version / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(_marked(value, version), indent=1, ensure_ascii=False) + "\n")


def _marked(value: Json, version: str) -> Json:
    """Return a notebook with a mark at a line in the middle: of a cell of code, if one has a line."""
    cells: list[Any] = list(value["cells"])
    written = [index for index, cell in enumerate(cells) if "".join(cell["source"]).strip()]
    code = [index for index in written if cells[index]["cell_type"] == "code"] or written
    at = code[len(code) // 2]
    lines = "".join(cells[at]["source"]).split("\n")
    middle = len(lines) // 2
    lines[middle] = f"{lines[middle].partition(MARK)[0]}{MARK}{version}"
    cells[at] = cells[at] | {"source": [f"{line}\n" for line in lines[:-1]] + [lines[-1]]}
    return value | {"cells": cells}
