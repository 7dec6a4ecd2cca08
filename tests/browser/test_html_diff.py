"""The HTML face of diffs in a real browser: how it is used, and that nothing in it acts by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, expect

from nbhotel.notebook.model import EMPTY, Notebook
from nbhotel.notebook.reading import read_notebook
from nbhotel.render.html import sanitise
from nbhotel.render.html.pages import diff_page, show_page
from nbhotel.render.subjects import Exhibit, compare
from tests.render import hostile_notebooks as hostile

pytestmark = [pytest.mark.slow, pytest.mark.browser]
CASES = Path(__file__).resolve().parent.parent / "cases" / "html"
EVERY_DETAIL = "document.querySelectorAll('details').forEach((each) => { each.open = true })"


def notebook(data: bytes) -> Notebook:
    found = read_notebook(data)
    assert isinstance(found, Notebook)
    return found


OLD, NEW = (notebook((CASES / name).read_bytes()) for name in ("old.ipynb", "new.ipynb"))


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page whose console, errors and dialogs are kept in `page.told`; at the end there must be none."""
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: told.append(f"error: {error}"))

    def dismissed(dialog: Dialog) -> None:
        told.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", dismissed)
    page.told = told  # type: ignore[attr-defined]
    return page


@pytest.fixture
def show(page: Page, tmp_path: Path) -> Callable[[str], Page]:
    """Open a page from a file, as people do."""

    def opened(html: str) -> Page:
        file = tmp_path / "page.html"
        file.write_text(html)
        page.goto(file.as_uri())
        return page

    return opened


@pytest.fixture(scope="module")
def html() -> str:
    return diff_page([compare("old.ipynb", OLD, "new.ipynb", NEW)])


@pytest.fixture
def diff(show: Callable[[str], Page], html: str) -> Page:
    return show(html)


