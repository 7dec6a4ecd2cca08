"""`nbhotel log --cell` and `nbhotel blame` over many commits of one notebook, beside what git does with it.

The peer is git on the same file in the same repository: `git log -p` with our textconv, when its cache is
filled and afterwards, and without any, on the JSON; `git blame` likewise.
"""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from _repositories import NBHOTEL, WrongWork, environment
from _table import Figure, Goal, options, report
from _versions import CELL, NAME, Made, make

_NO_SLOWER = Goal("no slower than with our textconv", ratio_at_most=1)
LOG_CELL = (str(NBHOTEL), "log", NAME, f"--cell={CELL}")
LOG_ALL = (str(NBHOTEL), "log", NAME, "-p")
BLAME = (str(NBHOTEL), "blame", NAME)
GIT_LOG = ("git", "log", "-p", "--", NAME)
GIT_LOG_JSON = ("git", "log", "-p", "--no-textconv", "--no-ext-diff", "--", NAME)
GIT_BLAME = ("git", "blame", NAME)
GIT_BLAME_JSON = ("git", "blame", "--no-textconv", NAME)


class Runner:
    """Runs whole commands in one repository."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self._folder = folder
        self._env = env

    def timed(self, command: tuple[str, ...], check: Callable[[bytes], bool]) -> float:
        """Return the seconds that a command took. Raises WrongWork if it did not print what it should."""
        output = self._folder / ".git" / "bench-output"
        with output.open("wb") as stream:
            began = time.perf_counter()
            done = subprocess.run(
                command, cwd=self._folder, env=self._env, stdout=stream, stderr=subprocess.PIPE, check=False
            )
            took = time.perf_counter() - began
        if done.returncode or done.stderr or not check(output.read_bytes()):
            raise WrongWork(f"{' '.join(command)}: {done.stderr.decode()[-500:]}")
        return took

    def first_line(self, command: tuple[str, ...]) -> float:
        """Return the seconds until a command prints its first line; it is ended then."""
        began = time.perf_counter()
        with subprocess.Popen(command, cwd=self._folder, env=self._env, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            took = time.perf_counter() - began
            process.kill()
        if not line.startswith(b"commit "):
            raise WrongWork(f"{' '.join(command)}: {line!r}")
        return took

    def git(self, *words: str) -> None:
        subprocess.run(["git", *words], cwd=self._folder, env=self._env, check=True)


def commits(count: int) -> Callable[[bytes], bool]:
    """Check that a log tells of so many commits."""
    return lambda printed: sum(line.startswith(b"commit ") for line in printed.splitlines()) == count


def lines(least: int) -> Callable[[bytes], bool]:
    """Check that a blame has so many lines."""
    return lambda printed: printed.count(b"\n") >= least


def measured(runner: Runner, made: Made, count: int, rounds: int) -> dict[str, list[float]]:
    """Return the seconds of each work; all in turn, round after round, but for the first `git log -p`."""
    times: dict[str, list[float]] = {"git log, cache empty": [runner.timed(GIT_LOG, commits(count))]}
    print(f"git log -p that fills the cache: {times['git log, cache empty'][0]:.1f} s", flush=True)
    works: dict[str, Callable[[], float]] = {
        "log cell": lambda: runner.timed(LOG_CELL, commits(made.changes)),
        "log all": lambda: runner.timed(LOG_ALL, commits(count)),
        "blame": lambda: runner.timed(BLAME, lines(1500)),
        "git log, cached": lambda: runner.timed(GIT_LOG, commits(count)),
        "git log, JSON": lambda: runner.timed(GIT_LOG_JSON, commits(count)),
        "git blame, cached": lambda: runner.timed(GIT_BLAME, lines(1500)),
        "git blame, JSON": lambda: runner.timed(GIT_BLAME_JSON, lines(1500)),
        "log, first line": lambda: runner.first_line(LOG_ALL),
        "git log, first line": lambda: runner.first_line(GIT_LOG_JSON),
    }
    for number in range(rounds):
        for work, run in works.items():
            times.setdefault(work, []).append(run())
        told = ", ".join(f"{work} {times[work][-1]:.2f}" for work in works)
        print(f"round {number + 1}: {told}", flush=True)
    return times


#: What is told of two works: ours and the peer's.
PAIRS = (
    (
        "log of one cell, beside git log -p, textconv's cache empty",
        "log cell",
        "git log, cache empty",
        _NO_SLOWER,
    ),
    ("log of one cell, beside git log -p, texts cached", "log cell", "git log, cached", _NO_SLOWER),
    ("log of one cell, beside git log -p, JSON", "log cell", "git log, JSON", None),
    ("log -p, beside git log -p, texts cached", "log all", "git log, cached", None),
    ("log -p, beside git log -p, JSON", "log all", "git log, JSON", None),
    ("the first line of log -p, beside git log -p, JSON", "log, first line", "git log, first line", None),
    ("blame, beside git blame, texts cached", "blame", "git blame, cached", None),
    ("blame, beside git blame, JSON", "blame", "git blame, JSON", None),
)


def figures(times: dict[str, list[float]], what: str) -> list[Figure]:
    """One row for each pair of works."""
    rows = []
    for told, ours, peer, goal in PAIRS:
        medians = {"ours": statistics.median(times[ours]), "stock": statistics.median(times[peer])}
        samples = min(len(times[ours]), len(times[peer]))
        rows.append(Figure.of("H1", f"{told}: {what}", "s", medians, samples=samples, goal=goal))
    return rows


def main() -> None:
    chosen = options(__doc__ or "").parse_args()
    count, rounds = (100, 1) if chosen.quick else (1000, 5)
    with TemporaryDirectory(prefix="nbb-") as name:
        env = environment(Path(name) / "home")
        folder = Path(name) / "repository"
        folder.mkdir()
        made = make(folder, count, env)
        what = f"{count:,} commits of a notebook of {made.size / 1e6:.2f} MB"
        print(what, flush=True)
        subprocess.run(
            [str(NBHOTEL), "git", "enable", "--cache"], cwd=folder, env=env, check=True, capture_output=True
        )
        runner = Runner(folder, env)
        runner.timed(LOG_CELL, commits(made.changes))  # fills the page cache
        times = measured(runner, made, count, rounds)
    git = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout.split()[2]
    report("history", figures(times, what), keep=not (chosen.quick or chosen.only), versions={"git": git})


if __name__ == "__main__":
    main()
