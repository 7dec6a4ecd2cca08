"""Saving in a real Lab: what people see of the exports, and that a failing one keeps nobody from saving."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lab import Lab, open_lab, open_notebook, photograph, run_cell, save, write_cell

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def test_a_person_saves_and_is_told_of_an_export_that_is_not_written(
    lab: Lab, page: Page, tmp_path: Path
) -> None:
    (lab.root / "nbhotel.toml").write_text('[save]\nexports = [{ chain = "script", folder = "scripts" }]\n')
    lab.write_notebook("a.ipynb", "x = 6", "x * 7")
    (lab.root / ".gitignore").write_text(".ipynb_checkpoints\nscripts\n")
    open_notebook(page, lab, "a.ipynb")
    save(page)  # Lab notes what the kernel tells of its language
    lab.make_repository(enable=True)
    notice = page.locator(".Toastify__toast").filter(has_text="a.ipynb is saved")

    # Outputs only: they are in the file, and git has nothing to say.
    run_cell(page, 0)
    expect(run_cell(page, 1)).to_contain_text("42")
    save(page)
    assert _problems(lab) == []
    script = lab.root / "scripts/a.py"
    assert "x * 7" in script.read_text()
    assert "42" in (lab.root / "a.ipynb").read_text()
    assert lab.run("git", "status", "--porcelain") == ""
    expect(notice).to_have_count(0)

    # Somebody edits the script by hand: it stays, and Lab says so, once.
    script.write_text("edited by hand\n")
    write_cell(page, 0, "x = 7")
    save(page)
    expect(notice).to_have_count(1)
    assert "x = 7" in (lab.root / "a.ipynb").read_text()
    assert script.read_text() == "edited by hand\n"
    photograph(page, "saving-notice")
    notice.get_by_role("button", name="Details").click()
    expect(page.locator(".jp-Dialog")).to_contain_text(
        "scripts/a.py: was changed since it was exported, and is left alone"
    )
    page.locator(".jp-Dialog .jp-mod-accept").click()
    write_cell(page, 0, "x = 8")
    save(page)
    assert "was changed" in _problems(lab)[0]
    expect(notice).to_have_count(0)

    # What to do was in the message.
    script.unlink()
    write_cell(page, 0, "x = 9")
    save(page)
    assert _problems(lab) == []
    assert "x = 9" in script.read_text()

    # Without the extension, the notebook is one like any other.
    assert "nbhotel" not in (lab.root / "a.ipynb").read_text()
    _opens_and_runs_in_stock_lab(page, lab.root / "a.ipynb", tmp_path)


def _opens_and_runs_in_stock_lab(page: Page, made: Path, folder: Path) -> None:
    with open_lab(folder, ours=False) as stock:
        shutil.copy(made, stock.root)
        told: list[str] = []
        page.on("console", lambda message: told.append(message.text))
        open_notebook(page, stock, made.name)
        expect(run_cell(page, 1, "6 * 9")).to_contain_text("54")
        save(page)
        assert [text for text in told if "nbhotel" in text] == []  # it is really not there
        assert "54" in (stock.root / made.name).read_text()


def _problems(lab: Lab) -> list[str]:
    """What went wrong with the exports of the last save; waits until they are made."""
    found: list[str] = lab.ask(f"nbhotel/api/saving/status?path={lab.below}a.ipynb")["problems"]
    return found
