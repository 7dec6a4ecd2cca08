"""`users deny`, seen from a browser that is in a room: out of the hub, the room and the API, at once."""

import time

import httpx
import pytest

from nbhotel.hotel.auth.register import change_register
from tests.hotel.auth.hub import Browser

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def hotel(open_hotel):
    hotel = open_hotel(auth="none")
    hotel.start()
    return hotel


def open_room(browser, name):
    """Log in, start the room and open it, as its guest does; return the room's own API."""
    browser.login(name)
    room = f"/user/{name}/api/status"
    deadline = time.monotonic() + 60
    browser.get("/hub/spawn")
    while True:
        answer = browser.get(room)
        if answer.status_code == 200 and "started" in answer.text:
            return room
        assert time.monotonic() < deadline, answer.text
        browser.get(f"/user/{name}/files/nothing.txt")  # by way of the login, as each page does
        time.sleep(0.3)


def reaches(browser, path):
    try:
        answer = browser.get(path, follow_redirects=False)
    except httpx.TransportError:
        return False
    return answer.status_code == 200


def test_a_denied_guest_is_out_everywhere(hotel):
    with Browser(hotel) as mallory, Browser(hotel) as alice:
        room = open_room(mallory, "mallory")
        others = open_room(alice, "alice")
        token = hotel.api.post("/users/mallory/tokens", {})["token"]
        assert mallory.inside
        assert reaches(mallory, room)

        change_register(hotel.layout, lambda register: register.denying("mallory"))
        started = time.monotonic()
        (turned_out,) = hotel.api.post("/nbhotel/enforce")

        assert turned_out["name"] == "mallory"
        assert turned_out["stopped"] == [""]
        assert turned_out["running"] == []
        assert time.monotonic() - started < 20
        assert not mallory.inside
        assert not reaches(mallory, room)
        with Browser(hotel) as program:
            answer = program.get("/hub/api/user", headers={"Authorization": f"token {token}"})
            assert answer.status_code == 403
        assert hotel.user("mallory")["servers"] == {}
        assert mallory.login("mallory").status_code == 403

        assert alice.inside
        assert reaches(alice, others)


def test_a_room_that_outlived_the_hub_is_stopped_when_the_hub_is_back(hotel):
    with Browser(hotel) as browser:
        room = open_room(browser, "late")
        hotel.stop()
        assert reaches(browser, room)
        change_register(hotel.layout, lambda register: register.denying("late"))
        hotel.start()
        deadline = time.monotonic() + 20
        while reaches(browser, room):
            assert time.monotonic() < deadline
            time.sleep(0.2)
        assert not browser.inside
        assert hotel.user("late")["servers"] == {}


def test_only_an_admins_token_may_turn_people_out(hotel):
    with Browser(hotel) as browser:
        browser.login("alice")
        page = browser.get("/hub/home").text
        xsrf = page.split('xsrf_token: "')[1].split('"')[0]
        answer = browser.post("/hub/api/nbhotel/enforce", headers={"X-XSRFToken": xsrf})
        assert answer.status_code == 403
    with Browser(hotel) as stranger:
        assert stranger.post("/hub/api/nbhotel/enforce").status_code == 403
