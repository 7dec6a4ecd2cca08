"""GitHub's API, its limits and its errors; requests are held to GitHub's own description of it."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from nbhotel.errors import ShareError, UsageError
from nbhotel.share.hosts.answers import Gone
from nbhotel.share.hosts.github import GitHub, api_of
from nbhotel.share.hosts.host import Token
from tests.share.hosts.openapi import wrong_with_answer, wrong_with_request
from tests.share.hosts.server import TOKEN, Fault, GitHubServer

FILES = {"a.ipynb": '{"cells": []}', "ü.csv": "ä,b\n1,2\n"}


class Waits(list[tuple[float, str]]):
    """Notes the pauses that were asked for instead of sleeping through them."""

    def __call__(self, seconds: float, why: str) -> None:
        self.append((seconds, why))


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def host(github: GitHubServer, waits: Waits) -> Iterator[GitHub]:
    with GitHub(github.address, Token(TOKEN, "$GH_TOKEN"), waits, silence=1) as host:
        yield host


def test_a_gist_is_made_and_changed(github, host):
    made = host.make_snippet(FILES, "two files", public=False)
    assert made.address == github.gists[made.id]["html_url"]
    assert (made.public, set(made.files)) == (False, set(FILES))
    updated = host.update_snippet(made.id, {"ü.csv": "new\n"}, None)
    assert updated.id == made.id
    gist = github.gists[made.id]
    assert gist["description"] == "two files"
    assert {name: file["content"] for name, file in gist["files"].items()} == {**FILES, "ü.csv": "new\n"}
    host.update_snippet(made.id, {}, "another")
    assert gist["description"] == "another"


def test_positive_control_the_judge_of_requests_complains():
    assert wrong_with_request("POST", "/gists", {}, {"public": True}) != []
    assert wrong_with_request("POST", "/gists", {}, {"files": {"a": {"content": "x"}}, "privat": True}) != []
    assert wrong_with_request("PATCH", "/gists/1", {}, {"files": {"a": {"content": 1}}}) != []
    assert wrong_with_request("GET", "/gists", {"pages": "1"}, None) != []
    assert wrong_with_answer("POST", "/gists", 201, {"id": 1}) != []
    with pytest.raises(KeyError):
        wrong_with_request("DELETE", "/gists/1", {}, None)


#: fault -> what the user is told, with HOST for the host
TOLD = {
    "403": (
        Fault(403, "Forbidden", {"X-Accepted-OAuth-Scopes": "gist"}),
        "HOST: the token from $GH_TOKEN may not make a gist: Forbidden (it needs the right gist)",
    ),
    "404": (
        Fault(404, "Not Found"),
        "HOST: the token from $GH_TOKEN may not make a gist (it needs the right `gist`)",
    ),
    "409": (
        Fault(409, "Gist cannot be updated."),
        "HOST: can't make a gist: it is in conflict with what is there: Gist cannot be updated. (try again)",
    ),
    "422": (
        Fault(
            422,
            "Validation Failed",
            more={"errors": [{"resource": "Gist", "code": "missing_field", "field": "files"}]},
        ),
        "HOST: can't make a gist: it is not taken: Validation Failed: files missing_field",
    ),
    "moved": (Fault(301, "Moved"), "HOST: can't make a gist: it has moved (use its new name)"),
    "teapot": (Fault(418, "I am"), "HOST: can't make a gist: the host says 418: I am"),
    "no JSON": (
        Fault(200, raw=b"<html>Log in</html>"),
        "HOST: can't make a gist: the answer is no JSON (is there a login page in between?)",
    ),
    "echo": (
        Fault(422, f"what is\n{TOKEN}?"),
        "HOST: can't make a gist: it is not taken: what is …?",
    ),
}


@pytest.mark.parametrize("name", TOLD)
def test_an_answer_that_is_no_success_is_told_in_a_line(name, github, host, waits):
    fault, told = TOLD[name]
    github.faults.append(fault)
    with pytest.raises(ShareError) as error:
        host.make_snippet(FILES, "", public=True)
    assert str(error.value) == told.replace("HOST", "127.0.0.1")
    assert (waits, github.asked) == ([], ["POST /gists"])


def test_a_token_that_is_not_accepted(github, waits):
    token = Token("ghp_expired", "git's credential helper")
    with GitHub(github.address, token, waits) as host, pytest.raises(ShareError) as error:
        host.make_snippet(FILES, "", public=True)
    assert str(error.value) == (
        "127.0.0.1: the token from git's credential helper is not accepted "
        "(it is wrong or has expired: `gh auth login`, or set another)"
    )
    assert "expired" not in repr(token)


def test_a_gist_that_is_gone_and_one_that_is_somebody_else_s(github, host):
    with pytest.raises(Gone):
        host.update_snippet("0" * 32, FILES, None)
    made = host.make_snippet(FILES, "", public=False)
    github.faults.append(Fault(404, "Not Found", method="PATCH"))
    with pytest.raises(ShareError, match=r"may not change the gist .* the gist must be yours"):
        host.update_snippet(made.id, FILES, None)


def test_a_short_limit_is_waited_for(github, host, waits):
    soon = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 30)}
    github.faults += [
        Fault(403, "API rate limit exceeded", soon),
        Fault(429, "You have exceeded a secondary rate limit", {"Retry-After": "7"}),
        Fault(403, "You have exceeded a secondary rate limit"),
    ]
    host.make_snippet(FILES, "", public=False)
    assert [why for _, why in waits] == ["127.0.0.1 limits requests"] * 3
    assert 28 <= waits[0][0] <= 31
    assert [seconds for seconds, _ in waits[1:]] == [7, 60]
    assert len(github.gists) == 1


def test_a_long_limit_is_told(github, host, waits):
    later = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 1500)}
    github.faults.append(Fault(403, "API rate limit exceeded", later))
    with pytest.raises(ShareError) as error:
        host.make_snippet(FILES, "", public=False)
    until = time.strftime("%H:%M", time.localtime(time.time() + 1500))
    assert "the host takes no more requests for 25 minutes (try again after " in str(error.value)
    assert until in str(error.value) or time.strftime("%H:%M", time.localtime(time.time() + 1440)) in str(
        error.value
    )
    assert waits == []


def test_a_limit_that_comes_again_and_again_is_told(github, host, waits):
    github.faults += [Fault(429, "slow down", {"Retry-After": "5"})] * 9
    with pytest.raises(ShareError, match="takes no more requests for a minute"):
        host.make_snippet(FILES, "", public=False)
    assert len(waits) == 3


@pytest.mark.parametrize("status", [500, 502, 503])
def test_trouble_of_the_host_is_waited_for_three_times(status, github, host, waits):
    github.faults += [Fault(status, "Server Error")] * 3
    host.make_snippet(FILES, "", public=False)
    assert waits == [(pause, "127.0.0.1 is in trouble") for pause in (1, 2, 4)]
    github.faults += [Fault(status, "Server Error")] * 4
    with pytest.raises(ShareError) as error:
        host.make_snippet(FILES, "another", public=False)
    told = f"can't make a gist: the host is in trouble: {status} Server Error (try again later)"
    assert str(error.value) == f"127.0.0.1: {told}"
    assert len(github.gists) == 1


@pytest.mark.parametrize("fault", [Fault(502, done=True), Fault(done=True), Fault(done=True, silence=2)])
def test_what_was_made_although_it_seemed_to_fail_is_not_made_twice(fault, github, host):
    host.make_snippet(FILES, "before", public=False)
    github.faults.append(fault)
    made = host.make_snippet(FILES, "now", public=False)
    assert [gist["description"] for gist in github.gists.values()] == ["before", "now"]
    assert github.gists[made.id]["description"] == "now"


def test_what_was_made_long_ago_is_not_taken_for_it(github, host):
    old = host.make_snippet(FILES, "now", public=False)
    github.gists[old.id]["created_at"] = "2020-01-01T00:00:00Z"
    github.faults.append(Fault(502))
    assert host.make_snippet(FILES, "now", public=False).id != old.id


def test_a_host_that_is_silent_or_hangs_up_again_and_again(github, host):
    github.faults += [Fault(silence=2)] * 4
    with pytest.raises(ShareError) as error:
        host.make_snippet(FILES, "", public=False)
    assert str(error.value) == "127.0.0.1: no answer for 1 seconds"
    github.faults[:] = [Fault()] * 4
    with pytest.raises(ShareError, match="the connection broke: peer closed"):
        host.make_snippet(FILES, "", public=False)
    assert github.gists == {}


def test_no_network(waits):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    at = f"http://127.0.0.1:{port}"
    with GitHub(at, Token(TOKEN, "$GH_TOKEN"), waits) as host, pytest.raises(ShareError) as error:
        host.make_snippet(FILES, "", public=False)
    assert str(error.value) == "127.0.0.1: can't be reached: Connection refused (is there a network?)"
    assert waits == []


def test_where_the_api_of_a_host_is():
    assert api_of("github.com") == "https://api.github.com"
    assert api_of("octo.ghe.com") == "https://api.octo.ghe.com"
    assert api_of("git.example.org") == "https://git.example.org/api/v3"
    assert api_of("https://git.example.org:8443/") == "https://git.example.org:8443/api/v3"
    assert api_of("http://localhost:3000") == "http://localhost:3000/api/v3"


@pytest.mark.parametrize(
    "host",
    [
        "http://git.example.org",
        "ftp://a",
        "",
        "https://me:pw@git.example.org",
        "a/b",
        "[a",
        "a:port",
        "a:99999",
        "a b",
        "a?b",
        "a#b",
        "a\nb",
    ],
)
def test_what_is_no_host_gets_no_token(host):
    with pytest.raises(UsageError) as error:
        api_of(host)
    assert "pw" not in str(error.value)
