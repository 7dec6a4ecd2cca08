import pytest

from tests.hotel.auth.hub import Browser

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def hotel(open_hotel):
    hotel = open_hotel(auth="none", admins=("boss",))
    hotel.start()
    return hotel


def test_everybody_enters_by_name_alone_while_allow_is_empty(hotel):
    with Browser(hotel) as browser:
        page = browser.get("/hub/login").text
        assert 'name="password"' not in page
        browser.login("Wanderer")
        assert browser.inside
    assert hotel.user("wanderer")["admin"] is False
    with Browser(hotel) as browser:
        browser.login("boss")
    assert hotel.user("boss")["admin"] is True


@pytest.mark.parametrize("name", ["", "-rf", ".hidden", "a/b", "a\tb", "a\x7fb", "a\u202eb", "x" * 101])
def test_unsafe_names_are_refused(hotel, name):
    with Browser(hotel) as browser:
        assert browser.login(name).status_code == 403
        assert not browser.inside


def test_what_was_typed_is_shown_as_text(hotel):
    with Browser(hotel) as browser:
        page = browser.login('/"><script>alert(1)</script>').text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
