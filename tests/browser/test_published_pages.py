"""Pages for readers in a real browser: links lead from one to another, nothing hostile runs or leaves."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from nbhotel.cli.main import main
from nbhotel.hotel.layout import Layout
from nbhotel.hotel.public.store import Store
from nbhotel.notebook.writing import dump_notebook
from tests.browser.test_html_diff import Outside, outside, page, touch_everything
from tests.chain.made import notebook, text
from tests.hotel.hotels import free_port
from tests.hotel.proxy.conftest import layout
from tests.hotel.proxy.street import Street
from tests.render import hostile_notebooks as hostile

pytestmark = [pytest.mark.slow, pytest.mark.browser]
__all__ = ["layout", "outside", "page"]


def test_readers_follow_links_and_nothing_of_a_notebook_runs(
    page: Page, outside: Outside, tmp_path: Path
) -> None:
    (tmp_path / "bad.ipynb").write_bytes(hostile.text(outside.address))
    cells = [
        text("# Good\n\n[on](#Down-there) [to b](sub/b.ipynb#There)"),
        text("\n\n" * 9),
        text("## Down there"),
    ]
    (tmp_path / "good.ipynb").write_bytes(dump_notebook(notebook(*cells)))
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.ipynb").write_bytes(
        dump_notebook(notebook(text("x\n\n# There\n\n[g](../good.ipynb)")))
    )
    assert main(["export", str(tmp_path), "--chain", "publish", "--out", f"{tmp_path}/site/"]) == 0
    site = tmp_path / "site"

    page.goto((site / "index.html").as_uri())
    page.get_by_role("link", name="Good").click()
    page.get_by_role("link", name="on", exact=True).click()
    expect(page).to_have_url(f"{(site / 'good.html').as_uri()}#h-down-there")
    page.get_by_role("link", name="to b").click()
    expect(page.locator(":target")).to_have_text("There")
    page.get_by_role("link", name="g", exact=True).click()
    page.get_by_role("link", name="All pages").click()
    expect(page.get_by_role("listitem")).to_have_count(3)

    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto((site / "bad.html").as_uri())
    address = page.url
    touch_everything(page)
    assert page.locator("section.cell").count() > 50
    assert page.evaluate("window.hacked") is None
    assert page.url == address
    assert page.told == []  # type: ignore[attr-defined]  # the policy had nothing to refuse
    assert [url for url in requests if not url.startswith("data:image/")] == [address]
    assert outside.asked == []
    assert len(page.frames) == 1
    box = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert box[0] <= box[1]


def test_the_hotels_header_confines_what_was_never_rendered(
    page: Page, outside: Outside, layout: Layout, tmp_path: Path
) -> None:
    """A guest may hand in any HTML: here hostile pieces as they are, and beside them a page of ours."""
    (tmp_path / "good.ipynb").write_bytes(dump_notebook(notebook(text("# Good\n\n[bad](bad.ipynb)"))))
    (tmp_path / "bad.ipynb").write_bytes(dump_notebook(notebook(text("bad"))))
    assert main(["export", str(tmp_path), "--chain", "publish", "--out", f"{tmp_path}/site/"]) == 0
    pieces = "".join(piece for piece in hostile.MARKUP if "refresh" not in piece and "plaintext" not in piece)
    bad = f"<!DOCTYPE html><title>fine</title><script>document.title = 'hacked'</script>{pieces}"
    layout.public_dir.mkdir()
    store = Store(layout.public_dir, 10_000_000)
    store.put("ann", "good.html", (tmp_path / "site" / "good.html").read_bytes())
    store.put("ann", "bad.html", bad.replace("OUT", outside.address).encode("utf-8", "replace"))
    with Street(layout, f"127.0.0.1:{free_port()}", config={"public": True}) as street:
        page.goto(f"http://127.0.0.1:{street.bind.port}/public/ann/good.html")
        heading = page.get_by_role("heading", name="Good")
        expect(heading).to_have_css("font-weight", "650")  # its own style holds
        assert page.told == []  # type: ignore[attr-defined]
        page.get_by_role("link", name="bad").click()
        expect(page).to_have_title("fine")
        page.wait_for_timeout(500)
        assert outside.asked == []
        assert any("sandboxed" in message for message in page.told)  # type: ignore[attr-defined]
