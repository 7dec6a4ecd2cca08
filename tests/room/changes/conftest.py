"""One server for all tests of changes, and a repository of its own for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.lab import Lab, open_lab
from tests.git.sandbox import Sandbox, environment, make_repository


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with open_lab(tmp_path_factory.mktemp("server"), kind="server") as lab:
        yield lab


@pytest.fixture
def repo(lab: Lab, request: pytest.FixtureRequest) -> Sandbox:
    """An empty repository in a folder of the server's root."""
    return make_repository(lab.root / request.node.name, environment(lab.home))
