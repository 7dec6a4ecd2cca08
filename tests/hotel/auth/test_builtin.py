"""Invitations, logins and passwords of built-in accounts, with a real hub and real requests."""

import sqlite3
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from nbhotel.hotel.auth.invitations import create_invitation, first_admin_invitation, has_admin_account
from nbhotel.hotel.auth.register import change_register, read_register
from tests.hotel.auth.hub import Browser

pytestmark = pytest.mark.slow

PASSWORD = "a long Pass-phrase"


@pytest.fixture(scope="module")
def hotel(open_hotel):
    hotel = open_hotel(auth="builtin", admins=("chief",), allow=("carol",))
    hotel.start()
    return hotel


def invite(hotel, name=None, *, admin=False, lifetime=600.0, age=0.0):
    token = create_invitation(hotel.layout, name, admin=admin, lifetime=lifetime, now=time.time() - age)
    return f"/hub/invite/{token}"


def accept(hotel, link, **fields):
    with Browser(hotel) as browser:
        browser.submit(link, **{"password": PASSWORD, "again": PASSWORD, **fields})
        return browser.inside


def test_the_invited_guest_chooses_a_name_and_a_password_and_is_in(hotel):
    link = invite(hotel)
    with Browser(hotel) as browser:
        answer = browser.submit(link, username="Alice", password=PASSWORD, again=PASSWORD)
        assert "/hub/invite" not in str(answer.url)
        assert browser.inside
    assert hotel.user("alice")["admin"] is False
    assert read_register(hotel.layout).accounts["alice"] is False
    with Browser(hotel) as browser:
        assert browser.login("alice", "wrong password").status_code == 403
        assert not browser.inside
        browser.login("ALICE", PASSWORD)
        assert browser.inside


def test_a_link_works_once_and_says_so(hotel):
    link = invite(hotel)
    assert accept(hotel, link, username="once")
    with Browser(hotel) as browser:
        answer = browser.get(link)
        assert answer.status_code == 410
        assert "was used already" in answer.text


def test_of_many_clicks_at_once_one_wins(hotel):
    link = invite(hotel)
    browsers = [Browser(hotel) for _ in range(8)]
    pages = [browser.get(link) for browser in browsers]

    def click(number):
        fields = {"username": f"racer{number}", "password": PASSWORD, "again": PASSWORD}
        return browsers[number].fill_in(pages[number], **fields).status_code

    with ThreadPoolExecutor(len(browsers)) as pool:
        answers = list(pool.map(click, range(len(browsers))))
    assert sorted(answers) == [200] + [410] * 7
    assert sum(browser.inside for browser in browsers) == 1
    assert sum(name.startswith("racer") for name in read_register(hotel.layout).accounts) == 1
    for browser in browsers:
        browser.close()


def test_two_invited_guests_can_not_take_the_same_name_at_once(hotel):
    links = [invite(hotel), invite(hotel)]
    with ThreadPoolExecutor(2) as pool:
        inside = list(pool.map(lambda link: accept(hotel, link, username="twin"), links))
    assert sorted(inside) == [False, True]


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda hotel: invite(hotel, lifetime=10, age=11), "has expired"),
        (lambda hotel: "/hub/invite/no-such-token", "no such invitation"),
        (lambda hotel: "/hub/invite/..%2f..%2fguests", "no such invitation"),
    ],
)
def test_a_link_that_does_not_work_gets_a_clear_page(hotel, make, reason):
    link = make(hotel)
    with Browser(hotel) as browser:
        answer = browser.get(link)
        assert answer.status_code == 410
        assert reason in answer.text
        form = browser.get("/hub/login").text
        token = form.split('name="_xsrf" value="')[1].split('"')[0]
        fields = {"_xsrf": token, "username": "late", "password": PASSWORD, "again": PASSWORD}
        assert browser.post(link, data=fields).status_code == 410
    assert "late" not in read_register(hotel.layout).accounts


@pytest.mark.parametrize(
    ("password", "again", "complaint"),
    [
        (PASSWORD, PASSWORD + "!", "differ"),
        ("short", "short", "at least 10"),
        ("x" * 80, "x" * 80, "longer than 72"),
        ("aaaaaaaaaaaa", "aaaaaaaaaaaa", "easy to guess"),
        ("weak-person1", "weak-person1", "easy to guess"),
        ("1234567890", "1234567890", "most common"),
    ],
)
def test_a_password_that_will_not_do_costs_nothing(hotel, password, again, complaint):
    link = invite(hotel)
    with Browser(hotel) as browser:
        answer = browser.submit(link, username="weak-person", password=password, again=again)
        assert answer.status_code == 400
        assert complaint in answer.text
        assert 'value="weak-person"' in answer.text
        assert password not in answer.text
        assert browser.get(link).status_code == 200


