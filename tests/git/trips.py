"""Notebooks on their way between branches: outputs stay out of git, and come back."""

from __future__ import annotations

from tests.git.runs import TOKEN, Memory, tokens
from tests.git.sandbox import Sandbox


def no_outputs_in(*repos: Sandbox) -> None:
    """No object has outputs, reachable or not."""
    for repo in repos:
        objects = repo.git("cat-file", "--batch-all-objects", "--batch", "--unordered")
        assert "nbformat" in objects
        assert TOKEN not in objects


class Trip:
    """Notebooks that are committed, edited on a branch, run again, and must come back each time."""

    def __init__(self, repo: Sandbox, *names: str) -> None:
        self.repo = repo
        self.names = names or ("a.ipynb",)
        self.memory = Memory()

    def run(self, who: str, line: str) -> None:
        """Edit one cell of each notebook, and run all of it."""
        for number, name in enumerate(self.names):
            self.repo.write(
                name, self.memory.run(f"{who}{number}", [f"one{number} = 1", f"two{number} = {line}"])
            )

    def is_back(self, who: str) -> None:
        """What `who` ran lies on the disk."""
        for number, name in enumerate(self.names):
            content = (self.repo.folder / name).read_bytes()
            assert tokens(content) == [f"out-{who}{number}-1", f"out-{who}{number}-2"], name
            assert self.memory.lost(content) == []

    def make(self) -> None:
        """Make the branches `main` and `other`."""
        self.run("first", "1")
        self.repo.commit("first")
        self.repo.git("checkout", "-q", "-b", "other")
        self.run("second", "2")
        self.repo.git("commit", "-q", "-a", "-m", "second")

    def go(self) -> None:
        """Make the branches, and go between them."""
        self.make()
        self.there_and_back()

    def there_and_back(self) -> None:
        """From `other` to `main` and back, also after a run. Nothing is modified, lost or leaked."""
        self.repo.git("checkout", "-q", "main")
        self.is_back("first")
        self.run("third", "1")
        assert self.repo.git("status", "--porcelain") == ""
        self.repo.git("checkout", "-q", "other")
        self.is_back("second")
        self.repo.git("checkout", "-q", "main")
        self.is_back("third")
        assert self.repo.git("status", "--porcelain") == ""
        no_outputs_in(self.repo)
