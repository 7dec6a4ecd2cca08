import pytest

from nbhotel.errors import StateError, UsageError
from nbhotel.hotel.auth.invitations import (
    account_name_problem,
    claim_invitation,
    create_invitation,
    find_invitation,
    first_admin_invitation,
    open_invitations,
    release_invitation,
    void_invitations,
    was_used,
)
from nbhotel.hotel.auth.register import change_register
from nbhotel.hotel.layout import Layout
from nbhotel.hotel.settings import Settings
from tests.hotel.auth.hub import Hotel

DAY = 86400.0


@pytest.fixture
def layout(tmp_path):
    return Hotel(tmp_path, auth="builtin").layout


def invite(layout, name=None, *, now=0.0, admin=False):
    return create_invitation(layout, name, admin=admin, lifetime=DAY, now=now)


def test_an_invitation_is_found_by_its_token_and_claimed_once(layout):
    token = invite(layout, "Ann", admin=True)
    invitation = find_invitation(layout, token)
    assert invitation is not None
    assert (invitation.name, invitation.admin, invitation.expires) == ("ann", True, DAY)
    assert token not in "".join(path.name + path.read_text() for path in layout.invitations_dir.iterdir())
    assert claim_invitation(layout, token, now=DAY) is None
    assert claim_invitation(layout, token, now=DAY - 1) == invitation
    assert claim_invitation(layout, token, now=0) is None
    assert was_used(layout, token)
    release_invitation(layout, token)
    assert claim_invitation(layout, token, now=0) == invitation


def test_tokens_can_not_be_guessed_or_lead_elsewhere(layout):
    tokens = {invite(layout) for _ in range(20)}
    assert len(tokens) == 20
    assert all(len(token) >= 43 for token in tokens)
    for token in ("", "../guests", "a/b", "x" * 10_000, next(iter(tokens))[:-1]):
        assert find_invitation(layout, token) is None
        assert claim_invitation(layout, token, now=0) is None


def test_a_new_invitation_of_a_name_replaces_the_older(layout):
    older, other, nameless = invite(layout, "ann"), invite(layout, "bob"), invite(layout)
    newer = invite(layout, "ann")
    assert find_invitation(layout, older) is None
    assert all(find_invitation(layout, token) for token in (newer, other, nameless))
    assert sorted(str(one.name) for one in open_invitations(layout, now=0)) == ["None", "ann", "bob"]
    assert open_invitations(layout, now=DAY) == []
    void_invitations(layout, "ann", admin=False)
    assert find_invitation(layout, newer) is None
    assert find_invitation(layout, other)


def test_what_is_long_over_is_forgotten(layout):
    used, unused = invite(layout), invite(layout)
    claim_invitation(layout, used, now=0)
    invite(layout, now=20 * DAY)
    assert was_used(layout, used)
    assert find_invitation(layout, unused)
    invite(layout, now=32 * DAY)
    assert not was_used(layout, used)
    assert find_invitation(layout, unused) is None


def test_the_first_admin_is_invited_until_there_is_one(layout):
    settings = Settings(state=layout.state, auth="builtin")
    first = first_admin_invitation(layout, settings, now=0)
    second = first_admin_invitation(layout, settings, now=1)
    assert first
    assert second
    assert find_invitation(layout, first) is None
    invitation = find_invitation(layout, second)
    assert invitation is not None
    assert invitation.admin
    change_register(layout, lambda register: register.with_account("ann", admin=False))
    assert first_admin_invitation(layout, settings, now=2)
    third = first_admin_invitation(layout, settings, now=2)
    assert third
    void_invitations(layout, "somebody", admin=True)
    assert find_invitation(layout, third) is None
    named = settings.model_copy(update={"admins": ("Ann",)})
    assert first_admin_invitation(layout, named, now=3) is None
    change_register(layout, lambda register: register.denying("ann"))
    token = first_admin_invitation(layout, named, now=4)
    assert token
    assert first_admin_invitation(layout, settings.model_copy(update={"auth": "pam"}), now=5) is None


@pytest.mark.root
def test_where_rooms_are_system_accounts_an_invitation_names_one(tmp_path):
    layout = Hotel(tmp_path, unprivileged=False, auth="builtin").layout
    with pytest.raises(UsageError, match="must name the guest"):
        invite(layout)
    assert invite(layout, "ann")


@pytest.mark.parametrize("name", ["", "a b", "a/b", "-x", "аnn", "ünal", "a:b", "x" * 101])
def test_an_account_has_a_plain_name(layout, name):
    assert account_name_problem(name)
    with pytest.raises(UsageError):
        invite(layout, name)


@pytest.mark.parametrize("name", ["ann", "ann.lee", "a_b-c", "ann+x@example.org", "7of9"])
def test_a_plain_name_will_do(name):
    assert account_name_problem(name) is None


def test_a_hotel_that_never_was_has_no_invitations(tmp_path):
    layout = Layout(tmp_path / "none")
    assert open_invitations(layout, now=0) == []
    with pytest.raises(StateError, match="no hotel here yet"):
        invite(layout, "ann")