@pytest.mark.parametrize(
    "name",
    ["chief", "carol", "taken-name", "", "-rf", ".x", "a b", "a/b", "аlice", "x" * 101, "<b>"],
)
def test_who_chooses_freely_can_not_choose_somebody_elses_name_or_an_odd_one(hotel, name):
    if name == "taken-name":
        assert accept(hotel, invite(hotel), username=name)
    link = invite(hotel)
    with Browser(hotel) as browser:
        answer = browser.submit(link, username=name, password=PASSWORD, again=PASSWORD)
        assert answer.status_code == 400
        assert "<b>" not in answer.text
        assert not browser.inside


def test_an_invitation_that_names_its_guest_is_for_no_other(hotel):
    assert accept(hotel, invite(hotel, "dora"), username="mallory")
    accounts = read_register(hotel.layout).accounts
    assert "dora" in accounts
    assert "mallory" not in accounts


def test_an_admins_invitation_makes_an_admin(hotel):
    assert accept(hotel, invite(hotel, admin=True), username="root2")
    assert hotel.user("root2")["admin"] is True


def test_the_first_admins_link_is_made_until_there_is_one(open_hotel):
    hotel = open_hotel(auth="builtin")
    hotel.start()
    older, link = (first_admin_invitation(hotel.layout, hotel.settings, now=time.time()) for _ in range(2))
    with Browser(hotel) as browser:
        assert browser.get(f"/hub/invite/{older}").status_code == 410
    assert accept(hotel, f"/hub/invite/{link}", username="founder")
    assert hotel.user("founder")["admin"] is True
    assert has_admin_account(hotel.layout, hotel.settings)
    assert first_admin_invitation(hotel.layout, hotel.settings, now=time.time()) is None


def test_a_second_invitation_sets_the_password_anew_and_ends_old_sessions(hotel):
    assert accept(hotel, invite(hotel, "emil"))
    with Browser(hotel) as old:
        old.login("emil", PASSWORD)
        assert old.inside
        spare = invite(hotel, "emil")
        assert accept(
            hotel, invite(hotel, "emil"), password="another Pass-phrase", again="another Pass-phrase"
        )
        assert not old.inside
        assert old.get(spare).status_code == 410
    with Browser(hotel) as browser:
        assert browser.login("emil", PASSWORD).status_code == 403
        browser.login("emil", "another Pass-phrase")
        assert browser.inside


def test_a_form_of_another_site_is_refused(hotel):
    link = invite(hotel)
    fields = {"username": "forged", "password": PASSWORD, "again": PASSWORD}
    with Browser(hotel) as browser:
        assert browser.post(link, data=fields).status_code == 403
        assert browser.post(link, data={**fields, "_xsrf": "made up"}).status_code == 403
    with Browser(hotel) as other:
        stolen = other.get(link).text.split('name="_xsrf" value="')[1].split('"')[0]
        with Browser(hotel) as browser:
            browser.get(link)
            browser.headers["User-Agent"] = "another"
            assert browser.post(link, data={**fields, "_xsrf": stolen}).status_code == 403
    assert "forged" not in read_register(hotel.layout).accounts


def test_no_redirect_leaves_the_hotel(hotel):
    for number, target in enumerate(
        (
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "///evil.example",
            "https:evil.example",
        )
    ):
        with Browser(hotel) as browser:
            page = browser.submit(
                f"{invite(hotel)}?next={target}",
                username=f"guest-n{number}",
                password=PASSWORD,
                again=PASSWORD,
            )
            for answer in (*page.history, page):
                assert answer.url.host == "hotel"
                location = answer.headers.get("location", "/")
                assert location.startswith("/")
                assert not location.startswith(("//", "/\\"))


def test_a_session_from_before_the_login_is_worth_nothing(hotel):
    assert accept(hotel, invite(hotel, "fixa"))
    assert accept(hotel, invite(hotel, "victim"))
    with Browser(hotel) as attacker, Browser(hotel) as victim:
        attacker.login("fixa", PASSWORD)
        planted = attacker.cookies["jupyterhub-hub-login"]
        victim.cookies.update(attacker.cookies)
        victim.get("/hub/logout")
        victim.login("victim", PASSWORD)
        assert victim.inside
        assert victim.cookies["jupyterhub-hub-login"] != planted
        assert "fixa" in attacker.get("/hub/home").text
        assert "victim" not in attacker.get("/hub/home").text


