"""A code host for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.share.hosts.server import GitHubServer, open_github


@pytest.fixture
def github() -> Iterator[GitHubServer]:
    with open_github() as server:
        yield server
