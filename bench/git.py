"""P4: git on 500 notebooks: `nbhotel git enable` beside no filter, nbstripout-fast, `cat` and nbstripout.

And beside a filter that knows the answers and only fetches them: what is left is the price of git's protocol.

The notebooks are those below a folder, or made ones. Each round goes through the same story in a fresh
repository for each way in turn, and checks what lies in git and on disk: wrong work gives no figure.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory

from _collection import MARK, Collection, found, made
from _repositories import (
    CAT,
    FAST,
    NBHOTEL,
    NBSTRIPOUT,
    OURS,
    PEERS,
    PLAIN,
    Repository,
    Way,
    WrongWork,
    answers,
    environment,
)
from _table import Figure, Goal, options, report

#: What is timed, in the order of the story.
WORKS = {
    "add": "git add",
    "status": "git status, all touched",
    "checkout": "git checkout, all differ",
    "stash": "git stash and pop, a tenth edited",
    "log": "git log -p, 10 commits of 10",
    "cached log": "git log -p, cached if possible",
}
PEER_WAYS = (PLAIN, FAST, CAT)
#: What P4 asks of two of the works.
GOALS = {
    FAST.name: Goal("faster than nbstripout-fast", ratio_at_most=1),
    PLAIN.name: Goal("≤ 2x git without a filter", ratio_at_most=2),
}
Times = dict[str, list[float]]


class Story:
    """What happens in one repository from its first `git add` on; seconds by work."""

    def __init__(self, repository: Repository, collection: Collection) -> None:
        self._repository = repository
        self._collection = collection
        self.times: Times = {}

    def tell(self, *, log: bool) -> Times:
        """Go through all works; `log` says if also through the history."""
        self._add()
        self._status()
        self._checkout()
        self._stash()
        if log:
            self._log()
        return self.times

    def _time(self, work: str, *words: str) -> bytes:
        took, printed = self._repository.timed(*words)
        self.times.setdefault(work, []).append(took)
        return printed

    def _add(self) -> None:
        self._repository.save("first")
        self._time("add", "add", "--all")
        self._repository.check_stored("first")
        self._repository.git("commit", "-q", "-m", "first")

    def _status(self) -> None:
        self._repository.touch()
        if self._time("status", "status", "--porcelain"):
            raise WrongWork(f"{self._repository.way.name}: touched files are not clean")

    def _checkout(self) -> None:
        """Make the branch `other`, and go to `main` and back."""
        self._repository.git("checkout", "-q", "-b", "other")
        self._repository.save("second")
        self._repository.git("add", "--all")
        self._repository.check_stored("second")
        self._repository.git("commit", "-q", "-m", "second")
        for branch, version in (("main", "first"), ("other", "second")):
            self._repository.settle()
            self._time("checkout", "checkout", "-q", branch)
            self._repository.check_returned(version)

    def _stash(self) -> None:
        self._repository.save("edited")
        self._repository.settle()
        there, _ = self._repository.timed("stash")
        self._repository.check_returned("second")
        self._repository.settle()
        back, _ = self._repository.timed("stash", "pop")
        self._repository.check_returned("edited")
        rest = set(self._collection.names) - set(self._collection.edited)
        self._repository.check_returned("second", sorted(rest))
        self.times["stash"] = [there + back]

    def _log(self) -> None:
        self._repository.git("commit", "-q", "-a", "-m", "edited")
        for version in self._collection.history:
            self._repository.save(version)
            self._repository.git("commit", "-q", "-a", "-m", version)
        self._repository.settle()
        words = ("log", "-p", f"-{len(self._collection.history)}")
        first = self._time("log", *words)
        self._repository.cache(*words)
        again = self._time("cached log", *words)
        lines = [line for line in first.splitlines() if line.startswith(b"+") and MARK.encode() in line]
        if len(lines) != sum(len(self._collection.of(version)) for version in self._collection.history):
            raise WrongWork(f"{self._repository.way.name}: git log -p shows {len(lines)} changes")
        if first != again:
            raise WrongWork(f"{self._repository.way.name}: git log -p shows something else the second time")


def told(
    ways: Iterable[Way], collection: Collection, folder: Path, rounds: int, env: dict[str, str], *, log: bool
) -> dict[str, Times]:
    """Tell the story in each way, in turn, round after round; return the seconds by way and work."""
    times: dict[str, Times] = {way.name: {} for way in ways}
    for number in range(rounds):
        for way in ways:
            with TemporaryDirectory(dir=folder) as name:
                repository = Repository(way, collection, Path(name) / "repository", env)
                its = Story(repository, collection).tell(log=log)
            for work, seconds in its.items():
                times[way.name].setdefault(work, []).extend(seconds)
            spoken = ", ".join(f"{work} {' '.join(f'{each:.2f}' for each in its[work])}" for work in its)
            print(f"round {number + 1}, {way.name}: {spoken}", flush=True)
    return times


def figures(
    times: dict[str, Times], peers: Iterable[Way], notebooks: int, goals: dict[str, Goal]
) -> list[Figure]:
    """One row for each work and peer."""
    return [
        _figure(times, peer.name, work, notebooks, goals.get(peer.name))
        for work in WORKS
        for peer in peers
        if any(work in each for each in times.values())
    ]


def _figure(times: dict[str, Times], peer: str, work: str, notebooks: int, goal: Goal | None) -> Figure:
    measured = {"ours": times.get(OURS.name, {}).get(work), "stock": times.get(peer, {}).get(work)}
    medians = {side: statistics.median(each) for side, each in measured.items() if each}
    what = f"{WORKS[work]}; {notebooks} notebooks, beside {peer}"
    goal = goal if work in {"add", "checkout"} else None
    samples = min(len(each) for each in measured.values() if each)
    return Figure.of("P4", what, "s", medians, samples=samples, goal=goal)


def versions(*, peers: bool) -> dict[str, str]:
    """The versions of git, of our Python and of the peers."""
    git = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout.split()[2]
    used = {"git": git, "python": sys.version.split()[0]}
    if peers:
        path = [str(each) for each in (PEERS.parent / "lib").glob("python*/site-packages")]
        for found_one in metadata.distributions(path=path):
            if found_one.name.startswith("nbstripout"):
                used[found_one.name] = found_one.version
    return used


def main() -> None:
    parser = options(__doc__ or "")
    parser.add_argument("folder", nargs="?", type=Path, help="real notebooks: all *.ipynb below it")
    chosen = parser.parse_args()
    if chosen.only != "ours" and not PEERS.exists():
        parser.error("nbstripout is not there: run bench/setup nbstripout")
    number, few, rounds, few_rounds = (40, 3, 1, 1) if chosen.quick else (500, 20, 5, 3)
    ours = () if chosen.only == "stock" else (OURS,)
    slow = () if chosen.only == "ours" else (NBSTRIPOUT,)
    with TemporaryDirectory(prefix="nbb-") as name:
        folder = Path(name)
        env = environment(folder / "home")
        notebooks = found(chosen.folder.resolve(), number) if chosen.folder else made(number)
        all_of_them = Collection(folder / "all", notebooks)
        peers = () if chosen.only == "ours" else (*PEER_WAYS, answers(all_of_them))
        some = all_of_them.some(few, folder / "some")
        for collection in (all_of_them, some):
            collection.strip(NBHOTEL, env)
        print(f"{number} notebooks, {all_of_them.megabytes:.0f} MB", flush=True)
        known = () if chosen.only == "ours" else PEER_WAYS
        told((*known, *ours), some, folder, 1, env, log=True)  # fills the page cache
        times = told((*peers, *ours), all_of_them, folder, rounds, env, log=True)
        few_times = told((*slow, *ours), some, folder, few_rounds, env, log=False)
    rows = figures(times, peers, number, GOALS) + figures(few_times, (NBSTRIPOUT,), few, {})
    used = versions(peers=chosen.only != "ours")
    report("git", rows, keep=not (chosen.quick or chosen.only), versions=used)


if __name__ == "__main__":
    main()
