"""Three people and one notebook in a real hotel: one shares, one writes with him, one may only read."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser import guest
from tests.browser.lab import cell, command, notebook, photograph, wait_for_idle, write_cell
from tests.hotel.conftest import needs_root
from tests.hotel.hotels import Hotel, needs_guests, open_hotel
from tests.hotel.support import SystemUser, short_folder, system_user

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.root, needs_root]

PATH = "work/rain.ipynb"
CELLS = ".jp-NotebookPanel:visible .jp-Notebook .jp-Cell"
#: Seconds within which one sees what another does.
AT_ONCE = 1.0
NO_NEWS = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}


@dataclass(frozen=True)
class Three:
    hotel: Hotel
    a: SystemUser
    b: SystemUser
    c: SystemUser


@pytest.fixture(scope="module")
def three() -> Iterator[Three]:
    with system_user("ada") as a, system_user("ben") as b, system_user("cid") as c, short_folder() as folder:
        for user in (a, b, c):
            write(user, ".jupyter/jupyter_lab_config.json", '{"LabApp": {"expose_app_in_browser": true}}')
            write(user, ".jupyter/labconfig/page_config.json", json.dumps(NO_NEWS))
        write(a, PATH, json.dumps(notebook("rain = [3, 1, 4]", "sum(rain)")))
        write(a, "work/diary.ipynb", json.dumps(notebook("'secret'")))
        settings = {**needs_guests(a.name, b.name, c.name), "admins": [], "shares": True}
        with open_hotel(folder, settings, rooms={"together": True}) as hotel:
            yield Three(hotel, a, b, c)


def write(user: SystemUser, name: str, text: str) -> None:
    user.run("mkdir", "-p", str((user.home / name).parent), check=True)
    user.run("tee", str(user.home / name), text=text, check=True)


@contextmanager
def person(browser: Browser, hotel: Hotel, user: SystemUser) -> Iterator[tuple[BrowserContext, Page]]:
    """Somebody with a browser of his own, logged in."""
    context = browser.new_context(viewport={"width": 1100, "height": 800})
    context.set_default_timeout(60_000)
    page = context.new_page()
    guest.log_in(page, hotel.url, user.name, user.password)
    page.wait_for_url(f"**/user/{user.name}/lab*", wait_until="commit")
    guest.wait_for_lab(page, launcher=False)
    yield context, page
    context.close()


def test_one_shares_one_writes_one_reads(browser: Browser, three: Three) -> None:
    with (
        person(browser, three.hotel, three.a) as (_, ada),
        person(browser, three.hotel, three.b) as (bens_profile, bens_room),
        person(browser, three.hotel, three.c) as (_, cid),
    ):
        open_notebook(ada, three)
        share(ada, three)
        ben = follow_the_list(bens_profile, bens_room)
        cid.goto(f"{three.hotel.url}/user/{three.a.name}/lab/workspaces/cid/tree/{PATH}")
        enter(cid)
        expect(ben.locator(".nbhotel-Visitor")).to_have_text(f"{three.b.name} in {three.a.name}'s room")
        expect(cid.locator(".nbhotel-Visitor")).to_contain_text("to read")
        all_see_what_is_typed_and_run(ada, ben, cid)
        photograph(ben, "together-in-a-hotel")
        who_reads_can_do_no_more(cid, three)
        withdraw(ada, ben, cid, three)


def open_notebook(ada: Page, three: Three) -> None:
    # A layout of its own: Lab gives up the address when another page of it has just been left.
    ada.goto(f"{three.hotel.url}/user/{three.a.name}/lab/workspaces/ada/tree/{PATH}")
    ada.wait_for_selector(f"{CELLS} .cm-content")
    wait_for_idle(ada)


def open_dialog(page: Page) -> None:
    page.click(".lm-MenuBar-itemLabel:text-is('Share')")
    page.click(".lm-Menu-itemLabel:text-is('With Guests of this Hotel…')")


def share(ada: Page, three: Three) -> None:
    open_dialog(ada)
    dialog = ada.locator(".jp-Dialog")
    expect(dialog).to_contain_text("Shared with nobody")
    let_in(dialog, three.b.name, "edit")
    let_in(dialog, three.c.name, "read")
    let_in(dialog, "nobody-at-all", "read", lines=2)
    expect(dialog).to_contain_text("There is no guest 'nobody-at-all' in this hotel.")
    photograph(ada, "share-with-guests")
    dialog.locator(".jp-Dialog-footer button").click()


def let_in(dialog: Locator, name: str, level: str, lines: int | None = None) -> None:
    before = dialog.locator(".nbhotel-Share-line").count()
    dialog.locator("input[list]").fill(name)
    dialog.locator(".nbhotel-Share-new select").select_option(level)
    dialog.locator(".nbhotel-Share-new button").click()
    expect(dialog.locator(".nbhotel-Share-line")).to_have_count(before + 1 if lines is None else lines)


def follow_the_list(profile: BrowserContext, room: Page) -> Page:
    """What others share stands below one's own files."""
    line = room.locator(".nbhotel-Taken-line")
    expect(line).to_have_count(1)
    expect(line).to_contain_text("rain.ipynb")
    photograph(room, "shared-with-me")
    with profile.expect_page() as opened:
        line.click()
    enter(opened.value)
    return opened.value


