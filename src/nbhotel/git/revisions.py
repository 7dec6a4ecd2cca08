"""What git has to compare: revisions, the index, the worktree, and the files that differ between two.

The variables by which git tells a program that it runs where it is (`GIT_DIR`, `GIT_INDEX_FILE` …) are in the
environment that is passed in, and stay there.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from nbhotel.errors import InputError, MissingPart
from nbhotel.records import NamedTuple

if TYPE_CHECKING:
    from subprocess import Popen

#: The places that are no tree; the newest commit may not exist yet.
INDEX = ":"
WORKTREE = ""
NEWEST = "HEAD"


class Version(NamedTuple):
    """One side of a file: its path below the top of the repository, and its blob.

    `blob` is "" for the file in the worktree.
    """

    path: str
    blob: str


class Changed(NamedTuple):
    """A file that differs; None where it does not exist."""

    old: Version | None
    new: Version | None


class Repository:
    """The repository that a folder is in."""

    def __init__(self, folder: str, environment: Mapping[str, str]) -> None:
        """Find the repository. Raises InputError outside of one, MissingPart without git."""
        self._folder = folder
        # Reading takes no locks: a comparison must not disturb a commit that is under way.
        self._environment = {**environment, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
        inside, prefix = _text(self._run("rev-parse", "--is-inside-work-tree", "--show-prefix")).split(
            "\n", 1
        )
        self.has_worktree = inside == "true"
        self.prefix = prefix.removesuffix("\n")

    @property
    def top(self) -> str:
        """The root of the worktree. Raises InputError if there is none (a bare repository)."""
        return _text(self._run("rev-parse", "--show-toplevel")).removesuffix("\n")

    def commit(self, revision: str) -> str | None:
        """Return the id of a revision's commit; None if it is none."""
        found = self.find(revision)
        return found and self.find(f"{found}^{{commit}}")

    def tree(self, revision: str) -> str | None:
        """Return the id of a revision's tree; None if there is no such revision."""
        return self.find(f"{revision}^{{tree}}")

    def find(self, name: str) -> str | None:
        """Return the id of any object; None if there is none of this name."""
        done = self._try("rev-parse", "--verify", "--quiet", "--end-of-options", name)
        return None if done is None else _text(done).strip()

    def blob(self, name: str) -> str | None:
        """Return the id of a file such as `HEAD:a.ipynb` or `:a.ipynb`; None if there is none."""
        found = self.find(name)
        return found if found and self._run("cat-file", "-t", found).strip() == b"blob" else None

    def merge_base(self, one: str, other: str) -> str:
        """Return the best common ancestor. Raises InputError if there is none."""
        done = self._try("merge-base", "--end-of-options", one, other)
        if done is None:
            raise InputError("the two revisions have no common ancestor", where=f"{one}...{other}")
        return _text(done).strip()

    def changed(self, old: str, new: str, paths: Sequence[str]) -> list[Changed]:
        """List the files that differ between two places, renamed ones as one.

        Places are a tree or NEWEST against INDEX, a tree or INDEX against WORKTREE, or two trees. `paths` are
        git's pathspecs, relative to the folder.
        """
        trees = [place for place in (old, new) if place not in {INDEX, WORKTREE, NEWEST}]
        cached = ["--cached"] if new == INDEX else []
        output = self._run(
            "diff", "--raw", "-z", "--abbrev=40", "--find-renames", "--no-ext-diff", "--ignore-submodules",
            *cached, *trees, "--", *paths,
        )  # fmt: skip
        return list(_parsed(output, worktree=new == WORKTREE))

    def revisions(self, words: Sequence[str]) -> list[str]:
        """Return the commits that revisions and ranges name, those to leave out with a "^" before them.

        None means the newest commit. Raises InputError.
        """
        for word in words:
            if word.startswith("-"):
                raise InputError("is no git revision", where=word)
        try:
            found = _text(self._run("rev-parse", *(words or [NEWEST]), "--")).split()
        except InputError as error:
            if not words:
                raise InputError("there is no commit yet", where="git") from None
            raise InputError(error.what, where="git", remedy="the notebook comes first") from None
        return [word for word in found if word != "--"]

    def renamed(self, old: str, new: str, path: str) -> Version | None:
        """Return what the file at `path` of the commit `new` was in `old`; None if it had no other name."""
        output = self._try(
            "diff-tree", "-r", "-z", "--no-abbrev", "--find-renames", "--diff-filter=R", old, new
        )
        found = _parsed(output or b"", worktree=False)
        return next((each.old for each in found if each.new and each.new.path == path), None)

    def contents(self, blobs: Iterable[str]) -> Iterator[bytes]:
        """Yield the contents of blobs, read one by one from one `git cat-file --batch`."""
        with self.start("cat-file", "--batch") as process:
            assert process.stdin is not None  # noqa: S101 - it was asked for
            assert process.stdout is not None  # noqa: S101
            for blob in blobs:
                process.stdin.write(blob.encode() + b"\n")
                process.stdin.flush()
                head = process.stdout.readline().split()
                if len(head) != 3:
                    raise InputError("git has no such object", where=blob)
                yield process.stdout.read(int(head[2]))
                process.stdout.read(1)
            process.stdin.close()

    def filtered(self, paths: Sequence[str]) -> set[str]:
        """Return those of `paths` (below the top) that a clean filter stands before."""
        listed = "\0".join(paths) + "\0"
        output = self._run("check-attr", "-z", "--stdin", "filter", at=self.top, data=os.fsencode(listed))
        words = _text(output).split("\0")
        return {
            path
            for path, value in zip(words[0::3], words[2::3], strict=False)
            if value not in {"unspecified", "unset"}
        }

    def cleaned(self, path: str) -> bytes:
        """Return a file of the worktree as git would store it, by way of its filters.

        Its blob goes to an object store of its own that is removed again: comparing writes nothing.
        """
        from tempfile import TemporaryDirectory

        objects = _text(self._run("rev-parse", "--git-path", "objects")).removesuffix("\n")
        objects = os.path.join(self._folder, objects)
        with TemporaryDirectory(prefix="nbhotel-") as store:
            apart = {"GIT_OBJECT_DIRECTORY": store, "GIT_ALTERNATE_OBJECT_DIRECTORIES": objects}
            blob = self._run("hash-object", "-w", "--", path, at=self.top, more=apart)
            return self._run("cat-file", "blob", _text(blob).strip(), at=self.top, more=apart)

    def checked_out(self, path: str, blob: str) -> bytes:
        """Return a blob as git would write it to `path` (below the top), by way of its filters.

        If these fail it is as it is stored. Raises InputError.
        """
        found = self._try("cat-file", "--filters", f"--path={path}", blob)
        return self._run("cat-file", "blob", blob) if found is None else found

    def start(self, *arguments: str) -> Popen[bytes]:
        """Start git with pipes to and from it; its complaints go where ours go."""
        from subprocess import PIPE, Popen

        # A wide pipe lets git go on while a whole notebook is read.
        return Popen(
            self._command(*arguments), stdin=PIPE, stdout=PIPE, env=self._environment, pipesize=1 << 20
        )

    def items(self, *arguments: str) -> Iterator[str]:
        """Yield the items of an answer with `-z`, as git finds them. Raises InputError."""
        from subprocess import DEVNULL, PIPE, Popen

        command = self._command(*arguments)
        with Popen(command, stdin=DEVNULL, stdout=PIPE, stderr=PIPE, env=self._environment) as process:
            assert process.stdout is not None  # noqa: S101 - it was asked for
            assert process.stderr is not None  # noqa: S101
            try:
                rest = b""
                while data := process.stdout.read1(65_536):  # type: ignore[attr-defined]
                    *whole, rest = (rest + data).split(b"\0")
                    yield from map(_text, whole)
                complaint = process.stderr.read()
                process.wait()
            finally:
                process.kill()  # whoever has seen enough does not wait for the rest of a long search
        if process.returncode > 0:
            raise InputError(_complaint(complaint), where="git")

    def _command(self, *arguments: str, at: str = "") -> list[str]:
        return ["git", "-C", at or self._folder, *arguments]

    def _try(self, *arguments: str) -> bytes | None:
        """Return what git printed, or None if it said no."""
        try:
            return self._run(*arguments)
        except InputError:
            return None

    def _run(
        self, *arguments: str, at: str = "", data: bytes = b"", more: Mapping[str, str] | None = None
    ) -> bytes:
        from subprocess import run

        environment = {**self._environment, **(more or {})}
        command = self._command(*arguments, at=at)
        try:
            done = run(command, input=data, capture_output=True, env=environment, check=False)
        except FileNotFoundError:
            raise MissingPart("git is not installed", remedy="install it, or name two files") from None
        if done.returncode:
            raise InputError(_complaint(done.stderr), where="git")
        return done.stdout


