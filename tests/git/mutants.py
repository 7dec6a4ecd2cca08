"""Mutated notebooks through all that git asks of our drivers, many of them in one repository."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from nbhotel.notebook.model import Broken, Notebook
from nbhotel.notebook.reading import read_notebook
from tests.fuzz.faces import Files
from tests.fuzz.run import plan
from tests.git.sandbox import Sandbox

#: Seconds that a git command may take, and those that each notebook adds. A busy machine needs its time.
_LIMIT, _EACH = 60.0, 5.0
#: What must stand in no message of ours. The last: our comparison failed, and git's own took its place.
_DEFECTS = ("Traceback", "defect", "is compared as text")
_BLAMED = 3


class Complaint(NamedTuple):
    """What went wrong, in a line, and with which git command."""

    command: str
    what: str


def name_of(seed: int) -> str:
    """The file of a seed."""
    return f"s{seed}.ipynb"


def complaints(repo: Sandbox, seeds: Sequence[int]) -> list[Complaint]:
    """Take the notebooks of some seeds through git; `repo` is empty, with nbhotel enabled."""
    return list(_Round(repo, {name_of(seed): plan(seed).files() for seed in seeds}).complaints())


class _Round:
    def __init__(self, repo: Sandbox, files: dict[str, Files]) -> None:
        self.repo = repo
        self.files = files
        self.found: list[Complaint] = []
        #: (file, blob) -> what lay on the disk when git got it.
        self._last: dict[tuple[str, str], bytes] = {}

    def complaints(self) -> Iterator[Complaint]:
        """Add, commit, look, switch, and merge the second files with the third ones."""
        self._git("config", "diff.nbhotel.cachetextconv", "true")  # `log -S` uses them
        self._commit(0, "old")
        self._check_index(0)
        for name in self.files:
            (self.repo.folder / name).unlink()
        self._check_out("checkout", "-q", "--", ".")
        self._git("checkout", "-q", "-b", "theirs")
        self._commit(2, "theirs")
        self._check_out("checkout", "-q", "main")
        self._write(1)
        self._git("diff")
        self._commit(1, "new")
        self._check_index(1)
        self._git("diff", "--stat", "-p", "HEAD", "theirs")
        self._git("log", "-p", "main", "theirs")
        self._git("log", "--format=%h", "-S", "import", "main")
        for name in sorted(self.files)[:_BLAMED]:
            self._git("blame", "--", name)
        self._git("grep", "--textconv", "-c", "-e", "e", codes=(0, 1))
        self._merge()
        yield from self.found

    def _commit(self, side: int, message: str) -> None:
        self._write(side)
        self._git("add", "--all")
        self._last |= {(name, blob): self._on_disk(name) for name, blob in self._staged().items()}
        self._git("commit", "-q", "--allow-empty", "-m", message)
        self._expect_clean(f"commit {message}")

    def _merge(self) -> None:
        self._git("merge", "-q", "--no-edit", "theirs", codes=(0, 1))
        self._git("diff")
        for name, files in self.files.items():
            both = all(isinstance(read_notebook(each), Notebook) for each in files[1:])
            merged = read_notebook(self._on_disk(name))
            if both and isinstance(merged, Broken):
                self.found.append(Complaint("merge", f"{name} can't be opened: {merged.message}"))
        self._check_out("reset", "-q", "--hard")

    def _write(self, side: int) -> None:
        for name, files in self.files.items():
            self.repo.write(name, files[side])

    def _on_disk(self, name: str) -> bytes:
        path = self.repo.folder / name
        return path.read_bytes() if path.exists() else b"(gone)"

    def _check_out(self, *words: str) -> None:
        """Each file comes back byte for byte, outputs included."""
        self._git(*words)
        for name, blob in self._staged().items():
            # A merge makes notebooks that nobody had on the disk before.
            if self._on_disk(name) != self._last.get((name, blob), self._on_disk(name)):
                self.found.append(Complaint(" ".join(words), f"{name} is not as it was"))
        self._expect_clean(" ".join(words))

    def _staged(self) -> dict[str, str]:
        """File -> blob."""
        lines = self._git("ls-files", "--stage", "-z").decode().split("\0")[:-1]
        return {line.partition("\t")[2]: line.split()[1] for line in lines}

    def _check_index(self, side: int) -> None:
        """What is no notebook goes in byte for byte, and of a notebook no outputs do."""
        for name, files in self.files.items():
            staged = self._git("cat-file", "blob", f":{name}")
            notebook = read_notebook(staged)
            if isinstance(read_notebook(files[side]), Broken):
                if staged != files[side]:
                    self.found.append(Complaint("add", f"{name} is no notebook, and was changed"))
            elif isinstance(notebook, Broken):
                self.found.append(Complaint("add", f"{name} was a notebook: {notebook.message}"))
            elif any(cell.raw.get("outputs") for cell in notebook.cells if cell.kind == "code"):
                self.found.append(Complaint("add", f"{name} went in with outputs"))

    def _expect_clean(self, after: str) -> None:
        status = self._git("status", "--porcelain")
        if status:
            self.found.append(Complaint("status", f"after {after}: {status.decode(errors='replace')}"))

    def _git(self, *words: str, codes: tuple[int, ...] = (0,)) -> bytes:
        """Run git and return what it prints."""
        command = ["git", *words]
        limit = _LIMIT + _EACH * len(self.files)
        try:
            done = subprocess.run(
                command, cwd=self.repo.folder, env=self.repo.env, capture_output=True, timeout=limit
            )
        except subprocess.TimeoutExpired:
            self.found.append(Complaint(" ".join(words), f"took more than {limit:.0f} s"))
            return b""
        told = done.stderr.decode("utf-8", "replace")
        if done.returncode not in codes:
            self.found.append(Complaint(" ".join(words), f"exit code {done.returncode}: {told}"))
        elif any(word in told for word in _DEFECTS):
            self.found.append(Complaint(" ".join(words), told))
        return done.stdout
