"""Wrong settings files: each gets one line with file, line, key and what to do about it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nbhotel.errors import SettingsError
from nbhotel.hotel.settings import load_settings
from nbhotel.hotel.settings.complaints import setting_keys

WRONG = {
    "an unknown key": ('bnd = ":8000"', "hotel.toml:1: bnd: there is no such setting (did you mean `bind`?)"),
    "an unknown key in a table": (
        '[rooms]\n# a note\nmemry = "2G"',
        "hotel.toml:3: rooms.memry: there is no such setting (did you mean `rooms.memory`?)",
    ),
    "a key in the wrong table": (
        '\nmemory = "2G"',
        "hotel.toml:2: memory: there is no such setting (did you mean `rooms.memory`?)",
    ),
    "an unknown table": (
        'bind = ":8000"\n[room]\nmemory = "2G"',
        "hotel.toml:2: room: there is no such setting (did you mean `rooms`?)",
    ),
    "an unknown dotted key": (
        'rooms.memory = "2G"\nrooms.cpus = 1',
        "hotel.toml:2: rooms.cpus: there is no such setting (did you mean `rooms.cpu`?)",
    ),
    "a text for a list": (
        'allow = "guest1"',
        "hotel.toml:1: allow: expected a list of names such as [\"guest1\"], got 'guest1'",
    ),
    "a number in a list of names": (
        'allow = [\n  "guest1",\n  7,\n]',
        "hotel.toml:1: allow: expected a list of names such as [\"guest1\"], got ['guest1', 7]",
    ),
    "a text for true or false": (
        'open_to_all_confirmed = "yes"',
        "hotel.toml:1: open_to_all_confirmed: expected true or false, got 'yes'",
    ),
    "a number for a text": ("pam_service = 3", "hotel.toml:1: pam_service: expected a text in quotes, got 3"),
    "a PAM service outside /etc/pam.d": (
        'pam_service = "../shadow"',
        "hotel.toml:1: pam_service: expected the name of a file in /etc/pam.d, got '../shadow'",
    ),
    "a value for a table": ("rooms = 3", "hotel.toml:1: rooms: expected a table, got 3"),
    "a value for the traits": ('jupyterhub = "x"', "hotel.toml:1: jupyterhub: expected a table, got 'x'"),
    "people writing together in a command of one's own": (
        'rooms.kind = ["server"]\nrooms.together = true',
        "hotel.toml:2: rooms.together: rooms of a command of your own have what is installed and set there"
        " (install jupyter-collaboration there, and leave this setting out)",
    ),
    "a size without a number": (
        '[rooms]\nmemory = "lots"',
        'hotel.toml:2: rooms.memory: expected a size in bytes such as "512M" or "2G", got \'lots\'',
    ),
    "a negative size": ("[rooms]\nmemory = -1", "hotel.toml:2: rooms.memory: expected more than 0, got -1"),
    "true for a size": (
        "[rooms]\nmemory = true",
        'hotel.toml:2: rooms.memory: expected a size in bytes such as "512M" or "2G", got True',
    ),
    "no cores at all": ("[rooms]\n\ncpu = 0", "hotel.toml:3: rooms.cpu: expected more than 0, got 0"),
    "a text for cores": (
        '[rooms]\ncpu = "2"',
        "hotel.toml:2: rooms.cpu: expected a number of cores such as 1.5, got '2'",
    ),
    "endless cores": ("[rooms]\ncpu = inf", "hotel.toml:2: rooms.cpu: expected a finite number, got inf"),
    "a duration in an unknown unit": (
        '[rooms]\nidle_timeout = "3 fortnights"',
        'hotel.toml:2: rooms.idle_timeout: expected a duration such as "30m" or "1h", or seconds; '
        "0 means never, got '3 fortnights'",
    ),
    "an unknown start": (
        '[rooms]\nstart = "hot"',
        "hotel.toml:2: rooms.start: expected 'warm' or 'cold', got 'hot'",
    ),
    "an unknown kind": (
        '[rooms]\nkind = "labb"',
        'hotel.toml:2: rooms.kind: expected "lab", "notebook" or a command as a list of words, got \'labb\'',
    ),
    "an empty command": (
        "[rooms]\nkind = []",
        'hotel.toml:2: rooms.kind: expected "lab", "notebook" or a command as a list of words, got []',
    ),
    "a warm command": (
        '[rooms]\nkind = ["my-server"]\nstart = "warm"',
        'hotel.toml:3: rooms.start: a command of your own can\'t start warm (set start = "cold")',
    ),
    "a warm room of another environment": (
        '[rooms]\nenvironment = "/usr"\nstart = "warm"',
        'hotel.toml:3: rooms.start: rooms of another environment can\'t start warm (set start = "cold")',
    ),
    "an environment without Python": (
        '[rooms]\nenvironment = "/nowhere"',
        "hotel.toml:2: rooms.environment: /nowhere has no bin/python that we can run "
        "(name the folder of a Python environment, as made by python -m venv)",
    ),
    "a home for a state": (
        'state = "~/hotel"',
        "hotel.toml:1: state: ~/hotel is not a full path (write it from / on)",
    ),
    "a port that is none": (
        'bind = "127.0.0.1:99999"',
        "hotel.toml:1: bind: expected an address "
        "(HOST:PORT, :PORT, http://HOST[:PORT] or https://NAME[:PORT]), "
        "got '127.0.0.1:99999': Port out of range 0-65535",
    ),
    "an address that is none": (
        'bind = "127.0.0.300:80"',
        "hotel.toml:1: bind: '127.0.0.300' in '127.0.0.300:80' is no IP address",
    ),
    "a scheme that we don't speak": (
        'bind = "ftp://here"',
        "hotel.toml:1: bind: expected an address "
        "(HOST:PORT, :PORT, http://HOST[:PORT] or https://NAME[:PORT]), "
        "got 'ftp://here'",
    ),
    "an open door to the world": (
        'auth = "none"\nbind = "0.0.0.0:8000"',
        'hotel.toml:1: auth: "none" on 0.0.0.0:8000 lets in everybody who reaches this machine '
        "(bind to 127.0.0.1, or set open_to_all_confirmed = true)",
    ),
    "an unknown authenticator": (
        'auth = "pan"',
        "hotel.toml:1: auth: there is no authenticator 'pan' (did you mean `pam`?)",
    ),
    "an unknown database": (
        'database = "postgres://me@here/hub"',
        "hotel.toml:1: database: there is no database driver 'postgres' (did you mean `postgresql`?)",
    ),
    "a database without a driver": (
        'database = "oracle://me@here/hub"',
        "hotel.toml:1: database: the driver of oracle is not installed: No module named 'oracledb' "
        "(pip install the driver)",
    ),
    "no database URL": (
        'database = "hub.sqlite"',
        'hotel.toml:1: database: expected "sqlite" or a URL such as postgresql://user@host/database '
        "(see SQLAlchemy's URLs)",
    ),
    "no TOML": (
        'bind = ":8000"\nallow = [guest1]\n',
        "hotel.toml:2: this is not TOML: Invalid value (see toml.io)",
    ),
    "TOML that ends too early": (
        'bind = ":8000"\n\nallow = ["guest1"',
        "hotel.toml:3: this is not TOML: Unclosed array (see toml.io)",
    ),
    "a key given twice": (
        'bind = ":8000"\nbind = ":9000"\n',
        "hotel.toml:2: this is not TOML: Cannot overwrite a value (see toml.io)",
    ),
    "the first of several": (
        '[rooms]\ncpu = "x"\nmemory = "y"\nstrat = "cold"\n',
        "hotel.toml:2: rooms.cpu: expected a number of cores such as 1.5, got 'x'",
    ),
}


@pytest.mark.parametrize(("text", "line"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_file_gets_one_line(text, line, load):
    with pytest.raises(SettingsError) as caught:
        load(text)
    assert str(caught.value) == line
    assert caught.value.exit_code == 2


TRAITS = {
    "an unknown trait": (
        "[jupyterhub]\nactive_server_limits = 3",
        "hotel.toml:2: jupyterhub.active_server_limits: JupyterHub has no trait 'active_server_limits' "
        "(did you mean `active_server_limit`?)",
    ),
    "an unknown trait of a class": (
        "[jupyterhub.Spawner]\npol_interval = 3",
        "hotel.toml:2: jupyterhub.Spawner.pol_interval: Spawner has no trait 'pol_interval' "
        "(did you mean `poll_interval`?)",
    ),
    "an unknown class": (
        "\n[jupyterhub.Spawnr]\npoll_interval = 3",
        "hotel.toml:2: jupyterhub.Spawnr: JupyterHub here has no class 'Spawnr' (did you mean `Spawner`?)",
    ),
    "a value of the wrong type": (
        '[jupyterhub]\nactive_server_limit = "many"',
        "hotel.toml:2: jupyterhub.active_server_limit: The 'active_server_limit' trait of "
        "a JupyterHub instance expected an int, not the str 'many'. "
        "(see JupyterHub's configuration reference)",
    ),
    "a trait that a setting stands for": (
        '[jupyterhub]\nbind_url = "http://:80"',
        "hotel.toml:2: jupyterhub.bind_url: nbhotel sets this itself (use the setting `bind`)",
    ),
}


@pytest.mark.parametrize(("text", "line"), TRAITS.values(), ids=TRAITS.keys())
def test_a_wrong_trait_gets_one_line(text, line, load):
    with pytest.raises(SettingsError) as caught:
        load(text)
    assert str(caught.value) == line


KEYS = setting_keys()
KEYS.remove("jupyterhub")  # its values are judged by JupyterHub
odd = [
    "~",
    "/",
    "x" * 5000,
    "a://[",
    "http://[v1.x]:80",
    "://",
    "sqlite:///x",
    "[::1",
    "1G",
    "@",
    "-",
    "a\nb",
]
scalars = st.one_of(
    st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.sampled_from(odd), st.just({})
)
anything = st.one_of(
    scalars, st.lists(scalars, max_size=3), st.dictionaries(st.text(max_size=5), scalars, max_size=2)
)


def complaint(values, *, root):
    """What is said about values of settings: one text, or "" if they are taken."""
    overrides = {key: (value, f"--{key}") for key, value in values.items()}
    try:
        load_settings(None, overrides=overrides, cwd=Path("/"), root=root, state_home=Path("/nowhere"))
    except SettingsError as error:
        return str(error)
    return ""


# On a busy machine the first values take seconds.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(KEYS), anything, max_size=3), st.booleans())
def test_any_value_of_any_key_is_taken_or_refused_with_its_place(values, root):
    told = complaint(values, root=root)
    assert told == "" or told.startswith(tuple(f"--{key}" for key in values))


def test_pam_without_root(load):
    with pytest.raises(SettingsError, match=r'^hotel.toml:2: auth: "pam" needs root .*set auth = "builtin"'):
        load('\nauth = "pam"', root=False)


def test_an_option_is_named_as_it_was_given(load):
    with pytest.raises(SettingsError, match=r"^--bind: expected an address"):
        load("", bind="no where")


def test_bytes_that_are_no_text(tmp_path):
    (tmp_path / "hotel.toml").write_bytes(b'bind = ":8000"\nallow = ["\xff"]\n')
    with pytest.raises(SettingsError, match=r"^hotel.toml:2: this is not UTF-8 \(save the file as UTF-8\)$"):
        load_settings(None, overrides={}, cwd=tmp_path, root=True, state_home=tmp_path)


@pytest.mark.parametrize(
    ("name", "reason"), [("absent.toml", "No such file or directory"), (".", "Is a directory")]
)
def test_a_file_that_can_not_be_read(name, reason, tmp_path):
    with pytest.raises(SettingsError) as caught:
        load_settings(Path(name), overrides={}, cwd=tmp_path, root=True, state_home=tmp_path)
    assert (
        str(caught.value)
        == f"{name}: the settings can't be read: {reason} (name a readable file with --config)"
    )
