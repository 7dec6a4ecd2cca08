"""The examples of docs/merge.md are run, in order, and print what the page says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.repositories import environment

PAGE = Path(__file__).resolve().parent.parent / "docs" / "merge.md"
TITLE = "# Rain\n\nMeasured in Bergen."
LOAD = "import pandas as pd\nrain = pd.read_csv('rain.csv')\nrain = rain.dropna()\nrain.head()"
MONTH = "monthly = rain.groupby('month').sum()\nmonthly.head()"
PLOT = "monthly.plot(kind='bar')"
SAVE, TOTAL = "monthly.to_csv('monthly.csv')", "print(rain.mm.sum())"
FILLED, GUESSED = LOAD.replace("dropna()", "fillna(0)"), LOAD.replace("dropna()", "interpolate()")
#: The same cell has the same id everywhere; sources in the notebooks of the page.
NAMES = {TITLE: "a", LOAD: "b", FILLED: "b", GUESSED: "b", MONTH: "c", PLOT: "d", SAVE: "e", TOTAL: "f"}
NOTEBOOKS = {
    "base": [TITLE, LOAD, MONTH, PLOT],
    "mine": [TITLE, FILLED, MONTH, PLOT, SAVE],
    "theirs": [TITLE + " and Oslo.", LOAD, PLOT, MONTH],
    "bold": [TITLE, FILLED, MONTH.replace("sum", "mean"), PLOT, SAVE],
    "rival": [TITLE, GUESSED, PLOT, TOTAL],
    "ran-here": [TITLE, LOAD, MONTH, PLOT],
    "ran-there": [TITLE, LOAD, MONTH, PLOT],
}


def cell(source: str, ran: str) -> dict[str, Any]:
    name = NAMES.get(source) or ("c" if source.startswith("monthly") else "a")
    source = source.replace("Bergen. and Oslo.", "Bergen and Oslo.")
    common = {"id": name, "metadata": {}, "source": source.splitlines(keepends=True)}
    if name == "a":
        return {"cell_type": "markdown", **common}
    text = {"name": "stdout", "output_type": "stream", "text": [ran]}
    outputs = [text] if ran and name == "b" else []
    return {"cell_type": "code", "execution_count": None, "outputs": outputs, **common}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, sources in NOTEBOOKS.items():
        cells = [cell(source, name if name.startswith("ran") else "") for source in sources]
        value = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (tmp_path / f"{name}.ipynb").write_text(json.dumps(value, indent=1) + "\n")
    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, env=environment(tmp_path), check=True)
    return tmp_path


def examples() -> list[tuple[str, str]]:
    found = []
    for block in re.findall(r"^```console\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            found.append((command, printed.strip("\n")))
    return found


def test_the_examples_print_what_the_page_says(folder):
    programs = "".join(
        f'{short}() {{ "{sys.executable}" -m nbhotel {verb} "$@"; }}\n'
        for short, verb in (("nbmerge", "merge"), ("nbshow", "show"))
    )
    assert len(examples()) > 8
    for command, printed in examples():
        done = subprocess.run(
            ["bash", "-c", programs + command],
            cwd=folder,
            env=environment(folder) | {"LC_ALL": "C.UTF-8", "PYTHONPATH": os.environ.get("PYTHONPATH", "")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
        )
        lines = [line.rstrip() for line in done.stdout.strip("\n").split("\n")]
        assert lines == [line.rstrip() for line in printed.split("\n")], command
        conflicts = "conflict:" in printed or "--check merged" in command
        assert done.returncode == conflicts, command