def _complaint(stderr: bytes) -> str:
    lines = _text(stderr).strip().splitlines() or ["it failed and did not say why"]
    return lines[0].removeprefix("fatal: ").removeprefix("error: ")


def _text(output: bytes) -> str:
    return os.fsdecode(output)


def _parsed(output: bytes, *, worktree: bool) -> Iterator[Changed]:
    """Read `git diff --raw -z` (git-diff(1), "Raw output format")."""
    words = iter(_text(output).split("\0"))
    seen: set[str] = set()
    for head in words:
        if not head:
            return
        old_mode, new_mode, old_blob, new_blob, status = head.removeprefix(":").split(" ")
        old_path = new_path = next(words)
        if status[0] in "RC":
            new_path = next(words)
        # A conflicted path comes as U, and again with our side's blob where there is a worktree to compare.
        if status[0] == "U" or new_path in seen:
            continue
        seen.add(new_path)
        old = _version(old_path, old_mode, old_blob)
        # git may give the worktree's file an id that it has not stored.
        new = _version(new_path, new_mode, "" if worktree else new_blob)
        if old or new:
            yield Changed(old, new)


def _version(path: str, mode: str, blob: str) -> Version | None:
    """None for what does not exist, and for symbolic links and submodules."""
    return Version(path, blob) if mode.startswith("100") else None
