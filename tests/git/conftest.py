"""Repositories for the tests of what git does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

import pytest

from tests.git.sandbox import Sandbox, environment, make_repository


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment with a home of its own."""
    (tmp_path / "home").mkdir()
    return environment(tmp_path / "home")


@pytest.fixture
def repo(tmp_path: Path, env: dict[str, str]) -> Sandbox:
    """An empty repository."""
    return make_repository(tmp_path / "repo", env)


@pytest.fixture(scope="session")
def enabled_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `git init` and `nbhotel git enable` make, once for all tests."""
    folder = tmp_path_factory.mktemp("enabled")
    (folder / "home").mkdir()
    repository = make_repository(folder / "repo", environment(folder / "home"))
    repository.nbhotel("git", "enable")
    return repository.folder


@pytest.fixture
def enabled(enabled_once: Path, tmp_path: Path, env: dict[str, str]) -> Sandbox:
    """An empty repository that nbhotel is enabled in."""
    return Sandbox(Path(copytree(enabled_once, tmp_path / "repo", symlinks=True)), env)


@pytest.fixture
def public() -> Iterator[Sandbox]:
    """An empty repository that other users of the machine can reach."""
    with TemporaryDirectory(prefix="nbhotel-") as folder:
        Path(folder).chmod(0o755)
        home = Path(folder) / "home"
        home.mkdir()
        yield make_repository(Path(folder) / "repo", environment(home))
