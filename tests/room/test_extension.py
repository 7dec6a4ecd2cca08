"""The server extension as a whole: in a real Jupyter Server, and without a feature that fails."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

import nbhotel
from nbhotel.room.extension import FEATURES
from tests.browser.lab import TOKEN, Lab, notebook, open_lab

NAMES = sorted(name.split(".")[2] for name in FEATURES)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Jupyter Server with JupyterLab's pages, and settings with which one feature can't start."""
    settings = {"Saving": {"seconds": 0}}
    with open_lab(tmp_path_factory.mktemp("server"), settings) as server:
        yield server


def test_a_feature_that_fails_is_left_out_and_the_others_run(server):
    about = server.ask("nbhotel/api")
    assert about["version"] == nbhotel.__version__
    # Nothing can be shared with guests from a server that is no room.
    assert about["features"] == [name for name in NAMES if name not in ("saving", "guests")]
    assert "nbhotel: saving is switched off, since it could not be started" in server.log
    assert server.log.count("is switched off") == 1


def test_with_it_lab_and_saving_work_as_ever(server):
    with urllib.request.urlopen(f"{server.url}/lab?token={TOKEN}", timeout=30) as page:
        assert b"jupyter-config-data" in page.read()
    saved = server.ask("api/contents/a.ipynb", "PUT", {"type": "notebook", "content": notebook("x")})
    assert saved["path"] == "a.ipynb"
    assert server.read_notebook("a.ipynb")["cells"][0]["source"] == ["x"]


def test_nobody_gets_an_answer_without_the_token(server):
    described = server.ask("nbhotel/api/openapi.json")["paths"]
    assert described
    for path, operations in described.items():
        url = server.url + path.replace("{", "").replace("}", "")
        for method in set(operations) - {"parameters"}:
            request = urllib.request.Request(url, method=method.upper())
            with pytest.raises(urllib.error.HTTPError, match=r"403|404"):  # 404: "{id}" is no number
                urllib.request.urlopen(request, timeout=30)


def test_a_setting_of_jupyter_switches_all_of_it_off(tmp_path):
    with (
        open_lab(tmp_path, kind="server", ours=False) as stock,
        pytest.raises(urllib.error.HTTPError, match="404"),
    ):
        stock.ask("nbhotel/api")
