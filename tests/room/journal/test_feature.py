"""The journal's start in a server that is not served."""

from __future__ import annotations

from pathlib import Path

import pytest
from jupyter_server.serverapp import ServerApp
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from traitlets.config import Config

from nbhotel.room.journal.feature import start


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ServerApp:
    for name in ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR"):
        monkeypatch.setenv(f"JUPYTER_{name}", str(tmp_path / name))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    app = ServerApp(root_dir=str(tmp_path), allow_root=True)
    app.initialize([], find_extensions=False, new_httpserver=False)
    return app


def listens(app: ServerApp) -> tuple[bool, bool]:
    """Whether kernels are heard, and requests read."""
    connections = app.web_app.settings["kernel_websocket_connection_class"]
    assert issubclass(connections, ZMQChannelsWebsocketConnection)
    return "start_watching_activity" in vars(
        app.kernel_manager
    ), connections is not ZMQChannelsWebsocketConnection


async def test_it_listens_and_its_connections_have_the_settings_of_the_servers_own(app):
    start(app)
    assert listens(app) == (True, True)
    connections = app.web_app.settings["kernel_websocket_connection_class"]
    assert connections.section_names()[-1] == "ZMQChannelsWebsocketConnection"


async def test_the_settings_can_forbid_it(app, tmp_path):
    app.update_config(Config({"Journal": {"enabled": False}}))
    start(app)
    assert listens(app) == (False, False)
    assert not (tmp_path / "share").exists()
