from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hotel.auth.hub import Hotel


@pytest.fixture(scope="module")
def open_hotel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Hotel]]:
    """Make hotels with the given settings; they are closed after the module."""
    hotels: list[Hotel] = []

    def make(**settings: Any) -> Hotel:
        hotel = Hotel(tmp_path_factory.mktemp("hotel"), **settings)
        hotels.append(hotel)
        return hotel

    yield make
    for hotel in hotels:
        hotel.close()


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state directory with the hub's folder in it."""
    (tmp_path / "hub").mkdir(mode=0o700)
    return tmp_path
