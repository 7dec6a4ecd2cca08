"""The examples of docs/diff.md, run in order in the repository that they speak of."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest

from tests.cli.repositories import Repo, environment

PAGE = Path(__file__).resolve().parent.parent / "docs" / "diff.md"


def examples() -> list[tuple[str, list[str]]]:
    """(command, lines printed) for each `$ …` in a console block."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *lines = part.rstrip("\n").split("\n")
            found.append((command, lines))
    return found


def code(source: str, count: int, *outputs: Any, **metadata: Any) -> dict[str, Any]:
    raw = {"cell_type": "code", "execution_count": count, "metadata": metadata, "outputs": list(outputs)}
    return {**raw, "source": source}


def markdown(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def stream(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def plot(until: int) -> dict[str, Any]:
    """A picture of 64 by 48 pixels whose first `until` rows are dark."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    rows = b"".join(b"\0" + (b"\x20" if row < until else b"\xff") * 64 for row in range(48))
    head = b"".join(size.to_bytes(4, "big") for size in (64, 48)) + bytes([8, 0, 0, 0, 0])
    png = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
    data = {"image/png": base64.b64encode(png).decode(), "text/plain": "<Figure size 64x48 with 1 Axes>"}
    return {"output_type": "display_data", "metadata": {}, "data": data}


READ = "import pandas as pd\n\ngrowth = pd.read_csv('growth.csv')"
FIT = "def rate(table):\n    return table.od.diff().mean()\n\nrate(growth)"
BEFORE = [
    markdown("# Growth of *E. coli*\n\nMeasured in May."),
    code(READ, 1),
    code(FIT, 2, stream("epoch 1, loss 0.91\nepoch 2, loss 0.65\n")),
    code("growth.plot()", 3, plot(10)),
    markdown("## Notes\n\nThe incubator was too warm on the second day."),
    code("print('done')", 4),
]
AFTER = [
    BEFORE[0],
    BEFORE[4],
    code(READ.replace("'growth.csv'", "'growth.csv', sep=';'"), 1),
    code(FIT, 2, stream("epoch 1, loss 0.91\nepoch 2, loss 0.61\n")),
    code("growth.plot()", 3, plot(12)),
    code("growth.to_csv('clean.csv')", 4),
    code("print('done')", 5),
]


def notebook(cells: list[dict[str, Any]]) -> str:
    metadata = {"language_info": {"name": "python"}}
    return (
        json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}, indent=1)
        + "\n"
    )


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    repo = Repo(tmp_path_factory.mktemp("docs") / "growth")
    repo.write("analysis.ipynb", notebook(BEFORE))
    repo.write("old/plots.ipynb", notebook(BEFORE[3:4]))
    repo.write("new/plots.ipynb", notebook(AFTER[4:6]))
    repo.commit()
    repo.git("checkout", "-q", "-b", "topic")
    repo.write("analysis.ipynb", notebook(AFTER))
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.write("analysis.ipynb", notebook(AFTER))
    return repo


def test_there_are_examples():
    assert len(examples()) > 8


@pytest.mark.parametrize(("command", "lines"), examples(), ids=lambda value: str(value)[:50])
def test_an_example(command, lines, repo):
    short = "".join(
        f'{name}() {{ "{sys.executable}" -m nbhotel {name[2:]} "$@"; }}; ' for name in ("nbdiff", "nbshow")
    )
    done = subprocess.run(
        ["bash", "-c", short + command], cwd=repo.folder, env=environment(repo.folder.parent),
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    printed = (done.stdout + done.stderr).rstrip("\n").split("\n")
    shown = "\n".join(line.rstrip() for line in printed)
    pattern = "\n".join(re.escape(line.rstrip()) for line in lines)
    assert re.fullmatch(re.sub(r"(?m)^…$", r"(?s:.*)", pattern), shown), shown
