"""The tests that hurt, for as long as one likes: `git_torture.py --kills 200 --seed 1`, `--mutants 10000`.

`--kills`: git, its filter or a hook is killed by `kill -9` at random points of random works, until so many
kills have hit; `--mutants`: so many mutated notebooks go through git and all drivers. What goes wrong is
printed with its seed, and exits with 1. The repository of a kill is kept.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.git.mutants import Complaint, complaints
from tests.git.sandbox import Sandbox, environment, make_repository
from tests.git.works import WORKS, Desk

#: What is done without options.
_KILLS, _MUTANTS = 200, 10_000
#: Failures after which it is time to look at them.
_ENOUGH = 20
#: Works in one repository, after which the next one is made; seeds of mutants in one.
_WORKS, _SEEDS = 40, 20
#: Mutated files that one seed makes at least.
_FILES = 2
_SAY_EVERY = 20.0


def main() -> int:
    """Run what was asked for, and say what came out."""
    args = _parser().parse_args()
    if args.kills is None and args.mutants is None:
        args.kills, args.mutants = _KILLS, _MUTANTS
    began = time.monotonic()
    wrong = kills(args.kills, args.seed) if args.kills else 0
    wrong += mutants(args.mutants, args.seed, args.processes) if args.mutants else 0
    _say(f"{wrong} failures, {time.monotonic() - began:.0f} s")
    return 1 if wrong else 0


def kills(wanted: int, first: int) -> int:
    """Kill until so many kills have hit; return how many repositories were not as they should be."""
    hits: Counter[str] = Counter()
    works: Counter[str] = Counter()
    failures, said = 0, time.monotonic()
    for seed in count(first):
        folder = _folder(f"kills-{seed}-")
        try:
            for name, aim in _works(folder, seed):
                hits[aim] += 1
                works[name] += 1
                if hits.total() - hits[""] >= wanted:
                    break
                if time.monotonic() > said + _SAY_EVERY:
                    said = time.monotonic()
                    _say(f"{hits.total() - hits['']} kills")
        except AssertionError as error:
            failures += 1
            _say(f"seed {seed}: {error}\nkept in {folder}\n")
        else:
            shutil.rmtree(folder)
        if hits.total() - hits[""] >= wanted or failures >= _ENOUGH:
            break
    missed = hits.pop("", 0)
    _say(f"{hits.total()} kills: {_told(hits)}; {missed} came too late")
    _say(f"while: {_told(works)}")
    return failures


def mutants(wanted: int, first: int, processes: int) -> int:
    """Take so many mutants through git; return how many seeds failed."""
    seeds = range(first, first + -(-wanted // _FILES))
    batches = [seeds[at : at + _SEEDS] for at in range(0, len(seeds), _SEEDS)]
    failed, done, said = 0, 0, time.monotonic()
    with ProcessPoolExecutor(processes) as pool:
        for batch, found in zip(batches, pool.map(_batch, batches), strict=True):
            failed += _complain(batch, found)
            done += len(batch) * _FILES
            if time.monotonic() > said + _SAY_EVERY:
                said = time.monotonic()
                _say(f"{done} mutants")
    _say(f"{done} mutants through add, checkout, diff, log -p, log -S, blame, grep and merge")
    return failed


def _works(folder: Path, seed: int) -> Iterator[tuple[str, str]]:
    """Yield the works that were interrupted, and whose process was killed; "" if none was."""
    rng = random.Random(seed)  # noqa: S311 - a seed tells the whole story
    desk = Desk(_enabled(folder), rng)
    desk.open()
    for _ in range(_WORKS):
        name = rng.choice(sorted(WORKS))
        shot = desk.round(name)
        yield name, shot.aim if shot.victim else ""


def _batch(seeds: Sequence[int]) -> list[Complaint]:
    folder = _folder(f"mutants-{seeds[0]}-")
    found = complaints(_enabled(folder), seeds)
    shutil.rmtree(folder)
    return found


def _complain(seeds: Sequence[int], found: Sequence[Complaint]) -> int:
    """Say which of the seeds fail; return how many."""
    if not found:
        return 0
    alone = {seed: _batch([seed]) for seed in seeds}
    guilty = {seed: each for seed, each in alone.items() if each} or {seeds[0]: list(found)}
    for seed, each in guilty.items():
        for complaint in each:
            _say(f"seed {seed}: git {complaint.command}: {complaint.what}")
    return len(guilty)


def _folder(prefix: str) -> Path:
    return Path(tempfile.mkdtemp(prefix=f"nbhotel-{prefix}"))


def _enabled(folder: Path) -> Sandbox:
    home = folder / "home"
    home.mkdir()
    repo = make_repository(folder / "repo", environment(home))
    repo.nbhotel("git", "enable")
    return repo


def _told(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(counts.items()))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, metavar="N", help="how many kills")
    parser.add_argument("--mutants", type=int, metavar="N", help="how many mutated notebooks")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="the first seed")
    parser.add_argument("--processes", type=int, default=2, metavar="N", help="for mutants")
    return parser


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
