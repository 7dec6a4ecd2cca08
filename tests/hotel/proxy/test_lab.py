"""JupyterLab itself in Chromium: its static files from the shared address, the rest from the room."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, Request, Response, async_playwright

from nbhotel.hotel.proxy.static import publish, static_address
from tests.hotel.proxy.street import Street

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NOTEBOOK = {
    "cells": [
        {
            "cell_type": "markdown",
            "id": "a",
            "metadata": {},
            "source": "$$\\int x^2$$\n\n```mermaid\ngraph TD; ann-->bob\n```\n\n- [ ] **bold**",
        },
        {
            "cell_type": "code",
            "id": "b",
            "metadata": {},
            "source": "1+1",
            "outputs": [],
            "execution_count": None,
        },
    ],
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


@pytest.fixture
def room(street: Street, tmp_path: Path) -> Iterator[Street]:
    """Lab in ann's room, as a cold room is started, with the shared address for its static files."""
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "x.ipynb").write_text(json.dumps(NOTEBOOK))
    socket = street.layout.room_socket("ann")
    socket.parent.mkdir()
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        f"--ServerApp.sock={socket}",
    ]
    command += [
        "--ServerApp.base_url=/user/ann/",
        "--IdentityProvider.token=",
        "--ServerApp.allow_remote_access=1",
    ]
    command += [f"--LabApp.override_static_url={static_address()}", "--LabApp.extension_manager=readonly"]
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    log = tmp_path / "lab.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=tmp_path / "work", env=environment, stdout=output, stderr=output
        )
    try:
        deadline = time.monotonic() + 60
        while not socket.exists():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield street
    finally:
        process.terminate()
        process.wait(30)


async def visit(page: Page, street: Street) -> list[Response]:
    """Open a notebook with mathematics and a diagram, run a cell, and return all that was loaded."""
    responses: list[Response] = []
    problems: list[str] = []

    def failed(request: Request) -> None:
        if "/api/" not in request.url:  # Lab itself gives up some of its own when it opens a workspace
            problems.append(f"{request.url} {request.failure}")

    page.on("response", lambda response: responses.append(response))  # noqa: PLW0108 - it wants a function
    page.on("requestfailed", failed)
    page.on("pageerror", lambda error: problems.append(str(error)))
    await page.goto(f"{street.bind.url}user/ann/lab/tree/x.ipynb")
    await page.wait_for_selector(".jp-RenderedMermaid svg, .jp-RenderedMermaid img", timeout=60_000)
    await page.wait_for_selector("mjx-container", timeout=30_000)
    # A cell that is run while the notebook has no kernel yet asks for one instead.
    await page.wait_for_selector("#jp-main-statusbar :text('| Idle')", timeout=60_000)
    await page.click(".jp-CodeCell .cm-content")
    await page.keyboard.press("Shift+Enter")
    await page.wait_for_selector(".jp-OutputArea-output pre:has-text('2')", timeout=60_000)
    color = "getComputedStyle(document.body).getPropertyValue('--jp-layout-color1')"
    assert (await page.evaluate(color)).strip(), "the theme was not loaded"
    assert problems == []
    return responses


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")
async def test_lab_loads_everything_from_the_shared_address(room: Street) -> None:
    publish(room.layout)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = await browser.new_context()
        page = await context.new_page()
        loaded = await visit(page, room)
        await page.close()
        again = await visit(await context.new_page(), room)
        fresh = [r for r in again if is_shared(r) and (await r.request.sizes())["responseBodySize"] > 0]
        await browser.close()
    assert [(response.status, response.url) for response in loaded if response.status >= 400] == []
    shared = {urlsplit(response.url).path for response in loaded if is_shared(response)}
    assert sum(path.endswith(".js") for path in shared) > 50
    assert any(path.endswith((".woff", ".woff2")) for path in shared)
    own = {urlsplit(response.url).path for response in loaded if not is_shared(response)}
    assert not [path for path in own if "/static/lab/" in path]
    assert any("/lab/api/themes/" in path for path in own)
    assert fresh == []


def is_shared(response: Response) -> bool:
    return urlsplit(response.url).path.startswith(f"{static_address()}/")
