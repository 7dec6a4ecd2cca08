"""The map names what is there."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from nbhotel.hotel.layout import Layout

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "ARCHITECTURE.md", *sorted((ROOT / "docs").rglob("*.md"))]
MAP = PAGES[0].read_text()


def modules() -> list[str]:
    """Modules that pages name as `nbhotel.hotel.…` or, in a table of the map or a design page, `hotel.…`."""
    names = {
        name
        for page in PAGES
        for name in re.findall(r"`((?:nbhotel\.)?hotel\.[a-z_.]+)[`*]", page.read_text())
    }
    return sorted({name.removeprefix("nbhotel.").rstrip(".") for name in names if not name.endswith(".toml")})


@pytest.mark.parametrize("name", modules())
def test_modules_that_pages_name_are_there(name):
    assert find_spec(f"nbhotel.{name}")


def test_the_map_shows_the_state_directory_as_it_is_laid_out():
    layout = Layout(Path("/s"))
    paths = {
        value
        for name in vars(Layout)
        if not name.startswith("_") and isinstance(value := getattr(layout, name), Path)
    }
    assert len(paths) > 10
    missing = {path for path in paths - {layout.state} if path.name not in MAP}
    assert missing == set()
