"""What docs/hotel.md tells an administrator to do is done, and its settings are loaded."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from nbhotel.errors import NbhotelError
from nbhotel.hotel.settings import load_settings
from tests.hotel.hotels import Hotel, needs_guests, open_hotel
from tests.hotel.support import ROOT, short_folder, system_user

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE = (DOCS / "hotel.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    return [line.removeprefix("$ ") for block in blocks("console") for line in block.splitlines()]


@pytest.mark.parametrize("toml", blocks("toml"), ids=lambda toml: toml.split("\n")[0])
def test_settings_are_loaded(toml, tmp_path):
    places = {"/srv/python": tmp_path / "env"}
    (tmp_path / "env" / "bin").mkdir(parents=True)
    (tmp_path / "env" / "bin" / "python").symlink_to(sys.executable)
    for place, here in places.items():
        toml = toml.replace(place, str(here))
    (tmp_path / "hotel.toml").write_text(toml)
    loaded = load_settings(None, overrides={}, cwd=tmp_path, root=True, state_home=tmp_path)
    assert set(loaded.origins.values()) - {"default"}  # the file counted


@pytest.fixture(scope="module")
def guest() -> Iterator[str]:
    with ExitStack() as stack:
        yield stack.enter_context(system_user()).name if ROOT else "alice"


def run_here(command: str, hotel: Hotel, guest: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the page on this hotel instead of the machine's own."""
    places = {
        "/var/lib/nbhotel": hotel.layout.state,
        "/etc/systemd/system": hotel.folder,
        "/root": hotel.folder,
    }
    for place, here in places.items():
        command = command.replace(place, str(here))
    program, *words = shlex.split(command.replace("alice", guest))
    if program == "nbhotel":
        return hotel.run(*words)
    return subprocess.run([program, *words], capture_output=True, text=True, check=True)


@pytest.mark.slow
def test_the_commands_work_one_after_the_other(guest):
    # `RUN_ELSEWHERE` in test_house.py counts on these: "doctor", "logs", "service".
    with short_folder() as folder:
        hotel = Hotel(folder, needs_guests(guest))
        told: dict[str, str] = {}
        try:
            for command in commands():
                if command.endswith("logs room alice"):
                    hotel.open_room(guest)
                told[command] = run_here(command, hotel, guest).stdout
                if "-xpzf" not in command and command.startswith("tar"):
                    register = hotel.layout.guests_file.read_bytes()
                    hotel.run("users", "deny", guest)
        finally:
            hotel.run("down", check=False)
        assert "is free and ours to take" in told["nbhotel doctor"]
        assert told["nbhotel status"].splitlines()[2].split() == [
            "PROCESS",
            "PID",
            "STATE",
            "UPTIME",
            "RESTARTS",
        ]
        assert f"{guest} may enter" in told["nbhotel users allow alice"]
        assert f"/user/{guest}/" in told["nbhotel logs room alice"]
        assert (folder / "nbhotel.target").exists()
        assert json.loads(register) == json.loads(hotel.layout.guests_file.read_bytes())  # restored


@pytest.mark.slow
def test_the_room_of_ones_own_lets_in_whom_the_hub_lets_in(guest):
    rooms = {"kind": [sys.executable, str(DOCS / "examples" / "room.py")]}
    with short_folder() as folder:
        script = folder / "room.py"  # where guests can read it
        script.write_text((DOCS / "examples" / "room.py").read_text())
        script.chmod(0o644)
        rooms["kind"][1] = str(script)
        with open_hotel(folder, needs_guests(guest), rooms=rooms) as hotel:
            hotel.open_room(guest)
            address = f"{hotel.url}/user/{guest}/"
            stranger = httpx.get(address)
            assert stranger.status_code == 302
            assert stranger.headers["location"].startswith("/hub/api/oauth2/authorize?")
            with hotel.api() as api:
                assert api.get(address).text == "Welcome, nbhotel"
                other = api.post("/hub/api/users/somebody-else").status_code
                assert other == 201
                token = api.post("/hub/api/users/somebody-else/tokens").json()["token"]
            refused = httpx.get(address, headers={"Authorization": f"token {token}"})
            assert refused.status_code in (302, 403)
            assert "Welcome" not in refused.text


def test_a_setting_that_does_not_exist_would_be_found(tmp_path):
    with pytest.raises(NbhotelError, match="there is no such setting"):
        test_settings_are_loaded("[rooms]\nmemori = 1\n", tmp_path)
