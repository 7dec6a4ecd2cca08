"""Made notebooks of many shapes, in pairs: what a comparison has to cope with."""

from __future__ import annotations

import base64
import copy
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

Json = dict[str, Any]

_WORDS = [
    *(
        "frame",
        "model",
        "score",
        "layer",
        "batch",
        "train",
        "token",
        "index",
        "plot",
        "mean",
        "weight",
        "epoch",
    ),
    *(
        "matrix",
        "vector",
        "sample",
        "label",
        "query",
        "table",
        "column",
        "window",
        "signal",
        "filter",
        "cluster",
    ),
]


class Pair(NamedTuple):
    """Two notebook files on disk. `slow` says that the peer takes long: it is run once."""

    name: str
    old: Path
    new: Path
    slow: bool = False


def pairs(folder: Path) -> Iterator[Pair]:
    """Write each shape's two notebooks into `folder`."""
    for name, make in SHAPES.items():
        rng = random.Random(name)
        old, new = make(rng)
        place = folder / name.replace(" ", "-").replace(",", "")
        place.mkdir()
        for side, value in (("a", old), ("b", new)):
            (place / f"{side}.ipynb").write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n")
        yield Pair(name, place / "a.ipynb", place / "b.ipynb", slow=name in _SLOW)


def real_pairs(folder: Path) -> list[Pair]:
    """Return the pairs of a folder that has `NAME/a.ipynb` and `NAME/b.ipynb`."""
    found = sorted(folder.glob("*/a.ipynb"))
    return [Pair(old.parent.name, old, old.with_name("b.ipynb")) for old in found]


def notebook(rng: random.Random, cells: int) -> Json:
    """Make a notebook of code with outputs and of text, as Jupyter writes it."""
    made = [_cell(rng, number) for number in range(cells)]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return {"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}


def _cell(rng: random.Random, number: int) -> Json:
    lines = [_line(rng) + "\n" for _ in range(rng.randint(2, 12))]
    cell: Json = {"cell_type": "code", "id": _identity(rng), "metadata": {}, "source": lines}
    if rng.random() < 0.3:
        return cell | {"cell_type": "markdown"}
    text = [f"{_line(rng)}\n" for _ in range(rng.randint(0, 6))]
    stream = {"name": "stdout", "output_type": "stream", "text": text}
    return cell | {"execution_count": number + 1, "outputs": [stream] if text else []}


def _line(rng: random.Random) -> str:
    a, b, c = rng.choices(_WORDS, k=3)
    return f"{a}_{rng.randrange(1000)} = {b}.{c}({rng.randrange(1000)}, {a}={rng.random():.4f})"


def _identity(rng: random.Random) -> str:
    return f"{rng.getrandbits(32):08x}"


def _edited(rng: random.Random, old: Json, share: float = 0.05) -> Json:
    """Change a line in some cells, delete one, insert one."""
    new = copy.deepcopy(old)
    cells = new["cells"]
    for cell in rng.sample(cells, max(1, int(len(cells) * share))):
        cell["source"][rng.randrange(len(cell["source"]))] = _line(rng) + "\n"
    del cells[rng.randrange(len(cells))]
    cells.insert(rng.randrange(len(cells)), _cell(rng, 0))
    return new


def _with_ids(value: Json, identity: Callable[[], str] | None) -> Json:
    """Give each cell another id, or none."""
    value = copy.deepcopy(value)
    for cell in value["cells"]:
        cell.pop("id")
        if identity:
            cell["id"] = identity()
    return value if identity else value | {"nbformat_minor": 4}


def _kept(cells: int) -> Callable[[random.Random], tuple[Json, Json]]:
    def make(rng: random.Random) -> tuple[Json, Json]:
        old = notebook(rng, cells)
        return old, _edited(rng, old)

    return make


def _missing(cells: int) -> Callable[[random.Random], tuple[Json, Json]]:
    def make(rng: random.Random) -> tuple[Json, Json]:
        old, new = _kept(cells)(rng)
        return _with_ids(old, None), _with_ids(new, None)

    return make


def _regenerated(cells: int) -> Callable[[random.Random], tuple[Json, Json]]:
    def make(rng: random.Random) -> tuple[Json, Json]:
        old, new = _kept(cells)(rng)
        return old, _with_ids(new, lambda: _identity(rng))

    return make


def _moved(rng: random.Random) -> tuple[Json, Json]:
    old = notebook(rng, 200)
    new = _edited(rng, old)
    section = new["cells"][20:50]
    del new["cells"][20:50]
    new["cells"][120:120] = section
    return old, new


def _images(rng: random.Random) -> tuple[Json, Json]:
    sides = notebook(rng, 40), notebook(rng, 0)
    sides[1]["cells"] = copy.deepcopy(sides[0]["cells"])
    for side in sides:
        for cell in side["cells"]:
            if cell["cell_type"] == "code":
                data = {"image/png": _png(rng), "text/plain": ["<Figure size 160x160>"]}
                cell["outputs"] = [{"output_type": "display_data", "metadata": {}, "data": data}]
    return sides


def _png(rng: random.Random) -> str:
    """Return a picture of 160 by 160 pixels of noise, in base64."""
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = b"".join(b"\0" + rng.randbytes(160 * 3) for _ in range(160))
    head = struct.pack(">IIBBBBB", 160, 160, 8, 2, 0, 0, 0)
    png = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
    return base64.b64encode(png).decode()


def _unrelated(rng: random.Random) -> tuple[Json, Json]:
    return notebook(rng, 100), notebook(rng, 100)


def _huge_output(rng: random.Random) -> tuple[Json, Json]:
    old = notebook(rng, 20)
    lines = [f"step {k}: {_line(rng)}\n" for k in range(340_000)]  # 20 MB
    code = next(cell for cell in old["cells"] if cell["cell_type"] == "code")
    code["outputs"] = [{"output_type": "stream", "name": "stdout", "text": lines}]
    new = _edited(rng, old)
    for cell in new["cells"]:
        if cell.get("outputs") and len(cell["outputs"][0]["text"]) == len(lines):
            cell["outputs"][0]["text"][1000:1000] = ["one more\n"]
    return old, new


SHAPES: dict[str, Callable[[random.Random], tuple[Json, Json]]] = {
    "20 cells": _kept(20),
    "500 cells, ids kept": _kept(500),
    "500 cells, no ids": _missing(500),
    "500 cells, ids regenerated": _regenerated(500),
    "2000 cells, ids kept": _kept(2000),
    "2000 cells, no ids": _missing(2000),
    "200 cells, 30 moved": _moved,
    "40 cells, all images changed": _images,
    "100 cells, unrelated": _unrelated,
    "one output of 20 MB": _huge_output,
}
_SLOW = {"500 cells, no ids", "500 cells, ids regenerated", "2000 cells, no ids", "100 cells, unrelated"}
