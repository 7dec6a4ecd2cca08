"""The session of docs/history.md, run from its first line to its last, prints what the page says."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.git.sandbox import Sandbox, environment, make_repository, notebook

PAGE = Path(__file__).resolve().parent.parent / "docs" / "history.md"
#: The verbs of the page, on which `RUN_ELSEWHERE` in test_house.py counts.
VERBS = {"log", "blame"}
#: When the page was read, and the hours between two commits.
NOW, HOURS = 1_782_000_000, 100

TITLE = "# Growth of *E. coli*"
READ = """\
import pandas

growth = pandas.read_csv('growth.csv')
growth.columns = ['hour', 'od']
growth = growth.dropna()"""
RATE = "def rate(table):\n    return table.od.diff().mean()\n\nrate(growth)"
PLOT = "growth.plot(x='hour', y='od')"


def session() -> list[tuple[str, list[str]]]:
    """(command, lines that it prints) of all console blocks, in order."""
    steps = []
    for block in re.findall(r"^```console\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *lines = part.rstrip().splitlines()
            steps.append((command, [line.rstrip() for line in lines if line.strip()]))
    return steps


def history(repo: Sandbox) -> None:
    """What the page speaks of."""
    parts = "\n".join(READ.split("\n")[:3]), "\n".join(READ.split("\n")[3:])
    median = RATE.replace("mean", "median")
    versions = (
        ("Ada", "Read the growth curves", "growth.ipynb", (TITLE, READ, RATE)),
        ("Grace", "A plot before the numbers", "growth.ipynb", (TITLE, READ, PLOT, RATE)),
        ("Grace", "The median stands noise", "growth.ipynb", (TITLE, READ, PLOT, median)),
        ("Ada", "A name that says more", "analysis.ipynb", (TITLE, READ, PLOT, median)),
        ("Ada", "Reading and cleaning apart", "analysis.ipynb", (TITLE, *parts, PLOT, median)),
        ("Ada", "Results first", "analysis.ipynb", (TITLE, median, *parts, PLOT)),
        ("Grace", "Tidy", "analysis.ipynb", (TITLE, median.replace("(table)", "( table )"), *parts, PLOT)),
    )
    for number, (author, message, path, sources) in enumerate(versions):
        for old in repo.folder.glob("*.ipynb"):
            old.unlink()
        repo.write(path, notebook(*sources))
        when = f"{NOW - (len(versions) - number) * HOURS * 3600} +0000"
        repo.git("add", "--all")
        words = ("commit", "-q", "-m", message)
        repo.git(*words, GIT_AUTHOR_NAME=author, GIT_AUTHOR_DATE=when, GIT_COMMITTER_DATE=when)


def is_printed(line: str, printed: list[str]) -> bool:
    """Whether a line of the page is among those; … stands for anything."""
    pattern = ".*".join(re.escape(part) for part in line.rstrip().split("…"))
    return any(re.fullmatch(pattern, each.rstrip()) for each in printed)


def test_the_session(tmp_path):
    (tmp_path / "home").mkdir()
    repo = make_repository(tmp_path / "repo", environment(tmp_path / "home"))
    history(repo)
    steps = session()
    assert {command.split()[1] for command, _ in steps if command.startswith("nbhotel")} == VERBS
    for command, lines in steps:
        shell = f'nbhotel() {{ "{sys.executable}" -m nbhotel "$@"; }}; {command}'
        done = repo.run(["bash", "-c", shell], GIT_TEST_DATE_NOW=str(NOW))
        printed = done.stdout.splitlines()
        assert [line for line in lines if not is_printed(line, printed)] == [], (command, printed)
        assert done.stderr == "", command
