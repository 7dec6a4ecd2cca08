"""What changed in a notebook, in a real Lab: seen, taken back, undone, followed; nothing of it on disk."""

from __future__ import annotations

import json
import os

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.browser.lab import Lab, cell, command, notebook, open_notebook, run_cell, save, write_cell

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PANEL = ".nbhotel-Changes:visible"
MARK = "data-nbhotel-change"
SOURCES = ("radius = 2", "area = 3.14 * radius ** 2", "print('the area is', area)", "# the end")


def test_a_person_sees_changes_takes_them_back_and_follows_a_cell(lab: Lab, page: Page) -> None:
    lab.write_notebook("a.ipynb", *SOURCES)
    open_notebook(page, lab, "a.ipynb")
    save(page)  # as Lab writes it
    lab.make_repository(enable=True)
    before = (lab.root / "a.ipynb").read_text()

    # Marks come by themselves.
    write_cell(page, 1, "area = 3.14159 * radius ** 2")
    command(page, "notebook:insert-cell-below")
    write_cell(page, 2, "# new")
    expect(cell(page, 1)).to_have_attribute(MARK, "changed")
    expect(cell(page, 2)).to_have_attribute(MARK, "added")

    # The button of the toolbar; each change has its way back.
    page.get_by_role("button", name="What changed since the last commit or save").click()
    diff = _diff(page)
    expect(diff.locator("section.change")).to_have_count(2)
    expect(diff.locator("section.changed ins.l")).to_have_text("area = 3.14159 * radius ** 2")
    _photograph(page, "changes")
    diff.get_by_role("button", name="Revert: Changed").click()
    expect(cell(page, 1).locator(".cm-content")).to_have_text(SOURCES[1])
    expect(diff.locator("section.change")).to_have_count(1)
    expect(cell(page, 1)).not_to_have_attribute(MARK, "changed")
    command(page, "notebook:undo-cell-action")
    expect(cell(page, 1).locator(".cm-content")).to_have_text("area = 3.14159 * radius ** 2")
    expect(diff.locator("section.change")).to_have_count(2)
    diff.get_by_role("button", name="Remove: Added").click()
    expect(page.locator(".jp-Notebook .jp-Cell")).to_have_count(4)

    # A cell that is gone comes back to its place.
    cell(page, 2).click()
    command(page, "notebook:delete-cell")
    diff.get_by_role("button", name="Put back: Removed").click()
    expect(cell(page, 2).locator(".cm-content")).to_have_text(SOURCES[2])
    expect(diff.locator("section.change")).to_have_count(1)
    assert (lab.root / "a.ipynb").read_text() == before

    # Outputs: git does not store them, the file has them.
    run_cell(page, 0)
    run_cell(page, 1)
    expect(run_cell(page, 2)).to_contain_text("the area is 12.5")
    choice = page.get_by_label("Compare with")
    expect(page.get_by_label("Outputs")).not_to_be_checked()
    choice.select_option("saved")
    expect(diff.locator("section.changed .outcome.added, section.changed .output")).not_to_have_count(0)
    expect(page.get_by_label("Outputs")).to_be_checked()
    save(page)
    expect(page.locator(".nbhotel-Changes-said")).to_have_text("No changes since the last save.")
    choice.select_option("HEAD")
    expect(diff.locator("section.change")).to_have_count(1)

    # A commit of the notebook's history, and that of one cell.
    lab.run("git", "commit", "-qam", "More digits")
    save(page)
    expect(choice.locator("optgroup option")).to_have_count(2)
    choice.select_option(choice.locator("optgroup option").nth(1).get_attribute("value"))
    expect(diff.locator("section.change")).to_have_count(1)
    cell(page, 1).click()
    command(page, "nbhotel:changes-of-cell")
    expect(page.locator(".nbhotel-Changes-said")).to_contain_text("History of cell 2")
    expect(diff.locator("article.commit")).to_have_count(2)
    expect(diff.locator("article.commit").first).to_contain_text("More digits")
    _photograph(page, "changes-of-cell")


def test_nothing_of_a_notebook_acts_in_the_page_and_the_theme_is_labs(lab: Lab, page: Page) -> None:
    told: list[str] = []
    page.on("dialog", lambda dialog: (told.append(dialog.message), dialog.dismiss()))
    hostile = "<img src=x onerror=\"parent.alert('img')\"><script>parent.alert('script')</script>"
    made = notebook("x = 1")
    made["cells"].append({"cell_type": "markdown", "id": "md", "metadata": {}, "source": "fine"})
    lab.write_notebook("b.ipynb")
    (lab.root / "b.ipynb").write_text(json.dumps(made))
    open_notebook(page, lab, "b.ipynb")
    made["cells"][1]["source"] = f"{hostile} <a href='https://example.org/'>away</a>"
    (lab.root / "b.ipynb").write_text(json.dumps(made))
    command(page, "nbhotel:changes")
    page.get_by_label("Compare with").select_option("saved")
    diff = _diff(page)
    expect(diff.locator("section.change").filter(has_text="parent.alert")).to_have_count(1)
    assert page.locator(f"{PANEL} iframe").get_attribute("sandbox") == "allow-scripts"
    assert told == []

    command(page, "apputils:change-theme", {"theme": "JupyterLab Dark"})
    expect(diff.locator("html")).to_have_attribute("data-theme", "dark")
    colour = "element => getComputedStyle(element).backgroundColor"
    expected = page.locator(PANEL).evaluate(colour)
    assert diff.locator("body").evaluate(colour) == expected
    _photograph(page, "changes-dark")
    command(page, "apputils:change-theme", {"theme": "JupyterLab Light"})
    expect(diff.locator("html")).to_have_attribute("data-theme", "light")


def test_what_there_is_not_is_said_in_place(lab: Lab, page: Page) -> None:
    lab.write_notebook("untracked/c.ipynb", "x = 1")
    open_notebook(page, lab, "untracked/c.ipynb")
    command(page, "nbhotel:changes")
    said = page.locator(".nbhotel-Changes-said")
    expect(said).to_contain_text("is not in the last commit")
    write_cell(page, 0, "x = 2")
    page.get_by_label("Compare with").select_option("saved")
    expect(_diff(page).locator("section.changed")).to_have_count(1)
    expect(said).to_be_hidden()


def _diff(page: Page) -> FrameLocator:
    return page.frame_locator(f"{PANEL} iframe")


def _photograph(page: Page, name: str) -> None:
    """Take a picture for the docs, if somebody asks for it: `NBHOTEL_PICTURES` names a folder."""
    folder = os.environ.get("NBHOTEL_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png")
