"""Real git repositories that nothing outside of them reaches: for tests of what git does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

#: Whatever the person who runs the tests has set up for git stays outside.
_FORGOTTEN = ("GIT_", "NBHOTEL_", "XDG_", "LESS", "COLUMNS", "NO_COLOR")
_WHEN = "2026-01-02T03:04:05+00:00"


def environment(home: Path) -> dict[str, str]:
    """The environment of every program in the sandbox."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_FORGOTTEN)}
    people = {
        f"GIT_{role}_{part}": value
        for role in ("AUTHOR", "COMMITTER")
        for part, value in (("NAME", "Ada"), ("EMAIL", "ada@example.org"), ("DATE", _WHEN))
    }
    return {
        **kept,
        **people,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_EDITOR": "true",
        "GIT_PAGER": "cat",
        "GIT_ADVICE": "0",
        "LC_ALL": "C.UTF-8",
        "TERM": "dumb",
        "TZ": "UTC",
    }


class Sandbox:
    """One repository (`folder` is the top of its worktree), and what runs in it."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self.folder = folder
        self.env = env

    def git(self, *words: str, code: int = 0, stdin: str = "", **more: str) -> str:
        """Run git and return what it prints; `more` are variables of the environment."""
        done = self.run(["git", *words], stdin=stdin, **more)
        assert done.returncode == code, f"git {' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def nbhotel(self, *words: str, code: int = 0, stdin: str = "", **more: str) -> str:
        """Run nbhotel and return what it prints to both streams."""
        done = self.run([sys.executable, "-m", "nbhotel", *words], stdin=stdin, **more)
        assert done.returncode == code, f"nbhotel {' '.join(words)}: {done.stdout}{done.stderr}"
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    def run(
        self, command: Sequence[str], *, stdin: str = "", **more: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a program here."""
        return subprocess.run(
            command,
            cwd=self.folder,
            env={**self.env, **more},
            input=stdin,
            capture_output=True,
            text=True,
            errors="surrogateescape",
            timeout=120,
        )

    def write(self, name: str, content: Any) -> Path:
        """Write a file: text, bytes or a notebook's JSON."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_text(content)
        else:
            path.write_text(json.dumps(content, indent=1) + "\n")
        return path

    def commit(self, message: str = "a commit", *paths: str) -> str:
        """Commit everything, or these paths, and return the commit's id."""
        self.git("add", "--all", *(["--", *paths] if paths else []))
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD").strip()

    def staged(self, name: str) -> Any:
        """The notebook that the index has."""
        return json.loads(self.git("cat-file", "blob", f":{name}"))

    def at(self, folder: Path) -> Sandbox:
        """The same environment in another folder."""
        return Sandbox(folder, self.env)


def make_repository(folder: Path, env: dict[str, str], *options: str) -> Sandbox:
    """Run `git init`."""
    folder.mkdir(parents=True, exist_ok=True)
    repository = Sandbox(folder, env)
    repository.git("init", "-q", "-b", "main", *options)
    return repository


def notebook(*sources: str, ran: bool = False, **metadata: Any) -> dict[str, Any]:
    """A notebook of code cells (Markdown ones begin with "#"); `ran` gives each code cell an output."""
    return {
        "cells": [_cell(number, source, ran) for number, source in enumerate(sources, 1)],
        "metadata": {"kernelspec": {"display_name": "Python 3", "name": "python3"}, **metadata},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cell(number: int, source: str, ran: bool) -> dict[str, Any]:
    lines = source.splitlines(keepends=True)
    if source.startswith("#"):
        return {"cell_type": "markdown", "id": f"cell-{number}", "metadata": {}, "source": lines}
    output = {
        "data": {"text/plain": [f"output of cell {number}"]},
        "execution_count": number,
        "metadata": {},
        "output_type": "execute_result",
    }
    return {
        "cell_type": "code",
        "execution_count": number if ran else None,
        "id": f"cell-{number}",
        "metadata": {},
        "outputs": [output] if ran else [],
        "source": lines,
    }
