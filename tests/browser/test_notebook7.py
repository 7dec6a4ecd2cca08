"""What our extension adds is there in Notebook 7 as well, which shows one document per page."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lab import cell, open_lab, open_page, start_cell, write_cell

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def test_changes_and_terminal_cells(page: Page, tmp_path: Path) -> None:
    with open_lab(tmp_path, kind="notebook") as server:
        server.write_notebook("a.ipynb", "x = 1", "x")
        server.make_repository(enable=True)
        open_page(page, server, "notebooks/a.ipynb")
        page.wait_for_selector(".jp-Notebook .jp-Cell .cm-content", timeout=60_000)
        expect(
            page.locator(".jp-NotebookKernelStatus, .jp-Notebook-ExecutionIndicator").first
        ).to_be_visible()

        write_cell(page, 0, "x = 2")
        page.get_by_role("button", name="What changed since the last commit or save").click()
        diff = page.frame_locator(".nbhotel-Changes:visible iframe")
        expect(diff.locator("section.changed ins.l")).to_have_text("x = 2", timeout=60_000)

        cell(page, 1).locator(".cm-content").click()
        page.get_by_label("Cell type").first.select_option("Terminal")
        write_cell(page, 1, "cd /; pwd")
        start_cell(page, 1)
        expect(cell(page, 1).locator(".jp-OutputArea-output")).to_have_text("/\n", timeout=60_000)
