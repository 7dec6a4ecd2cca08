"""A comment is made once and then updated, and each of a host's refusals has its answer."""

from __future__ import annotations

import socket
import time

import pytest

from nbhotel.review.changes import Range
from nbhotel.review.comment import marker
from nbhotel.review.hosts import Request
from nbhotel.review.http import HostError, Unreachable
from nbhotel.review.posting import NotAllowed, post
from tests.review.api import TOKEN, Host, serving

MARK = marker("notebooks")


@pytest.fixture
def host():
    with serving() as found:
        yield found


def request_to(host: Host, kind: str = "github", token: str = TOKEN) -> Request:
    comments, comment = {
        "github": ("/repos/o/r/issues/7/comments", "/repos/o/r/issues/comments/"),
        "gitlab": ("/projects/5/merge_requests/7/notes", "/projects/5/merge_requests/7/notes/"),
    }[kind]
    return Request(kind, host.address, comments, comment, token, Range("a", "b", from_base=True))


class Sleep:
    """Notes how long was waited, without waiting."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def put(host: Host, text: str, *, kind: str = "github", create: bool = True, token: str = TOKEN) -> str:
    return post(request_to(host, kind, token), MARK, f"{MARK}\n{text}", create=create, sleep=Sleep())


@pytest.mark.parametrize(("kind", "method"), [("github", "PATCH"), ("gitlab", "PUT")])
def test_one_comment_is_made_and_then_updated(host, kind, method):
    host.me = None if kind == "github" else "project_5_bot"
    host.add("somebody's own words", "ada", "User")
    assert put(host, "first", kind=kind) == "made"
    assert put(host, "second", kind=kind) == "updated"
    assert [each["body"] for each in host.comments] == ["somebody's own words", f"{MARK}\nsecond"]
    assert host.asked[-1][0] == method
    assert host.asked[-1][1].endswith("/101")


def test_a_comment_on_the_third_page_is_found(host):
    for number in range(230):
        host.add(f"talk {number}", "ada", "User")
    ours = host.add(f"{MARK}\nold")
    host.add("more talk", "ada", "User")
    assert put(host, "new") == "updated"
    assert ours["body"] == f"{MARK}\nnew"
    assert len(host.comments) == 232


def test_without_changes_no_comment_is_made_and_an_old_one_is_updated(host):
    assert put(host, "nothing", create=False) == "none"
    assert host.comments == []
    host.add(f"{MARK}\nold")
    assert put(host, "nothing", create=False) == "updated"
    assert host.comments[0]["body"] == f"{MARK}\nnothing"


def test_somebody_elses_comment_with_the_mark_is_left_alone(host):
    host.add(f"{MARK}\nnot yours", "mallory", "User")
    assert put(host, "ours") == "made"
    host.me = "robot"
    assert put(host, "by a person's token") == "made"
    assert put(host, "again") == "updated"
    assert [each["body"].removeprefix(f"{MARK}\n") for each in host.comments] == [
        "not yours",
        "ours",
        "again",
    ]


def test_reviews_of_other_names_are_others(host):
    host.add(f"{marker('other')}\nold")
    assert put(host, "ours") == "made"


def test_a_comment_that_was_deleted_meanwhile_is_made_again(host):
    host.add(f"{MARK}\nold")
    host.failures.append(("PATCH", 404, {}, {"message": "Not Found"}))
    assert put(host, "new") == "made"


@pytest.mark.parametrize(
    ("status", "said"),
    [(401, "Bad credentials"), (403, "Resource not accessible by integration")],
)
def test_a_token_without_the_right_is_told_apart(host, status, said):
    host.failures.append(("POST", status, {}, {"message": said}))
    with pytest.raises(NotAllowed, match=f"the host says {status}: {said}"):
        put(host, "text")


def test_no_token_asks_nothing(host):
    with pytest.raises(NotAllowed, match="there is no token"):
        put(host, "text", token="")
    assert host.asked == []


@pytest.mark.parametrize(
    ("status", "what"), [(404, "is the token for this project"), (422, "--max-bytes"), (301, "says 301")]
)
def test_refusals_say_what_to_do_and_hold_no_token(host, status, what):
    host.failures.append(("POST", status, {"Location": "https://elsewhere.invalid"}, {"message": "no"}))
    with pytest.raises(HostError, match=what) as caught:
        put(host, "text")
    assert TOKEN not in str(caught.value)
    assert host.comments == []


def test_a_redirect_does_not_take_the_token_along(host):
    with serving() as other:
        host.failures.append(("GET", 302, {"Location": f"{other.address}/x"}, {}))
        with pytest.raises(HostError, match="says 302"):
            put(host, "text")
        assert other.asked == []


@pytest.mark.parametrize("status", [0, 429, 500, 502, 503, 504])
def test_trouble_is_tried_again(host, status):
    host.failures += [("POST", status, {}, {}), ("GET", status, {}, {})]
    sleep = Sleep()
    assert post(request_to(host), MARK, MARK, create=True, sleep=sleep) == "made"
    assert sleep.seconds == [1, 4]
    assert len(host.comments) == 1


def test_a_comment_whose_answer_was_lost_is_not_made_twice(host):
    made = host.write

    def write_and_fail(method, path, body):
        made(method, path, body)
        host.write = made
        return 502, {}, {}

    host.write = write_and_fail
    assert put(host, "text") == "updated"
    assert len(host.comments) == 1


def test_a_rate_limit_is_waited_for_as_long_as_the_host_says(host):
    host.failures += [
        ("POST", 403, {"Retry-After": "7"}, {"message": "You have exceeded a secondary rate limit"}),
        (
            "POST",
            403,
            {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 30)},
            {"message": "API rate limit exceeded"},
        ),
    ]
    sleep = Sleep()
    assert post(request_to(host), MARK, MARK, create=True, sleep=sleep) == "made"
    assert sleep.seconds[0] == 7
    assert 28 < sleep.seconds[1] < 32


def test_a_rate_limit_of_an_hour_is_not_waited_for(host):
    host.failures.append(("POST", 429, {"Retry-After": "3600"}, {"message": "slow down"}))
    sleep = Sleep()
    with pytest.raises(HostError, match=r"429: slow down .run the job again later"):
        post(request_to(host), MARK, MARK, create=True, sleep=sleep)
    assert sleep.seconds == []


def test_a_host_that_stays_away_is_told_of_once():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = Host()
        nobody.address = f"http://127.0.0.1:{free.getsockname()[1]}"
        sleep = Sleep()
        with pytest.raises(Unreachable, match="no answer"):
            post(request_to(nobody), MARK, MARK, create=True, sleep=sleep)
    assert sleep.seconds == [1, 4, 15]


@pytest.mark.parametrize("token", ["two\nlines", "m\u00fcnze\u2713"])
def test_a_token_that_can_not_be_sent_is_not_shown(host, token):
    with pytest.raises(HostError, match="characters that can't be sent") as caught:
        put(host, "text", token=token)
    assert token not in str(caught.value)


def test_an_answer_that_is_cut_off_is_tried_again(host):
    host.failures += [
        ("GET", 200, {"Content-Length": "500"}, []),
        ("GET", 502, {"Content-Length": "500"}, {}),
    ]
    assert put(host, "text") == "made"


@pytest.mark.parametrize("said", ["<html>", {"comments": []}])
def test_an_answer_that_is_no_list_is_an_error(host, said):
    host.failures.append(("GET", 200, {}, said))
    with pytest.raises(HostError, match="no list of comments"):
        put(host, "text")


def test_positive_control_a_wrong_request_is_seen(host):
    path = "/repos/o/r/issues/7/comments"
    host.answer("GET", f"{path}?sort=up&per_page=1&page=1", f"Bearer {TOKEN}", None)
    host.answer("POST", path, f"Bearer {TOKEN}", {"body": 1})
    assert host.wrong == ["there is no parameter sort", "1 is not of type 'string'"]
    host.wrong.clear()
