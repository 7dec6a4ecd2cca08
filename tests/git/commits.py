"""What two commits of a notebook, or a conflict between them, are made of."""

from __future__ import annotations

from tests.git.sandbox import Sandbox, notebook


def committed(repo: Sandbox, *sources: str) -> None:
    repo.write("a.ipynb", notebook(*sources, ran=True))
    repo.commit()


def conflict(repo: Sandbox) -> None:
    """Merge `topic` into `main`; both changed the same line."""
    committed(repo, "# Title", "x = 1", "print(x)")
    repo.git("checkout", "-q", "-b", "topic")
    committed(repo, "# Title", "x = 'topic'", "print(x)")
    repo.git("checkout", "-q", "main")
    committed(repo, "# Title", "x = 'main'", "print(x)")
    repo.git("merge", "-q", "topic", code=1)
