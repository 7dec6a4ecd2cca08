"""Logins that the zygote checks: a real hub, and the zygote's end of the socket played by a small server."""

import pytest

from nbhotel.hotel.auth.register import change_register
from tests.hotel.auth.hub import Browser
from tests.hotel.auth.zygote_double import PASSWORDS, Zygote

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def hotel(open_hotel):
    hotel = open_hotel(auth="pam", pam_service="our-service", allow=("Games", "sync"), admins=("daemon",))
    hotel.start()
    return hotel


@pytest.fixture
def zygote(hotel):
    with Zygote(hotel.layout.zygote_socket) as zygote:
        yield zygote


def test_who_gives_the_password_is_in_under_the_systems_spelling(hotel, zygote):
    with Browser(hotel) as browser:
        browser.login("  GAMES ", PASSWORDS["games"])
        assert browser.inside
    assert hotel.user("games")["admin"] is False
    (asked,) = zygote.asked
    assert asked == {
        "op": "authenticate",
        "username": "games",
        "password": PASSWORDS["games"],
    }


@pytest.mark.parametrize(("name", "password"), [("games", "wrong"), ("no-such-name", "x"), ("sync", "")])
def test_a_wrong_password_and_an_unknown_name_are_asked_and_answered_alike(hotel, zygote, name, password):
    with Browser(hotel) as browser:
        answer = browser.login(name, password)
        assert answer.status_code == 403
        assert "Invalid username or password" in answer.text
        assert not browser.inside
    assert [asked["username"] for asked in zygote.asked] == [name]


def test_the_password_of_one_who_is_no_guest_is_not_even_tried(hotel, zygote):
    with Browser(hotel) as browser:
        answer = browser.login("bin", PASSWORDS["bin"])
        assert answer.status_code == 403
        assert "Invalid username or password" in answer.text
    # PAM is asked all the same, so that the answer takes as long as for a wrong password.
    (asked,) = zygote.asked
    assert asked["username"] == "bin"
    assert asked["password"] != PASSWORDS["bin"]
    change_register(hotel.layout, lambda register: register.allowing("bin"))
    with Browser(hotel) as browser:
        browser.login("bin", PASSWORDS["bin"])
        assert browser.inside


@pytest.mark.parametrize("name", ["", "a/b", "-o", "x" * 101])
def test_what_can_be_no_guests_name_pam_is_not_asked(hotel, zygote, name):
    with Browser(hotel) as browser:
        assert browser.login(name, "x").status_code == 403
    assert zygote.asked == []


def test_guessing_is_slowed_down(hotel, zygote):
    with Browser(hotel) as browser:
        answers = [browser.login("sys", "guess").status_code for _ in range(6)]
    assert answers == [403] * 5 + [429]
    assert len(zygote.asked) == 5


def test_a_zygote_that_can_not_answer_is_no_refusal(hotel, zygote):
    zygote.error = "too many people are logging in at once"
    with Browser(hotel) as browser:
        for _ in range(7):
            answer = browser.login("games", PASSWORDS["games"])
            assert answer.status_code == 503
            assert zygote.error in answer.text
    zygote.error = ""
    with Browser(hotel) as browser:
        browser.login("games", PASSWORDS["games"])
        assert browser.inside


def test_a_zygote_that_is_away_gets_a_clear_page(hotel):
    with Browser(hotel) as browser:
        answer = browser.login("games", PASSWORDS["games"])
        assert answer.status_code == 503
        assert "being restarted" in answer.text
        assert not browser.inside


def test_no_password_is_in_any_file_or_log(hotel, zygote):
    with Browser(hotel) as browser:
        browser.login("games", "Unmistakable-1")
        zygote.error = "PAM is out of order"
        browser.login("games", "Unmistakable-2")
    everything = b"".join(path.read_bytes() for path in hotel.layout.state.rglob("*") if path.is_file())
    assert b"out of order" in everything
    assert b"Unmistakable" not in everything
