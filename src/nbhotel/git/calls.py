"""git, called for one answer at a time."""

from __future__ import annotations

import os
from collections.abc import Mapping

from nbhotel.errors import InputError, MissingPart


class Git:
    """git, run in one folder.

    The variables by which git tells a program where it is (`GIT_DIR` …) are in the environment that is passed
    in, and stay there. Words and answers are text with surrogate escapes, as Python has file names.
    """

    def __init__(self, folder: str, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = {**environment, "LC_ALL": "C"}

    def run(self, *words: str, data: str = "") -> str:
        """Return what git prints, without the newline at its end. Raises InputError, MissingPart."""
        code, out, complaint = self._call(words, data)
        if code:
            raise InputError(_first(complaint), where="git")
        return out

    def ask(self, *words: str, data: str = "") -> str | None:
        """Return what git prints; None if it says no. Raises MissingPart."""
        code, out, _ = self._call(words, data)
        return None if code else out

    def listed(self, *words: str, data: list[str] | None = None) -> list[str]:
        """Return the items of an answer with `-z`; `data` is written the same way. Raises as `run` does."""
        out = self.run(*words, data="".join(f"{each}\0" for each in data or ()))
        return out.split("\0")[:-1]

    def path(self, name: str) -> str:
        """Return where a file of the git directory lies, such as "info/attributes", as an absolute path."""
        return os.path.join(self.folder, self.run("rev-parse", "--git-path", name))

    def top(self) -> str:
        """Return the root of the worktree; "" if there is none (a bare repository)."""
        return self.ask("rev-parse", "--show-toplevel") or ""

    def _call(self, words: tuple[str, ...], data: str) -> tuple[int, str, str]:
        from subprocess import run

        command = ["git", "-C", self.folder, *words]
        try:
            done = run(
                command, input=os.fsencode(data), capture_output=True, env=self.environment, check=False
            )
        except FileNotFoundError:
            raise MissingPart("git is not installed", remedy="install it") from None
        return done.returncode, os.fsdecode(done.stdout).removesuffix("\n"), os.fsdecode(done.stderr)


def _first(complaint: str) -> str:
    lines = complaint.strip().splitlines() or ["it failed and did not say why"]
    return lines[0].removeprefix("fatal: ").removeprefix("error: ")
