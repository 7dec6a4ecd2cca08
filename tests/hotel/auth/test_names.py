import grp
import pwd
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbhotel.errors import UsageError
from nbhotel.hotel.auth.names import as_system_spells, checked_entry, in_group, name_problem, normalizer
from nbhotel.hotel.layout import quote_name


@pytest.mark.parametrize(
    "name", ["guest1", "a", "Ann Lee", "ann@example.org", "DOM\\ann", "müller", "x" * 100]
)
def test_a_name_that_does_no_harm_will_do(name):
    assert name_problem(name) is None


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", "empty"),
        ("x" * 101, "longer"),
        ("a/b", "slash"),
        ("-rf", "begins with '-'"),
        ("..", "begins with '.'"),
        (" a", "blank"),
        ("a\n", "blank"),
        ("a\0b", "invisible"),
        ("a\x1b[0m", "invisible"),
        ("a\u200bb", "invisible"),
        ("a\u202eb", "invisible"),
        ("a\u2028b", "invisible"),
        ("a\udc80", "invisible"),
    ],
)
def test_a_name_that_does_harm_is_told_why(name, problem):
    assert problem in (name_problem(name) or "")


@given(st.text())
def test_a_safe_name_is_safe_as_a_file_name_and_on_one_line(name):
    if name_problem(name) is None:
        quoted = quote_name(name)
        assert "/" not in quoted
        assert quoted not in {"", ".", ".."}
        assert len(name.splitlines()) == 1
        assert not any(unicodedata.category(character) == "Cc" for character in name)


def test_the_system_has_the_last_word_on_spelling():
    account = pwd.getpwuid(0).pw_name
    assert as_system_spells(account) == account
    assert as_system_spells(account.upper()) == account
    assert as_system_spells("No-Such-Account") == "no-such-account"
    assert as_system_spells("a\0b") == "a\0b"
    assert as_system_spells("\udc80") == "\udc80"
    assert normalizer("pam") is as_system_spells
    assert normalizer("builtin")("Ann") == "ann"


@given(st.text(max_size=40))
def test_spelling_twice_changes_nothing(name):
    for auth in ("pam", "builtin"):
        spell = normalizer(auth)
        assert spell(spell(name)) == spell(name)


def test_members_by_first_group_and_by_further_groups_are_in_it():
    account = pwd.getpwuid(0)
    assert in_group(account.pw_name, grp.getgrgid(account.pw_gid).gr_name)
    assert not in_group(account.pw_name, "no-such-group")
    assert not in_group("no-such-account", grp.getgrgid(account.pw_gid).gr_name)
    assert not in_group("a\0b", "a\0b")


def test_an_entry_is_a_name_or_a_group():
    assert checked_entry(" Ann ") == "Ann"
    assert checked_entry("@staff") == "@staff"
    for entry in ("", "@", "@-x", "a/b"):
        with pytest.raises(UsageError):
            checked_entry(entry)
