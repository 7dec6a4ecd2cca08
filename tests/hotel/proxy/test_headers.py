"""What the proxy tells the servers behind it, and browsers; and which names it answers to."""

from __future__ import annotations

import pytest

from nbhotel.hotel.layout import Layout
from nbhotel.hotel.proxy.caddy import HEALTH
from tests.hotel.proxy.street import Street

LIES = {
    "X-Forwarded-For": "6.6.6.6",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
    "X-Real-IP": "6.6.6.6",
    "X-Scheme": "https",
    "Forwarded": "for=6.6.6.6;proto=https;host=evil.example",
}


@pytest.mark.parametrize("path", ["/hub/home", "/user/ann/lab"])
def test_forwarded_headers_are_the_proxys_own(street: Street, path: str) -> None:
    street.open_room("ann")
    headers = street.ask(path, headers=LIES | {"Cookie": "a=b", "X-Custom": "kept"}).told["headers"]
    told = {name: value for name, value in headers.items() if name.lower() in {lie.lower() for lie in LIES}}
    assert told == {
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Host": f"127.0.0.1:{street.bind.port}",
    }
    assert headers["Host"] == f"127.0.0.1:{street.bind.port}"
    assert (headers["Cookie"], headers["X-Custom"]) == ("a=b", "kept")


@pytest.mark.parametrize("path", ["/hub/home", "/user/ann/lab"])
def test_browsers_are_told_little_and_enough(street: Street, path: str) -> None:
    street.open_room("ann")
    answer = street.ask(path)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "Tornado" not in str(answer.headers)
    assert "strict-transport-security" not in answer.headers


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:1", "[::1]:8000", "LOCALHOST:80", "hub.localhost"])
def test_names_of_this_machine_are_known(street: Street, host: str) -> None:
    assert street.ask("/hub/", headers={"Host": host}).who == "hub"


@pytest.mark.parametrize(
    "host", ["evil.example", "10.0.0.1", "localhost.evil.example", "127.0.0.1.evil.example"]
)
def test_foreign_names_are_refused(street: Street, host: str) -> None:
    street.open_room("ann")
    answer = street.ask("/user/ann/lab", headers={"Host": host})
    assert answer.status == 421
    assert street.bind.url.encode() in answer.body


def test_a_named_hotel_answers_to_its_name_only(layout: Layout, free_port: int) -> None:
    with Street(layout, f"http://lab.example.org:{free_port}") as street:
        street.open_hub()
        assert street.ask("/hub/").who == "hub"
        assert street.ask("/hub/", headers={"Host": "localhost"}).status == 421


def test_health_needs_nobody_else(street: Street) -> None:
    street.hub.die()
    assert (street.ask(HEALTH).status, street.ask(HEALTH).body) == (200, b"ok")
