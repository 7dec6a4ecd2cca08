"""A hotel without root: one system user runs it, accounts are the hotel's own, by invitation."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import guest
from tests.hotel.hotels import Hotel
from tests.hotel.support import ROOT, SystemUser, short_folder, system_user

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PASSWORD = "correct-horse-battery-7"


@pytest.fixture(scope="module")
def owner() -> Iterator[SystemUser | None]:
    """As root, the tests make a user to be; an ordinary user is one already."""
    if not ROOT:
        yield None
        return
    with system_user() as user:
        yield user


@pytest.fixture(scope="module")
def hotel(owner: SystemUser | None) -> Iterator[Hotel]:
    runner: tuple[str, ...] = ()
    with short_folder() as folder:
        if owner:
            os.chown(folder, owner.uid, owner.uid)
            drop = ("setpriv", f"--reuid={owner.uid}", f"--regid={owner.uid}", "--init-groups")
            runner = (*drop, "env", f"HOME={owner.home}", f"USER={owner.name}")
        hotel = Hotel(folder, {"auth": "builtin", "admins": ["ada"]}, runner=runner)
        hotel.said = hotel.up()  # type: ignore[attr-defined]
        try:
            yield hotel
        finally:
            hotel.run("down", check=False)


def accept(page: Page, link: str, name: str) -> None:
    """Make the account that an invitation offers."""
    page.goto(link)
    field = page.locator("input[name='username']").first
    if field.is_visible():
        field.fill(name)
    passwords = page.locator("input[type='password']")
    passwords.nth(0).fill(PASSWORD)
    passwords.nth(1).fill(PASSWORD)
    page.locator("button[type='submit'], input[type='submit']").first.click()


def test_the_first_admin_comes_by_the_link_that_up_prints(hotel: Hotel, page: Page) -> None:
    said: str = hotel.said  # type: ignore[attr-defined]
    assert "not protected from each other" in said
    link = re.search(r"http://\S+/hub/invite/\S+", said)
    assert link, said
    accept(page, link[0], "ada")
    guest.wait_for_lab(page)
    guest.new_notebook(page)
    guest.run_cell(page, "import os; print(os.environ['JUPYTERHUB_USER'], 6 * 7)", "ada 42")


def test_a_link_works_once(hotel: Hotel, page: Page) -> None:
    said: str = hotel.said  # type: ignore[attr-defined]
    link = re.search(r"http://\S+/hub/invite/\S+", said)
    assert link
    page.goto(link[0])
    expect(page.locator("input[type='password']")).to_have_count(0)


def test_an_invited_guest_has_a_home_of_their_own(hotel: Hotel, browser: Browser) -> None:
    link = re.search(r"http://\S+/hub/invite/\S+", hotel.run("users", "invite", "grace").stdout)
    assert link
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    page = context.new_page()
    accept(page, link[0], "grace")
    guest.wait_for_lab(page)
    guest.new_notebook(page)
    guest.run_cell(
        page, "from pathlib import Path; Path('mine.txt').write_text('x'); print(Path.home().name)", "grace"
    )
    assert (Path(hotel.layout.homes_dir) / "grace" / "mine.txt").exists()
    context.close()
    page = browser.new_page()
    guest.log_in(page, hotel.url, "grace", PASSWORD)
    page.wait_for_url("**/user/grace/lab*", wait_until="commit")
    page.close()


def test_nothing_runs_as_root(hotel: Hotel, owner: SystemUser | None) -> None:
    uid = owner.uid if owner else os.getuid()
    for process in hotel.status()["processes"]:
        assert Path(f"/proc/{process['pid']}").stat().st_uid == uid
    for room in hotel.status()["rooms"]:
        assert Path(f"/proc/{room['pid']}").stat().st_uid == uid
