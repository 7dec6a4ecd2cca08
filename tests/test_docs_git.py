"""The session of docs/git.md, run from its first line to its last, prints what the page says."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.git.sandbox import environment, make_repository, notebook

PAGE = Path(__file__).resolve().parent.parent / "docs" / "git.md"


def session() -> list[tuple[str, list[str]]]:
    """(command, lines that it prints) of all console blocks, in order."""
    steps = []
    for block in re.findall(r"^```console\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *lines = part.rstrip().splitlines()
            steps.append((command, [line for line in lines if line.strip() not in {"", "…"}]))
    return steps


def is_printed(line: str, printed: list[str]) -> bool:
    """Whether a line of the page is among those; … stands for anything."""
    pattern = ".*".join(re.escape(part) for part in line.rstrip().split("…"))
    return any(re.fullmatch(pattern, each.rstrip()) for each in printed)


def test_the_session(tmp_path):
    # `RUN_ELSEWHERE` in test_house.py counts on this for the verbs "git" and "vault".
    (tmp_path / "home").mkdir()
    repo = make_repository(tmp_path / "repo", environment(tmp_path / "home"))
    repo.write("analysis.ipynb", notebook("# Rain", "rain = 1", ran=True))
    steps = session()
    assert len(steps) > 12
    for command, lines in steps:
        shell = f'nbhotel() {{ "{sys.executable}" -m nbhotel "$@"; }}; {command}'
        done = repo.run(["bash", "-c", shell])
        printed = done.stdout.splitlines()
        assert [line for line in lines if not is_printed(line, printed)] == [], (command, printed)
        assert done.stderr == "", command
