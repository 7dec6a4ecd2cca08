"""P3: `nbmerge` against nbdime's, whole processes, on made histories and on a folder of real merges.

The folder has `NAME/base.ipynb`, `local`, `remote` and, if known, `human`: what people made of it. For each
real merge a line tells whether the outcomes are clean and have the sources that people kept.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from _histories import History, made, real
from _machine import BUILD
from _table import Figure, Goal, options, report

#: After so many seconds the peer is stopped, and there is no figure of it.
PATIENCE = 300.0
PROGRAMS = {"ours": Path(sys.executable).with_name("nbmerge"), "stock": BUILD / "nbdime" / "bin" / "nbmerge"}


class Outcome:
    """What one side made of a history, run by run. `code` is its exit code, None if it took too long."""

    def __init__(self) -> None:
        self.took: list[float] = []
        self.code: int | None = None
        self.cells: list[tuple[str, str]] | None = None

    def run(self, program: Path, history: History, folder: Path) -> None:
        """Merge once, into a file."""
        out = folder / "out.ipynb"
        out.unlink(missing_ok=True)
        files = [str(history.base), str(history.local), str(history.remote)]
        began = time.perf_counter()
        try:
            done = subprocess.run(
                [program, *files, "--out", out], capture_output=True, cwd=folder, timeout=PATIENCE
            )
        except subprocess.TimeoutExpired:
            return
        self.took.append(time.perf_counter() - began)
        self.code = done.returncode
        self.cells = cells_of(out)

    @property
    def median(self) -> float | None:
        return statistics.median(self.took) if self.took else None

    def verdict(self, human: list[tuple[str, str]] | None) -> str:
        """Tell how it ended, in a word or two."""
        if self.code is None:
            return "too long"
        if self.code > 1 or self.cells is None:
            return f"failed ({self.code})"
        if self.code == 1:
            return "conflicts"
        return "clean" + (
            "" if human is None else ", as people" if self.cells == human else ", NOT as people"
        )


def cells_of(path: Path | None) -> list[tuple[str, str]] | None:
    """Return what people write in a notebook: each cell's type and source; None if it is none."""
    if path is None:
        return None
    try:
        notebook: Any = json.loads(path.read_text())
        return [(cell["cell_type"], "".join(cell["source"])) for cell in notebook["cells"]]
    except (OSError, ValueError, LookupError, TypeError):
        return None


Outcomes = dict[str, Outcome]


def measured(
    histories: list[History], sides: list[str], rounds: int, folder: Path
) -> list[tuple[History, Outcomes]]:
    """Merge each history on each side in turn; a first run fills the page cache and is not counted."""
    results = []
    for history in histories:
        outcomes = {side: Outcome() for side in sides}
        Outcome().run(PROGRAMS[sides[-1]], history, folder)
        for number in range(rounds):
            for side in sides:
                if not (side == "stock" and history.slow and number):
                    outcomes[side].run(PROGRAMS[side], history, folder)
        human = cells_of(history.human)
        told = [f"{side} {_seconds(each)} {each.verdict(human)}" for side, each in outcomes.items()]
        print(f"{history.name}: {'; '.join(told)}", flush=True)
        results.append((history, outcomes))
    return results


def _seconds(outcome: Outcome) -> str:
    return "-" if outcome.median is None else f"{outcome.median:.3f} s"


def figures_of_made(results: list[tuple[History, Outcomes]]) -> list[Figure]:
    """One row for each shape."""
    rows = []
    for history, outcomes in results:
        medians = {side: each.median for side, each in outcomes.items() if each.median is not None}
        samples = min(len(each.took) for each in outcomes.values())
        rows.append(Figure.of("P3", f"made: {history.name}", "s", medians, samples=samples))
    return rows


def figures_of_real(results: list[tuple[History, Outcomes]]) -> list[Figure]:
    """Median and worst of the real merges, and how many came out clean and as people had them."""
    median: dict[str, float] = {}
    worst: dict[str, float] = {}
    clean: dict[str, float] = {}
    other: dict[str, float] = {}
    for side in results[0][1]:
        outcomes = [(history, each[side]) for history, each in results]
        times = [each.median for _, each in outcomes if each.median is not None]
        median[side], worst[side] = statistics.median(times), max(times)
        verdicts = [each.verdict(cells_of(history.human)) for history, each in outcomes]
        clean[side] = sum(verdict.startswith("clean") for verdict in verdicts)
        other[side] = sum("NOT" in verdict for verdict in verdicts)
    count = len(results)
    return [
        Figure.of(
            "P3", "real merge, median", "s", median, samples=count, goal=Goal("1/20", ratio_at_most=1 / 20)
        ),
        Figure.of("P3", "real merge, worst", "s", worst, samples=count, goal=Goal("0.5 s", at_most=0.5)),
        Figure.of(
            "P3",
            "real merges, clean",
            "merges",
            clean,
            samples=count,
            goal=Goal("as many as nbdime", ratio_at_least=1),
        ),
        Figure.of(
            "P3",
            "of these, not as people kept it",
            "merges",
            other,
            samples=count,
            goal=Goal("none", at_most=0),
        ),
    ]


def peer_version() -> str:
    """Return nbdime's version, as its own environment has it."""
    done = subprocess.run([PROGRAMS["stock"], "--version"], capture_output=True, text=True, check=True)
    return done.stdout.split()[-1]


def main() -> None:
    parser = options(__doc__ or "")
    parser.add_argument("folder", nargs="?", type=Path, help="real merges: NAME/base.ipynb and so on")
    chosen = parser.parse_args()
    if chosen.only != "ours" and not PROGRAMS["stock"].exists():
        parser.error("nbdime is not there: run bench/setup")
    sides = [chosen.only] if chosen.only else ["stock", "ours"]
    with TemporaryDirectory(prefix="nbb-") as name:
        folder = Path(name)
        figures = []
        if chosen.folder:
            histories = real(chosen.folder.resolve())
            figures += figures_of_real(measured(histories, sides, 1 if chosen.quick else 3, folder))
        figures += figures_of_made(measured(list(made(folder)), sides, 1 if chosen.quick else 5, folder))
    versions = {"python": sys.version.split()[0]}
    if chosen.only != "ours":
        versions["nbdime"] = peer_version()
    report("merge", figures, keep=not (chosen.quick or chosen.only), versions=versions)


if __name__ == "__main__":
    main()
