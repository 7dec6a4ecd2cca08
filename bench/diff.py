"""P1, P2: `nbdiff` against nbdime's, whole processes, on made notebooks and on a folder of real pairs.

The folder has `NAME/a.ipynb` and `NAME/b.ipynb`; without one, P1 is not measured. The sides take turns.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from _machine import BUILD
from _shapes import Pair, pairs, real_pairs
from _table import Figure, Goal, options, report

#: After so many seconds the peer is stopped, and there is no figure of it.
PATIENCE = 120.0
OURS = Path(sys.executable).with_name("nbdiff")
PEER = BUILD / "nbdime" / "bin"
#: What P2 asks of which shape.
GOALS = {
    "500 cells, no ids": Goal("≤ 1/150", ratio_at_most=1 / 150),
    "500 cells, ids regenerated": Goal("≤ 1/150", ratio_at_most=1 / 150),
    "2000 cells, no ids": Goal("≤ 0.5 s", at_most=0.5),
    "2000 cells, ids kept": Goal("≤ 0.5 s", at_most=0.5),
}


def seconds(command: list[str], folder: Path, limit: float | None = None) -> float | None:
    """Run a program to its end; None if it takes longer than the limit. Its output goes nowhere."""
    began = time.perf_counter()
    try:
        done = subprocess.run(
            command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=limit
        )
    except subprocess.TimeoutExpired:
        return None
    took = time.perf_counter() - began
    if done.returncode:
        raise RuntimeError(f"{command}: exit code {done.returncode}: {done.stderr.decode()[-500:]}")
    return took


class Times:
    """Seconds that each side took for one pair, run by run."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.took: dict[str, list[float]] = {"ours": [], "stock": []}

    def run(self, side: str, folder: Path) -> None:
        files = [str(self.pair.old), str(self.pair.new)]
        command = [str(OURS), *files] if side == "ours" else [str(PEER / "nbdiff"), *files]
        took = seconds(command, folder, PATIENCE)
        if took is not None:
            self.took[side].append(took)
        print(f"{self.pair.name}: {side}: {'too long' if took is None else f'{took:.3f} s'}", file=sys.stderr)

    def medians(self) -> dict[str, float]:
        return {side: statistics.median(each) for side, each in self.took.items() if each}


def measured(found: list[Pair], sides: list[str], rounds: int, folder: Path, *, slow: bool) -> list[Times]:
    """Run each pair on each side in turn; after a first run that is not counted, to fill the page cache."""
    times = []
    for pair in found:
        each = Times(pair)
        seconds([str(OURS), str(pair.old), str(pair.new)], folder)
        for number in range(rounds):
            for side in sides:
                if side == "stock" and pair.slow and (number or not slow):
                    continue
                each.run(side, folder)
        times.append(each)
    return times


def bare(folder: Path, rounds: int) -> float:
    """Return the median seconds that the interpreter of our environment takes to do nothing."""
    return statistics.median(seconds([sys.executable, "-c", "pass"], folder) or 0.0 for _ in range(rounds))


def shape_figures(times: list[Times]) -> list[Figure]:
    """One row for each shape."""
    return [
        Figure.of(
            "P2",
            each.pair.name,
            "s",
            each.medians(),
            samples=len(each.took["ours"]),
            goal=GOALS.get(each.pair.name),
        )
        for each in times
    ]


def real_figures(times: list[Times], nothing: float) -> list[Figure]:
    """The median and the worst of the real pairs, and the median beside a bare interpreter."""
    ours, stock = ([each.medians().get(side) for each in times] for side in ("ours", "stock"))
    sides = {
        side: values
        for side, each in (("ours", ours), ("stock", stock))
        if (values := [value for value in each if value is not None])
    }
    median = {side: statistics.median(values) for side, values in sides.items()}
    worst = {side: max(values) for side, values in sides.items()}
    count = len(times)
    beside = Figure(
        "P1",
        "median real pair, beside `python -c pass`",
        "s",
        median.get("ours"),
        nothing,
        count,
        Goal("≤ 6x a bare interpreter", ratio_at_most=6),
    )
    goal = Goal("≤ 1/20", ratio_at_most=1 / 20)
    return [
        Figure.of("P1", f"median of {count} real pairs", "s", median, samples=count, goal=goal),
        Figure.of("P1", f"worst of {count} real pairs", "s", worst, samples=count),
        beside,
    ]


def peer_version() -> dict[str, str]:
    """nbdime's version, as its own environment has it."""
    program = "from importlib.metadata import version; print(version('nbdime'))"
    done = subprocess.run([PEER / "python", "-c", program], capture_output=True, text=True, check=True)
    return {"nbdime": done.stdout.strip(), "python": sys.version.split()[0]}


def main() -> None:
    parser = options(__doc__ or "")
    parser.add_argument("folder", nargs="?", type=Path, help="real pairs: NAME/a.ipynb and NAME/b.ipynb")
    chosen = parser.parse_args()
    if chosen.only != "ours" and not PEER.exists():
        parser.error("nbdime is not there: run bench/setup")
    real = real_pairs(chosen.folder.resolve()) if chosen.folder else []
    sides = [chosen.only] if chosen.only else ["stock", "ours"]
    with TemporaryDirectory(prefix="nbb-") as name:
        folder = Path(name)
        rounds = 1 if chosen.quick else 5
        made = measured(list(pairs(folder)), sides, rounds, folder, slow=not chosen.quick)
        figures = shape_figures(made)
        if real:
            some = real[:5] if chosen.quick else real
            times = measured(some, sides, 1 if chosen.quick else 3, folder, slow=True)
            figures += real_figures(times, bare(folder, 5 if chosen.quick else 21))
    versions = {} if chosen.only == "ours" else peer_version()
    report("diff", figures, keep=not (chosen.quick or chosen.only), versions=versions)


if __name__ == "__main__":
    main()
