"""Feed mutated notebooks to everything that reads notebooks: `python -m tests.fuzz.run --seeds 10000`.

Each seed is one input of three files. What fails, or takes more than 2 s of processor time, is made smaller
by leaving mutations out, and its files are kept in a folder, one for each seed, with the reason.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.fuzz.faces import FACES, Files
from tests.fuzz.mutate import Mutation, bases, mutated, mutations

#: Seconds of processor time that a face may take for one input.
LIMIT = 2.0
KEPT_IN = Path(__file__).resolve().parents[2] / ".build" / "fuzz"


class Failure(NamedTuple):
    """What went wrong with which input; `reason` names the exception and the line that raised it."""

    seed: int
    face: str
    reason: str
    details: str
    files: Files


class TooSlow(Exception):
    """A face took longer than the limit."""


class Plan(NamedTuple):
    """How the three files of an input come about."""

    starts: tuple[bytes, bytes, bytes]
    steps: tuple[list[Mutation], list[Mutation], list[Mutation]]

    def files(self) -> Files:
        old, new, remote = (mutated(*each) for each in zip(self.starts, self.steps, strict=True))
        return old, new, remote

    def without(self, side: int, step: int) -> Plan:
        steps = [list(each) for each in self.steps]
        del steps[side][step]
        return Plan(self.starts, (steps[0], steps[1], steps[2]))

    def smaller(self) -> Iterator[Plan]:
        for side, steps in enumerate(self.steps):
            for step in range(len(steps)):
                yield self.without(side, step)


def plan(seed: int) -> Plan:
    """Draw an input: a notebook and two others made from it, or now and then from something else."""
    rng = random.Random(seed)
    start = bases(rng)
    others = [bases(rng) if rng.random() < 0.15 else start for _ in range(2)]
    old = mutations(rng) if rng.random() < 0.4 else []
    return Plan((start, others[0], others[1]), (old, mutations(rng), mutations(rng)))


def failures(seed: int, limit: float = LIMIT) -> list[Failure]:
    """Try one seed on every face."""
    made = plan(seed)
    found = []
    for face in FACES:
        wrong = _wrong(face, made, limit)
        if wrong:
            smallest = _smallest(face, made, wrong[0], limit)
            reason, details = _wrong(face, smallest, limit) or wrong
            found.append(Failure(seed, face, reason, details, smallest.files()))
    return found


def _wrong(face: str, made: Plan, limit: float) -> tuple[str, str] | None:
    """Return why a face fails, and its traceback; None if all is well."""
    files = made.files()
    try:
        with _time_limit(limit):
            FACES[face](files)
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        if isinstance(error, TooSlow):
            return "TooSlow", traceback.format_exc()
        return f"{type(error).__name__} in {Path(place.filename).name}:{place.lineno}", traceback.format_exc()
    return None


def _smallest(face: str, made: Plan, reason: str, limit: float) -> Plan:
    """Leave out mutations as long as the face fails for the same reason."""
    for smaller in made.smaller():
        wrong = _wrong(face, smaller, limit)
        if wrong and wrong[0] == reason:
            return _smallest(face, smaller, reason, limit)
    return made


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise TooSlow in the body after so much processor time; a busy machine doesn't count."""

    def stop(*_: object) -> None:
        raise TooSlow(f"took more than {seconds} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def keep(failure: Failure, folder: Path) -> None:
    """Write an input that fails, and why."""
    place = folder / f"{failure.seed}-{failure.face.replace(' ', '-')}"
    place.mkdir(parents=True, exist_ok=True)
    for name, data in zip(("old", "new", "remote"), failure.files, strict=True):
        (place / f"{name}.ipynb").write_bytes(data)
    (place / "reason.txt").write_text(f"{failure.reason}\n\n{failure.details}", errors="backslashreplace")


def main() -> int:
    """Run, print a summary, and return 1 if anything failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=1000, metavar="N", help="how many inputs")
    parser.add_argument("--first", type=int, default=0, metavar="SEED", help="the first of them")
    parser.add_argument("--processes", type=int, default=2, metavar="N")
    args = parser.parse_args()
    seeds = range(args.first, args.first + args.seeds)
    began = time.monotonic()
    found: list[Failure] = []
    with ProcessPoolExecutor(args.processes) as pool:
        for done, each in enumerate(pool.map(failures, seeds, chunksize=10), start=1):
            found += each
            for failure in each:
                keep(failure, KEPT_IN)
            if done % 1000 == 0:
                _say(f"{done} inputs, {len(found)} failures, {time.monotonic() - began:.0f} s")
    return _summary(found, len(seeds), time.monotonic() - began)


def _summary(found: list[Failure], seeds: int, seconds: float) -> int:
    reasons: Counter[Any] = Counter((failure.face, failure.reason) for failure in found)
    for (face, reason), count in reasons.most_common():
        first = next(each.seed for each in found if (each.face, each.reason) == (face, reason))
        _say(f"{count:6} × {face}: {reason}, first with seed {first}")
    _say(f"{seeds} inputs, {len(FACES)} faces, {len(found)} failures, {seconds:.0f} s")
    if found:
        _say(f"their files are in {KEPT_IN}")
    return 1 if found else 0


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