def test_guessing_is_slowed_down_alike_for_names_that_exist_and_that_do_not(hotel):
    assert accept(hotel, invite(hotel, "guessed"))
    for name in ("no-such-name", "guessed"):
        with Browser(hotel) as browser:
            answers = [browser.login(name, f"wrong {number}") for number in range(6)]
            assert [answer.status_code for answer in answers] == [403] * 5 + [429]
            assert "Too many failed logins" in answers[-1].text
            # Also the right password has to wait, or the answer would tell that it is right.
            assert browser.login(name, PASSWORD).status_code == 429
    time.sleep(2)
    with Browser(hotel) as browser:
        browser.login("guessed", PASSWORD)
        assert browser.inside


def test_a_name_that_exists_takes_as_long_as_one_that_does_not(hotel):
    assert accept(hotel, invite(hotel, "timed"))

    def seconds(name):
        with Browser(hotel) as browser:
            browser.get("/hub/login")
            started = time.monotonic()
            browser.login(name, "wrong password")
            return time.monotonic() - started

    known, unknown = [], []
    for _ in range(4):
        known.append(seconds("timed"))
        unknown.append(seconds("stranger"))
    assert statistics.median(unknown) > 0.6 * statistics.median(known)
    assert statistics.median(known) > 0.6 * statistics.median(unknown)


def test_only_hashes_of_tokens_and_passwords_are_stored(hotel):
    link = invite(hotel, "secretive")
    token = link.rpartition("/")[2]
    assert accept(hotel, link, password="unmistakable words", again="unmistakable words")
    unused = invite(hotel).rpartition("/")[2]
    with Browser(hotel) as browser:
        browser.get(f"/hub/invite/{unused}")
        browser.login("secretive", "mistaken words")
    everything = b"".join(path.read_bytes() for path in hotel.layout.state.rglob("*") if path.is_file())
    for secret in (token, unused, "unmistakable words", "mistaken words"):
        assert secret.encode() not in everything
    for path in hotel.layout.invitations_dir.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
    database = sqlite3.connect(hotel.layout.hub_dir / "jupyterhub.sqlite")
    (hashed,) = database.execute("select password from users_info where username = 'secretive'").fetchone()
    database.close()
    assert hashed.startswith(b"$2b$10$")


def test_a_guest_changes_the_password(hotel):
    assert accept(hotel, invite(hotel, "gina"))
    with Browser(hotel) as here, Browser(hotel) as there:
        here.login("gina", PASSWORD)
        there.login("gina", PASSWORD)
        assert 'href="/hub/password"' in here.get("/hub/home").text
        new = {"password": "the next Pass-phrase", "again": "the next Pass-phrase"}
        assert here.submit("/hub/password", current="wrong", **new).status_code == 403
        assert here.submit("/hub/password", current=PASSWORD, **{**new, "again": ""}).status_code == 400
        assert "was changed" in here.submit("/hub/password", current=PASSWORD, **new).text
        assert here.inside
        assert not there.inside
        assert there.login("gina", PASSWORD).status_code == 403
        there.login("gina", "the next Pass-phrase")
        assert there.inside


def test_there_is_no_sign_up_and_none_of_nativeauthenticators_pages(hotel):
    with Browser(hotel) as browser:
        for path in ("signup", "authorize", "discard/alice", "authorize/alice", "change-password/alice"):
            assert browser.get(f"/hub/{path}").status_code == 404
        assert "hub/password" not in browser.get("/hub/login").text
        assert browser.get("/hub/password").url.path == "/hub/login"


def test_a_deleted_user_has_no_account_any_more(hotel):
    assert accept(hotel, invite(hotel, "leaver"))
    hotel.api.delete("/users/leaver")
    assert "leaver" not in read_register(hotel.layout).accounts
    with Browser(hotel) as browser:
        assert browser.login("leaver", PASSWORD).status_code == 403


def test_a_denied_name_gets_no_account(hotel):
    link = invite(hotel, "banned")
    change_register(hotel.layout, lambda register: register.denying("banned"))
    with Browser(hotel) as browser:
        assert browser.submit(link, password=PASSWORD, again=PASSWORD).status_code == 400
    assert "banned" not in read_register(hotel.layout).accounts


@pytest.mark.root
def test_where_rooms_are_system_accounts_nobody_chooses_which(open_hotel):
    hotel = open_hotel(auth="builtin", admins=("chief",), unprivileged=False)
    hotel.layout.state.chmod(0o711)
    link = f"/hub/invite/{first_admin_invitation(hotel.layout, hotel.settings, now=time.time())}"
    hotel.start()
    assert accept(hotel, link, username="daemon")
    assert set(read_register(hotel.layout).accounts) == {"chief"}
