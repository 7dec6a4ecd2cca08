"""What changed in a notebook, in a real Lab: seen, taken back, undone, followed; nothing of it on disk."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.browser.lab import (
    Lab,
    cell,
    command,
    notebook,
    open_notebook,
    photograph,
    run_cell,
    save,
    write_cell,
)

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PANEL = ".nbhotel-Changes:visible"
MARK = "data-nbhotel-change"
SOURCES = ("radius = 2", "area = 3.14 * radius ** 2", "print('the area is', area)")
HOSTILE = "<img src=x onerror=\"parent.alert('img')\"><script>parent.alert('script')</script>"


def test_a_person_sees_changes_takes_them_back_and_follows_a_cell(lab: Lab, page: Page) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    made = notebook(*SOURCES)
    made["cells"].append({"cell_type": "markdown", "id": "text", "metadata": {}, "source": "The end"})
    (lab.root / "a.ipynb").write_text(json.dumps(made))
    open_notebook(page, lab, "a.ipynb")

    # Without a repository there is the last save; the button stands in the toolbar.
    page.get_by_role("button", name="What changed since the last commit or save").click()
    said, choice, diff = page.locator(".nbhotel-Changes-said"), page.get_by_label("Compare with"), _diff(page)
    expect(said).to_contain_text("a.ipynb: is in no git repository")
    choice.select_option("saved")
    expect(said).to_have_text("No changes since the last save.")
    save(page)  # as Lab writes it
    lab.make_repository(enable=True)
    before = (lab.root / "a.ipynb").read_text()
    choice.select_option("HEAD")
    expect(said).to_have_text("No changes since the last commit.")

    # Marks and changes come by themselves; each change has its way back.
    write_cell(page, 1, "area = 3.14159 * radius ** 2")
    cell(page, 1).click()
    command(page, "notebook:insert-cell-below")
    write_cell(page, 2, "# new")
    expect(cell(page, 1)).to_have_attribute(MARK, "changed")
    expect(cell(page, 2)).to_have_attribute(MARK, "added")
    expect(diff.locator("section.change")).to_have_count(2)
    expect(diff.locator("section.changed ins.l")).to_have_text("area = 3.14159 * radius ** 2")
    photograph(page, "changes")
    diff.get_by_role("button", name="Revert: Changed").click()
    expect(cell(page, 1).locator(".cm-content")).to_have_text(SOURCES[1])
    expect(diff.locator("section.change")).to_have_count(1)
    expect(cell(page, 1)).not_to_have_attribute(MARK, "changed")
    command(page, "notebook:undo-cell-action")
    expect(cell(page, 1).locator(".cm-content")).to_have_text("area = 3.14159 * radius ** 2")
    expect(diff.locator("section.change")).to_have_count(2)
    diff.get_by_role("button", name="Remove: Added").click()
    expect(page.locator(".jp-Notebook .jp-Cell")).to_have_count(4)
    expect(diff.locator("section.change")).to_have_count(1)

    # A cell that is gone comes back to its place.
    cell(page, 2).click()
    command(page, "notebook:delete-cell")
    diff.get_by_role("button", name="Put back: Removed").click()
    expect(cell(page, 2).locator(".cm-content")).to_have_text(SOURCES[2])
    expect(diff.locator("section.change")).to_have_count(1)
    assert (lab.root / "a.ipynb").read_text() == before

    # Outputs: git does not store them, the file has them.
    for place in range(3):
        run_cell(page, place)
    expect(cell(page, 2).locator(".jp-OutputArea-output")).to_contain_text("the area is 12.5")
    expect(page.get_by_label("Outputs")).not_to_be_checked()
    choice.select_option("saved")
    expect(diff.locator("section.changed").last).to_contain_text("the area is 12.5")
    expect(page.get_by_label("Outputs")).to_be_checked()
    save(page)
    expect(said).to_have_text("No changes since the last save.")

    # A commit of the notebook's history, and that of one cell.
    lab.run("git", "commit", "-qam", "More digits")
    save(page)
    expect(choice.locator("optgroup option")).to_have_count(2)
    choice.select_option(choice.locator("optgroup option").nth(1).get_attribute("value"))
    expect(diff.locator("section.change")).to_have_count(1)
    cell(page, 1).click()
    command(page, "nbhotel:changes-of-cell")
    expect(said).to_contain_text("History of cell 2")
    expect(diff.locator("article.commit")).to_have_count(2)
    expect(diff.locator("article.commit").first).to_contain_text("More digits")
    photograph(page, "changes-of-cell")

    # Nothing of a notebook acts in the page, and the theme is Lab's.
    page.get_by_role("button", name="All changes").click()
    made["cells"][3]["source"] = f"{HOSTILE} <a href='https://example.org/'>away</a>"
    (lab.root / "a.ipynb").write_text(json.dumps(made))
    choice.select_option("saved")
    expect(diff.locator("section.change").filter(has_text="parent.alert")).to_have_count(1)
    command(page, "apputils:change-theme", {"theme": "JupyterLab Dark"})
    expect(diff.locator("html")).to_have_attribute("data-theme", "dark")
    photograph(page, "changes-dark")
    colour = "element => getComputedStyle(element).backgroundColor"
    assert diff.locator("body").evaluate(colour) == page.locator(PANEL).evaluate(colour)
    assert page.locator(f"{PANEL} iframe").get_attribute("sandbox") == "allow-scripts"
    assert dialogs == []
    command(page, "apputils:change-theme", {"theme": "JupyterLab Light"})  # the next test's, too


def _diff(page: Page) -> FrameLocator:
    return page.frame_locator(f"{PANEL} iframe")
