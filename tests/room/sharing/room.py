"""A server with somebody who shares, and the code host that it knows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.browser.lab import Lab, open_lab
from tests.room.changes.asking import refusal
from tests.share.hosts.gitlab import GitLabServer, open_gitlab
from tests.share.hosts.server import TOKEN, GitHubServer, open_github

SECRET = "ghp_" + "aB3" * 12


class Room:
    """What a person asks for through Lab's menu."""

    def __init__(self, lab: Lab, github: GitHubServer, gitlab: GitLabServer) -> None:
        self.lab, self.github, self.gitlab, self.root = lab, github, gitlab, lab.root

    def known(self, kind: str, path: str, **more: str) -> Any:
        """What the server knows of a file or folder."""
        return self.lab.ask(f"nbhotel/api/share/{kind}?{urlencode({'path': path, **more})}")

    def share(self, kind: str, path: str, **more: Any) -> Any:
        """Share, and wait for the end; the last state that the server tells."""
        job = self.start(kind, path, **more)
        end = time.monotonic() + 60
        while (state := self.lab.ask(f"nbhotel/api/share/jobs/{job}"))["state"] == "running":
            assert time.monotonic() < end, state
            time.sleep(0.02)
        return state

    def start(self, kind: str, path: str, **more: Any) -> str:
        """Start to share; the job's name."""
        started = self.lab.ask(f"nbhotel/api/share/{kind}", "POST", {"path": path, **more})
        job: str = started["id"]
        return job

    def refused(self, kind: str, path: str, **more: Any) -> str:
        """What is told of a share that does not come through."""
        return refusal(lambda: self.share(kind, path, **more))


@contextmanager
def open_room(folder: Path, kind: str = "server") -> Iterator[Room]:
    """Run a server whose owner has a token for one of two hosts, and a name for git; `folder` is empty."""
    with pytest.MonkeyPatch.context() as patch, open_github() as github, open_gitlab() as gitlab:
        for name in ("GH_TOKEN", "GITHUB_TOKEN", "GITLAB_TOKEN"):
            patch.delenv(name, raising=False)
        patch.setenv("GH_ENTERPRISE_TOKEN", TOKEN)
        patch.setenv("GH_HOST", github.address)
        patch.setenv("GITLAB_HOST", gitlab.address)
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")  # not somebody's own
        with open_lab(folder, kind=kind) as lab:
            lab.run("git", "config", "--global", "user.name", "Mona")
            lab.run("git", "config", "--global", "user.email", "mona@example.org")
            yield Room(lab, github, gitlab)
            assert TOKEN not in lab.log
