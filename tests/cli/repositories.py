"""Notebooks on disk and real git repositories for the tests of the command line."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any


def notebook(*sources: str, **cell: Any) -> str:
    """The text of a notebook with a code cell for each source."""
    cells = [
        {
            "cell_type": "code",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": source,
            **cell,
        }
        for source in sources
    ]
    document = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


#: Sources that are alike, so that they are one cell that changed.
ONE, TWO, THREE = (f"import os\nvalue = compute({number})\nprint(value)" for number in (1, 2, 3))


def environment(home: Path) -> dict[str, str]:
    """What git and nbhotel get: nothing of the user's."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "LESS", "PAGER"))}
    return {
        **kept,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.org",
        "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
        "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
        "GIT_CEILING_DIRECTORIES": str(home),
    }


class Repo:
    """A repository in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        """Make it; its branch is main."""
        self.folder = folder
        folder.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str) -> str:
        """Run git in it."""
        command = ["git", "-C", str(self.folder), *arguments]
        done = subprocess.run(
            command,
            env=environment(self.folder.parent),
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return done.stdout

    def write(self, path: str, text: str) -> Path:
        """Write a file below it."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def commit(self, **files: str) -> str:
        """Write notebooks (`a__b` is a/b.ipynb) and commit everything; returns the commit's id."""
        for name, text in files.items():
            self.write(f"{name.replace('__', '/')}.ipynb", text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "change")
        return self.git("rev-parse", "HEAD").strip()
