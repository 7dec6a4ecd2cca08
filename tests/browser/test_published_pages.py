"""Pages for readers in a real browser: links lead from one to another, nothing hostile runs or leaves."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from nbhotel.cli.main import main
from nbhotel.notebook.writing import dump_notebook
from tests.browser.test_html_diff import Outside, outside, page, touch_everything
from tests.chain.made import notebook, text
from tests.render import hostile_notebooks as hostile

pytestmark = [pytest.mark.slow, pytest.mark.browser]
__all__ = ["outside", "page"]


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
