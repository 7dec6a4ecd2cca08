"""Made histories for merges: a notebook, and what two people made of it."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from _shapes import notebook

Json = dict[str, Any]
Triple = tuple[Json, Json, Json]


class History(NamedTuple):
    """Three files, and the people's own merge if there is one. `slow` says that the peer takes long."""

    name: str
    base: Path
    local: Path
    remote: Path
    human: Path | None = None
    slow: bool = False


def made(folder: Path) -> Iterator[History]:
    """Write each shape's three notebooks into `folder`."""
    for name, make in SHAPES.items():
        place = folder / name.replace(" ", "-").replace(",", "")
        place.mkdir()
        files = [place / f"{side}.ipynb" for side in ("base", "local", "remote")]
        for path, value in zip(files, make(random.Random(name)), strict=True):
            path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n")
        yield History(name, files[0], files[1], files[2], slow=name in _SLOW)


def real(folder: Path) -> list[History]:
    """Return the histories of a folder that has `NAME/base.ipynb`, `local`, `remote` and maybe `human`."""
    found = []
    for base in sorted(folder.glob("*/base.ipynb")):
        local, remote, human = (base.with_name(f"{side}.ipynb") for side in ("local", "remote", "human"))
        found.append(History(base.parent.name, base, local, remote, human if human.exists() else None))
    return found


def _line(rng: random.Random, who: str) -> str:
    return f"{who}_{rng.randrange(10**6)} = {who}.work({rng.random():.6f})\n"


def _edited(rng: random.Random, base: Json, who: str, cells: range) -> Json:
    """Change a line in a tenth of these cells, add one to another tenth, insert a cell, delete one."""
    side = copy.deepcopy(base)
    some = rng.sample(cells, max(4, len(cells) // 5))
    for number, index in enumerate(some[2:]):
        source = side["cells"][index]["source"]
        place = rng.randrange(len(source))
        source[place : place + number % 2] = [_line(rng, who)]
    del side["cells"][max(some[:2])]
    added = [_line(rng, who) for _ in range(5)]
    identity = f"{rng.getrandbits(32):08x}"
    cell: Json = {"cell_type": "code", "execution_count": None, "id": identity, "metadata": {}, "outputs": []}
    side["cells"].insert(min(some[:2]), cell | {"source": added})
    return side


def _apart(cells: int) -> Callable[[random.Random], Triple]:
    """Both edit, one the even halves of the notebook, one the odd ones: clean."""

    def make(rng: random.Random) -> Triple:
        base = notebook(rng, cells)
        half = cells // 2
        return base, _edited(rng, base, "ours", range(half)), _edited(rng, base, "theirs", range(half, cells))

    return make


def _same_cells(rng: random.Random) -> Triple:
    """Both edit anywhere: conflicts."""
    base = notebook(rng, 100)
    return base, _edited(rng, base, "ours", range(100)), _edited(rng, base, "theirs", range(100))


def _without_ids(cells: int) -> Callable[[random.Random], Triple]:
    def make(rng: random.Random) -> Triple:
        sides = _apart(cells)(rng)
        for side in sides:
            side["nbformat_minor"] = 4
            for cell in side["cells"]:
                cell.pop("id")
        return sides

    return make


def _regenerated(rng: random.Random) -> Triple:
    base, local, remote = _apart(200)(rng)
    for cell in remote["cells"]:
        cell["id"] = f"{rng.getrandbits(32):08x}"
    return base, local, remote


def _moved(rng: random.Random) -> Triple:
    base, local, remote = _apart(200)(rng)
    section = local["cells"][120:150]
    del local["cells"][120:150]
    local["cells"][20:20] = section
    return base, local, remote


def _both_ran(rng: random.Random) -> Triple:
    base, *sides = _apart(100)(rng)
    for side in sides:
        for number, cell in enumerate(side["cells"]):
            if cell["cell_type"] == "code":
                cell["execution_count"] = number + rng.randrange(100)
                cell["outputs"] = [{"name": "stdout", "output_type": "stream", "text": [_line(rng, "run")]}]
    return base, sides[0], sides[1]


def _huge_outputs(rng: random.Random) -> Triple:
    base, local, remote = _apart(20)(rng)
    for side in (base, local, remote):
        lines = [_line(rng, "step") for _ in range(125_000)]  # 5 MB
        code = next(cell for cell in side["cells"] if cell["cell_type"] == "code")
        code["outputs"] = [{"output_type": "stream", "name": "stdout", "text": lines}]
    return base, local, remote


SHAPES: dict[str, Callable[[random.Random], Triple]] = {
    "20 cells": _apart(20),
    "200 cells": _apart(200),
    "1000 cells": _apart(1000),
    "100 cells, edits in the same cells": _same_cells,
    "200 cells, no ids": _without_ids(200),
    "200 cells, ids regenerated": _regenerated,
    "200 cells, 30 moved": _moved,
    "100 cells, both sides ran all": _both_ran,
    "outputs of 5 MB on each side": _huge_outputs,
}
_SLOW = {"1000 cells", "200 cells, no ids", "200 cells, ids regenerated", "outputs of 5 MB on each side"}
