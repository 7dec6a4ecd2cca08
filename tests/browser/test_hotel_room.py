"""A day in a room of the hotel with all that nbhotel brings to it, through the hotel's front door."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import guest
from tests.browser.lab import (
    cell,
    command,
    notebook,
    photograph,
    run_cell,
    save,
    start_cell,
    wait_for_idle,
    write_cell,
)
from tests.hotel.conftest import needs_root
from tests.hotel.hotels import Hotel, admitted
from tests.hotel.support import SystemUser, system_user, wait_until
from tests.share.relay import Relay, relay_to

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.root, needs_root]

#: Bytes of the file that is sent while the connection is cut.
SIZE = int(os.environ.get("NBHOTEL_PUT_BYTES", "24000000"))
SOURCES = ("rain = [3, 1, 4]", "total = sum(rain)", "print('total:', total)", "")
TERMINAL = 3
NO_NEWS = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
FILES = "mkdir -p results/deep; cd results; echo 14 > total.csv; echo 4 > deep/four.csv"
ASK = "pwd; read -rp 'Name? ' name; read -rsp 'Password: ' word; echo; echo $name $word"
BAR = r"""
echo in $PWD
for i in $(seq 20); do
  printf '\r\033[32m%-20.*s\033[0m %3d%%' $i ==================== $((i * 5)); sleep 0.2
