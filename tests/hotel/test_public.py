"""Published pages in a real hotel: from a guest's notebooks to any reader, and what neither can do."""

from __future__ import annotations

import http.client
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from nbhotel.hotel.layout import Layout
from nbhotel.hotel.people import HUB_USER, PROXY_USER
from nbhotel.hotel.proxy.bind import parse_bind
from nbhotel.hotel.proxy.caddy import caddy_config
from nbhotel.hotel.public.store import NoRoom, NoSuchName, Store
from tests.hotel.conftest import needs_root
from tests.hotel.hotels import Hotel, needs_guests, open_hotel
from tests.hotel.kernels import Kernel
from tests.hotel.support import SystemUser, short_folder, system_user, wait_until

#: What the guest does in his room before he publishes: two notebooks that link, an image, and a trap.
_PREPARE = """
import json, os, pathlib
def notebook(*sources):
    cells = [{"cell_type": "markdown", "id": f"c{n}", "metadata": {}} for n in range(len(sources))]
    cells = [{**cell, "source": source} for cell, source in zip(cells, sources)]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
top = pathlib.Path.home() / "public"
(top / "sub").mkdir(parents=True)
svg = "<svg xmlns='http://www.w3.org/2000/svg'><text>mine</text></svg>"
(top / "a.svg").write_text(svg)
(top.parent / "private.svg").write_text(svg)
os.symlink(top.parent / "private.svg", top / "linked.svg")
(top / "one.ipynb").write_text(
    notebook("# Eins", "[b](sub/zwei.ipynb)", "![i](a.svg) ![p](linked.svg) ![q](../private.svg)")
)
(top / "sub" / "zwei.ipynb").write_text(notebook("# Zwei", "<script>window.hacked = 1</script>"))
"""


@pytest.fixture(scope="module")
def guest() -> Iterator[SystemUser]:
    with system_user() as user:
        yield user


@pytest.fixture(scope="module")
def hotel(guest: SystemUser) -> Iterator[Hotel]:
    settings = {**needs_guests("nbadmin", guest.name), "public": "200K"}
    with short_folder() as folder, open_hotel(folder, settings) as hotel:
        hotel.open_room(guest.name)
        yield hotel


async def in_room(hotel: Hotel, guest: SystemUser, *codes: str) -> list[str]:
    """What a kernel of the guest's printed for each code."""
    admin = hotel.layout.admin_token_file.read_text().strip()
    kernel = Kernel(f"{hotel.url}/user/{guest.name}", admin)
    await kernel.start()
    await kernel.connect()
    printed = [await kernel.run(code) for code in codes]
    assert kernel.socket is not None
    kernel.socket.close()
    return printed


def raw(hotel: Hotel, path: str) -> tuple[int, bytes]:
    """Ask for an address exactly as it is spelt."""
    connection = http.client.HTTPConnection("127.0.0.1", hotel.port, timeout=20)
    connection.putrequest("GET", path)
    connection.endheaders()
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content


@pytest.mark.slow
@pytest.mark.root
@needs_root
async def test_a_folder_of_notebooks_is_published_and_withdrawn(hotel: Hotel, guest: SystemUser) -> None:
    with httpx.Client(base_url=hotel.url) as reader:
        await _story(hotel, guest, reader)


async def _story(hotel: Hotel, guest: SystemUser, reader: httpx.Client) -> None:
    top = f"/public/{guest.name}/"
    assert reader.get(top).status_code == 404
    _, said, listed, token = await in_room(
        hotel,
        guest,
        _PREPARE,
        "!nbhotel publish",
        "!nbhotel publish --list --json",
        "print(os.environ['JUPYTERHUB_API_TOKEN'])",
    )
    assert said.strip() == f"3 pages at {top}, for everybody who reaches this hotel"
    assert set(json.loads(listed)["pages"]) == {"index.html", "one.html", "sub/zwei.html"}

    index = reader.get(top)
    assert index.status_code == 200
    assert '<a href="./sub/zwei.html">Zwei</a>' in index.text
    assert "sandbox" in index.headers["Content-Security-Policy"]
    assert "script-src" not in index.headers["Content-Security-Policy"]  # default-src 'none' stands for it
    assert "default-src 'none'" in index.headers["Content-Security-Policy"]
    assert index.headers["Content-Type"] == "text/html; charset=utf-8"
    again = reader.get(top, headers={"If-None-Match": index.headers["ETag"]})
    assert again.status_code == 304
    one = reader.get(f"{top}one.html").text
    assert one.count("data:image/svg+xml") == 1  # not what lies outside the folder, nor by a link
    assert "hacked" not in reader.get(f"{top}sub/zwei.html").text
    assert reader.post(top).status_code == 404

    await _saves_are_followed(hotel, guest, reader)
    headers = {"Authorization": f"token {token.strip()}"}
    with httpx.Client(base_url=f"{hotel.url}/hub/api/nbhotel/public", headers=headers) as api:
        _nothing_else_can_be_done(hotel, guest, api)
    _nobody_gets_out(hotel, guest)

    (gone,) = await in_room(hotel, guest, "!nbhotel publish --withdraw")
    assert gone.strip() == "nothing is published"
    assert reader.get(f"{top}one.html").status_code == 404
    assert [*hotel.layout.public_dir.iterdir()] == []
    await in_room(hotel, guest, "!nbhotel publish --once")
    with hotel.api() as admin:
        assert reader.get(top).status_code == 200
        assert admin.delete(f"/hub/api/users/{guest.name}").status_code == 204
    assert reader.get(top).status_code == 404


