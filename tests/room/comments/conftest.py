"""One server for all tests of comments, with several people in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.lab import Lab, open_lab
from tests.room.comments.people import SETTINGS, Guest

_HERE = Path(__file__).parents[3]


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(_HERE))
        with open_lab(tmp_path_factory.mktemp("server"), SETTINGS, kind="server") as lab:
            yield lab


@pytest.fixture
def notebook(lab: Lab, request: pytest.FixtureRequest) -> str:
    """The path of a notebook of its own."""
    name = f"{request.node.name}/a b.ipynb"
    lab.write_notebook(name, "x = 1", "y = 2")
    return name.replace(" ", "%20")


@pytest.fixture
def owner(lab: Lab) -> Guest:
    return Guest(lab, "Owner")


@pytest.fixture
def ben(lab: Lab) -> Guest:
    return Guest(lab, "Ben")


@pytest.fixture
def reader(lab: Lab) -> Guest:
    return Guest(lab, "Reader")
