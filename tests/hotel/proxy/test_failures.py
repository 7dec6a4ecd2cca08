"""What visitors get when something behind the proxy is gone, and that the rest goes on."""

from __future__ import annotations

import threading
import time

import pytest

from nbhotel.hotel.proxy.routefile import Route, folder, target_name, write
from tests.hotel.proxy.street import Street


@pytest.mark.parametrize("leave_socket", [True, False], ids=["dead", "missing"])
def test_a_room_that_is_gone_is_the_hubs_business(street: Street, leave_socket: bool) -> None:
    room = street.open_room("ann")
    assert street.ask("/user/ann/lab").who == "ann"
    room.die(leave_socket=leave_socket)
    assert street.ask("/user/ann/lab?x=1").told["uri"] == "/user/ann/lab?x=1"
    assert street.ask("/user/ann/lab").who == "hub"
    told = street.ask("/user/ann/api/contents", method="POST", body=b"x" * 100_000).told
    assert (told["who"], told["length"], told["method"]) == ("hub", 100_000, "POST")
    room.at.unlink(missing_ok=True)  # type: ignore[union-attr]
    street.open_room("ann")
    assert street.ask("/user/ann/lab").who == "ann"


def test_a_target_that_is_gone_is_the_hubs_business(street: Street) -> None:
    service = street.open("service", 0)
    name = target_name(f"http://127.0.0.1:{service.port}/base")
    write(folder(street.layout.routes_dir, "/services/ping/"), name, Route(routespec="", target="", data={}))
    assert street.ask("/services/ping/a%20b").told["uri"] == "/base/services/ping/a%20b"
    service.die()
    told = street.ask("/services/ping/a%20b?c").told
    assert (told["who"], told["uri"]) == ("hub", "/services/ping/a%20b?c")


@pytest.mark.slow  # the proxy waits for the hub before it gives up
def test_the_hub_away_is_told_by_the_proxy(street: Street) -> None:
    street.open_room("ann")
    street.hub.die()
    page = street.ask("/hub/home")
    assert (page.status, page.headers["retry-after"], page.headers["cache-control"]) == (503, "3", "no-store")
    assert page.headers["content-type"].startswith("text/html")
    assert b'http-equiv="refresh"' in page.body
    assert b"{" not in page.body
    for path, headers in (("/hub/api/users", {}), ("/user/bob/lab", {"Accept": "application/json"})):
        answer = street.ask(path, headers=headers)
        assert answer.status == 503
        assert answer.told["status"] == 503
    assert street.ask("/user/ann/lab").who == "ann"


def test_a_restarting_hub_is_waited_for(street: Street) -> None:
    street.hub.die()
    back = threading.Timer(1, street.open_hub)
    back.start()
    told = street.ask("/hub/login", method="POST", body=b"name=ann").told
    back.join()
    assert (told["who"], told["length"]) == ("hub", 8)


def test_connections_wait_while_the_proxy_restarts(street: Street) -> None:
    street.open_room("ann")
    street.caddy.kill()
    waiting: list[str] = []
    visitor = threading.Thread(target=lambda: waiting.append(street.ask("/user/ann/lab").who))
    visitor.start()
    time.sleep(0.3)
    assert waiting == []
    street.caddy.start()
    visitor.join(10)
    assert waiting == ["ann"]
