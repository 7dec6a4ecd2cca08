"""Whatever a notebook holds, each exporter of ours makes a text of it."""

from __future__ import annotations

import pytest
from hypothesis import given

from nbhotel.chain.registry import exporter
from nbhotel.notebook.writing import encoded
from tests.strategies import notebooks, thorough

pytestmark = pytest.mark.slow

OURS = ("script", "code", "percent", "markdown", "rst")
MAGICS = [("script", {"magics": how}) for how in ("keep", "comment", "transform")]


@pytest.mark.parametrize(("name", "options"), [*((name, {}) for name in OURS), *MAGICS])
def test_any_notebook_becomes_a_text(name, options):
    made, _ = exporter(name, options)

    @thorough
    @given(notebooks)
    def check(nb):
        text = made(nb)
        assert isinstance(text, str)
        encoded(text).decode("utf-8")

    check()
