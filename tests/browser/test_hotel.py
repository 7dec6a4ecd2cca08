"""Guests in a real browser: log in, work, come back, leave; and a second guest who gets nowhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from tests.browser import guest
from tests.hotel.conftest import needs_root
from tests.hotel.hotels import Hotel, admitted
from tests.hotel.support import SystemUser, system_user, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.root, needs_root]


@pytest.fixture(scope="module")
def guests() -> Iterator[tuple[SystemUser, SystemUser]]:
    with system_user() as first, system_user() as second:
        yield first, second


@pytest.fixture(scope="module")
def hotel(house: Hotel, guests: tuple[SystemUser, SystemUser]) -> Iterator[Hotel]:
    with admitted(house, *(user.name for user in guests)) as hotel:
        yield hotel


def test_two_guests_log_in_run_a_cell_save_and_log_out(
    hotel: Hotel, guests: tuple[SystemUser, SystemUser], browser: Browser
) -> None:
    for user in guests:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(60_000)
        page = context.new_page()
        guest.log_in(page, hotel.url, user.name, user.password)
        guest.wait_for_lab(page)
        guest.new_notebook(page)
        guest.run_cell(
            page, "import getpass; print('I am', getpass.getuser(), 6 * 7)", f"I am {user.name} 42"
        )
        guest.save(page)
        wait_until(partial(_saved, user), what="the notebook's file")
        guest.log_out(page)
        page.goto(f"{hotel.url}/user/{user.name}/lab")
        expect(page.locator("#username_input")).to_be_visible()
        context.close()


def _saved(user: SystemUser) -> bool:
    files = list(user.home.glob("*.ipynb"))
    if not files:
        return False
    info = files[0].stat()
    assert info.st_uid == user.uid
    return "42" in json.dumps(json.loads(files[0].read_text())["cells"][0]["outputs"])


def test_a_wrong_password_and_a_guest_who_is_not_allowed_stay_outside(hotel: Hotel, page: Page) -> None:
    with system_user() as stranger:
        guest.log_in(page, hotel.url, stranger.name, stranger.password)
        expect(page.locator(".login_error, .alert, h1, p").first).to_be_visible()
        assert "/lab" not in page.url
        assert not hotel.layout.room_socket(stranger.name).exists()


def test_the_second_guest_is_refused_at_the_first_ones_room(
    hotel: Hotel, guests: tuple[SystemUser, SystemUser], page: Page
) -> None:
    first, second = guests
    hotel.open_room(first.name)
    guest.log_in(page, hotel.url, second.name, second.password)
    page.wait_for_url("**/lab*", wait_until="commit")
    answer = page.goto(f"{hotel.url}/user/{first.name}/lab")
    assert answer is not None
    assert answer.status in (403, 404)
    for path in ("api/contents", "api/kernels", "files/secret.txt", "api/terminals"):
        status = page.request.get(f"{hotel.url}/user/{first.name}/{path}").status
        assert status in (403, 404), path


class AtWork:
    """The first guest's page with Lab, and the headers about keeping of each script that it loaded."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.scripts: dict[str, str] = {}
        page.on("response", self._keep)

    def _keep(self, response: Response) -> None:
        if response.url.endswith(".js") or ".js?" in response.url:
            self.scripts[response.url] = response.headers.get("cache-control", "")


@pytest.fixture(scope="module")
def at_work(hotel: Hotel, guests: tuple[SystemUser, SystemUser], browser: Browser) -> Iterator[AtWork]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    work = AtWork(context.new_page())
    guest.log_in(work.page, hotel.url, guests[0].name, guests[0].password)
    guest.wait_for_lab(work.page)
    yield work
    context.close()


def test_static_files_come_from_one_shared_address_that_browsers_keep(
    at_work: AtWork, guests: tuple[SystemUser, SystemUser]
) -> None:
    scripts = at_work.scripts
    shared = {url: header for url, header in scripts.items() if "/nbhotel/static/lab-" in url}
    assert len(shared) > 5
    assert all("immutable" in header for header in shared.values())
    assert not [url for url in scripts if f"/user/{guests[0].name}/static/lab" in url]


def test_a_terminal_runs_as_the_guest(at_work: AtWork, guests: tuple[SystemUser, SystemUser]) -> None:
    page, (first, _) = at_work.page, guests
    page.click(".jp-LauncherCard:has-text('Terminal')")
    page.wait_for_selector(".jp-Terminal .xterm-screen")
    page.locator(".jp-Terminal").click()
    page.keyboard.type("id -un > who.txt; pwd >> who.txt\n")
    wait_until(
        lambda: (first.home / "who.txt").exists() and (first.home / "who.txt").read_text().count("\n") == 2
    )
    assert (first.home / "who.txt").read_text().split() == [first.name, str(first.home)]


def test_a_culled_room_comes_back_at_the_address_that_is_opened(
    at_work: AtWork, hotel: Hotel, guests: tuple[SystemUser, SystemUser]
) -> None:
    page, (first, _) = at_work.page, guests
    (first.home / "plan.md").write_text("# A plan that is still there\n")
    with hotel.api() as api:
        assert api.delete(f"/hub/api/users/{first.name}/server").status_code == 204
    page.goto(f"{hotel.url}/user/{first.name}/lab/tree/plan.md")
    page.wait_for_selector("#jp-main-dock-panel", state="visible")
    expect(page.locator(".jp-FileEditor, .jp-MarkdownViewer").first).to_contain_text("still there")
    assert page.url.endswith("/lab/tree/plan.md")
