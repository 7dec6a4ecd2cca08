"""Two people talk about a cell, in two browsers, and resolve it; nothing of it is in the file."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.lab import Lab, cell, command, open_notebook, photograph, save

pytestmark = [pytest.mark.slow, pytest.mark.browser]

MARK = ".nbhotel-CommentMark"
HOSTILE = (
    "<img src=x onerror=\"alert('img')\"><script>alert('script')</script>"
    '<button data-commandlinker-command="notebook:run-all-cells">Press me</button>'
)


def panel(page: Page) -> Locator:
    return page.get_by_role("region", name="Comments")


def test_story(lab: Lab, page: Page, browser: Browser) -> None:
    path = lab.write_notebook("a.ipynb", "radius = 2", "area = 3.14 * radius ** 2", "print(area)")
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    open_notebook(page, lab, "a.ipynb")
    cell(page, 1).locator(".cm-content").click()
    command(page, "nbhotel:comment-on-cell")
    page.keyboard.insert_text("Is **3.14** enough for $\\pi$?")
    page.keyboard.press("Control+Enter")
    threads = panel(page).locator(".nbhotel-Comments-thread")
    expect(threads).to_have_count(1)
    expect(threads).to_contain_text("Cell 2area = 3.14 * radius ** 2")
    text = threads.locator(".nbhotel-Comments-text")
    expect(text.locator("strong")).to_have_text("3.14")
    expect(text.locator("mjx-container")).to_have_count(1)
    expect(cell(page, 1).locator(MARK)).to_have_count(1)

    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        other = context.new_page()
        answered_by_another(other, lab)
        expect(threads.nth(0)).to_contain_text("A comment on the notebook")
        other.close()
    photograph(page, "comments")
    hostile_text_is_text(page, dialogs)

    expect(threads).to_have_count(3)
    expect(threads.nth(0)).to_contain_text("Whole notebook")
    expect(threads.nth(1)).to_contain_text("Please use math.pi")
    threads.nth(1).get_by_role("button", name="Resolve").click()
    expect(threads).to_have_count(2)
    expect(cell(page, 1).locator(MARK)).to_have_count(0)
    panel(page).get_by_label("Resolved ones, too").check()
    expect(threads.nth(1)).to_contain_text("Resolved by")

    command(page, "notebook:delete-cell")
    expect(threads.last).to_contain_text("Cell is gonearea = 3.14 * radius ** 2")
    save(page)
    assert "math.pi" not in path.read_text()
    assert "3.14" not in path.read_text()


def answered_by_another(page: Page, lab: Lab) -> None:
    """Open the notebook in another browser, follow the mark, and answer."""
    open_notebook(page, lab, "a.ipynb")
    cell(page, 1).locator(MARK).click()
    thread = panel(page).locator(".nbhotel-Comments-thread")
    thread.get_by_label("Reply").fill("Please use math.pi")
    thread.get_by_role("button", name="Reply").click()
    expect(thread.get_by_role("listitem")).to_have_count(2)
    panel(page).get_by_label("What the comment is about").select_option("notebook")
    panel(page).get_by_label("Comment (Markdown)").fill("A comment on the notebook")
    panel(page).get_by_role("button", name="Comment").click()


def hostile_text_is_text(page: Page, dialogs: list[str]) -> None:
    """Nothing that somebody writes runs, nor can it call Lab's commands."""
    cell(page, 2).locator(".cm-content").click()
    panel(page).get_by_label("What the comment is about").select_option("cell")
    panel(page).get_by_label("Comment (Markdown)").fill(HOSTILE)
    panel(page).get_by_role("button", name="Comment").click()
    text = panel(page).locator(".nbhotel-Comments-text", has_text="Press me")
    expect(text).to_be_visible()
    assert text.locator("script, [onerror], [data-commandlinker-command]").count() == 0
    assert dialogs == []
    cell(page, 1).locator(".cm-content").click()
