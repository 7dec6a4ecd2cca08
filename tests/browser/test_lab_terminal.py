"""Terminal cells in a real Lab."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lab import Lab, cell, command, open_notebook, run_cell, save, write_cell

pytestmark = [pytest.mark.slow, pytest.mark.browser]

#: One program: bash, in any terminal, loses a Ctrl+C that comes while it starts another one.
TICKS = 'import time; [print("tick", i, time.sleep(0.1) or "") for i in range(1, 300)]'
BAR = r"for i in 1 2 3; do printf '\r\033[2K\033[32m%d/3' $i; sleep 0.05; done; printf '\033[0m\n'"
ASK = "read -rp 'sure? ' a; read -rsp 'Password: ' w; echo; echo $a $w | rev"
BADGE = "Terminal · not saved"


def test_story(lab: Lab, page: Page) -> None:
    lab.write_notebook("a.ipynb", "x = 6 * 7", "x", "x")
    lab.make_repository()
    open_notebook(page, lab, "a.ipynb")
    choose_the_type(page)
    one_shell(page, lab)
    type_into_a_program(page)
    interrupt(page)
    keep_the_order(page)
    leave_no_trace(page, lab)
    load_again_while_it_runs(page)
    make_it_text(page, lab)


def choose_the_type(page: Page) -> None:
    write_cell(page, 1, "mkdir -p sub; cd sub; WORD=kept")
    cell_type = page.get_by_label("Cell type").first
    cell_type.select_option("Terminal")
    expect(cell(page, 1)).to_contain_text(BADGE)
    expect(cell_type).to_have_value("terminal")
    cell(page, 0).locator(".jp-InputPrompt").click()
    expect(cell_type).to_have_value("code")


def one_shell(page: Page, lab: Lab) -> None:
    run_cell(page, 1)
    outputs = run_cell(page, 1, "pwd; echo $WORD; false")
    expect(outputs).to_have_text(f"{lab.root}/sub\nkept\n")
    expect(cell(page, 1)).to_contain_text("exit 1")
    outputs = run_cell(page, 1, BAR)
    expect(outputs).to_have_text("3/3\n")
    expect(outputs.locator(".ansi-green-fg")).to_have_text("3/3")


def type_into_a_program(page: Page) -> None:
    write_cell(page, 1, ASK)
    page.keyboard.press("Shift+Enter")
    entry = cell(page, 1).get_by_label("Input for the running program")
    expect(entry).to_be_focused()
    page.keyboard.type("yes\n")
    expect(entry).to_have_attribute("type", "password")
    page.keyboard.type("secret\n")
    expect(cell(page, 1).locator(".jp-OutputArea-output")).to_have_text("sure? yes\nPassword: \nterces sey\n")
    expect(entry).to_be_hidden()


def interrupt(page: Page) -> None:
    write_cell(page, 1, "sh -c 'echo go; sleep 60'; echo never")
    page.keyboard.press("Control+Enter")
    outputs = cell(page, 1).locator(".jp-OutputArea-output")
    expect(outputs).to_have_text("go\n")
    command(page, "notebook:interrupt-kernel")
    expect(outputs).to_have_text("go\n^C\n")
    expect(cell(page, 1)).to_contain_text("exit 130")


def keep_the_order(page: Page) -> None:
    """A cell for the kernel that needs what a terminal cell before it makes, and the other way round."""
    write_cell(page, 0, "open('one.txt', 'w').write('6 * 7')")
    write_cell(page, 1, "sleep 0.3; cat ../one.txt > two.txt")
    write_cell(page, 2, "print(eval(open('sub/two.txt').read()))")
    command(page, "notebook:run-all-cells")
    expect(cell(page, 2).locator(".jp-OutputArea-output")).to_have_text("42\n")


def leave_no_trace(page: Page, lab: Lab) -> None:
    save(page)
    assert [each["id"] for each in lab.read_notebook("a.ipynb")["cells"]] == ["cell-0", "cell-2"]
    assert "two.txt > " not in (lab.root / "a.ipynb").read_text()
    run_cell(page, 1)
    expect(page.locator(".lm-TabBar-tab.jp-mod-current.jp-mod-dirty")).to_have_count(0)


def load_again_while_it_runs(page: Page) -> None:
    write_cell(page, 1, f"python3 -uc '{TICKS}'")
    page.keyboard.press("Control+Enter")
    outputs = cell(page, 1).locator(".jp-OutputArea-output")
    expect(outputs).to_contain_text("tick 3")
    save(page)
    page.reload()
    page.wait_for_selector(".jp-Notebook .jp-Cell .cm-content", timeout=60_000)
    expect(cell(page, 1)).to_contain_text(BADGE)
    expect(outputs).to_contain_text("tick 1 \n")
    expect(cell(page, 1)).to_contain_text("running")
    ticks = outputs.inner_text().count("tick")
    expect(outputs).to_contain_text(f"tick {ticks + 3} \n")
    expect(page.locator(".lm-TabBar-tab.jp-mod-current.jp-mod-dirty")).to_have_count(0)
    command(page, "notebook:interrupt-kernel")
    expect(cell(page, 1)).to_contain_text("exit 130")


def make_it_text(page: Page, lab: Lab) -> None:
    """Keys change the type both ways; what is no terminal cell any more is saved."""
    cell(page, 1).locator(".jp-InputPrompt").click()
    page.keyboard.press("m")
    expect(cell(page, 1)).not_to_contain_text(BADGE)
    page.keyboard.press("t")
    expect(cell(page, 1)).to_contain_text(BADGE)
    page.keyboard.press("y")
    expect(cell(page, 1)).not_to_contain_text(BADGE)
    save(page)
    cells = lab.read_notebook("a.ipynb")["cells"]
    assert [each["metadata"] for each in cells] == [{}, {}, {}]
