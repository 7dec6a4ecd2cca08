"""A repository with many commits of one large notebook, made by `git fast-import`."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

_WORDS = ("alpha", "beta", "gamma", "delta", "rain", "wind", "frost", "cloud", "river", "stone", "maple")
_START = 1_600_000_000
_HOUR = 3600
#: Every so many commits change the cell that is asked about.
EVERY = 20
#: That cell's number, from 1.
CELL = 8
NAME = "analysis.ipynb"


class Made(NamedTuple):
    """What was made: the notebook's size in bytes, and how many commits changed the cell `CELL`."""

    size: int
    changes: int


def make(folder: Path, commits: int, env: dict[str, str]) -> Made:
    """Make it: 150 cells with streams and plots; each commit edits one cell and runs it again."""
    random = Random(1)
    cells = [_cell(random) for _ in range(150)]
    stream, content, changes = [], b"", 1
    for number in range(1, commits + 1):
        if number > 1:
            place = (
                CELL - 1 if number % EVERY == 0 else random.choice([k for k in range(150) if k != CELL - 1])
            )
            changes += place == CELL - 1
            _edit(cells[place], random, number)
        content = _written(cells)
        stream.append(_commit(number, content))
    for words in (
        ["init", "-q", "-b", "main"],
        ["fast-import", "--quiet"],
        ["gc", "-q"],
        ["reset", "-q", "--hard"],
    ):
        data = b"".join(stream) if words[0] == "fast-import" else b""
        folder.mkdir(exist_ok=True)
        subprocess.run(["git", *words], cwd=folder, env=env, input=data, check=True)
    return Made(len(content), changes)


def _line(random: Random) -> str:
    name, verb, what = (random.choice(_WORDS) for _ in range(3))
    return f"{name}_{random.randrange(100)} = {verb}({what}, {random.randrange(10**6)})\n"


def _cell(random: Random) -> dict[str, Any]:
    outputs = [_stream(random)]
    if random.random() < 0.2:  # as incompressible as plots are
        plot = base64.b64encode(random.randbytes(24_000)).decode()
        data = {"image/png": plot, "text/plain": ["<Figure size 640x480>"]}
        outputs.append({"data": data, "metadata": {}, "output_type": "display_data"})
    return {
        "cell_type": "code",
        "execution_count": random.randrange(100),
        "id": f"{random.getrandbits(32):08x}",
        "metadata": {},
        "outputs": outputs,
        "source": [_line(random) for _ in range(random.randrange(4, 20))],
    }


def _stream(random: Random) -> dict[str, Any]:
    return {
        "name": "stdout",
        "output_type": "stream",
        "text": [_line(random) for _ in range(random.randrange(5, 40))],
    }


def _edit(cell: dict[str, Any], random: Random, number: int) -> None:
    cell["source"][random.randrange(len(cell["source"]))] = _line(random)
    cell["outputs"][0] = _stream(random)
    cell["execution_count"] = number


def _written(cells: list[dict[str, Any]]) -> bytes:
    metadata = {"language_info": {"name": "python"}}
    document = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def _commit(number: int, content: bytes) -> bytes:
    message = f"commit {number}"
    who = f"Ada <ada@example.org> {_START + number * _HOUR} +0000"
    parent = f"from :{number - 1}\n" if number > 1 else ""
    head = f"commit refs/heads/main\nmark :{number}\nauthor {who}\ncommitter {who}\n"
    told = f"data {len(message)}\n{message}\n"
    return f"{head}{told}{parent}M 100644 inline {NAME}\ndata {len(content)}\n".encode() + content + b"\n"
