"""The examples of docs/tricky-cases.md are run, and print what the page says."""

from __future__ import annotations

import base64
import json
import os
import re
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).resolve().parent.parent / "docs" / "tricky-cases.md"
CODE = (
    "import pandas as pd\nimport numpy as np",
    "rain = pd.read_csv('rain.csv')\nrain = rain.dropna()\nprint(len(rain))",
    "monthly = rain.groupby('month').sum()\nmonthly.head()",
    "monthly.plot(kind='bar')",
)


def cell(source: str, name: str = "", **more: Any) -> dict[str, Any]:
    raw: dict[str, Any] = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    return {**raw, **({"id": name} if name else {}), "source": source.splitlines(keepends=True), **more}


def stream(text: str) -> dict[str, Any]:
    return {"name": "stdout", "output_type": "stream", "text": text.splitlines(keepends=True)}


def notebook(*cells: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def png(black: int, note: bytes = b"") -> str:
    """10 by 10 pixels, white but for `black` ones; `note` changes the file and not the picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = bytes(0 if i < black else 255 for i in range(100))
    lines = b"".join(b"\0" + rows[i : i + 10] for i in range(0, 100, 10))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 10, 10, 8, 0, 0, 0, 0))
    parts = (
        head + chunk(b"tEXt", b"note\0" + note) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")
    )
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + parts).decode()


def with_ids(sources: tuple[str, ...], form: str, start: int = 1) -> dict[str, Any]:
    return notebook(*(cell(source, form.format(i)) for i, source in enumerate(sources, start)))


def rerun(count: int, outputs: tuple[str, ...]) -> dict[str, Any]:
    pairs = zip(CODE, outputs, strict=False)
    return notebook(
        *(
            cell(source, f"c{i}", execution_count=count + i, outputs=[stream(text)] if text else [])
            for i, (source, text) in enumerate(pairs)
        )
    )


def shown(**data: Any) -> dict[str, Any]:
    mimes = {_MIMES[name]: value for name, value in data.items()}
    return notebook(
        cell("show()", "a", outputs=[{"data": mimes, "metadata": {}, "output_type": "display_data"}])
    )


_MIMES = {
    "plain": "text/plain",
    "html": "text/html",
    "image": "image/png",
    "widget": "application/vnd.jupyter.widget-view+json",
}


EXTRA = "pd.set_option('display.width', 120)"
LONG = "def fit(x, y):\n    slope = np.polyfit(x, y, 1)[0]\n    return slope\n\nprint(fit(rain.day, rain.mm))"
_ID = '   "id": "c2",\n'
WHOLE = json.dumps(with_ids(CODE, "c{}"), indent=1) + "\n"
PLOT = CODE[3]
DEEP = "[" * 2000 + "]" * 2000
NOTEBOOKS: dict[str, Any] = {
    "old.ipynb": with_ids(CODE, "c{}"),
    "new-ids.ipynb": with_ids(CODE, "{:08x}", 0x5EED),
    "no-ids.ipynb": notebook(*map(cell, CODE)),
    "same-ids.ipynb": notebook(*(cell(source, "copy") for source in CODE)),
    "counted.ipynb": with_ids(CODE, "cell-{}"),
    "counted-plus.ipynb": with_ids((CODE[0], EXTRA, *CODE[1:]), "cell-{}"),
    "moved.ipynb": notebook(*(cell(CODE[i], f"c{i + 1}") for i in (2, 0, 1, 3))),
    "moved-edited.ipynb": notebook(
        cell(CODE[2].replace("sum", "mean"), "c3"), cell(CODE[0], "c1"), cell(CODE[1], "c2"), cell(PLOT, "c4")
    ),
    "whole.ipynb": notebook(cell(LONG, "a")),
    "split.ipynb": notebook(
        cell(LONG[: LONG.index("\n\n")], "b"), cell("print(fit(rain.day, rain.mm))", "c")
    ),
    "plain.ipynb": notebook(cell("plot(rain, kind='bar', colour='blue', title='Rain')", "a")),
    "black.ipynb": notebook(
        cell('plot(\n    rain,\n    kind="bar",\n    colour="blue",\n    title="Rain",\n)', "a")
    ),
    "ran.ipynb": rerun(1, ("", "364\n", "", "")),
    "ran-again.ipynb": rerun(9, ("", "365\n", "", "")),
    "ran-less.ipynb": notebook(*(each for each in rerun(1, ("", "", "", ""))["cells"] if each["id"] != "c1")),
    "noise.ipynb": rerun(1, ("", "<Model at 0x7f3a5c2e10>\n1.21 s\n", "", "")),
    "noise-again.ipynb": rerun(1, ("", "<Model at 0x7f11c0aa90>\n1.34 s\n", "", "")),
    "image.ipynb": shown(image=png(0)),
    "image-other.ipynb": shown(image=png(7)),
    "image-saved.ipynb": shown(image=png(0, b"saved anew")),
    "widget.ipynb": shown(widget={"model_id": "5eed", "version_major": 2}, plain="IntSlider(value=3)"),
    "widget-other.ipynb": shown(widget={"model_id": "0ff5", "version_major": 2}, plain="IntSlider(value=3)"),
    "html.ipynb": shown(html="<b>364</b>", plain="364"),
    "html-other.ipynb": shown(html="<b>365</b>", plain="365"),
    "nan.ipynb": notebook(cell(PLOT, "c4"), loss=float("nan")),
    "nan-too.ipynb": notebook(cell(PLOT, "c4"), loss=float("nan")),
    "crlf.ipynb": WHOLE.replace("\n", "\r\n"),
    "bom.ipynb": "\ufeff" + WHOLE,
    "cut.ipynb": WHOLE[: len(WHOLE) // 2],
    "marked.ipynb": WHOLE.replace(
        _ID, f"<<<<<<< ours\n{_ID}=======\n{_ID.replace('2', '9')}>>>>>>> theirs\n"
    ),
    "table.ipynb": "month,rain\n1,20\n",
    "empty.ipynb": "",
    "deep.ipynb": WHOLE.replace('"metadata": {}', f'"metadata": {{"deep": {DEEP}}}'),
    "twins.ipynb": notebook(*map(cell, (CODE[0], EXTRA, EXTRA, PLOT))),
    "twins-less.ipynb": notebook(*map(cell, (CODE[0], EXTRA, PLOT))),
    "rewritten.ipynb": notebook(*map(cell, (*CODE[:2], "weekly = 'to do'", PLOT))),
    "v3.ipynb": {
        "metadata": {"name": ""},
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [
            {
                "cells": [
                    {"cell_type": "heading", "level": 2, "source": "Rain", "metadata": {}},
                    {
                        "cell_type": "code",
                        "language": "python",
                        "input": "1",
                        "outputs": [],
                        "prompt_number": 1,
                    },
                ]
            }
        ],
    },
    "v4.ipynb": {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": ["## Rain, by month"]},
            cell("1", execution_count=1),
        ],
        "metadata": {"name": ""},
        "nbformat": 4,
        "nbformat_minor": 0,
    },
    "huge.ipynb": rerun(1, ("", "".join(f"step {i}: loss {i * 7919 % 1000}\n" for i in range(2000)), "", "")),
    "huge-other.ipynb": rerun(
        1, ("", "".join(f"step {i}: loss {i * 7919 % 1001}\n" for i in range(2000)), "", "")
    ),
    "hostile.ipynb": with_ids((*CODE, "# @everyone, see #12 \u202e</code>\n```\n<b>bold</b>"), "c{}"),
    "mine.ipynb": with_ids((*CODE, "monthly.to_csv('monthly.csv')\nprint('saved')"), "c{}"),
    "theirs.ipynb": notebook(
        *(cell(source, f"c{i}") for i, source in enumerate(CODE, 1)),
        cell("monthly.to_csv('out/monthly.csv')\nprint('saved')", "t5"),
    ),
    "edited.ipynb": notebook(
        *(cell(source.replace("dropna()", "fillna(0)"), f"c{i}") for i, source in enumerate(CODE, 1))
    ),
    "swapped.ipynb": notebook(*(cell(CODE[i], f"c{i + 1}") for i in (1, 0, 2, 3))),
    "less.ipynb": notebook(*(cell(CODE[i], f"c{i + 1}") for i in (0, 2, 3))),
}


def write_notebooks(folder: Path) -> None:
    for name, value in NOTEBOOKS.items():
        text = value if isinstance(value, str) else json.dumps(value, indent=1, ensure_ascii=False) + "\n"
        (folder / name).write_bytes(text.encode())


_BLOCK = re.compile(r"^(`{3,})console\n(.*?)^\1\n", re.MULTILINE | re.DOTALL)


def examples() -> list[tuple[str, str]]:
    """(command, what it prints) of the page's console blocks."""
    blocks = [found[2] for found in _BLOCK.finditer(PAGE.read_text())]
    parts = [part for block in blocks for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    return [(part.partition("\n")[0], part.partition("\n")[2]) for part in parts]


def regenerated(page: str, folder: Path) -> str:
    """The page with what the commands print now."""

    def block(found: re.Match[str]) -> str:
        commands = re.findall(r"^\$ (.*\n)", found[0], re.MULTILINE)
        printed = "".join(f"$ {each}{run(each, folder)}" for each in commands)
        return f"{found[1]}console\n{printed}{found[1]}\n"

    return _BLOCK.sub(block, page)


def run(command: str, folder: Path) -> str:
    bin_folder = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "80"}
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("tricky")
    write_notebooks(made)
    return made


def test_the_page_has_examples():
    assert len(examples()) > 20
    assert all(re.match(r"nb(diff|merge|show) ", command) for command, _ in examples())


@pytest.mark.parametrize(("command", "expected"), examples(), ids=lambda value: value[:60])
def test_an_example_prints_what_the_page_says(command, expected, folder):
    assert run(command, folder) == expected


def test_every_notebook_is_used():
    commands = " ".join(command for command, _ in examples())
    assert [name for name in NOTEBOOKS if name not in commands] == []


if __name__ == "__main__":  # write the page anew, after a change of what is printed; then read it
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as made:
        write_notebooks(Path(made))
        PAGE.write_text(regenerated(PAGE.read_text(), Path(made)))
