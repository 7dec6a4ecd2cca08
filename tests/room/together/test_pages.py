"""Lab's page, as a real server sends it, with and without co-editing."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from typing import Any

import pytest

from tests.browser.lab import TOKEN, Lab, open_lab


def told(server: Lab) -> dict[str, Any]:
    """What Lab's page is told."""
    with urllib.request.urlopen(f"{server.url}/lab?token={TOKEN}", timeout=30) as answer:
        page = answer.read().decode()
    found = re.search(
        r'<script id="jupyter-config-data" type="application/json">(.*?)</script>', page, re.DOTALL
    )
    assert found
    config: dict[str, Any] = json.loads(found[1])
    return config


@pytest.mark.parametrize("together", [True, False])
def test_only_where_people_write_together_lab_loads_what_that_needs(tmp_path, together):
    with open_lab(tmp_path, together=together) as server:
        config = told(server)
        names = {each["name"] for each in config["federated_extensions"]}
        assert "nbhotel" in names
        assert {"@jupyter/collaboration-extension", "@jupyter/docprovider-extension"} <= names or not together
        assert together or not any(name.startswith("@jupyter/") for name in names)
        # Co-editing brings its own.
        browser = "@jupyterlab/filebrowser-extension:defaultFileBrowser"
        assert (browser in config["disabledExtensions"]) == together
        with pytest.raises(urllib.error.HTTPError, match="405" if together else "404"):
            server.ask("api/collaboration/session/a.ipynb")
