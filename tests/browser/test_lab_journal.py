"""The journal in Lab: found again, inserted, switched off, and a deleted notebook rebuilt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lab import Lab, command, open_lab, open_notebook, photograph, run_cell

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A server of its own: its journal has what ran in every notebook."""
    with open_lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


def test_story(lab: Lab, page: Page) -> None:
    path = lab.write_notebook("fit.ipynb", "total = 6 * 7", "total + nothing", "print('<b>bold</b>')")
    open_notebook(page, lab, "fit.ipynb")
    for index in range(3):
        run_cell(page, index)
    command(page, "nbhotel:journal")
    panel = page.get_by_role("region", name="Journal")
    runs = panel.get_by_role("listitem")
    expect(runs).to_have_count(3)
    expect(runs.nth(0)).to_contain_text("print('<b>bold</b>')")
    expect(runs.nth(1)).to_contain_text("failed")

    search = panel.get_by_role("searchbox")
    search.fill("6 *")
    expect(runs).to_have_count(1)
    expect(runs).to_contain_text("total = 6 * 7")
    runs.get_by_role("button", name="Insert as a new cell").press("Enter")
    expect(page.locator(".jp-Notebook .jp-Cell .cm-content", has_text="6 * 7")).to_have_count(2)
    search.fill("")
    panel.get_by_label("Failed").check()
    expect(runs).to_have_count(1)
    panel.get_by_label("Failed").uncheck()
    expect(runs).to_have_count(3)
    photograph(page, "journal")

    panel.get_by_label("Of this notebook").uncheck()
    run_cell(page, 0, "not_kept = 1")
    search.fill("not_kept")
    expect(panel.get_by_role("status")).to_have_text("Nothing like that ran.")
    search.fill("")
    command(page, "docmanager:save")
    assert "nbhotel" not in path.read_text()

    rebuilt_by_a_click(page, path)


def rebuilt_by_a_click(page: Page, path: Path) -> None:
    """Delete the notebook, click on its name in the journal, and find it as it ran."""
    command(page, "application:close-all")
    path.unlink()
    page.get_by_role("region", name="Journal").get_by_role("button", name="fit.ipynb").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("Make it again")
    page.get_by_role("dialog").get_by_role("button", name="Rebuild").click()
    cells = page.locator(".jp-NotebookPanel:visible .jp-Cell .cm-content")
    expect(cells).to_have_text(["total = 6 * 7", "total + nothing", "print('<b>bold</b>')"])
    assert path.exists()