class Outside:
    """A web server that remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked = asked = list[str]()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def outside() -> Iterator[Outside]:
    outside = Outside()
    Thread(target=outside.server.serve_forever, daemon=True).start()
    yield outside
    outside.server.shutdown()
    outside.server.server_close()


def touch_everything(page: Page) -> None:
    """Open, scroll, hover: whatever waits for a reader gets one."""
    page.evaluate(EVERY_DETAIL)
    page.evaluate("document.querySelectorAll('img').forEach((each) => each.scrollIntoView())")
    page.evaluate(
        "document.querySelectorAll('main *').forEach((each) => {"
        " for (const type of ['mouseover', 'pointerover', 'toggle', 'focus'])"
        " each.dispatchEvent(new Event(type, {bubbles: true})) })"
    )
    page.wait_for_timeout(500)


def hostile_page(kind: str, outside: Outside) -> str:
    enemy = notebook(hostile.text(outside.address))
    name = hostile.NAMES[0]
    if kind == "shown":
        return show_page([Exhibit(name, enemy), Exhibit("b", enemy)])
    if kind == "added and removed":
        return diff_page([compare("old", EMPTY, name, enemy), compare("old", enemy, "new", EMPTY)])
    cells = [{**cell, "source": f"{cell['source']}\nmore"} for cell in enemy.raw["cells"]]
    other = notebook(hostile_bytes(enemy._replace(raw={**enemy.raw, "cells": cells})))
    return diff_page([compare("old", enemy, name, other), compare(name, NEW, "new", enemy)])


def hostile_bytes(found: Notebook) -> bytes:
    import json

    return json.dumps(found.raw).encode()


@pytest.mark.parametrize("kind", ["added and removed", "changed", "shown"])
def test_nothing_runs_and_nothing_leaves(show: Callable[[str], Page], outside: Outside, kind: str) -> None:
    html = hostile_page(kind, outside)
    requests: list[str] = []
    page = show("<!DOCTYPE html>")
    page.on("request", lambda request: requests.append(request.url))
    address = page.url
    show(html)
    touch_everything(page)
    assert page.evaluate("window.hacked") is None
    assert page.url == address
    assert page.told == []  # type: ignore[attr-defined]  # the policy had nothing to refuse
    assert [url for url in requests if not url.startswith("data:image/")] == [address]
    assert outside.asked == []
    assert len(page.frames) == 1


def test_each_wall_holds_by_itself(
    show: Callable[[str], Page], outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the sanitiser, the policy still stops scripts, images, styles and frames."""
    harmless_to_stay = [
        piece for piece in hostile.MARKUP if "refresh" not in piece
    ]  # no policy is about that
    monkeypatch.setattr(sanitise, "_too_deep", lambda markup: False)
    markup = "".join(piece.replace("OUT", outside.address) for piece in harmless_to_stay)
    cell = {"cell_type": "markdown", "source": "MARK"}
    html = show_page(
        [Exhibit("x", notebook(hostile_bytes(EMPTY._replace(raw={**EMPTY.raw, "cells": [cell]}))))]
    )
    assert html.count("MARK") == 1
    unsanitised = html.replace("MARK", markup.encode("utf-8", "replace").decode())
    page = show(unsanitised)
    touch_everything(page)
    assert page.evaluate("window.hacked") is None
    assert outside.asked == []
    assert any("Content Security Policy" in message for message in page.told)  # type: ignore[attr-defined]
    # The control: without the policy too, there is something to stop.
    page = show(re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", unsanitised))
    touch_everything(page)
    assert page.evaluate("window.hacked") is not None
    assert len(outside.asked) > 5


def test_keys_lead_from_change_to_change(diff: Page) -> None:
    changes = diff.locator(".change")
    assert changes.count() > 8
    for step, key in enumerate("nj"):
        diff.keyboard.press(key)
        expect(changes.nth(step)).to_have_class(re.compile(r"\bcurrent\b"))
    assert diff.evaluate("document.querySelectorAll('.current').length") == 1
    assert diff.evaluate("document.activeElement.closest('.change').id") == changes.nth(1).get_attribute("id")
    expect(diff.locator("#told")).to_have_text(f"2 of {changes.count()}")
    diff.keyboard.press("p")
    diff.keyboard.press("k")  # before the first comes the last
    expect(changes.last).to_have_class(re.compile(r"\bcurrent\b"))
    expect(changes.last).to_be_in_viewport()


def test_keys_open_everything_and_help(diff: Page) -> None:
    folded = "[...document.querySelectorAll('main details')].filter((each) => !each.open).length"
    assert diff.evaluate(folded) > 3
    diff.keyboard.press("o")
    assert diff.evaluate(folded) == 0
    diff.keyboard.press("?")
    expect(diff.get_by_role("dialog", name="Keys")).to_be_visible()
    diff.keyboard.press("n")  # keys are the dialog's now
    assert diff.evaluate("document.querySelectorAll('.current').length") == 0
    diff.keyboard.press("Escape")
    expect(diff.get_by_role("dialog")).to_have_count(0)


def test_the_theme_is_kept(diff: Page) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    light = diff.evaluate(ground)
    diff.keyboard.press("t")
    diff.keyboard.press("t")
    dark = diff.evaluate(ground)
    assert dark != light
    diff.reload()
    assert diff.evaluate(ground) == dark
    expect(diff.get_by_role("button", name="Theme: dark")).to_be_visible()


def test_images_are_compared_in_four_views_by_keyboard(diff: Page) -> None:
    pair = diff.locator(".pair").first
    old, new, mask = (pair.locator(f".frame.{side}") for side in ("old", "new", "mask"))
    expect(mask).to_be_hidden()
    diff.evaluate("document.querySelector('.pair input').focus()")
    boxes = old.bounding_box(), new.bounding_box()
    assert boxes[0] is not None and boxes[1] is not None  # noqa: PT018
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]
    diff.keyboard.press("ArrowRight")
    expect(pair.get_by_label("Swipe")).to_be_checked()
    slider = pair.get_by_role("slider")
    slider.focus()
    before = new.evaluate("(each) => getComputedStyle(each).clipPath")
    diff.keyboard.press("ArrowRight")
    assert new.evaluate("(each) => getComputedStyle(each).clipPath") != before
    assert old.evaluate("(each) => each.getBoundingClientRect().x") == new.evaluate(
        "(each) => each.getBoundingClientRect().x"
    )
    pair.get_by_label("Onion skin").check(force=True)
    slider.focus()
    diff.keyboard.press("Home")
    assert new.evaluate("(each) => getComputedStyle(each).opacity") == "0"
    pair.get_by_label("Difference").check(force=True)
    expect(mask).to_be_visible()
    expect(old).to_be_hidden()
    assert mask.locator("img").evaluate("(each) => each.naturalWidth") == 460


