from __future__ import annotations

from pathlib import Path

import pytest

from nbhotel.errors import SettingsError
from nbhotel.hotel.settings import RoomSettings, load_settings, source


def test_defaults_for_root(load, tmp_path):
    settings = load("").settings
    assert (settings.auth, settings.state) == ("pam", Path("/var/lib/nbhotel"))
    assert (settings.bind, settings.database, settings.allow) == ("127.0.0.1:8000", "sqlite", ())
    assert settings.rooms == RoomSettings()


def test_defaults_for_an_ordinary_user(load, tmp_path):
    settings = load("", root=False).settings
    assert (settings.auth, settings.state) == ("builtin", tmp_path / "states" / "nbhotel")


def test_everything_at_once(load, tmp_path):
    (tmp_path / "env" / "bin").mkdir(parents=True)
    (tmp_path / "env" / "bin" / "python").touch(mode=0o755)
    loaded = load(
        """
        bind = "https://lab.example.org"
        state = "state"
        database = "sqlite:////srv/hub.sqlite"
        auth = "dummy"
        pam_service = "nbhotel"
        allow = ["guest1", "@students"]
        admins = ["teacher"]
        open_to_all_confirmed = true
        [rooms]
        memory = "2G"
        cpu = 2
        idle_timeout = "30m"
        environment = "env"
        directory = "work"
        """
    )
    settings = loaded.settings
    assert settings.state == tmp_path / "state"
    assert settings.allow == ("guest1", "@students")
    assert settings.rooms.environment == tmp_path / "env"
    assert (settings.rooms.memory, settings.rooms.cpu, settings.rooms.idle_timeout) == (2 << 30, 2.0, 1800)
    assert settings.rooms.start == "cold"  # another environment can't be forked from our zygote
    assert loaded.origins["rooms.environment"] == "hotel.toml:14"
    assert loaded.origins["rooms.start"] == "default"


def test_a_command_of_ones_own_starts_cold(load):
    assert load('rooms.kind = ["server", "{socket}"]').settings.rooms.start == "cold"


def test_settings_can_not_be_changed(load):
    with pytest.raises(ValueError, match="frozen"):
        load("").settings.bind = ":80"


def test_overrides_win_and_are_named(load):
    loaded = load('bind = ":8000"\nauth = "builtin"', bind="127.0.0.1:1", rooms__memory="1G")
    assert (loaded.settings.bind, loaded.settings.rooms.memory) == ("127.0.0.1:1", 1 << 30)
    assert loaded.origins["bind"] == "--bind"
    assert loaded.origins["rooms.memory"] == "--rooms__memory"
    assert loaded.origins["auth"] == "hotel.toml:2"


@pytest.mark.parametrize(
    "bind", ["127.0.0.1:8000", "localhost:1", "[::1]:8000", "http://127.3.2.1", "http://a.localhost"]
)
def test_no_authentication_on_loopback(bind, load):
    assert load(f'auth = "none"\nbind = "{bind}"').settings.auth == "none"


@pytest.mark.parametrize(
    "bind", [":8000", "0.0.0.0:1", "[::]:1", "lab.example.org", "https://127.0.0.1.example.org"]
)
def test_no_authentication_elsewhere_must_be_confirmed(bind, load):
    text = f'auth = "none"\nbind = "{bind}"\n'
    with pytest.raises(SettingsError, match="lets in everybody"):
        load(text)
    assert load(text + "open_to_all_confirmed = true").settings.open_to_all_confirmed


def test_the_folder_comes_before_the_system_and_a_named_file_before_both(tmp_path, monkeypatch):
    def bind(config=None, cwd=tmp_path):
        loaded = load_settings(config, overrides={}, cwd=cwd, root=True, state_home=tmp_path)
        return loaded.settings.bind, loaded.origins["bind"]

    system = tmp_path / "etc" / "hotel.toml"
    system.parent.mkdir()
    monkeypatch.setattr(source, "SYSTEM_FILE", system)
    assert bind() == ("127.0.0.1:8000", "default")
    system.write_text('bind = ":1"')
    assert bind() == (":1", f"{system}:1")
    (tmp_path / "hotel.toml").write_text('\nbind = ":2"')
    assert bind() == (":2", "hotel.toml:2")
    (tmp_path / "other.toml").write_text('\n\nbind = ":3"')
    assert bind(Path("other.toml")) == (":3", "other.toml:3")


def test_paths_are_relative_to_the_file_that_names_them(tmp_path):
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "h.toml").write_text('state = "../s"')
    loaded = load_settings(Path("conf/h.toml"), overrides={}, cwd=tmp_path, root=True, state_home=tmp_path)
    assert loaded.settings.state == tmp_path / "conf" / ".." / "s"


def test_traits_pass_through(load):
    loaded = load(
        "[jupyterhub]\nactive_server_limit = 3\nload_groups = {a = {users = ['guest1']}}\n"
        "[jupyterhub.Spawner]\npoll_interval = 5\n[jupyterhub.PAMAuthenticator]\nservice = 'x'\n",
        auth="pam",
    )
    assert loaded.settings.jupyterhub["Spawner"] == {"poll_interval": 5}
    assert loaded.origins["jupyterhub.Spawner.poll_interval"] == "hotel.toml:5"
