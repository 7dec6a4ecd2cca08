"""Which server gets which address."""

from __future__ import annotations

import pytest
from jupyterhub.utils import url_escape_path

from nbhotel.hotel.proxy.routefile import Route, folder, remove, target_name, write
from tests.hotel.proxy.street import Street


def put(street: Street, path: str, name: str) -> None:
    write(folder(street.layout.routes_dir, path), name, Route(routespec=path, target="x", data={}))


def test_a_room_and_the_hub(street: Street) -> None:
    street.open_room("ann")
    assert street.ask("/user/ann/lab?x=1").told["uri"] == "/user/ann/lab?x=1"
    assert street.ask("/user/ann/lab").who == "ann"
    assert street.ask("/user/ann").who == "ann"
    assert street.ask("/user/ann?x").who == "ann"
    for path in ("/", "/hub/", "/hub/user/ann/", "/user/", "/user/annn/", "/users/ann/", "/x/user/ann/"):
        assert street.ask(path).who == "hub", path


def test_named_servers(street: Street) -> None:
    street.open_room("ann")
    street.open_room("ann", "proj")
    assert street.ask("/user/ann/proj/lab").who == "ann"
    put(street, "/user/ann/proj/", "=room.json")
    assert street.ask("/user/ann/proj/lab").who == "ann/proj"
    assert street.ask("/user/ann/proj").who == "ann/proj"
    assert street.ask("/user/ann/proj?q=/x").who == "ann/proj"
    assert street.ask("/user/ann/projx/lab").who == "ann"
    assert street.ask("/user/bob/proj/lab").who == "hub"
    remove(folder(street.layout.routes_dir, "/user/ann/proj/"), top=street.layout.routes_dir)
    assert street.ask("/user/ann/proj/lab").who == "ann"


@pytest.mark.parametrize(
    "name",
    ["user@x", "a b", "has+plus", "秀樹", "üñî", "a/b", "~tilde", ".dot", "a.b-c_d", "%2F", "100%",
     "a'b", "a{b}", "a*", "[a]", "a\\b", "a|b", "a?b", "a#b", "{http.request.host}"],
)  # fmt: skip
def test_odd_names_reach_their_own_room(street: Street, name: str) -> None:
    street.open_room(name)
    street.open_room("ann", name)
    put(street, f"/user/ann/{url_escape_path(name)}/", "=room.json")
    assert street.ask(f"/user/{url_escape_path(name)}/lab").who == name
    assert street.ask(f"/user/ann/{url_escape_path(name)}/lab").who == f"ann/{name}"


def test_targets_on_tcp(street: Street) -> None:
    service = street.open("service", 0)
    assert street.ask("/services/ping/x").who == "hub"
    put(street, "/services/ping/", target_name(f"http://127.0.0.1:{service.port}"))
    assert street.ask("/services/ping/x?y=1").who == "service"
    assert street.ask("/services/ping/x?y=1").told["uri"] == "/services/ping/x?y=1"
    assert street.ask("/services/ping").who == "service"
    assert street.ask("/services/pin").who == "hub"
    put(street, "/user/slurm/", target_name(f"http://127.0.0.1:{service.port}"))
    assert street.ask("/user/slurm/a/b/c/d/e/f/g/h/i/j/k").who == "service"
    put(street, "/deep/er/", target_name(f"http://localhost:{service.port}/some/path"))
    assert street.ask("/deep/er/x%20y/z?q=|1").told["uri"] == "/some/path/deep/er/x%20y/z?q=|1"
    other = street.open("other", 0)
    put(street, "/services/ping/", target_name(f"http://127.0.0.1:{other.port}/"))
    assert street.ask("/services/ping/x").who == "other"
    assert street.ask("/services/ping/x", method="POST", body=b"x" * 1000).told["length"] == 1000


def test_nobody_replaces_the_hub(street: Street) -> None:
    service = street.open("service", 0)
    put(street, "/hub/", target_name(f"http://127.0.0.1:{service.port}"))
    assert street.ask("/hub/login").who == "hub"
