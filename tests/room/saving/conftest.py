"""A package of somebody's, with filters that fail."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

FILTERS = """
import os, time
def boom(): return lambda notebook: 1 / 0
def hang(): return lambda notebook: time.sleep(600)
def leave(): return lambda notebook: os._exit(3)
def chat(): return lambda notebook: print("chatter") or notebook
"""


@pytest.fixture(scope="module")
def failing_filters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Programs that are started from here on have the filters `boom`, `hang`, `leave` and `chat`."""
    package = tmp_path_factory.mktemp("package")
    (package / "nbhotel_bad.py").write_text(FILTERS)
    about = package / "nbhotel_bad-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: nbhotel-bad\nVersion: 1\n")
    lines = "".join(f"{name} = nbhotel_bad:{name}\n" for name in ("boom", "hang", "leave", "chat"))
    (about / "entry_points.txt").write_text(f"[nbhotel.filters]\n{lines}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(package))
        yield