async def _saves_are_followed(hotel: Hotel, guest: SystemUser, reader: httpx.Client) -> None:
    """A save in the room changes the page, until the guest wants no more of that."""
    record = guest.home / ".local" / "share" / "nbhotel" / "published.json"
    assert json.loads(record.read_text())["folder"] == str(guest.home / "public")

    def save(heading: str) -> None:
        cell = {"cell_type": "markdown", "id": "c0", "metadata": {}, "source": f"# {heading}"}
        content = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        with hotel.api() as room:
            path = f"/user/{guest.name}/api/contents/public/sub/zwei.ipynb"
            assert room.put(path, json={"type": "notebook", "content": content}).status_code == 200

    address = f"/public/{guest.name}/sub/zwei.html"
    save("Drei")
    wait_until(lambda: "Drei" in reader.get(address).text, what="the page of the saved notebook")
    await in_room(hotel, guest, "!nbhotel publish --once")
    assert not record.exists()
    save("Vier")
    assert "Drei" in reader.get(address).text


def _nothing_else_can_be_done(hotel: Hotel, guest: SystemUser, api: httpx.Client) -> None:
    """What the room's token can't do with the hub's address, and other tokens not at all."""
    names = (
        "../x.html",
        "..%2Fx.html",
        "%2e%2e/x.html",
        ".x.html",
        "a/.b/c.html",
        "a.txt",
        "a%00.html",
        "a//b.html",
    )
    answers = {name: api.put(f"/{name}", content=b"x").status_code for name in names}
    assert all(status in (400, 404) for status in answers.values()), answers
    assert api.put("/big.html", content=b"x" * 210_000).status_code == 413
    assert api.put("/one.html/x.html", content=b"x").status_code == 409
    assert api.put("/sub", content=b"x").status_code == 400
    with hotel.api() as admin:
        assert admin.put("/hub/api/nbhotel/public/a.html", content=b"x").status_code == 403
        body = {"scopes": [f"read:users!user={guest.name}"]}
        weak = admin.post(f"/hub/api/users/{guest.name}/tokens", json=body).json()["token"]
    for headers in ({}, {"Authorization": f"token {weak}"}, {"Authorization": "token nonsense"}):
        assert httpx.put(f"{api.base_url}a.html", content=b"x", headers=headers).status_code == 403
    assert set(api.get("").json()["pages"]) == {"index.html", "one.html", "sub/zwei.html"}


def _nobody_gets_out(hotel: Hotel, guest: SystemUser) -> None:
    """Neither readers by spelling, nor guests by the disk."""
    secret = hotel.layout.caddy_file.read_bytes()[:200]
    for path in (
        "/public/../run/caddy.json",
        "/public/..%2frun%2fcaddy.json",
        "/public/%2e%2e/run/caddy.json",
        f"/public/{guest.name}/../../run/caddy.json",
        f"/public/{guest.name}/..%5c..%5crun/caddy.json",
        "/public//etc/passwd",
        "/public/",
        "/public/.new-x",
    ):
        status, content = raw(hotel, path)
        assert status != 200 or b"nbhotel" not in content, path
        assert secret not in content
        assert b"root:" not in content
    assert guest.run("ls", str(hotel.layout.public_dir)).returncode != 0
    there = hotel.layout.public_dir / guest.name
    assert guest.run("ln", "-s", "/etc/passwd", str(there / "p.html")).returncode != 0
    assert {path.owner() for path in there.rglob("*")} == {HUB_USER}
    command = ["setpriv", f"--reuid={PROXY_USER}", "--clear-groups", "touch", str(there / "x.html")]
    assert os.spawnvp(os.P_WAIT, command[0], command) != 0


def test_without_the_setting_the_address_is_the_hubs(tmp_path: Path) -> None:
    def text(**more: Any) -> str:
        return json.dumps(caddy_config(Layout(tmp_path), parse_bind("127.0.0.1:8000"), **more))

    assert "/public/" not in text()
    assert "/public/*" in text(public=True)


def test_the_store_keeps_its_bounds(tmp_path: Path) -> None:
    (tmp_path / ".new-left").write_text("of a hub that was killed")
    store = Store(tmp_path, 10_000)
    assert [*tmp_path.iterdir()] == []
    store.put("ann", "a/b.html", b"x")
    store.put("ann", "c.html", b"y" * 5000)
    with pytest.raises(NoRoom):
        store.put("ann", "d.html", b"z")  # a page counts for 4096 bytes at least
    store.put("ann", "c.html", b"shorter")  # but its own old version doesn't
    store.put("bob", "d.html", b"z")
    assert store.pages("ann") == {"a/b.html": 1, "c.html": 7}
    for user, name in (
        ("..", "a.html"),
        ("a/b", "a.html"),
        (".x", "a.html"),
        ("ann", "../bob/d.html"),
        ("ann", "x"),
    ):
        with pytest.raises(NoSuchName):
            store.put(user, name, b"")
    assert store.remove("ann", "a/b.html")
    assert not store.remove("ann", "a/b.html")
    assert not store.remove("ann", "c.html/x.html")
    assert sorted(path.name for path in (tmp_path / "ann").iterdir()) == ["c.html"]
