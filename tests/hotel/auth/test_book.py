import grp
import json
import logging
import pwd
from concurrent.futures import ThreadPoolExecutor

import pytest

from nbhotel.errors import StateError
from nbhotel.hotel.auth.book import GuestBook, Rules
from nbhotel.hotel.auth.names import lower, normalizer
from nbhotel.hotel.auth.register import Register, change_register, read_register
from nbhotel.hotel.layout import Layout

ME = pwd.getpwuid(0).pw_name
MY_GROUP = f"@{grp.getgrgid(0).gr_name}"


def rules(auth="builtin", allow=(), admins=(), register=None):
    return Rules(auth, tuple(allow), tuple(admins), register or Register(), normalizer(auth))


@pytest.mark.parametrize("auth", ["pam", "builtin", "oauth"])
def test_an_empty_list_lets_in_the_admins_only(auth):
    book = rules(auth, admins=["Boss"])
    assert book.allows("boss")
    assert book.is_admin("boss")
    assert not book.allows("ann")
    assert not book.is_admin("ann")
    assert not rules(auth).allows("ann")


def test_without_passwords_an_empty_list_lets_in_everybody():
    assert rules("none").allows("ann")
    assert not rules("none", allow=["bob"]).allows("ann")
    assert not rules("none").allows("a/b")
    assert not rules("none", register=Register().denying("ann")).allows("ann")
    # `users allow` on an open hotel must not shut it for all others.
    assert rules("none", register=Register().allowing("bob")).allows("ann")


def test_a_denial_wins_over_everything():
    everything = Register().with_account("ann", admin=True).allowing("ann").denying("Ann")
    book = rules("builtin", allow=["ann"], admins=["ann"], register=everything)
    assert not book.allows("ann")
    assert not book.is_admin("ann")
    assert book.admin_names() == set()
    assert rules("builtin", register=everything.allowing("Ann")).allows("ann")


def test_groups_let_in_and_deny():
    assert rules("pam", allow=[MY_GROUP]).allows(ME)
    assert not rules("pam", allow=["@no-such-group"]).allows(ME)
    assert not rules("pam", allow=[ME], register=Register().denying(MY_GROUP)).allows(ME)


def test_an_account_of_the_hotel_is_not_the_system_account_of_the_same_name():
    assert not rules("builtin", allow=[MY_GROUP]).allows(ME)
    accounts = Register().with_account(ME, admin=True)
    assert rules("builtin", register=accounts).is_admin(ME)
    assert not rules("pam", register=accounts).allows(ME)
    assert not rules("pam", register=accounts).is_admin(ME)


def test_every_way_in_is_told():
    register = Register().allowing("ann").with_account("ann", admin=True)
    assert [*rules("builtin", allow=["Ann"], register=register).ways("ann")] == [
        "admins",
        "settings",
        "command",
        "account",
    ]
    assert [*rules("pam", allow=[MY_GROUP]).ways(ME)] == [MY_GROUP]


def test_the_register_is_kept(state):
    layout = Layout(state)
    assert read_register(layout) == Register()
    change_register(layout, lambda register: register.allowing("ann", "@staff").denying("bob"))
    change_register(layout, lambda register: register.with_account("carol", admin=True))
    register = change_register(layout, lambda register: register.with_account("carol", admin=False))
    assert read_register(layout) == register
    assert json.loads(layout.guests_file.read_text()) == {
        "allow": ["@staff", "ann"],
        "deny": ["bob"],
        "accounts": {"carol": {"admin": True}},
    }
    assert change_register(layout, lambda register: register.without_account("carol")).accounts == {}


def test_changes_at_the_same_time_are_all_kept(state):
    def allow(number):
        change_register(Layout(state), lambda register: register.allowing(f"guest{number}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(allow, range(40)))
    assert len(read_register(Layout(state)).allow) == 40


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"allow": "ann"}', '{"allow": [1], "deny": [], "accounts": {}}', "null", "\udc80"],
)
def test_a_broken_register_is_named(state, text):
    layout = Layout(state)
    layout.guests_file.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(StateError, match=r"guests\.json"):
        read_register(layout)


def test_the_book_sees_changes_without_a_restart_and_shuts_when_it_can_not_read(state, caplog):
    layout = Layout(state)
    log = logging.getLogger("book")
    book = GuestBook(state, auth="pam", allow=["ann"], normalize=lower, log=log)
    assert book.allows("ann")
    for _ in range(3):
        change_register(layout, lambda register: register.denying("ann"))
        assert not book.allows("ann")
        change_register(layout, lambda register: register.allowing("ann"))
        assert book.allows("ann")
    layout.guests_file.write_text("nonsense")
    assert not book.allows("ann")
    assert not book.allows("ann")
    assert len(caplog.records) == 1
    change_register(layout_repaired(layout), lambda register: register)
    assert book.allows("ann")


def layout_repaired(layout):
    layout.guests_file.unlink()
    return layout


def test_without_a_state_directory_the_settings_alone_count():
    book = GuestBook(None, auth="pam", allow=["ann"], normalize=lower, log=logging.getLogger())
    assert book.allows("ann")
    assert not book.allows("bob")