done; echo
"""


@pytest.fixture(scope="module")
def user() -> Iterator[SystemUser]:
    with system_user() as user:
        yield user


@pytest.fixture(scope="module")
def hotel(house: Hotel, user: SystemUser) -> Iterator[Hotel]:
    with admitted(house, user.name) as hotel:
        yield hotel


def test_a_day_in_a_room(hotel: Hotel, user: SystemUser, page: Page, tmp_path: Path) -> None:
    work = make_repository(user)
    with relay_to(hotel.port) as relay:
        url = f"http://127.0.0.1:{relay.port}"
        guest.log_in(page, url, user.name, user.password)
        page.wait_for_url(f"**/user/{user.name}/lab*", wait_until="commit")
        page.goto(f"{url}/user/{user.name}/lab/tree/work/rain.ipynb?reset")
        page.wait_for_selector(".jp-Notebook .jp-Cell .cm-content")
        page.evaluate("() => window.jupyterapp.restored")
        wait_for_idle(page)
        see_changes_and_take_one_back(page, user)
        use_a_terminal_cell(page, work)
        find_no_trace_of_it(page, work, user)
        put_with_the_connection_cut(page, relay, work, tmp_path)
        get_a_folder(page, work, tmp_path)
        rebuild_from_the_journal(page, work)
        send_from_a_laptop(hotel, user, tmp_path)


def make_repository(user: SystemUser) -> Path:
    """As the guest, with git set up for notebooks."""
    work = user.home / "work"
    files = {
        work / "rain.ipynb": json.dumps(notebook(*SOURCES), indent=1) + "\n",
        work / "nbhotel.toml": '[save]\nexports = ["script"]\n',
        user.home / ".jupyter/jupyter_lab_config.json": '{"LabApp": {"expose_app_in_browser": true}}',
        user.home / ".jupyter/labconfig/page_config.json": json.dumps(NO_NEWS),
    }
    for file, text in files.items():
        user.run("mkdir", "-p", str(file.parent), check=True)
        user.run("tee", str(file), text=text, check=True)
    for words in (
        ["git", "init", "-q", "-b", "main"],
        ["git", "config", "user.name", "A Guest"],
        ["git", "config", "user.email", "guest@example.org"],
        [sys.executable, "-m", "nbhotel", "git", "enable"],
        ["git", "add", "--all"],
        ["git", "commit", "-q", "-m", "First"],
    ):
        user.run("env", "-C", str(work), *words, check=True)
    return work


def git(user: SystemUser, *words: str) -> str:
    return user.run("git", "-C", str(user.home / "work"), *words, check=True).stdout


def see_changes_and_take_one_back(page: Page, user: SystemUser) -> None:
    write_cell(page, 0, "rain = [3, 1, 4, 1, 5]")
    write_cell(page, 1, "total = sum(rain) + 1")
    page.get_by_role("button", name="What changed since the last commit or save").click()
    diff = page.frame_locator(".nbhotel-Changes:visible iframe")
    photograph(page, "room-changes")
    expect(diff.locator("section.change")).to_have_count(2)
    diff.get_by_role("button", name="Revert: Changed").nth(1).click()
    expect(cell(page, 1).locator(".cm-content")).to_have_text(SOURCES[1])
    expect(diff.locator("section.change")).to_have_count(1)
    for number in range(3):
        run_cell(page, number)
    expect(cell(page, 2).locator(".jp-OutputArea-output")).to_have_text("total: 14\n")
    save(page)
    assert git(user, "diff", "--stat", "--", "rain.ipynb").count("rain.ipynb") == 1


def use_a_terminal_cell(page: Page, work: Path) -> None:
    cell(page, TERMINAL).locator(".cm-content").click()
    page.get_by_label("Cell type").first.select_option("Terminal")
    expect(cell(page, TERMINAL)).to_contain_text("not saved")
    run_cell(page, TERMINAL, FILES)
    write_cell(page, TERMINAL, ASK)
    start_cell(page, TERMINAL)
    entry = cell(page, TERMINAL).get_by_label("Input for the running program")
    expect(entry).to_be_focused()
    page.keyboard.type("Ada\n")
    expect(entry).to_have_attribute("type", "password")
    page.keyboard.type("secret\n")
    shown = cell(page, TERMINAL).locator(".jp-OutputArea-output")
    expect(shown).to_have_text(f"{work}/results\nName? Ada\nPassword: \nAda secret\n")
    write_cell(page, TERMINAL, BAR.strip())
    start_cell(page, TERMINAL)
    expect(shown).to_contain_text(re.compile(r"[2-9]\d%"))
    photograph(page, "terminal-cells")
    expect(shown).to_have_text(f"in {work}/results\n{'=' * 20} 100%\n")


def find_no_trace_of_it(page: Page, work: Path, user: SystemUser) -> None:
    save(page)
    saved = json.loads((work / "rain.ipynb").read_text())
    assert [each["id"] for each in saved["cells"]] == ["cell-0", "cell-1", "cell-2"]
    wait_until(lambda: "rain = [3, 1, 4, 1, 5]" in (work / "rain.py").read_text(), what="the script")
    for file in (file for file in user.home.rglob("*") if file.is_file() and file.parent.name != "results"):
        assert b"read -rsp" not in file.read_bytes(), file


def put_with_the_connection_cut(page: Page, relay: Relay, work: Path, tmp_path: Path) -> None:
    large = tmp_path / "large.bin"
    large.write_bytes(os.urandom(10**6) * (SIZE // 10**6))
    write_cell(page, 2, "%put")
    start_cell(page, 2)
    # JupyterHub's own part of Lab may notice the cut, and ask.
    lost = page.get_by_role("dialog").filter(has_text="Server unavailable")
    page.add_locator_handler(lost, lambda: lost.get_by_role("button", name="Dismiss").click())
    began = relay.sent
    page.locator(".nbhotel-Transfer-input").set_input_files(large)
    wait_until(lambda: relay.sent > began + SIZE // 2, seconds=90, what="half of the file")
    relay.cut(2)
    assert not (work / "large.bin").exists()
    expect(cell(page, 2).locator(".jp-OutputArea-output")).to_contain_text("large.bin", timeout=120_000)
    assert relay.sent - began < SIZE * 1.2  # it went on, it did not begin anew
    assert digest(work / "large.bin") == digest(large)


def digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def get_a_folder(page: Page, work: Path, tmp_path: Path) -> None:
    write_cell(page, 2, "%get results")
    with page.expect_download() as download:
        start_cell(page, 2)
    download.value.save_as(tmp_path / "results.zip")
    with zipfile.ZipFile(tmp_path / "results.zip") as archive:
        assert archive.read("results/total.csv") == b"14\n"
        assert archive.read("results/deep/four.csv") == b"4\n"


def rebuild_from_the_journal(page: Page, work: Path) -> None:
    command(page, "nbhotel:journal")
    panel = page.get_by_role("region", name="Journal")
    panel.get_by_role("searchbox").fill("sum(rain)")
    runs = panel.get_by_role("listitem")
    expect(runs).to_have_count(1)
    photograph(page, "room-journal")
    save(page)
    command(page, "application:close-all")
    (work / "rain.ipynb").unlink()
    runs.get_by_role("button", name="rain.ipynb").click()
    page.get_by_role("dialog").get_by_role("button", name="Rebuild").click()
    cells = page.locator(".jp-NotebookPanel:visible .jp-Cell .cm-content")
    expect(cells.nth(0)).to_have_text("rain = [3, 1, 4, 1, 5]")
    rebuilt = json.loads((work / "rain.ipynb").read_text())
    assert ["".join(each["source"]) for each in rebuilt["cells"]][:2] == [
        "rain = [3, 1, 4, 1, 5]",
        SOURCES[1],
    ]


def send_from_a_laptop(hotel: Hotel, user: SystemUser, tmp_path: Path) -> None:
    """With a token of the hub; once more when the room is closed, which is said."""
    with hotel.api() as api:
        token = api.post(f"/hub/api/users/{user.name}/tokens", json={"note": "laptop"}).json()["token"]
        small, there = tmp_path / "small.csv", f"{hotel.url}/user/{user.name}/work/"
        small.write_text("1,2,3\n")
        transfer(token, "put", small, there)
        transfer(token, "get", f"{there}small.csv", tmp_path / "back.csv")
        assert (tmp_path / "back.csv").read_text() == "1,2,3\n"
        assert (user.home / "work/small.csv").stat().st_uid == user.uid
        api.delete(f"/hub/api/users/{user.name}/server")
        wait_until(lambda: not api.get(f"/hub/api/users/{user.name}").json()["servers"], what="its end")
        said = transfer(token, "get", f"{there}small.csv", tmp_path / "none.csv", status=2)
    assert "is not running" in said


def transfer(token: str, *words: object, status: int = 0) -> str:
    environment = {**os.environ, "NBHOTEL_TOKEN": token}
    command = [sys.executable, "-m", "nbhotel", *map(str, words)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == status, done.stderr
    return done.stderr
