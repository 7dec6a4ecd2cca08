"""Logins by code: how often is asked, and what ends them."""

from __future__ import annotations

import pytest

from nbhotel.errors import ShareError
from nbhotel.share.hosts.kinds import GITHUB, GITLAB
from nbhotel.share.login import Login
from tests.share.hosts.device import CLIENT
from tests.share.hosts.gitlab import open_gitlab
from tests.share.hosts.server import TOKEN, GitHubServer, open_github


@pytest.fixture
def github():
    with open_github() as server:
        yield server


def login(server: GitHubServer, client: str = CLIENT) -> Login:
    assert GITHUB.device
    return Login(server.address, GITHUB.device, client, silence=5)


def test_it_asks_as_often_as_the_host_allows_until_the_code_was_typed(github):
    pending, slow = {"error": "authorization_pending"}, {"error": "slow_down"}
    github.device.script = [pending, slow, pending, {**slow, "interval": 30}]
    github.device.interval = 5
    slept: list[float] = []
    with login(github) as asking:
        code = asking.begin()
        assert (code.typed, code.address) == ("WDJB-MJHT", f"{github.address}/login/device")
        grant = asking.wait_for(code, slept.append)
    assert slept == [5, 5, 10, 10, 30]
    assert (grant.value, grant.lasts) == (TOKEN, None)
    assert TOKEN not in repr(grant)


def test_gitlab_s_token_holds_for_a_while():
    with open_gitlab() as gitlab:
        gitlab.device.script = [{"error": "authorization_pending"}]
        gitlab.device.grant = {"expires_in": 7200, "refresh_token": "again"}
        assert GITLAB.device
        with Login(gitlab.address, GITLAB.device, CLIENT) as asking:
            assert asking.wait_for(asking.begin(), lambda _: None).lasts == 7200
        with Login(gitlab.address, GITLAB.device, "other") as asking, pytest.raises(ShareError) as error:
            asking.begin()
        assert str(error.value).endswith("can't log in: the host knows no such client id (--client-id)")


#: the host's answer -> what the user is told
ENDED = {
    "access_denied": "it was refused there",
    "expired_token": "the code has expired (log in again, and type it sooner)",
    "device_flow_disabled": "its application takes no login by code (switch that on in its settings there)",
    "unsupported_grant_type": "the host says: unsupported_grant_type",
}


@pytest.mark.parametrize("word", ENDED)
def test_what_ends_it_is_told(word, github):
    github.device.script = [{"error": word}]
    with login(github) as asking, pytest.raises(ShareError) as error:
        asking.wait_for(asking.begin(), lambda _: None)
    assert str(error.value) == f"{github.address}: can't log in: {ENDED[word]}"


def test_an_application_that_github_does_not_know(github):
    with login(github, "other") as asking, pytest.raises(ShareError) as error:
        asking.begin()
    assert str(error.value).endswith("can't log in: the host knows no such client id (--client-id)")


def test_times_that_are_none_are_the_usual_ones(github):
    github.device.interval, github.device.expires_in = -1, "soon"
    with login(github) as asking:
        code = asking.begin()
    assert (code.interval, code.lasts) == (5, 900)


def test_a_code_that_nobody_types_expires_without_the_host(github):
    github.device.script = [{"error": "authorization_pending"}] * 9
    github.device.interval, github.device.expires_in = 5, 12
    with login(github) as asking, pytest.raises(ShareError, match="the code has expired"):
        asking.wait_for(asking.begin(), lambda _: None)
    assert len(github.device.asked) == 3


def test_no_host_and_one_that_goes_away_meanwhile():
    slept: list[float] = []
    with open_github() as github:
        github.device.interval, github.device.expires_in = 5, 40
        with login(github) as asking:
            code = asking.begin()
    with login(github) as asking, pytest.raises(ShareError, match="the code has expired"):
        asking.wait_for(code, slept.append)
    assert slept == [5, 10, 15, 20]
    with login(github) as asking, pytest.raises(ShareError, match=r"can't be reached: .*is there a network"):
        asking.begin()
