from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path

import pytest

from nbhotel.cli.main import main


@pytest.fixture
def hotel_toml(tmp_path):
    (tmp_path / "hotel.toml").write_text(
        'bind = "127.0.0.1:9000"\n'
        'allow = ["guest1", "@students"]\n'
        'auth = "builtin"\n'
        "[rooms]\n"
        'memory = "2048M"\n'
        'kind = ["my-server", "--socket", "{socket}"]\n'
    )
    return tmp_path


def test_each_value_is_shown_with_its_origin(hotel_toml, nbhotel):
    done = nbhotel("config", "show", "--state", "here", cwd=hotel_toml)
    assert (done.returncode, done.stderr) == (0, "")
    origins = dict(line.rsplit("  # ", 1) for line in done.stdout.splitlines() if "  # " in line)
    origins = {key.strip(): origin for key, origin in origins.items()}
    assert origins['bind = "127.0.0.1:9000"'] == "hotel.toml:1"
    assert origins['memory = "2G"'] == "hotel.toml:5"
    assert origins[f'state = "{hotel_toml}/here"'] == "--state"
    assert origins["idle_timeout = 3600"] == "default"
    assert origins["# cpu is not set"] == "default"


def test_what_is_shown_is_a_settings_file_that_gives_the_same(hotel_toml, nbhotel):
    shown = nbhotel("config", "show", cwd=hotel_toml).stdout
    assert tomllib.loads(shown)["rooms"]["start"] == "cold"
    (hotel_toml / "again").mkdir()
    (hotel_toml / "again" / "hotel.toml").write_text(shown)
    before, after = (json.loads(nbhotel("config", "show", "--json", cwd=folder).stdout)["settings"]
                     for folder in (hotel_toml, hotel_toml / "again"))  # fmt: skip
    assert before == after


def test_json(hotel_toml, nbhotel):
    shown = json.loads(nbhotel("config", "show", "--json", "--bind", "[::1]:81", cwd=hotel_toml).stdout)
    assert shown["settings"]["bind"] == "[::1]:81"
    assert shown["origins"]["bind"] == "--bind"
    assert shown["settings"]["rooms"]["kind"] == ["my-server", "--socket", "{socket}"]
    assert shown["origins"]["rooms.kind"] == "hotel.toml:6"


def test_secrets_are_masked(tmp_path, monkeypatch, capsys):
    (tmp_path / "hotel.toml").write_text(
        'auth = "builtin"\n'
        'database = "sqlite:///x.sqlite?password=hush1"\n'
        "[jupyterhub.ConfigurableHTTPProxy]\n"
        'auth_token = "hush2"\n'
    )
    monkeypatch.chdir(tmp_path)
    assert main(["config", "show"]) == 0  # here, since JupyterHub takes seconds to import
    shown = capsys.readouterr().out
    assert "auth_token" in shown
    assert "hush" not in shown


def test_without_a_file_everything_is_a_default(tmp_path, nbhotel):
    if Path("/etc/nbhotel/hotel.toml").exists():
        pytest.skip("this machine has a hotel of its own")
    shown = json.loads(nbhotel("config", "show", "--json", XDG_STATE_HOME=str(tmp_path)).stdout)
    assert set(shown["origins"].values()) == {"default"}
    root = os.geteuid() == 0
    assert shown["settings"]["auth"] == ("pam" if root else "builtin")
    assert shown["settings"]["state"] == ("/var/lib/nbhotel" if root else f"{tmp_path}/nbhotel")


def test_a_wrong_file_is_one_line(tmp_path, nbhotel):
    (tmp_path / "hotel.toml").write_text('allow = ["guest1"]\n\n[rooms]\nmemry = "2G"\n')
    done = nbhotel("config", "show")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "nbhotel: hotel.toml:4: rooms.memry: there is no such setting (did you mean `rooms.memory`?)\n"
    )