def enter(page: Page) -> None:
    """JupyterHub asks whether one wants to go into somebody else's room."""
    page.click("[type=submit]")
    page.wait_for_selector(f"{CELLS} .cm-content")


def all_see_what_is_typed_and_run(ada: Page, ben: Page, cid: Page) -> None:
    wait_for_idle(ben)
    cell(ada, 0).locator(".cm-content").click()
    ada.keyboard.press("End")
    ada.keyboard.type("  # by Ada")
    took = seen([ben, cid], 0, "# by Ada")
    write_cell(ben, 1, "print('rain:', sum(rain))")
    took += seen([ada, cid], 1, "print('rain:', sum(rain))")
    command(ben, "notebook:run-all-cells")
    expect(cell(ben, 1).locator(".jp-OutputArea-output")).to_have_text("rain: 8\n")
    took += seen([ada, cid], 1, "rain: 8\n")
    # Other tests run beside this one: a single look may have to wait for a processor.
    assert statistics.median(took) < AT_ONCE, took


def seen(pages: list[Page], index: int, text: str) -> list[float]:
    """Seconds until each page shows it."""
    start = time.monotonic()
    took = []
    for page in pages:
        expect(cell(page, index)).to_contain_text(text)
        took.append(time.monotonic() - start)
    return took


def who_reads_can_do_no_more(cid: Page, three: Three) -> None:
    before = cell(cid, 0).locator(".cm-content").inner_text()
    cell(cid, 0).locator(".cm-content").click()
    cid.keyboard.type("by Cid")
    expect(cell(cid, 0).locator(".cm-content")).to_have_text(before)
    cid.keyboard.press("Shift+Enter")
    assert not cid.evaluate("() => window.jupyterapp.commands.hasCommand('terminal:create-new')")
    expect(cid.locator(".jp-DirListing-itemText")).to_have_text(["rain.ipynb"])
    path = f"/user/{three.a.name}"
    for method, address, body in (
        ("POST", "/api/kernels", "{}"),
        ("POST", "/api/terminals", None),
        ("GET", "/api/contents/work/diary.ipynb", None),
        ("POST", "/api/sessions", json.dumps({"path": PATH, "type": "notebook", "name": ""})),
    ):
        assert ask(cid, method, path + address, body) == 403


def ask(page: Page, method: str, path: str, body: str | None) -> int:
    """Ask from within the page, with the visitor's own cookies."""
    script = """([method, path, body]) => {
      const token = document.cookie.match(/_xsrf=([^;]*)/)[1];
      return fetch(path, {method, body, headers: {'X-XSRFToken': token}}).then(answer => answer.status);
    }"""
    return int(page.evaluate(script, [method, path, body]))


def withdraw(ada: Page, ben: Page, cid: Page, three: Three) -> None:
    """Ben is in the middle of a line."""
    cell(ben, 0).locator(".cm-content").click()
    ben.keyboard.press("End")
    ben.keyboard.type(" and Ben")
    expect(cell(ada, 0)).to_contain_text("and Ben")
    open_dialog(ada)
    buttons = ada.locator(".jp-Dialog .nbhotel-Share-line button:text-is('Withdraw')")
    buttons.first.click()
    expect(buttons).to_have_count(1)
    buttons.first.click()
    expect(buttons).to_have_count(0)
    ada.locator(".jp-Dialog-footer button").click()
    for page in (ben, cid):
        path = f"/user/{three.a.name}/api/contents/{PATH}"
        assert ask(page, "GET", path, None) == 403
        expect(page.locator(".jp-Dialog")).to_contain_text("shares this with you no longer")
    photograph(ben, "no-longer-shared")
    write_cell(ada, 0, "rain = [3, 1, 4, 1, 5]  # alone")
    ben.wait_for_timeout(1500)
    assert "alone" not in cell(ben, 0).inner_text()
    with ben.expect_download() as kept:
        ben.click(".jp-Dialog button:has-text('Download a copy')")
    assert "and Ben" in kept.value.path().read_text()
    ben.click(".jp-Dialog button:has-text('To my own room')")
    ben.wait_for_url(f"{three.hotel.url}/hub/home")
