"""The session of docs/staging.md, run from its first line to its last, prints what the page says."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.git.sandbox import environment, make_repository, notebook
from tests.pages import pattern, session

PAGE = Path(__file__).resolve().parent.parent / "docs" / "staging.md"
VERBS = ("stage", "unstage", "discard")
PROGRAMS = f'nbhotel() {{ "{sys.executable}" -m nbhotel "$@"; }}; nbdiff() {{ nbhotel diff "$@"; }}'


def test_the_session(tmp_path):
    # `RUN_ELSEWHERE` in test_house.py counts on this for the verbs.
    (tmp_path / "home").mkdir()
    repo = make_repository(tmp_path / "repo", environment(tmp_path / "home"))
    repo.nbhotel("git", "enable")
    repo.write("analysis.ipynb", notebook("# Rain in Bergen", "rain = 1", "rain", ran=True))
    repo.commit()
    title = "# Rain in Bergen and Oslo"
    repo.write("analysis.ipynb", notebook(title, "rain = 2", "rain", "print(rain.max())", ran=True))
    steps = session(PAGE)
    assert {verb for command, _ in steps for verb in VERBS if f"nbhotel {verb}" in command} == set(VERBS)
    for command, printed in steps:
        done = repo.run(["bash", "-c", f"{PROGRAMS}; {command}"])
        shown = "\n".join(line.rstrip() for line in done.stdout.strip("\n").splitlines())
        assert re.fullmatch(pattern(printed), shown, re.DOTALL), (command, shown)
        assert done.stderr == "", command
