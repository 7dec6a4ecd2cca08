"""Fixtures of the hotel's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hotel.support import ROOT, SystemUser, short_folder, system_user
from tests.hotel.three import Three, three_guests

needs_root = pytest.mark.skipif(not ROOT, reason="needs root")


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as path:
        yield path


@pytest.fixture
def guest1() -> Iterator[SystemUser]:
    with system_user() as user:
        yield user


@pytest.fixture
def guest2() -> Iterator[SystemUser]:
    with system_user() as user:
        yield user


@pytest.fixture(scope="package")
def three() -> Iterator[Three]:
    """One hotel for all modules about shares: who shares something withdraws it."""
    with three_guests() as three:
        yield three
