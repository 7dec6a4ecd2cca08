"""Two people in one notebook of a hotel's room, each in a browser, and the room killed while they write."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import guest
from tests.browser.lab import cell, command, notebook, photograph, run_cell, start_cell, wait_for_idle
from tests.hotel.conftest import needs_root
from tests.hotel.hotels import Hotel, needs_guests, open_hotel
from tests.hotel.support import SystemUser, short_folder, system_user, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.root, needs_root]

SOURCES = ("# Anna's", "print(6 * 7)", "")
TERMINAL = 2
NO_NEWS = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}


@pytest.fixture(scope="module")
def people() -> Iterator[tuple[SystemUser, SystemUser]]:
    """Anna, whose room it is, and Ben, who administers the hotel and so may enter it."""
    with system_user("anna") as anna, system_user("ben") as ben:
        yield anna, ben


@pytest.fixture(scope="module")
def hotel(people: tuple[SystemUser, SystemUser]) -> Iterator[Hotel]:
    anna, ben = people
    rooms = {"together": True}
    with (
        short_folder() as folder,
        open_hotel(folder, needs_guests(ben.name, anna.name), rooms=rooms) as hotel,
    ):
        yield hotel


def test_two_people_in_one_notebook(hotel, people, browser):
    anna, ben = people
    file = make_repository(anna)
    annas, bens = enter(browser, hotel, anna, anna), enter(browser, hotel, ben, anna)
    see_each_other_type_and_run(annas, bens, ben)
    share_a_terminal_cell(annas, bens, file)
    see_the_changes(bens)
    photograph(annas, "together")
    lose_nothing_when_the_room_is_killed(hotel, anna, annas, bens, file)
    commit_as_two(anna, ben, file)


def make_repository(user: SystemUser) -> Path:
    file = user.home / "work/rain.ipynb"
    files = {
        file: json.dumps(notebook(*SOURCES), indent=1) + "\n",
        user.home / ".jupyter/jupyter_lab_config.json": '{"LabApp": {"expose_app_in_browser": true}}',
        user.home / ".jupyter/labconfig/page_config.json": json.dumps(NO_NEWS),
    }
    for each, text in files.items():
        user.run("mkdir", "-p", str(each.parent), check=True)
        user.run("tee", str(each), text=text, check=True)
    git(user, "init", "-q", "-b", "main")
    git(user, "config", "user.name", "Anna")
    git(user, "config", "user.email", "anna@example.org")
    git(user, "add", "--all")
    git(user, "commit", "-q", "-m", "First")
    return file


def git(user: SystemUser, *words: str) -> str:
    return user.run("git", "-C", str(user.home / "work"), *words, check=True).stdout


def enter(browser: Browser, hotel: Hotel, who: SystemUser, whose: SystemUser) -> Page:
    """Log in, go to the notebook in Anna's room, and wait until it can be used."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(20_000)
    page = context.new_page()
    guest.log_in(page, hotel.url, who.name, who.password)
    page.wait_for_url(f"**/user/{who.name}/lab*", wait_until="commit")
    page.goto(f"{hotel.url}/user/{whose.name}/lab/tree/work/rain.ipynb?reset")
    if "/oauth2/authorize" in page.url:
        page.get_by_role("button", name="Authorize").click()
    page.wait_for_selector(".jp-Notebook .jp-Cell .cm-content")
    page.evaluate("() => window.jupyterapp.restored")
    wait_for_idle(page)
    return page


def write(page: Page, index: int, text: str) -> None:
    """Add a line to a cell, by keyboard, and see it there; again if a dialog has taken the keys."""

    def is_written() -> bool:
        page.evaluate("() => document.querySelectorAll('.jp-Dialog').forEach(each => each.remove())")
        if text in text_of(page):
            return True
        cell(page, index).locator(".cm-content").click()
        page.keyboard.press("Control+End")
        page.keyboard.insert_text(f"\n{text}")
        # A busy machine shows it late; typed again it would be there twice.
        return any(text in text_of(page) for _ in range(20))

    wait_until(is_written, what=f"{text!r} on the page it is typed into")


