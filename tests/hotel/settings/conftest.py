"""How the settings' tests load a text as `hotel.toml`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from nbhotel.hotel.settings import Loaded, load_settings


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Loaded]:
    """Load a text as the hotel.toml of an empty folder, as root unless told otherwise."""

    def from_text(text: str, *, root: bool = True, **overrides: object) -> Loaded:
        (tmp_path / "hotel.toml").write_text(text)
        given = {key.replace("__", "."): (value, f"--{key}") for key, value in overrides.items()}
        return load_settings(None, overrides=given, cwd=tmp_path, root=root, state_home=tmp_path / "states")

    return from_text
