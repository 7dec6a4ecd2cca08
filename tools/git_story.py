"""A day with notebooks and real git, as a table: after each step, which outputs are on disk and in git.

Exits with 1 if an output was lost, leaked into git, or stood in the way of a command.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.git.sandbox import Sandbox, environment, make_repository
from tests.git.telling import Day, Row, Said, after_a_run


def main() -> int:
    """Tell both stories."""
    with TemporaryDirectory(prefix="nbhotel-story-") as folder:
        rows = list(Day(_enabled(Path(folder, "day")), Path(folder)).steps())
        print(f"{table(rows)}\n\nOne output is in git because its cell has the tag keep_output.")
        said = list(after_a_run(_enabled(Path(folder, "run")), Path(folder)))
        print(f"\nBefore each `git status`, somebody ran the notebook again:\n\n{transcript(said)}")
    lost, leaked = sum(len(row.lost) for row in rows), sum(len(row.leaked) for row in rows)
    wrong = sum(map(is_wrong, said))
    print(f"\n{len(rows)} steps: {lost} outputs lost, {leaked} leaked")
    print(f"{len(said)} commands after a run: {wrong} refused, or found something modified")
    return 1 if lost or leaked or wrong else 0


def table(rows: Sequence[Row]) -> str:
    """Lay the rows out in columns."""
    head = ("step", "outputs on disk", "outputs in git", "lost", "leaked")
    lines = [head, *((row.step, *map(str, row[1:3]), *map(_named, row[3:])) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(_line(line, widths) for line in lines)


def transcript(said: Iterable[Said]) -> str:
    """Each command with what it printed."""
    return "\n".join(f"$ git {each.command}\n{_printed(each)}" for each in said)


def is_wrong(said: Said) -> bool:
    """Whether a command refused, or found something modified."""
    return said.code != 0 or (said.command.startswith("status") and said.printed != "")


def _printed(said: Said) -> str:
    lines = [line.rpartition("\r")[2].strip() for line in said.printed.split("\n")]  # progress is overwritten
    lines = [line for line in lines if line] or ["(nothing)"]
    lines += [f"exit code {said.code}"] if said.code else []
    return "\n".join(f"    {line}" for line in lines)


def _named(things: Sequence[str]) -> str:
    return f"{len(things)}: {', '.join(things)}" if things else "0"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = cells
    right = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
    return "  ".join([first.ljust(widths[0]), *right])


def _enabled(folder: Path) -> Sandbox:
    home = folder.with_name(f"{folder.name}-home")
    home.mkdir()
    repo = make_repository(folder, environment(home))
    repo.nbhotel("git", "enable")
    return repo


if __name__ == "__main__":
    sys.exit(main())
