"""Published pages by the proxy: names as people write them, headers, and what is no page."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest

from nbhotel.hotel.layout import Layout
from nbhotel.hotel.proxy.public import POLICY
from nbhotel.hotel.public.store import Store
from tests.hotel.proxy.street import Street

PAGE = b"<!DOCTYPE html><p>page" + b" of text" * 200


@pytest.fixture
def published(layout: Layout, free_port: int) -> Iterator[Street]:
    """A proxy that serves the pages of ann."""
    layout.public_dir.mkdir()
    store = Store(layout.public_dir, 1_000_000)
    for name in ("index.html", "sub/a b.html", "sub/Übung 1%.html", "sub/index.html"):
        store.put("ann", name, PAGE)
    (layout.public_dir / ".new-draft").write_bytes(PAGE)
    street = Street(layout, f"127.0.0.1:{free_port}", config={"public": True})
    with street:
        street.open_hub()
        yield street


def test_pages_and_their_headers(published: Street) -> None:
    for path in ("", "index.html", "sub/", "sub/a%20b.html", "sub/%C3%9Cbung%201%25.html"):
        answer = published.ask(f"/public/ann/{path}")
        assert (answer.status, answer.body) == (200, PAGE), path
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["cache-control"] == "no-cache"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "set-cookie" not in answer.headers
    head = published.ask("/public/ann/", method="HEAD")
    assert (head.status, head.body) == (200, b"")
    again = published.ask("/public/ann/", headers={"If-None-Match": head.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    small = published.ask("/public/ann/", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(small.body) == PAGE


def test_a_folder_is_found_without_its_slash(published: Street) -> None:
    for path in ("/public/ann", "/public/ann/sub"):
        answer = published.ask(path)
        assert answer.status in (301, 307, 308)
        assert answer.headers["location"] == f"{path}/"


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/public/", "GET"),
        ("/public/bob/", "GET"),
        ("/public/ann/no.html", "GET"),
        ("/public/.new-draft", "GET"),
        ("/public/ann/../.new-draft", "GET"),
        ("/public/ann/", "POST"),
        ("/public/ann/", "DELETE"),
    ],
)
def test_what_is_no_page(published: Street, path: str, method: str) -> None:
    answer = published.ask(path, method=method)
    assert answer.status == 404
    assert b"No such page" in answer.body
    assert answer.headers["cache-control"] == "no-store"


def test_beside_them_is_the_hub(published: Street) -> None:
    for path in ("/public", "/publicity/ann/", "/hub/public/ann/"):
        assert published.ask(path).who == "hub", path
