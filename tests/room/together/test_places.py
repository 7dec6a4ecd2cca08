"""The folders that tell a server whether people write together in it, read by Jupyter itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from jupyter_server.extension.config import ExtensionConfigManager
from jupyterlab_server.config import get_page_config

from nbhotel.room.together.places import config_path

SERVER = ("jupyter_server_fileid", "jupyter_server_ydoc")
PAGES = ("@jupyter/collaboration-extension", "@jupyter/docprovider-extension")


@pytest.mark.parametrize("together", [True, False])
def test_jupyter_reads_whether_people_write_together(together, monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", config_path(together=together))
    manager = ExtensionConfigManager(read_config_path=config_path(together=together).split(":"))
    assert manager.get_jpserver_extensions() == dict.fromkeys(SERVER, together)
    disabled = get_page_config([])["disabledExtensions"]
    assert [name in disabled for name in PAGES] == [not together] * 2


def test_a_path_that_was_there_comes_after():
    own, before = config_path(together=True, before="/etc/ours").split(":")
    assert (Path(own).is_dir(), before) == (True, "/etc/ours")
