"""Somebody works with git on a dozen notebooks; each work may be interrupted, and is then done again."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from tests.git.killing import Marksman, Shot
from tests.git.runs import TOKEN, Memory, cells, clean
from tests.git.sandbox import Sandbox

Words: TypeAlias = tuple[str, ...]
Sources: TypeAlias = dict[str, list[str]]

_FOLDERS = ("", "week 1/", "übung/")
NAMES = tuple(f"{_FOLDERS[number % 3]}nb{number:02}.ipynb" for number in range(12))
_NEW = "new in topic.ipynb"
#: Characters per output: some are more than a pipe holds.
_SIZES = (20, 20, 500, 60_000)


class Work(NamedTuple):
    """What somebody does: prepares `first` in peace, and is interrupted in one of `commands`.

    `again` is what a person does then, until the work is done; the worktree has then the notebooks of `ends`.
    """

    commands: tuple[Words, ...]
    again: Callable[[Desk], None]
    ends: str
    start: str = "main"
    edits: bool = False
    first: tuple[Words, ...] = ()


class Desk:
    """A repository with the branches `main` and `topic`, which differ in some notebooks and can be merged."""

    def __init__(self, repo: Sandbox, rng: random.Random) -> None:
        self.repo = repo
        self.git = repo.git
        self.rng = rng
        self.memory = Memory()
        self.marksman = Marksman(rng)
        self.versions: dict[str, Sources] = {}
        self._runs = 0

    def open(self) -> None:
        """Make the branches: `topic` changes notebooks 0 to 5 and adds one, `main` changes 3 to 8."""
        base = {name: _notebook(name) for name in NAMES}
        topic = {**base, **_edited(base, NAMES[:6], "a", "topic"), _NEW: _notebook(_NEW)}
        main = {**base, **_edited(base, NAMES[3:9], "e", "main")}
        merged = {**topic, **_edited(topic, NAMES[3:9], "e", "main")}
        self.versions = {"topic": topic, "main": main, "merged": merged}
        self._commit(base, "base")
        self.git("checkout", "-q", "-b", "topic")
        self._commit({name: topic[name] for name in topic if topic[name] != base.get(name)}, "topic0")
        self.git("checkout", "-q", "main")
        self._commit({name: main[name] for name in main if main[name] != base[name]}, "main0")

    def round(self, name: str) -> Shot:
        """Do one work with an interruption, and again. Raises AssertionError if anything goes wrong."""
        work = WORKS[name]
        self._go_home()
        self._prepare(work)
        fatal = self.rng.randrange(len(work.commands))
        for command in work.commands[:fatal]:
            self.git(*command)
        shot = self.marksman.shoot(["git", *work.commands[fatal]], self.repo.folder, self.repo.env)
        try:
            self._come_back(name, shot)
        except AssertionError as error:
            raise AssertionError(f"{shot}\n{error}\n{shot.told}") from error
        return shot

    def run(self, name: str, sources: list[str]) -> None:
        """Somebody runs a notebook and saves it."""
        self._runs += 1
        size = self.rng.choice(_SIZES)
        self.repo.write(name, self.memory.run(f"r{self._runs}", sources, size=size))

    def succeeds(self, *words: str) -> bool:
        """Whether git does something."""
        return self.repo.run(["git", *words]).returncode == 0

    def is_merged(self, branch: str) -> bool:
        """Whether the newest commit has a branch in it."""
        return self.succeeds("merge-base", "--is-ancestor", branch, "HEAD")

    def discard(self) -> None:
        """Go back to the newest commit, as people do when they are lost."""
        self.git("reset", "-q", "--hard")
        self.git("clean", "-fdq")

    def _commit(self, notebooks: Sources, tag: str) -> None:
        for name, sources in notebooks.items():
            self.run(name, sources)
        self.repo.commit(tag)
        self.git("tag", tag)

    def _go_home(self) -> None:
        self.git("stash", "clear")
        self.git("checkout", "-q", "-f", "-B", "main", "main0")
        self.git("branch", "-q", "-f", "topic", "topic0")
        self.git("clean", "-fdq")
        self._all_is_there("main")

    def _prepare(self, work: Work) -> None:
        if work.start != "main":
            self.git("checkout", "-q", work.start)
        now = self.versions[work.start]
        chosen = self.rng.sample(NAMES, 6)
        for name in chosen[:3]:
            self.run(name, now[name])
        edited = _edited(now, tuple(chosen[3:]), "c", f"edit {self._runs}") if work.edits else {}
        self.versions["edited"] = {**now, **edited}
        for name, sources in edited.items():
            self.run(name, sources)
        for words in work.first:
            self.git(*words)

    def _come_back(self, name: str, shot: Shot) -> None:
        assert "Traceback" not in shot.told
        self._check_consistency()
        self._mend()
        WORKS[name].again(self)
        self._check(name)

    def _check_consistency(self) -> None:
        for lock in self.repo.folder.joinpath(".git").rglob("*.lock"):
            lock.unlink()
        told = self.repo.run(["git", "fsck", "--full", "--strict", "--no-dangling", "--no-progress"])
        assert (told.returncode, told.stdout) == (0, ""), f"fsck: {told.stdout}{told.stderr}"
        self.check_leaks()

    def check_leaks(self) -> None:
        """No object has an output in it, reachable or not. Raises AssertionError."""
        objects = self.git("cat-file", "--batch-all-objects", "--batch", "--unordered")
        at = objects.find(TOKEN)
        assert at < 0, f"leaked: {objects[at : at + 40]!r}"
        assert "nb00_a" in objects

    def _mend(self) -> None:
        """Check that each file is whole, or can be checked out again. Raises AssertionError."""
        self.git("status", "--short")
        tracked = set(self.git("ls-files", "-z").split("\0")[:-1])
        damaged = [name for name in sorted(tracked) if not self._is_whole(name)]
        for name in damaged:
            self.git("checkout", "-q", "--", name)
            assert self._is_whole(name), f"{name} can't be mended"
        if not tracked.issuperset([_NEW]) and not self._is_whole(_NEW):
            self.repo.folder.joinpath(_NEW).unlink(missing_ok=True)

    def _is_whole(self, name: str) -> bool:
        path = self.repo.folder / name
        return path.exists() and self.memory.is_whole(path.read_bytes())

    def _check(self, name: str) -> None:
        """Check what the work has come to. Raises AssertionError."""
        ends = WORKS[name].ends
        self._all_is_there(ends)
        expected = self.versions[ends]
        if "stash" not in name:
            wrong = [path for path, blob in self._staged(expected).items() if blob != clean(expected[path])]
            assert wrong == [], f"not as they should be in the index: {wrong}"
        status = self.git("status", "--porcelain", "-z")
        if ends != "edited" or name == "commit":
            assert status == "", f"modified: {status}"
        self.check_leaks()

    def _all_is_there(self, version: str) -> None:
        lost = {}
        for name, sources in self.versions[version].items():
            content = self.repo.folder.joinpath(name).read_bytes()
            code = [source for source in sources if not source.startswith("#")]
            assert [source for source, _ in cells(content)] == code, f"{name} has other sources"
            if self.memory.lost(content):
                lost[name] = self.memory.lost(content)
        assert lost == {}, f"outputs lost: {lost}"

    def _staged(self, paths: Mapping[str, object]) -> dict[str, bytes]:
        asked = "".join(f":{path}\n" for path in paths)
        told = self.git("cat-file", "--batch", stdin=asked).encode("utf-8", "surrogateescape")
        found = {}
        for path in paths:
            head, _, told = told.partition(b"\n")
            size = int(head.split()[-1])
            found[path], told = told[:size], told[size + 1 :]
        return found


def _notebook(name: str) -> list[str]:
    stem = name.rpartition("/")[2].split(".")[0].replace(" ", "_")
    return [f"# {stem}_title of a notebook", *(f"{stem}_{letter} = 'base'\nprint(1)" for letter in "abcde")]


def _edited(notebooks: Sources, names: tuple[str, ...], letter: str, who: str) -> Sources:
    """Change one cell of these notebooks."""
    return {
        name: [
            source.replace("'base'", f"'{who}'") if f"_{letter} =" in source else source
            for source in notebooks[name]
        ]
        for name in names
    }


def _add_again(desk: Desk) -> None:
    desk.git("add", "-A")


def _commit_again(desk: Desk) -> None:
    if desk.git("log", "-1", "--format=%s") != "work\n":
        desk.git("commit", "-q", "-a", "-m", "work")


def _switch_again(desk: Desk) -> None:
    if not desk.succeeds("checkout", "-q", "topic") or desk.git("status", "--porcelain"):
        desk.git("checkout", "-q", "-f", "topic")


def _stash_again(desk: Desk) -> None:
    if desk.git("stash", "list"):
        desk.discard()
    else:
        desk.git("stash", "-q")
    desk.git("stash", "pop", "-q")


def _pop_again(desk: Desk) -> None:
    if desk.git("stash", "list"):
        desk.discard()
        desk.git("stash", "pop", "-q")


def _merge_again(desk: Desk) -> None:
    desk.succeeds("merge", "--abort")
    desk.discard()
    if not desk.is_merged("topic"):
        desk.git("merge", "-q", "--no-edit", "topic")


def _rebase_again(desk: Desk) -> None:
    if not desk.succeeds("rebase", "--abort"):
        for name in ("rebase-merge", "rebase-apply"):
            shutil.rmtree(desk.repo.folder / ".git" / name, ignore_errors=True)
        desk.git("checkout", "-q", "-f", "topic")
    desk.discard()
    if not desk.is_merged("main"):
        desk.git("rebase", "-q", "main")


def _pick_again(desk: Desk) -> None:
    desk.succeeds("cherry-pick", "--abort")
    desk.discard()
    if desk.git("log", "-1", "--format=%s") != "topic0\n":
        desk.git("cherry-pick", "topic")


def _restore_again(desk: Desk) -> None:
    desk.git("restore", ".")


#: git throws away what is on the disk then: outputs that git has not seen yet would go with it.
_LOOK: tuple[Words, ...] = (("status", "--short"),)
WORKS: dict[str, Work] = {
    "add": Work((("add", "-A"),), _add_again, "edited", edits=True),
    "commit": Work((("commit", "-q", "-a", "-m", "work"),), _commit_again, "edited", edits=True),
    "switch": Work(
        tuple(("checkout", "-q", name) for name in ("topic", "main", "topic")), _switch_again, "topic"
    ),
    "stash": Work((("stash", "-q"),), _stash_again, "edited", edits=True),
    "stash pop": Work((("stash", "pop", "-q"),), _pop_again, "edited", edits=True, first=(("stash", "-q"),)),
    "merge": Work((("merge", "-q", "--no-edit", "topic"),), _merge_again, "merged"),
    "rebase": Work((("rebase", "-q", "main"),), _rebase_again, "merged", start="topic"),
    "cherry-pick": Work((("cherry-pick", "topic"),), _pick_again, "merged"),
    "restore": Work((("restore", "."),), _restore_again, "main", edits=True, first=_LOOK),
    "reset": Work((("reset", "-q", "--hard"),), Desk.discard, "main", edits=True, first=_LOOK),
}
