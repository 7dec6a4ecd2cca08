"""The systemd units: what systemd says of them, and that they run the same programs as the supervisor."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from nbhotel.hotel.settings import load_settings
from tests.hotel.conftest import needs_root
from tests.hotel.hotels import Hotel
from tests.hotel.support import short_folder

pytestmark = [pytest.mark.root, needs_root]


@pytest.fixture
def units(folder: Path) -> Path:
    """The units of a hotel at a public name, written by the command."""
    hotel = Hotel(folder, {"auth": "pam", "admins": ["root"]})
    text = hotel.config.read_text()
    hotel.config.write_text(re.sub(r'bind = ".*"', 'bind = "https://lab.example.org"', text))
    directory = folder / "units"
    directory.mkdir()
    said = hotel.run("service", "--write", str(directory)).stdout
    assert "systemctl enable --now nbhotel.target" in said
    return directory


def test_systemd_finds_nothing_wrong_with_the_units(units: Path) -> None:
    assert shutil.which("systemd-analyze"), "install: systemd"
    names = sorted(path.name for path in units.iterdir())
    assert "nbhotel.target" in names
    command = ["systemd-analyze", "verify", "--man=no", *(str(units / name) for name in names)]
    env = {**os.environ, "SYSTEMD_UNIT_PATH": f"{units}:"}
    done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=60, check=False)
    complaints = [line for line in done.stderr.splitlines() if "nbhotel" in line]
    assert complaints == []


def test_systemd_would_find_a_wrong_unit(units: Path) -> None:
    unit = units / "nbhotel-hub.service"
    unit.write_text(unit.read_text().replace("Restart=always", "Restart=perhaps"))
    command = ["systemd-analyze", "verify", "--man=no", str(unit)]
    env = {**os.environ, "SYSTEMD_UNIT_PATH": f"{units}:"}
    done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=60, check=False)
    assert "perhaps" in done.stderr


def test_the_port_and_its_redirect_belong_to_the_socket_unit(units: Path) -> None:
    streams = re.findall(r"ListenStream=(.*)", (units / "nbhotel.socket").read_text())
    assert streams == ["443", "80"]


def test_only_the_zygote_runs_as_root_and_leaves_rooms_alone(units: Path) -> None:
    for name in ("hub", "proxy", "static"):
        text = (units / f"nbhotel-{name}.service").read_text()
        assert re.search(r"^User=nbhotel-(hub|proxy)$", text, re.MULTILINE)
        assert "NoNewPrivileges=yes" in text
    zygote = (units / "nbhotel-zygote.service").read_text()
    assert "User=" not in zygote
    assert "KillMode=process" in zygote


@pytest.mark.slow
def test_the_units_commands_bring_up_a_hotel(units: Path) -> None:
    """What ExecStart says, started by hand in the units' order, answers: no systemd runs here."""
    from nbhotel.hotel.layout import Layout
    from nbhotel.hotel.probes import healthy
    from tests.hotel.support import process, wait_until

    with short_folder() as folder:
        hotel = Hotel(folder, {"auth": "pam", "admins": ["root"]})
        directory = folder / "units"
        directory.mkdir()
        hotel.run("service", "--write", str(directory))
        hotel.run("up", "--prepare")
        layout = Layout(
            load_settings(hotel.config, overrides={}, cwd=folder, root=True, state_home=folder).settings.state
        )
        log = folder / "units.log"
        with (
            process(*_command(directory, "zygote"), log=log, env=_environment(directory, "zygote")),
            process(
                *_as("nbhotel-hub"), *_command(directory, "hub"), log=log, env=_environment(directory, "hub")
            ),
        ):
            wait_until(lambda: healthy("zygote", layout), seconds=60, what="the zygote")
            try:
                wait_until(lambda: healthy("hub", layout), seconds=60, what="the hub")
            except AssertionError as error:
                raise AssertionError(f"{error}\n{log.read_text()}") from None


def _as(user: str) -> list[str]:
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--groups=nbhotel", "--"]


def _command(directory: Path, name: str) -> list[str]:
    import shlex

    text = (directory / f"nbhotel-{name}.service").read_text()
    line = re.search(r"^ExecStart=(.*)$", text, re.MULTILINE)
    assert line
    return shlex.split(line[1].replace("%%", "%").replace("$$", "$"))


def _environment(directory: Path, name: str) -> dict[str, str]:
    import shlex

    text = (directory / f"nbhotel-{name}.service").read_text()
    words = [shlex.split(line)[0] for line in re.findall(r"^Environment=(.*)$", text, re.MULTILINE)]
    return dict(word.split("=", 1) for word in words)
