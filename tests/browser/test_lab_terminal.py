"""Terminal cells in a real Lab."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lab import Lab, cell, open_notebook, run_cell, save, wait_for_idle, write_cell

pytestmark = [pytest.mark.slow, pytest.mark.browser]

BAR = r"for i in 1 2 3; do printf '\r\033[2K\033[32m%d/3' $i; sleep 0.05; done; printf '\033[0m\n'"


def test_story(lab: Lab, page: Page) -> None:
    lab.write_notebook("a.ipynb", "x = 6 * 7", "x")
    open_notebook(page, lab, "a.ipynb")
    write_cell(page, 1, "mkdir -p sub; cd sub; WORD=kept")
    cell_type = page.get_by_label("Cell type").first
    cell_type.select_option("Terminal")
    expect(cell(page, 1)).to_contain_text("Terminal · not saved")
    expect(cell_type).to_have_value("terminal")
    run_cell(page, 1)
    outputs = run_cell(page, 1, "pwd; echo $WORD; false")
    expect(outputs).to_have_text(f"{lab.root}/sub\nkept\n")
    expect(cell(page, 1)).to_contain_text("exit 1")
    outputs = run_cell(page, 1, BAR)
    expect(outputs).to_have_text("3/3\n")
    expect(outputs.locator(".ansi-green-fg")).to_have_text("3/3")
