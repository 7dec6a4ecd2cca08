"""No spelling of an address under one guest's prefix reaches another guest's room."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nbhotel.hotel.proxy.routefile import ROOM, Route, folder, write
from tests.hotel.proxy.street import Answer, Street

TRICKS = [
    "/user/ann/../bob/x",
    "/user/ann/%2e%2e/bob/x",
    "/user/ann/%2E%2E/bob/x",
    "/user/ann/..%2fbob/x",
    "/user/ann%2f..%2fbob/x",
    "/user/ann%2F..%2Fbob/x",
    "/user/../bob/x",
    "/user/..%2Fbob/x",
    "/user/%2e%2e/rooms/bob/x",
    "/user//bob/x",
    "//user/bob/x",
    "/user/./bob/x",
    "/user/\\..\\bob/x",
    "/user/ann\\..\\bob/x",
    "/user/ann%5c..%5cbob/x",
    "/user/ann%00/bob/x",
    "/user/bob%00/x",
    "/user/ann;/../bob/x",
    "/user/ann/proj/../../bob/x",
    "/user/ann/../bob/proj/x",
    "/user/ann/..%2F..%2Fbob%2Fdefault.sock",
    "/user/ann/%2e%2e%2fbob%2fnamed-proj/x",
    "/user/{http.request.header.X}/x",
    "/user/*/x",
    "/user/b?b/x",
    "/user/[b]ob/x",
    "/user/bo%62/x",
    "/user/%62ob/x",
    "/user/ann#/../bob/x",
    "/user/ann|/x",
    "/user/..;/bob",
    "/user/...../bob/x",
    "*",
    "user/bob/x",
]
CONTROL_BYTES = [b"/user/ann\0/../bob/x", b"/user/ann\t/bob/x", b"/user/\xff/bob", b"/user/ann\r/../bob"]


def visit(street: Street, target: bytes) -> str:
    """Return who answered: a name, or the status of a refusal by the proxy itself."""
    rest = f" HTTP/1.1\r\nHost: {street.bind.name}\r\nX: bob\r\nConnection: close\r\n\r\n".encode()
    answer = Answer(street.raw(b"GET " + target + rest))
    return answer.who if answer.status == 200 else str(answer.status)


@pytest.fixture
def neighbours(street: Street) -> Street:
    for user in ("ann", "bob"):
        street.open_room(user)
        street.open_room(user, "proj")
        route = Route(routespec=f"/user/{user}/proj/", target="", data={})
        write(folder(street.layout.routes_dir, f"/user/{user}/proj/"), ROOM, route)
    assert visit(street, b"/user/bob/x") == "bob"
    assert visit(street, b"/user/bob/proj/x") == "bob/proj"
    return street


def test_known_tricks(neighbours: Street) -> None:
    reached = {trick: visit(neighbours, trick.encode("latin-1")) for trick in TRICKS}
    assert {trick: who for trick, who in reached.items() if who.startswith("bob")} == {}


def test_control_bytes_are_refused(neighbours: Street) -> None:
    reached = {target: visit(neighbours, target) for target in CONTROL_BYTES}
    assert {target: who for target, who in reached.items() if who.startswith("bob")} == {}


def test_absolute_addresses_go_to_the_hub(neighbours: Street) -> None:
    assert visit(neighbours, b"http://" + neighbours.bind.name.encode() + b"/user/bob/x") == "hub"


PIECES = st.sampled_from(
    ["..", ".", "/", "//", "%2e", "%2E%2E", "%2f", "%2F", "%5c", "\\", "bob", "user", "proj",
     "default.sock", "named-proj", "%00", ";", "?", "rooms", "%25", "%252e", "~", "{", "}", "*",
     "[", "=room.json", "%", "%zz"]
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PIECES, min_size=1, max_size=8))
def test_any_mixture_below_a_guest_stays_with_the_guest(neighbours: Street, pieces: list[str]) -> None:
    who = visit(neighbours, ("/user/ann/" + "".join(pieces)).encode())
    assert who in {"ann", "ann/proj", "hub", "400"}
