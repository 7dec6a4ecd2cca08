"""The guest book over JupyterHub: over an authenticator of somebody else's, and over time."""

import time

import pytest

from nbhotel.errors import MissingPart
from nbhotel.hotel.auth import authenticator_class
from nbhotel.hotel.auth.register import Register, change_register
from nbhotel.hotel.settings import Settings
from tests.hotel.auth.hub import Browser

pytestmark = pytest.mark.slow

SHARED = {"user_password": "everybody's password"}
OPEN = {"Authenticator": {"allow_all": True}, "SharedPasswordAuthenticator": SHARED}


@pytest.fixture(scope="module")
def hotel(open_hotel):
    """JupyterHub's authenticator with one password for all, told to let everybody in."""
    hotel = open_hotel(auth="shared-password", allow=("ann", "@nogroup"), jupyterhub=OPEN)
    hotel.start()
    return hotel


@pytest.fixture(autouse=True)
def nobody_registered(hotel):
    change_register(hotel.layout, lambda _: Register())


def enters(hotel, name):
    with Browser(hotel) as browser:
        browser.login(name, SHARED["user_password"])
        return browser.inside


def test_only_guests_of_the_book_enter_whatever_the_authenticator_allows(hotel):
    assert enters(hotel, "ann")
    assert enters(hotel, "Ann")
    assert not enters(hotel, "bob")
    assert enters(hotel, "nobody"), "a member of the Unix group"
    assert "Nobody may enter" not in hotel.log()
    assert "No allow config found" not in hotel.log()


def test_the_register_counts_at_once_and_a_denial_most(hotel):
    change_register(hotel.layout, lambda register: register.allowing("Bob"))
    assert enters(hotel, "bob")
    change_register(hotel.layout, lambda register: register.denying("bob"))
    assert not enters(hotel, "bob")
    change_register(hotel.layout, lambda register: register.denying("ANN", "@nogroup"))
    assert not enters(hotel, "ann")
    assert not enters(hotel, "nobody")
    change_register(hotel.layout, lambda register: register.allowing("ANN"))
    assert enters(hotel, "ann")


def test_nobody_enters_while_the_register_is_broken(hotel):
    hotel.layout.guests_file.write_text("{")
    assert not enters(hotel, "ann")
    assert "this is no list of guests" in hotel.log()
    hotel.layout.guests_file.unlink()
    assert enters(hotel, "ann")


def test_a_room_is_not_started_for_who_is_not_in_the_book(hotel):
    hotel.api.post("/users/carol")
    with pytest.raises(Exception, match="guest list"):
        hotel.api.post("/users/carol/server")


def test_a_session_ends_when_the_book_is_asked_again(open_hotel):
    settings = {**OPEN, "Authenticator": {"allow_all": True, "auth_refresh_age": 1}}
    hotel = open_hotel(auth="shared-password", allow=("ann",), jupyterhub=settings)
    hotel.start()
    with Browser(hotel) as browser:
        browser.login("ann", SHARED["user_password"])
        token = hotel.api.post("/users/ann/tokens", {})["token"]
        program = {"Authorization": f"token {token}"}
        assert browser.get("/hub/api/user", headers=program).json()["name"] == "ann"
        change_register(hotel.layout, lambda register: register.denying("ann"))
        time.sleep(1.1)
        assert not browser.inside
        browser.cookies.clear()
        assert browser.get("/hub/api/user", headers=program).status_code == 403


def test_what_changed_while_the_hub_was_away_counts_when_it_is_back(open_hotel):
    shared = {**SHARED, "admin_password": "the admins' own password, which is long enough, one hopes"}
    hotel = open_hotel(
        auth="shared-password",
        allow=("bob", "demoted"),
        admins=("boss", "demoted"),
        jupyterhub={"SharedPasswordAuthenticator": shared},
    )
    hotel.start()
    assert hotel.user("boss")["admin"]
    assert hotel.user("demoted")["admin"]
    tokens = {}
    for name in ("boss", "demoted"):
        tokens[name] = hotel.api.post(f"/users/{name}/tokens", {})["token"]
    hotel.stop()
    change_register(hotel.layout, lambda register: register.denying("boss"))
    hotel.start(admins=("boss",))
    assert not hotel.user("boss")["admin"]
    assert not hotel.user("demoted")["admin"]
    assert hotel.user("demoted")["roles"] == ["user"]
    with Browser(hotel) as program:
        for name, expected in (("boss", [403, 403]), ("demoted", [200, 403])):
            header = {"Authorization": f"token {tokens[name]}"}
            answers = [
                program.get(f"/hub/api/{path}", headers=header).status_code for path in ("user", "users")
            ]
            assert answers == expected


def test_an_authenticator_that_is_not_there_is_named(tmp_path):
    with pytest.raises(MissingPart, match="no-such-authenticator"):
        authenticator_class(Settings(state=tmp_path, auth="no-such-authenticator"))
