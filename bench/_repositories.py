"""Ways to have notebooks in git, and fresh repositories with one of them: git's commands there, timed."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from _collection import Collection, has_outputs, sources_of
from _machine import BUILD

NBHOTEL = Path(sys.executable).with_name("nbhotel")
PEERS = BUILD / "nbstripout" / "bin"
#: Where git writes what a timed command prints, below the git directory.
_OUTPUT = "bench-output"


class Way(NamedTuple):
    """A way to have notebooks in git.

    `lies` is the form that people's files have when they save them, `stored` the one that git gets, `returns`
    the one that git writes to the worktree: "full", "stripped", or "theirs", stripped otherwise than we do.
    """

    name: str
    lies: str
    stored: str
    returns: str
    #: What sets it up.
    commands: tuple[tuple[str, ...], ...] = ()
    #: git's attributes for notebooks.
    attributes: str = ""
    #: What has git keep the texts of `git log -p`.
    cache: tuple[str, ...] = ()


def _filter(name: str, clean: str) -> tuple[tuple[str, ...], ...]:
    """Set a filter up as nbstripout-fast's README has it."""
    return tuple(
        ("git", "config", f"filter.{name}.{key}", value)
        for key, value in (("clean", clean), ("smudge", "cat"))
    )


PLAIN = Way("git without a filter", "stripped", "stripped", "stripped")
OURS = Way(
    "ours",
    "full",
    "stripped",
    "full",
    commands=((str(NBHOTEL), "git", "enable"),),
    cache=(str(NBHOTEL), "git", "enable", "--cache"),
)
FAST = Way(
    "nbstripout-fast",
    "full",
    "theirs",
    "theirs",
    _filter("jupyter", shlex.quote(str(PEERS / "nbstripout-fast"))),
    "filter=jupyter",
)
CAT = Way("cat", "full", "full", "full", _filter("cat", "cat"), "filter=cat")


def answers(collection: Collection) -> Way:
    """A filter that knows all answers for a collection: what git's protocol takes, and no work."""
    words = [sys.executable, str(Path(__file__).with_name("_answers.py")), str(collection.folder)]
    commands = (
        ("git", "config", "filter.answers.process", shlex.join(words)),
        ("git", "config", "filter.answers.required", "true"),
    )
    return Way("a filter that knows the answers", "full", "stripped", "full", commands, "filter=answers")


NBSTRIPOUT = Way("nbstripout", "full", "theirs", "theirs", ((str(PEERS / "nbstripout"), "--install"),))


def environment(home: Path) -> dict[str, str]:
    """The environment of all programs, which knows no settings but ours; makes `home`."""
    home.mkdir()
    (home / ".gitconfig").write_text(
        "[user]\n\tname = Ada\n\temail = ada@example.org\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n"
    )
    # PYTHONUNBUFFERED, say, would make one program slower than another.
    forgotten = ("GIT_", "NBHOTEL_", "PYTHON", "XDG_")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(forgotten)}
    own = {"HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "GIT_ATTR_NOSYSTEM": "1", "LC_ALL": "C.UTF-8"}
    return kept | own


class WrongWork(Exception):
    """Something did not do what it was timed for: there is no figure."""


class Repository:
    """A fresh repository that has notebooks in one way."""

    def __init__(self, way: Way, collection: Collection, folder: Path, env: dict[str, str]) -> None:
        """Make it at `folder`, empty."""
        self.way = way
        self._collection = collection
        self._top = folder
        self._env = env
        self._last = int(time.time()) - 3600
        folder.mkdir()
        self.git("init", "-q", "-b", "main")
        for command in way.commands:
            self._run(*command)
        if way.attributes:
            (folder / ".git" / "info").mkdir(exist_ok=True)
            (folder / ".git" / "info" / "attributes").write_text(f"*.ipynb {way.attributes}\n")

    def cache(self, *words: str) -> None:
        """Have git keep the texts of this command, if the way can."""
        if self.way.cache:
            self._run(*self.way.cache)
            self.git(*words)

    def git(self, *words: str) -> bytes:
        """Run git, not timed, and return what it prints."""
        return self._run("git", *words)

    def timed(self, *words: str) -> tuple[float, bytes]:
        """Run git and return the seconds it took, and what it printed. Raises WrongWork if it complains."""
        os.sync()  # nobody pays for what was written before
        output = self._top / ".git" / _OUTPUT
        with output.open("wb") as stream:
            began = time.perf_counter()
            done = subprocess.run(
                ["git", *words], cwd=self._top, env=self._env, stdout=stream, stderr=subprocess.PIPE
            )
            took = time.perf_counter() - began
        if done.returncode or b"nbhotel:" in done.stderr or b"error" in done.stderr:
            raise WrongWork(f"{self.way.name}: git {' '.join(words)}: {done.stderr.decode()[-500:]}")
        return took, output.read_bytes()

    def save(self, version: str) -> None:
        """Write a version's files."""
        self._date(self._collection.lay(self.way.lies, version, self._top))

    def touch(self) -> None:
        """Let all files seem to have changed."""
        self._date(self._collection.names)

    def settle(self) -> None:
        """Let git look at what it wrote in the second in which it wrote its index, as `git status` does.

        Until then it can't be sure of these files, and the next command would pay for looking at them.
        """
        time.sleep(1.1)
        self.git("status", "--porcelain")

    def check_stored(self, version: str) -> None:
        """Raise WrongWork unless the index has these notebooks, in the form that the way gives them."""
        names = self._collection.of(version)
        for name, content in zip(names, self._blobs(names), strict=True):
            self._check(self.way.stored, version, name, content)

    def check_returned(self, version: str, names: list[str] | None = None) -> None:
        """Raise WrongWork unless the worktree has these notebooks, in the form that the way returns."""
        for name in self._collection.of(version) if names is None else names:
            self._check(self.way.returns, version, name, (self._top / name).read_bytes())

    def _check(self, form: str, version: str, name: str, content: bytes) -> None:
        if form == "theirs":
            stripped = self._collection.read("stripped", version, name)
            right = not has_outputs(content) and sources_of(content) == sources_of(stripped)
        else:
            right = content == self._collection.read(form, version, name)
        if not right:
            raise WrongWork(f"{self.way.name}: {name} is not the {version} version, {form}")

    def _blobs(self, names: list[str]) -> Iterator[bytes]:
        """Yield what the index has under these names."""
        asked = "".join(f":{name}\n" for name in names)
        done = subprocess.run(
            ["git", "cat-file", "--batch"],
            cwd=self._top,
            env=self._env,
            input=asked.encode(),
            capture_output=True,
            check=True,
        )
        at = 0
        for _ in names:
            end = done.stdout.index(b"\n", at)
            size = int(done.stdout[at:end].split()[-1])
            yield done.stdout[end + 1 : end + 1 + size]
            at = end + size + 2

    def _date(self, names: list[str]) -> None:
        """Date files a second later than before, all within the last hour: git looks at whole seconds."""
        self._last += 1
        for name in names:
            os.utime(self._top / name, (self._last, self._last))

    def _run(self, *command: str) -> bytes:
        done = subprocess.run(command, cwd=self._top, env=self._env, capture_output=True)
        if done.returncode:
            raise WrongWork(f"{self.way.name}: {' '.join(command)}: {done.stderr.decode()[-500:]}")
        return done.stdout
