"""`nbhotel users`, as a process of its own: over a state directory, and over a running hub."""

from __future__ import annotations

import grp
import json
import os
import pwd
import re

import pytest

from tests.hotel.auth.hub import Browser, Hotel

pytestmark = pytest.mark.slow

ME = pwd.getpwuid(0).pw_name
MY_GROUP = grp.getgrgid(0).gr_name


@pytest.fixture
def users(nbhotel, tmp_path):
    """Run `nbhotel users ARG…` on the hotel in `tmp_path/s`, whose hotel.toml has these lines."""

    def run(*arguments: str, toml: str = 'auth = "builtin"'):
        (tmp_path / "hotel.toml").write_text(f'{toml}\nstate = "{tmp_path}/s"\n')
        return nbhotel("users", *arguments)

    return run


@pytest.fixture
def hotel(tmp_path):
    """A hotel that is down."""
    return Hotel(tmp_path / "s", auth="builtin")


def ways(done):
    assert done.returncode == 0, done.stderr
    return {guest["name"]: guest["ways"] for guest in json.loads(done.stdout)["guests"]}


def test_while_the_hotel_is_down_guests_are_allowed_denied_and_listed(users, hotel):
    toml = 'auth = "builtin"\nallow = ["Carol"]\nadmins = ["chief"]'
    done = users("allow", "Ann", "bob", toml=toml)
    assert done.stdout.splitlines() == ["ann may enter", "bob may enter"]
    assert "nbhotel users invite ann" in done.stderr
    done = users("deny", "BOB", "carol", toml=toml)
    assert done.stdout.splitlines() == ["bob is denied", "carol is denied"]
    assert "hub is not running" in done.stderr
    table = [re.split(r"  +", line) for line in users("list", toml=toml).stdout.splitlines()]
    assert table == [
        ["NAME", "ADMIN", "ENTERS BY", "ROOMS", "LAST ACTIVITY"],
        ["ann", "no", "command", "not known", "-"],
        ["bob", "no", "denied", "not known", "-"],
        ["carol", "no", "denied", "not known", "-"],
        ["chief", "yes", "admins", "not known", "-"],
    ]
    assert users("allow", "bob", toml=toml).returncode == 0
    assert ways(users("list", "--json", toml=toml))["bob"] == ["command"]


def test_groups_of_the_system_are_let_in(users, hotel):
    if os.geteuid() != 0:
        pytest.skip("PAM needs root")
    toml = f'auth = "pam"\nallow = ["@{MY_GROUP}"]'
    done = users("allow", "@no-such-group", "no-such-person", toml=toml)
    assert done.returncode == 0
    assert "@no-such-group: there is no such Unix group" in done.stderr
    assert "no-such-person: there is no such system account" in done.stderr
    assert ways(users("list", "--json", toml=toml)) == {
        **{name: [f"@{MY_GROUP}"] for name in grp.getgrnam(MY_GROUP).gr_mem},
        "no-such-person": ["command"],
    }
    assert ways(users("list", "--json", toml=f'auth = "pam"\nallow = ["@{MY_GROUP}", "{ME}"]'))[ME] == [
        "settings",
        f"@{MY_GROUP}",
    ]


def test_an_invitation_is_a_link_on_standard_output(users, hotel):
    toml = 'auth = "builtin"\nbind = "127.0.0.1:7777"'
    done = users("invite", "Dora", "--admin", "--expires", "12h", toml=toml)
    assert re.fullmatch(r"http://127\.0\.0\.1:7777/hub/invite/[\w-]{43}\n", done.stdout)
    assert "works once" in done.stderr
    assert users("invite", toml=toml).returncode == 0
    document = json.loads(users("list", "--json", toml=toml).stdout)
    assert [(guest["name"], guest["ways"], guest["allowed"]) for guest in document["guests"]] == [
        ("dora", ["invitation"], False)
    ]
    (dora,) = [one for one in document["invitations"] if one["name"]]
    assert dora["admin"]
    assert dora["expires"] - dora["created"] == 12 * 3600
    done = users("list", toml=toml)
    assert "wait for guests to choose a name: 1" in done.stdout
    assert "Nobody may enter" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "toml", "complaint"),
    [
        (["allow", "a/b"], "", "contains a slash"),
        (["allow", "--", "-x"], "", "begins with '-'"),
        (["deny", "@"], "", "the group's name is empty"),
        (["invite", "a b"], "", "characters other than"),
        (["invite", "ann", "--expires", "soon"], "", "'soon' is no time"),
        (["invite", "ann", "--expires", "0"], "", "'0' is no time"),
        (["invite", "banned"], "", "nbhotel users allow banned"),
        (["invite", "ann"], 'auth = "none"', 'auth is "none"'),
        (["evict", "ann"], "", "evict"),
        ([], "", "ACTION"),
    ],
)
def test_what_can_not_be_is_one_line(users, hotel, arguments, toml, complaint):
    if "banned" in arguments:
        users("deny", "banned")
    done = users(*arguments, toml=toml or 'auth = "builtin"')
    assert (done.returncode, done.stdout) == (2, "")
    assert complaint in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_without_a_hotel_there_is_nothing_to_write_to(users):
    for arguments in (["allow", "ann"], ["deny", "ann"], ["invite", "ann"]):
        done = users(*arguments)
        assert done.returncode == 2
        assert "there is no hotel here yet" in done.stderr
    assert ways(users("list", "--json", toml='auth = "builtin"\nadmins = ["boss"]')) == {"boss": ["admins"]}


def test_a_broken_register_is_one_line(users, hotel):
    hotel.layout.guests_file.write_text("{")
    for arguments in (["list"], ["allow", "ann"], ["deny", "ann"]):
        done = users(*arguments)
        assert done.returncode == 2
        assert re.fullmatch(r".*guests\.json: this is no list of guests.*\n", done.stderr)


@pytest.mark.slow
def test_over_a_running_hub(users, hotel):
    try:
        hotel.start()
        link = users("invite", "ann").stdout.strip()
        with Browser(hotel) as browser:
            path = f"/hub/{link.partition('/hub/')[2]}"
            browser.submit(path, password="a long Pass-phrase", again="a long Pass-phrase")
            assert browser.inside
            row = re.split(r"  +", users("list").stdout.splitlines()[1])
            assert row[:4] == ["ann", "no", "account", "none"]
            assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", row[4])
            done = users("deny", "ann")
            assert done.stdout.splitlines() == ["ann is denied", "ann is logged out"]
            assert not browser.inside
            assert browser.login("ann", "a long Pass-phrase").status_code == 403
            assert users("deny", "zoe").stdout.splitlines() == ["zoe is denied"]
            users("allow", "ann")
            browser.login("ann", "a long Pass-phrase")
            assert browser.inside
    finally:
        hotel.close()
