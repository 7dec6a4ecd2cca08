"""The menu Share in a real Lab: a notebook as a gist, with a secret in it first; a folder as a project."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.lab import open_notebook, photograph, save, write_cell
from tests.room.sharing.room import SECRET, Room, open_room
from tests.share.hosts.server import TOKEN

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    with open_room(tmp_path_factory.mktemp("lab"), "lab") as room:
        yield room


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def choose(page: Page, entry: str) -> None:
    """Take an entry of the menu Share."""
    page.get_by_role("menubar").get_by_text("Share", exact=True).click()
    page.get_by_role("menuitem", name=entry).click()


def press(page: Page, button: str) -> None:
    dialog(page).get_by_role("button", name=button, exact=True).click()


def test_a_person_shares_a_notebook_and_its_folder(room: Room, page: Page) -> None:
    room.lab.write_notebook("work/a.ipynb", f"token = '{SECRET}'", "2")
    (room.root / "work/d.csv").write_text("1,2\n")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_notebook(page, room.lab, "work/a.ipynb")
    address = _make_a_gist(page, room)
    _update_it(page, room)
    choose(page, "Copy Gist Link")
    expect(page.get_by_text(f"Copied {address}")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == address
    _share_the_folder(page, room)
    _share_elsewhere_with_a_typed_token(page, room)


def _make_a_gist(page: Page, room: Room) -> str:
    page.get_by_role("menubar").get_by_text("Share", exact=True).click()
    photograph(page, "share-menu")
    page.keyboard.press("Escape")
    choose(page, "Notebook as Gist…")
    expect(dialog(page)).to_contain_text("GitHub, with the token from $GH_ENTERPRISE_TOKEN")
    dialog(page).get_by_label("d.csv").check()
    press(page, "Share")
    # What looks secret is shown with its place, and stays here for now.
    expect(dialog(page)).to_contain_text("work/a.ipynb: cell 1: source, line 1: a GitHub token")
    press(page, "Cancel")
    expect(dialog(page)).to_have_count(0)
    assert room.github.gists == {}

    write_cell(page, 0, "token = input()")  # unsaved: it leaves nevertheless
    choose(page, "Notebook as Gist…")
    dialog(page).get_by_label("d.csv").check()
    dialog(page).get_by_label("Outputs").select_option("strip")
    photograph(page, "share-gist")
    press(page, "Share")
    link = dialog(page).get_by_role("link")
    expect(link).to_be_visible()
    expect(dialog(page)).to_contain_text("made the gist")
    (gist,) = room.github.gists.values()
    assert link.get_attribute("href") == gist["html_url"]
    assert "token = input()" in gist["files"]["a.ipynb"]["content"]
    assert gist["files"]["d.csv"]["content"] == "1,2\n"
    press(page, "Copy")
    assert page.evaluate("navigator.clipboard.readText()") == gist["html_url"]
    press(page, "Close")
    return str(gist["html_url"])


def _update_it(page: Page, room: Room) -> None:
    write_cell(page, 1, "3")
    save(page)
    choose(page, "Update the Gist…")
    expect(dialog(page)).to_contain_text("This changes http://127.0.0.1")
    expect(dialog(page).get_by_label("d.csv")).to_be_checked()
    expect(dialog(page).get_by_label("Outputs")).to_have_value("strip")
    press(page, "Update")
    expect(dialog(page)).to_contain_text("updated the gist")
    press(page, "Close")
    (gist,) = room.github.gists.values()
    assert '"3"' in gist["files"]["a.ipynb"]["content"]


def _share_the_folder(page: Page, room: Room) -> None:
    choose(page, "Folder as Project on GitHub…")
    expect(dialog(page)).to_contain_text("work: 2 files")
    dialog(page).get_by_label("Repository").fill("nobody/work")
    press(page, "Share")
    failed = dialog(page).get_by_role("alert")
    expect(failed).to_contain_text("can't make nobody/work")
    expect(failed).to_contain_text("before that, it made a repository")
    press(page, "Close")

    choose(page, "Folder as Project on GitHub…")
    press(page, "Share")
    expect(dialog(page).get_by_role("link")).to_have_attribute("href", f"{room.github.address}/mona/work")
    press(page, "Close")
    assert room.github.repositories.git("mona/work", "ls-tree", "--name-only", "main").split() == [
        "a.ipynb",
        "d.csv",
    ]


def _share_elsewhere_with_a_typed_token(page: Page, room: Room) -> None:
    choose(page, "Notebook as Gist…")
    _type_host_and_token(page, room, "glpat-wrong")
    press(page, "Share")
    expect(dialog(page)).to_contain_text("the token from the form is not accepted")
    page.keyboard.press("Escape")
    expect(dialog(page)).to_have_count(0)

    choose(page, "Notebook as Gist…")
    _type_host_and_token(page, room, TOKEN)
    press(page, "Share")
    link = dialog(page).get_by_role("link")
    expect(link).to_be_visible()
    press(page, "Close")
    (snippet,) = room.gitlab.snippets.values()
    assert snippet["visibility"] == "private"
    assert room.known("token", "", host=room.gitlab.address)["source"] == "the form, until this server stops"


def _type_host_and_token(page: Page, room: Room, token: str) -> None:
    dialog(page).get_by_label("Host").fill(room.gitlab.address)
    dialog(page).get_by_label("Host").blur()
    expect(dialog(page)).to_contain_text("there is no token for it")
    expect(dialog(page).get_by_label("Who can read it")).to_contain_text("only you can read it")
    dialog(page).get_by_label("Or a token").fill(token)