def test_images_of_other_sizes_keep_their_scale_on_each_other(diff: Page) -> None:
    pair = diff.locator(".pair").first
    pair.get_by_label("Swipe").check(force=True)
    widths = [pair.locator(f".frame.{side} img").evaluate("(each) => each.width") for side in ("old", "new")]
    assert widths[0] / widths[1] == pytest.approx(420 / 460, abs=0.01)


def test_swiping_by_hand(diff: Page) -> None:
    pair = diff.locator(".pair").first
    pair.get_by_label("Swipe").check(force=True)
    box = pair.locator(".stage").bounding_box()
    assert box is not None
    diff.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 20)
    diff.mouse.down()
    diff.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 20)
    diff.mouse.up()
    assert float(pair.get_by_role("slider").input_value()) == pytest.approx(25, abs=2)


def test_a_moved_cell_is_linked_both_ways(diff: Page) -> None:
    away = diff.locator(".away a")
    target = away.get_attribute("href")
    away.click()
    expect(diff.locator(f"{target}")).to_be_in_viewport()
    back = diff.locator(f"{target} .jump")
    back.click()
    expect(diff.locator(str(back.get_attribute("href")))).to_be_in_viewport()


def test_a_screen_reader_gets_landmarks_headings_and_words(diff: Page) -> None:
    tree = diff.locator("body").aria_snapshot()
    for part in (
        "- banner:",
        '- heading "Changes" [level=1]',
        "- main:",
        '- heading "old.ipynb → new.ipynb" [level=2]',
        "- deletion:",
        "- insertion:",
        '- radio "Side by side" [checked]',
        'img "Before: PNG image, 420×240 pixels"',
        '- rowheader "metadata.language_info.version"',
        '- button "Next"',
    ):
        assert part in tree, part
    assert re.search(r'- heading "Changed Code cell 4 In \[3\] → \[5\]', tree)


@pytest.mark.parametrize(("width", "columns"), [(390, 1), (1280, 2)])
def test_sides_stand_below_each_other_on_a_phone(
    show: Callable[[str], Page], width: int, columns: int
) -> None:
    page = show("<!DOCTYPE html>")
    page.set_viewport_size({"width": width, "height": 844})
    show(diff_page([compare("old.ipynb", OLD, "new.ipynb", NEW), compare("a" * 200, NEW, "b", OLD)]))
    page.evaluate(EVERY_DETAIL)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.op')).gridTemplateColumns.split(' ').length")
        == columns
    )
    assert page.evaluate("document.querySelector('header').getBoundingClientRect().right") <= width


CONTRAST = (Path(__file__).parent / "contrast.js").read_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_the_contrast_that_wcag_aa_asks_for(show: Callable[[str], Page], scheme: Any) -> None:
    page = show("<!DOCTYPE html>")
    page.emulate_media(color_scheme=scheme)
    colours = "".join(f"\x1b[{code}mtext {code}\x1b[0m " for code in (2, *range(30, 38), *range(90, 98)))
    colours += "".join(f"\x1b[{code}mon {code}\x1b[0m " for code in (*range(40, 48), *range(100, 108)))
    output = {"output_type": "stream", "name": "stdout", "text": colours}
    old, new = (
        {
            "cell_type": "code",
            "source": f"# {name} comment\nx = '{name}'",
            "outputs": [{**output, "text": f"{name} {colours}"}],
        }
        for name in ("one", "two")
    )
    sides = [
        notebook(hostile_bytes(EMPTY._replace(raw={**EMPTY.raw, "cells": [cell]}))) for cell in (old, new)
    ]
    comparisons = [
        compare("old", OLD, "new", NEW),
        compare("old", sides[0], "new", sides[1]),
        compare("x", EMPTY, "y", sides[0]),
    ]
    show(diff_page(comparisons))
    page.evaluate(EVERY_DETAIL)
    assert page.evaluate(CONTRAST) == []
    page.evaluate("document.querySelector('h1').style.opacity = 0.2")
    assert len(page.evaluate(CONTRAST)) == 2  # the measure measures


def test_a_notebook_is_shown(show: Callable[[str], Page]) -> None:
    page = show(show_page([Exhibit("new.ipynb", NEW)]))
    expect(page.locator("math").first).to_be_visible()
    expect(page.locator(".rendered table").first).to_be_visible()
    assert page.locator(".shown img").first.evaluate("(each) => each.naturalWidth") == 460
    page.keyboard.press("n")
    expect(page.locator(".shown").first).to_be_focused()
    assert page.told == []  # type: ignore[attr-defined]
