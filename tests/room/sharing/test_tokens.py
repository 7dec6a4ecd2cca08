"""Tokens that are typed: tried, and kept in the keyring, else by the server alone."""

from __future__ import annotations

from pathlib import Path

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from nbhotel.errors import ShareError
from nbhotel.room.sharing.hosts import Chosen, choose
from nbhotel.room.sharing.tokens import Tokens
from tests.room.changes.asking import refusal
from tests.room.sharing.room import Room
from tests.share.hosts.server import TOKEN, Fault, GitHubServer, open_github
from tests.share.ring import Kept


@pytest.fixture
def host(github: GitHubServer) -> Chosen:
    return choose(github.address, {})


@pytest.fixture
def github():
    with open_github() as server:
        yield server


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch):
    before = keyring.get_keyring()
    ring = Kept()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def nothing(home: Path) -> dict[str, str]:
    """An environment without any token."""
    return {"HOME": str(home), "PATH": ""}


def test_a_typed_token_goes_into_the_keyring(host, ring, tmp_path):
    tokens = Tokens()
    tokens.take(host, TOKEN)
    assert ring.passwords == {("nbhotel", host.name.removeprefix("http://")): TOKEN}
    assert tokens.find(host, nothing(tmp_path))[:2] == (TOKEN, "the keyring")


def test_without_a_keyring_only_this_process_has_it(host, ring, tmp_path):
    keyring.set_keyring(NoKeyring())
    tokens = Tokens()
    tokens.take(host, TOKEN)
    assert tokens.find(host, nothing(tmp_path))[:2] == (TOKEN, "the form, until this server stops")
    other = Chosen(host.kind, "http://127.0.0.1:1")
    for looking, where in ((Tokens(), host), (tokens, other)):  # not for another host either
        with pytest.raises(ShareError, match="there is no token for it"):
            looking.find(where, nothing(tmp_path))


def test_one_that_the_host_does_not_take_is_not_kept(host, github, ring, tmp_path):
    tokens = Tokens()
    with pytest.raises(ShareError, match="the token from the form is not accepted"):
        tokens.take(host, "ghp_wrong")
    github.faults.append(Fault(429, "slow down", headers={"Retry-After": "30"}, method="GET"))
    with pytest.raises(ShareError, match=r"limits requests \(try again in 30 s\)"):
        tokens.take(host, TOKEN)
    assert ring.passwords == {}
    assert tokens.known(host, nothing(tmp_path))["source"] == ""


def test_the_endpoint(room: Room) -> None:
    def typed(token: object) -> str:
        return refusal(lambda: room.lab.ask("nbhotel/api/share/token", "POST", {"token": token}))

    assert "the token from the form is not accepted" in typed("ghp_wrong")
    assert "ghp_wrong" not in room.lab.log
    for wrong in ("", " ", "a\nb", 1, "ü"):
        assert typed(wrong).startswith("token: must be a t")
    assert room.known("token", "")["source"] == "$GH_ENTERPRISE_TOKEN"
