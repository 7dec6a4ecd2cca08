"""P8: in a real browser, from the click on "sign in" to the first cell's output in JupyterLab.

Chromium follows the link to a notebook in the guest's home, signs a PAM account in, runs the notebook's one
cell as soon as Lab shows the kernel as idle, and waits for the output. The first visit has a fresh profile;
the second one has the browser's cache of the first, and a room that has to be started again.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from urllib.parse import quote

from playwright.async_api import BrowserContext, Page, async_playwright

from _hub import HubClient
from _machine import Account, accounts, need, need_root
from _stacks import Ours, Stack, Stock, peer_versions
from _table import Figure, Goal, options, report

KINDS: dict[str, type[Stack]] = {"stock": Stock, "ours": Ours}
NOTEBOOK = "first.ipynb"
VISITS = ("first visit", "second visit")
#: Milliseconds that any one step may take.
PATIENCE = 120_000


@dataclass
class Times:
    """Seconds from the click, run by run: until the notebook is there, and until the output is."""

    notebook: list[float] = field(default_factory=list)
    output: list[float] = field(default_factory=list)


def put_notebook(guest: Account) -> None:
    """Write the notebook into the guest's home."""
    cell = {"cell_type": "code", "id": "first", "metadata": {}, "source": "print(6 * 7)", "outputs": []}
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    content = {
        "cells": [cell | {"execution_count": None}],
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path = guest.home / NOTEBOOK
    path.write_text(json.dumps(content))
    os.chown(path, guest.uid, guest.uid)


async def visit(context: BrowserContext, hotel: Stack, guest: Account) -> tuple[float, float]:
    """Sign in and run the cell; return the seconds to the notebook and to the output. Ends signed out."""
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    link = quote(f"/hub/user-redirect/lab/tree/{NOTEBOOK}", safe="")
    await page.goto(f"{hotel.url}/hub/login?next={link}")
    await page.fill('input[name="username"]', guest.name)
    await page.fill('input[name="password"]', guest.password)
    began = time.perf_counter()
    await page.locator("#login_submit").click(no_wait_after=True)
    await page.locator(".jp-Notebook .jp-CodeCell .cm-content").first.wait_for()
    notebook = time.perf_counter() - began
    await _run_cell(page)
    output = time.perf_counter() - began
    await page.close(run_before_unload=False)
    await context.clear_cookies()
    return notebook, output


async def _run_cell(page: Page) -> None:
    """Press Shift+Enter once the status bar shows an idle kernel: before, Lab asks which kernel to take."""
    await page.locator("#jp-main-statusbar", has_text="(ipykernel) | Idle").wait_for()
    await page.locator(".jp-Notebook .jp-CodeCell .cm-content").first.press("Shift+Enter")
    await page.locator(".jp-OutputArea-output pre", has_text="42").first.wait_for()


async def two_visits(hotel: Stack, guest: Account) -> list[tuple[float, float]]:
    """Visit with a fresh profile, stop the room, visit again."""
    times = []
    put_notebook(guest)
    with tempfile.TemporaryDirectory(dir=hotel.folder, ignore_cleanup_errors=True) as profile:
        async with async_playwright() as playwright:
            for _ in VISITS:
                context = await playwright.chromium.launch_persistent_context(
                    profile, executable_path=need("chromium"), args=["--no-sandbox"], headless=True
                )
                try:
                    times.append(await visit(context, hotel, guest))
                finally:
                    await context.close()
                await _stop_room(hotel, guest)
    return times


async def _stop_room(hotel: Stack, guest: Account) -> None:
    client = HubClient(hotel.url, hotel.token)
    await client.stop_room(guest.name)
    client.close()


async def measure(sides: list[str], guests: dict[str, list[Account]]) -> dict[str, list[Times]]:
    """Let each guest come twice, the stacks in turn; the first guest of each is not counted."""
    took = {side: [Times() for _ in VISITS] for side in sides}
    with ExitStack() as stack:
        hotels = {side: stack.enter_context(KINDS[side]([a.name for a in guests[side]])) for side in sides}
        for number in range(len(guests[sides[0]])):
            for side, hotel in hotels.items():
                for times, (notebook, output) in zip(
                    took[side], await two_visits(hotel, guests[side][number]), strict=True
                ):
                    print(
                        f"{side}: notebook {notebook:.2f} s, output {output:.2f} s",
                        file=sys.stderr,
                        flush=True,
                    )
                    if number:
                        times.notebook.append(notebook)
                        times.output.append(output)
    return took


def figures(took: dict[str, list[Times]], count: int) -> list[Figure]:
    goal = Goal("≤ 0.5x", ratio_at_most=0.5)
    rows = []
    for number, name in enumerate(VISITS):
        output = {side: statistics.median(times[number].output) for side, times in took.items()}
        notebook = {side: statistics.median(times[number].notebook) for side, times in took.items()}
        rows += [
            Figure.of(
                "P8", f"{name}: sign-in to first output, median", "s", output, samples=count, goal=goal
            ),
            Figure.of("P8", f"{name}: sign-in to the notebook, median", "s", notebook, samples=count),
        ]
    return rows


def main() -> None:
    chosen = options(__doc__ or "").parse_args()
    need_root()
    sides = [chosen.only] if chosen.only else ["stock", "ours"]
    count = 1 if chosen.quick else 5
    with ExitStack() as stack:
        guests = {side: stack.enter_context(accounts(side[0], count + 1)) for side in sides}
        took = asyncio.run(measure(sides, guests))
    report("browser", figures(took, count), keep=not (chosen.quick or chosen.only), versions=peer_versions())


if __name__ == "__main__":
    main()
