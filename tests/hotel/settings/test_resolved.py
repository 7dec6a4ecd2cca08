from __future__ import annotations

import os
import stat

import pytest

from nbhotel.errors import StateError
from nbhotel.hotel.settings import read_resolved, write_resolved
from nbhotel.hotel.settings.display import mask_url, shown


def test_what_is_written_is_read_back(load, tmp_path):
    settings = load(
        'rooms.kind = ["a", "b"]\nrooms.memory = "2G"\nallow = ["x"]\njupyterhub.active_server_limit = 3'
    ).settings
    path = tmp_path / "settings.json"
    write_resolved(settings, path)
    assert read_resolved(path) == settings


def test_nobody_else_can_read_it_whatever_the_umask(load, tmp_path):
    path = tmp_path / "settings.json"
    umask = os.umask(0)
    try:
        write_resolved(load("").settings, path)
    finally:
        os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {each.name for each in tmp_path.iterdir()} == {"hotel.toml", "settings.json"}


def test_a_missing_or_strange_file_is_told(tmp_path):
    with pytest.raises(StateError, match="can't be read: No such file"):
        read_resolved(tmp_path / "settings.json")
    (tmp_path / "settings.json").write_text('{"bind": 3}')
    with pytest.raises(StateError, match="not the settings of this version"):
        read_resolved(tmp_path / "settings.json")


def test_secrets_are_not_shown(load):
    settings = load("[jupyterhub]\ncookie_max_age_days = 1.0\n").settings.model_copy(
        update={
            "database": "postgresql://hub:hush@db.example.org/hub",
            "jupyterhub": {
                "services": [{"name": "s", "api_token": "hush"}],
                "X": {"client_secret": "hush", "url": "a:b"},
            },
        }
    )
    values = shown(settings)
    assert values["database"] == "postgresql://hub:***@db.example.org/hub"
    assert values["jupyterhub"] == {
        "services": [{"name": "s", "api_token": "***"}],
        "X": {"client_secret": "***", "url": "a:b"},
    }


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("sqlite", "sqlite"),
        ("postgresql://u@h/d", "postgresql://u@h/d"),
        ("postgresql://u:p%40q@h:5/d?sslmode=on", "postgresql://u:***@h:5/d?sslmode=on"),
        ("mysql://h/d?user=u&password=p&x=1", "mysql://h/d?user=u&password=***&x=1"),
        ("postgresql://u:p@q@h/d", "postgresql://u:***@h/d"),
    ],
)
def test_passwords_in_urls(url, masked):
    assert mask_url(url) == masked
