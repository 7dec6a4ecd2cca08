"""Tokens that end: who gets the next one, and what is told if there is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keyring
import pytest

from nbhotel.errors import ShareError
from nbhotel.share import keeping
from nbhotel.share.hosts.gitlab import GitLab
from nbhotel.share.hosts.host import Token
from nbhotel.share.hosts.kinds import GITLAB
from nbhotel.share.login import Grant
from nbhotel.share.renewing import keep_grant, kept_token
from tests.share.hosts.device import CLIENT
from tests.share.hosts.gitlab import GitLabServer, open_gitlab
from tests.share.hosts.server import TOKEN
from tests.share.ring import Kept

NEXT = "glpat-next"


@pytest.fixture
def gitlab() -> Iterator[GitLabServer]:
    """A GitLab that has given a token, and takes another by now."""
    before = keyring.get_keyring()
    keyring.set_keyring(Kept())
    with open_gitlab() as gitlab:
        gitlab.device.refresh, gitlab.token = "again", NEXT
        yield gitlab
    keyring.set_keyring(before)


def token(gitlab: GitLabServer, *, lasts: float | None = 7200, refresh: str = "again") -> Token:
    """What the keyring has after a login."""
    keep_grant(gitlab.address, Grant(TOKEN, lasts, refresh, CLIENT))
    found = kept_token(gitlab.address, GITLAB)
    assert found
    return found


@pytest.mark.parametrize("lasts", [7200, None])
def test_a_refused_token_is_renewed_once_in_the_middle(gitlab, lasts):
    with GitLab(gitlab.address, token(gitlab, lasts=lasts), lambda *_: None) as host:
        assert host.user() == "mona"
        assert host.make_snippet({"a": "1"}, "x", public=False).files == ("a",)
        assert host.token.value == NEXT
    assert gitlab.asked == ["GET /user", "GET /user", "POST /snippets"]
    assert gitlab.device.refresh == "again+"


def test_what_another_process_got_is_used(gitlab):
    found = token(gitlab)
    keep_grant(gitlab.address, Grant(NEXT, 7200, "again+", CLIENT))
    assert found.renew
    assert found.renew().value == NEXT
    assert gitlab.device.refresh == "again"  # nobody was asked


def test_one_that_another_process_was_faster_to_renew(gitlab, monkeypatch):
    """Between our look into the keyring and the host's answer."""
    found = token(gitlab)
    answered = gitlab.device.answer

    def slower(*words: str) -> Any:
        keep_grant(gitlab.address, Grant(NEXT, 7200, "again+", CLIENT))
        gitlab.device.refresh = "again+"
        return answered(*words)

    monkeypatch.setattr(gitlab.device, "answer", slower)
    assert found.renew
    assert found.renew().value == NEXT
    assert keeping.kept(gitlab.address) == NEXT


def test_without_a_way_to_renew_the_host_has_the_last_word(gitlab):
    found = token(gitlab, refresh="")
    with GitLab(gitlab.address, found, lambda *_: None) as host, pytest.raises(ShareError) as error:
        host.user()
    assert "the token from the keyring is not accepted" in str(error.value)
    assert gitlab.asked == ["GET /user"]


def test_a_renewed_token_that_is_refused_too_is_not_renewed_for_ever(gitlab):
    found = token(gitlab)
    with GitLab(gitlab.address, found, lambda *_: None) as host:
        gitlab.device.grant = {"access_token": "glpat-wrong"}
        with pytest.raises(ShareError, match="the token from the keyring is not accepted"):
            host.user()
    assert gitlab.device.refresh == "again+"


def test_no_host_to_renew_it(gitlab):
    keep_grant("http://127.0.0.1:1", Grant(TOKEN, 1, "again", CLIENT))
    with pytest.raises(ShareError, match=r"can't be reached: .* \(is there a network\?\)"):
        kept_token("http://127.0.0.1:1", GITLAB)
    assert "again" not in repr(Grant(TOKEN, 1, "again", CLIENT))
