"""What a guest does in the browser, in a guest's words."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect


def log_in(page: Page, url: str, name: str, password: str) -> None:
    """Fill in the login form and wait for Lab."""
    page.goto(f"{url}/")
    page.fill("#username_input", name)
    page.fill("#password_input", password)
    page.click("#login_submit")


def wait_for_lab(page: Page, *, launcher: bool = True) -> None:
    """Wait until Lab is usable; with ``launcher``, in a workspace with nothing else open."""
    # Lab remembers what the guest had open before: it need not load that first.
    page.wait_for_url("**/lab*", wait_until="commit", timeout=60_000)
    if launcher and "reset" not in page.url:
        page.goto(page.url.split("?")[0] + "?reset")
    page.wait_for_selector("#jp-main-dock-panel", state="visible")
    page.wait_for_selector(".jp-LauncherCard, .jp-Notebook", state="visible")


def new_notebook(page: Page) -> None:
    """Click the launcher's Python card."""
    page.click(".jp-LauncherCard[data-category='Notebook']")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell .cm-content")
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle")


def run_cell(page: Page, source: str, expected: str, *, index: int = 0) -> None:
    """Type into the active cell, run it with Shift+Enter, and see its output."""
    cell = page.locator(".jp-Notebook .jp-CodeCell").nth(index)
    cell.locator(".cm-content").click()
    page.keyboard.type(source)
    page.keyboard.press("Shift+Enter")
    expect(cell.locator(".jp-OutputArea-output").first).to_contain_text(expected)


def save(page: Page) -> None:
    page.keyboard.press("Control+s")
    # The first save of a new notebook may ask for its name.
    rename = page.locator(".jp-Dialog .jp-mod-accept")
    if rename.count():
        rename.first.click()
    expect(page.locator(".lm-TabBar-tab.jp-mod-current.jp-mod-dirty")).to_have_count(0)


def log_out(page: Page) -> None:
    """File > Log Out."""
    page.click(".lm-MenuBar-itemLabel:text-is('File')")
    page.locator(".lm-Menu-itemLabel:text-is('Log Out'):visible").first.click()
    page.wait_for_url(re.compile(r"/hub/log(in|out)"))
