"""One server and one code host for all tests of sharing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.room.sharing.room import Room, open_room


@pytest.fixture(scope="package")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    with open_room(tmp_path_factory.mktemp("server")) as room:
        yield room
