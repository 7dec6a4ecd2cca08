"""The command line's way to the hub's API, against a real hub and against what is none."""

import socket
import threading

import pytest

from nbhotel.errors import HotelError
from nbhotel.hotel.hubapi import HubApi, HubAway
from tests.hotel.auth.hub import Hotel


@pytest.fixture(scope="module")
def hotel(tmp_path_factory):
    small_pages = {"JupyterHub": {"api_page_max_limit": 10}}
    hotel = Hotel(tmp_path_factory.mktemp("hotel"), auth="none", jupyterhub=small_pages)
    hotel.start()
    yield hotel
    hotel.close()


@pytest.mark.slow
def test_all_users_come_page_by_page(hotel):
    names = [f"user{number:03}" for number in range(23)]
    hotel.api.post("/users", {"usernames": names})
    assert [user["name"] for user in hotel.api.users()] == names
    for name in names[:2]:
        assert hotel.api.delete(f"/users/{name}") is None
    assert len([*hotel.api.users()]) == 21


@pytest.mark.slow
def test_what_the_hub_refuses_is_told_with_its_reason(hotel):
    with pytest.raises(HotelError, match="404 to GET /users/nobody-here"):
        hotel.api.get("/users/nobody-here")
    with pytest.raises(HotelError, match="403"):
        HubApi(hotel.layout.hub_socket, "no such token").get("/users")


def test_a_hub_that_is_not_there_is_away(tmp_path):
    with pytest.raises(HubAway, match="not running"):
        HubApi.of(Hotel(tmp_path, auth="none").layout)
    with pytest.raises(HubAway):
        HubApi(tmp_path / "nothing.sock", "token").get("/")


@pytest.mark.parametrize(
    "answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"]
)
def test_what_is_no_hub_is_an_expected_error(tmp_path, answer):
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def serve():
            connection, _ = listener.accept()
            connection.recv(65536)
            connection.sendall(answer)
            connection.close()

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(HubAway):
            HubApi(path, "token", timeout=5).get("/")
        thread.join()


def test_a_hub_that_hangs_is_away_after_the_patience(tmp_path):
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        with pytest.raises(HubAway):
            HubApi(path, "token", timeout=0.2).get("/")
