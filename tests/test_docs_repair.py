"""The session of docs/repair.md, run from its first line to its last, prints what the page says."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from tests.git.sandbox import Sandbox, environment, make_repository, notebook
from tests.pages import pattern, session

PAGE = Path(__file__).resolve().parent.parent / "docs" / "repair.md"
VERBS = ("repair", "resolve")
PROGRAMS = f'nbhotel() {{ "{sys.executable}" -m nbhotel "$@"; }}; nbshow() {{ nbhotel show "$@"; }}'


def code(source: str, number: int, *shown: str, **more: Any) -> dict[str, Any]:
    cell: dict[str, Any] = notebook("")["cells"][0] | {
        "execution_count": number,
        "source": source.splitlines(keepends=True),
    }
    result = {"output_type": "execute_result", "execution_count": number, "metadata": {}}
    return cell | {"outputs": [result | {"data": {"text/plain": [text]}} for text in shown]} | more


def write_notebooks(repo: Sandbox) -> None:
    first = code("rain = read('rain.csv')", 1)
    second = code("rain = rain.dropna()\nrain.plot()", 2, id="cell-2")
    repo.write("fine.ipynb", notebook() | {"cells": [first, second]})
    whole = (repo.folder / "fine.ipynb").read_text()
    repo.write("analysis.ipynb", whole[: whole.index("ot()")])
    copied = json.dumps(notebook(loss="NaN") | {"cells": [first, second | {"id": "cell-1"}, first]}, indent=1)
    repo.write("copied.ipynb", copied.replace('"NaN"', "NaN").replace("   ]\n  },\n", "  },\n", 1) + "\n")


def write_conflict(repo: Sandbox) -> None:
    def side(source: str, shown: str) -> None:
        repo.write("plots.ipynb", notebook() | {"cells": [code(source, 1, shown)]})
        repo.commit(source, "plots.ipynb")

    side("rain.plot()", "a line")
    repo.git("checkout", "-q", "-b", "topic")
    side("rain.plot(color='blue')", "a blue line")
    repo.git("checkout", "-q", "main")
    side("rain.plot(kind='bar')", "a bar chart")


def test_the_session(tmp_path):
    # `RUN_ELSEWHERE` in test_house.py counts on this for the verbs "repair" and "resolve".
    (tmp_path / "home").mkdir()
    repo = make_repository(tmp_path / "repo", environment(tmp_path / "home"))
    write_conflict(repo)
    write_notebooks(repo)
    steps = session(PAGE)
    assert {verb for command, _ in steps for verb in VERBS if f"nbhotel {verb}" in command} == set(VERBS)
    for command, printed in steps:
        done = repo.run(["bash", "-c", f"{PROGRAMS}; {command}"])
        shown = "\n".join(line.rstrip() for line in (done.stdout + done.stderr).strip("\n").splitlines())
        assert re.fullmatch(pattern(printed), shown, re.DOTALL), (command, shown)
        assert done.returncode == 0, command