def see_each_other_type_and_run(annas: Page, bens: Page, ben: SystemUser) -> None:
    write(annas, 0, "a = 1  # Anna")
    expect(cell(bens, 0)).to_contain_text("a = 1  # Anna", timeout=10_000)
    write(bens, 0, "b = 2  # Ben")
    expect(cell(annas, 0)).to_contain_text("b = 2  # Ben", timeout=10_000)
    expect(annas.locator(".cm-ySelectionInfo, .jp-remote-userInfo, .jp-remote-cursor").first).to_have_count(1)
    run_cell(bens, 1)
    expect(cell(annas, 1).locator(".jp-OutputArea-output")).to_have_text(re.compile(r"^42\s*$"))


def share_a_terminal_cell(annas: Page, bens: Page, file: Path) -> None:
    cell(annas, TERMINAL).locator(".cm-content").click()
    annas.keyboard.insert_text("echo to-be-$((1 + 1))-of-us")
    command(annas, "nbhotel:change-cell-to-terminal")
    start_cell(annas, TERMINAL)
    for page in (annas, bens):
        expect(cell(page, TERMINAL).locator(".jp-OutputArea-output")).to_contain_text("to-be-2-of-us")
        expect(page.locator(".nbhotel-TerminalCell")).to_have_count(1)
    wait_until(lambda: "b = 2  # Ben" in file.read_text(), what="the save")
    assert "of-us" not in file.read_text()


def see_the_changes(page: Page) -> None:
    command(page, "nbhotel:changes")
    frame = page.frame_locator(".nbhotel-Changes iframe")
    expect(frame.locator("body")).to_contain_text("b = 2  # Ben")


def lose_nothing_when_the_room_is_killed(
    hotel: Hotel, anna: SystemUser, annas: Page, bens: Page, file: Path
) -> None:
    pid = json.loads((hotel.layout.run_dir / "rooms" / anna.name / "default.json").read_text())["process"][
        "pid"
    ]
    for number in range(6):
        write((annas, bens)[number % 2], number % 2, f"n{number} = {number}")
        if number == 3:
            os.kill(pid, signal.SIGKILL)
    hotel.open_room(anna.name)
    lines = [f"n{number} = {number}\n" for number in range(6)]

    def whole(text: str) -> bool:
        return all((text + "\n").count(line) == 1 for line in lines)  # neither lost nor doubled

    def saved() -> bool:
        try:
            return whole("\n".join("".join(each["source"]) for each in json.loads(file.read_text())["cells"]))
        except ValueError:
            return False  # it is being written

    wait_until(lambda: whole(text_of(annas)), seconds=120, what="Anna's page with all lines")
    wait_until(lambda: whole(text_of(bens)), seconds=120, what="Ben's page with all lines")
    wait_until(saved, what="the file with all lines")


def text_of(page: Page) -> str:
    """What stands in the notebook's cells."""
    page.wait_for_timeout(100)
    return str(
        page.evaluate(
            "() => [...window.jupyterapp.shell.widgets('main')].find(each => each.content?.widgets)"
            ".content.widgets.map(cell => cell.model.sharedModel.getSource()).join('\\n')"
        )
    )


def commit_as_two(anna: SystemUser, ben: SystemUser, file: Path) -> None:
    words = ["env", "-C", str(file.parent), f"JUPYTERHUB_USER={anna.name}", sys.executable, "-m", "nbhotel"]
    anna.run(*words, "coauthors", "--hook", check=True)
    git(anna, "commit", "-q", "-a", "-m", "What we wrote")
    message = git(anna, "log", "-1", "--format=%B")
    assert message.startswith(f"What we wrote\n\nCo-authored-by: {ben.name} <{ben.name}@")
    assert anna.name not in message
