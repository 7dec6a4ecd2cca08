"""Files to and from a notebook in a real Lab: picked, dropped, cut off in the middle, fetched."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import signal
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lab import Lab, cell, open_notebook, photograph, run_cell, start_cell
from tests.hotel.support import wait_until
from tests.share.relay import Relay, relay_to

pytestmark = [pytest.mark.slow, pytest.mark.browser]
SIZE = 40 * 10**6
CORNER = ".nbhotel-Transfer"


def test_a_person_sends_and_fetches_files(lab: Lab, page: Page, tmp_path: Path) -> None:
    lab.write_notebook("work/a.ipynb", "%load_ext nbhotel.magics", "%put", "%get results")
    results = lab.root / "work/results/deep"
    results.mkdir(parents=True)
    (results / "one.csv").write_text("1\n")
    (results.parent / "two.csv").write_text("2\n")
    with relay_to(urlsplit(lab.url).port or 0) as relay:
        near = dataclasses.replace(lab, url=f"http://127.0.0.1:{relay.port}")
        open_notebook(page, near, "work/a.ipynb")
        run_cell(page, 0)
        _put_with_the_connection_cut(page, relay, lab, tmp_path)
        _put_again_something_else(page, lab, tmp_path)
        _get_a_folder(page, tmp_path)
        _upload_and_download_by_command(page, lab, tmp_path)
        _put_while_the_kernel_dies(page, relay, lab, tmp_path)


def _put_with_the_connection_cut(page: Page, relay: Relay, lab: Lab, tmp_path: Path) -> None:
    large = tmp_path / "large.bin"
    large.write_bytes(os.urandom(10**6) * (SIZE // 10**6))
    start_cell(page, 1)
    began = relay.sent
    page.locator(f"{CORNER}-input").set_input_files(large)
    wait_until(lambda: relay.sent > began + SIZE // 4, seconds=60, what="a quarter of the file")
    photograph(page, "transfer-put")
    relay.cut()
    assert not (lab.root / "work/large.bin").exists()
    expect(cell(page, 1).locator(".jp-OutputArea-output")).to_contain_text("work/large.bin", timeout=60_000)
    assert relay.sent - began < SIZE * 1.2  # it went on, it did not begin anew
    there = lab.root / "work/large.bin"
    assert hashlib.sha256(there.read_bytes()).digest() == hashlib.sha256(large.read_bytes()).digest()
    assert [path.name for path in there.parent.glob("*.part")] == []


def _put_again_something_else(page: Page, lab: Lab, tmp_path: Path) -> None:
    other = tmp_path / "other" / "large.bin"
    other.parent.mkdir()
    other.write_bytes(b"other")
    for answer, size in (("Leave it", SIZE), ("Replace it", 5)):
        start_cell(page, 1)
        page.locator(f"{CORNER}-input").set_input_files(other)
        page.locator(CORNER).get_by_role("button", name=answer).click()
        expect(cell(page, 1).locator(".jp-InputArea-prompt")).not_to_have_text("[*]:")
        assert (lab.root / "work/large.bin").stat().st_size == size


def _get_a_folder(page: Page, tmp_path: Path) -> None:
    with page.expect_download() as download:
        start_cell(page, 2)
    assert download.value.suggested_filename == "results.zip"
    download.value.save_as(tmp_path / "results.zip")
    with zipfile.ZipFile(tmp_path / "results.zip") as archive:
        assert archive.read("results/deep/one.csv") == b"1\n"
        assert archive.read("results/two.csv") == b"2\n"
    expect(cell(page, 2).locator(".jp-OutputArea-output")).to_contain_text("results.zip: sent")


def _upload_and_download_by_command(page: Page, lab: Lab, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    page.evaluate("() => void window.jupyterapp.commands.execute('nbhotel:upload-beside')")
    page.locator(f"{CORNER}-input").set_input_files(empty)
    wait_until((lab.root / "work/empty.txt").exists, seconds=20, what="the uploaded file")
    page.evaluate("() => void window.jupyterapp.commands.execute('nbhotel:download')")
    page.locator(".jp-Dialog input").fill("large.bin")
    with page.expect_download() as download:
        page.locator(".jp-Dialog .jp-mod-accept").click()
    assert Path(download.value.path()).read_bytes() == b"other"
    # A file that is dropped on the notebook lands beside it, and not in the cell's text.
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(['dropped'], 'dropped.txt'));
            const at = document.querySelector('.jp-Notebook .cm-content');
            for (const type of ['dragover', 'drop']) {
                const how = { dataTransfer: data, bubbles: true, cancelable: true };
                at.dispatchEvent(new DragEvent(type, how));
            }
        }"""
    )
    wait_until((lab.root / "work/dropped.txt").exists, seconds=20, what="the dropped file")
    assert (lab.root / "work/dropped.txt").read_text() == "dropped"
    expect(cell(page, 0).locator(".cm-content")).to_have_text("%load_ext nbhotel.magics")


def _put_while_the_kernel_dies(page: Page, relay: Relay, lab: Lab, tmp_path: Path) -> None:
    kernel = int(run_cell(page, 0, "import os; os.getpid()").inner_text())
    last = tmp_path / "last.bin"
    last.write_bytes(os.urandom(10**6) * (SIZE // 10**6))
    start_cell(page, 1)
    began = relay.sent
    page.locator(f"{CORNER}-input").set_input_files(last)
    wait_until(lambda: relay.sent > began + SIZE // 4, seconds=60, what="a quarter of the file")
    os.kill(kernel, signal.SIGKILL)
    expect(page.locator(CORNER)).to_contain_text("the kernel died")
    assert not (lab.root / "work/last.bin").exists()
    assert len(list((lab.root / "work").glob("last.bin.*.part"))) == 1
