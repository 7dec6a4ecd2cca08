"""What a code host's answers mean for the user: each that is no success, in one line.

Sources: https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api,
https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api (also for `pause_wanted`),
https://docs.gitlab.com/api/rest/troubleshooting/.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from nbhotel.errors import ShareError

if TYPE_CHECKING:
    import httpx

    from nbhotel.share.hosts.host import Token

#: Seconds to wait when the host says that we are too fast, and not for how long.
_MINUTE = 60.0
#: Seconds within which what is like something that was to be made, and is found after an error, is that.
_JUST_NOW = 600.0
#: The longest text of the host's own that is told.
_LONGEST = 200
_MOVED = ("it has moved", "use its new name")
#: status -> what that means, of the status and the host's own words; and what to do.
_WHY = {
    301: _MOVED,
    302: _MOVED,
    307: _MOVED,
    308: _MOVED,
    400: ("it is not taken: {1}", ""),
    409: ("it is in conflict with what is there: {1}", "try again"),
    422: ("it is not taken: {1}", ""),
}
_TROUBLE = ("the host is in trouble: {} {}", "try again later")


class Refused(ShareError):
    """The host answered, but no. `status` is HTTP's."""

    def __init__(self, status: int, what: str, *, where: str, remedy: str = "") -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.status = status


class Gone(Refused):
    """What was asked for is not there, or not for this token."""


class Lost(ShareError):
    """There was no answer: no network, a broken connection, or silence."""


def refusal(answer: httpx.Response, doing: str, token: Token, login: str) -> Refused:
    """Return what to tell about an answer that is no success; `doing` is what was tried: "make a gist".

    `login` is what gets another token.
    """
    status, where, said = answer.status_code, answer.request.url.host, _said(answer, token)
    if status == 403:
        return _without_right(answer, doing, token, said)
    if status == 404:
        return Gone(status, f"can't {doing}: there is no such thing, or not for the token", where=where)
    if status == 401:
        what = f"the token from {token.source} is not accepted"
        remedy = f"it is wrong or has expired: {login}, or set another"
    else:
        why, remedy = _WHY.get(status) or (_TROUBLE if status >= 500 else ("the host says {}: {}", ""))
        what = f"can't {doing}: {why.format(status, said)}"
    return Refused(status, what, where=where, remedy=remedy)


def pause_wanted(answer: httpx.Response) -> float | None:
    """Return for how many seconds the host wants us to keep quiet, or None if that is not what it says."""
    if answer.status_code not in {403, 429}:
        return None
    after = answer.headers.get("retry-after", "")
    if after.isdigit():
        return float(after)
    reset = answer.headers.get("x-ratelimit-reset", "")
    if answer.headers.get("x-ratelimit-remaining") == "0" and reset.isdigit():
        return max(1.0, float(reset) - _moment(answer))
    slow_down = answer.status_code == 429 or "rate limit" in answer.text.lower()
    return _MINUTE if slow_down else None


def made_just_now(written: str, answer: httpx.Response | None) -> bool:
    """Return whether a time, as hosts write it, is shortly before an answer; None: before now."""
    from datetime import datetime

    now = time.time() if answer is None else _moment(answer)
    return now - datetime.fromisoformat(written).timestamp() < _JUST_NOW


def _moment(answer: httpx.Response) -> float:
    """When the host answered, by its own clock: ours may be wrong. Seconds since 1970."""
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(answer.headers["date"]).timestamp()
    except (KeyError, ValueError):
        return time.time()


def limited(answer: httpx.Response, seconds: float) -> Refused:
    """Return what to tell when the host wants a longer pause than anybody would wait for."""
    until = time.strftime("%H:%M", time.localtime(time.time() + seconds))
    what = f"the host takes no more requests for {_minutes(seconds)}"
    return Refused(answer.status_code, what, where=answer.request.url.host, remedy=f"try again after {until}")


def _minutes(seconds: float) -> str:
    minutes = max(1, round(seconds / 60))
    return "a minute" if minutes == 1 else f"{minutes} minutes"


def _without_right(answer: httpx.Response, doing: str, token: Token, said: str) -> Refused:
    """GitHub's classic token has scopes, which it names; of its newer ones it names permissions."""
    headers = answer.headers
    wanted = (
        headers.get("x-accepted-oauth-scopes")
        or headers.get("x-accepted-github-permissions")
        or str(_content(answer).get("scope", ""))  # GitLab's
    )
    what = f"the token from {token.source} may not {doing}: {said}"
    remedy = f"it needs the right {one_line(wanted, token)}" if wanted else ""
    return Refused(403, what, where=answer.request.url.host, remedy=remedy)


def _content(answer: httpx.Response) -> dict[str, Any]:
    """The JSON object of an answer; an empty one if it is anything else."""
    try:
        content = answer.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _said(answer: httpx.Response, token: Token) -> str:
    """The host's own words: GitHub's, GitLab's, Gitea's, or an OAuth error's."""
    content = _content(answer)
    message = content.get("message") or content.get("error_description") or content.get("error")
    errors = content.get("errors")
    details = [_error(each) for each in (errors if isinstance(errors, list) else ())]
    words = (_plain(message) or answer.reason_phrase, ", ".join(details))
    return one_line(": ".join(filter(None, words)), token)


def _plain(message: Any) -> str:
    """A message; GitLab's may be a table of what is wrong with each field."""
    if not isinstance(message, dict):
        return str(message or "")
    listed = {key: each if isinstance(each, list) else [each] for key, each in message.items()}
    return ", ".join(f"{key} {each}" for key in listed for each in listed[key])


def _error(error: Any) -> str:
    if not isinstance(error, dict):
        return str(error)
    if error.get("message"):
        return str(error["message"])
    return " ".join(str(error[key]) for key in ("field", "code") if error.get(key))


def one_line(text: str, token: Token) -> str:
    """Return a text of the host's for a message: short, and without our token, if it should echo that."""
    text = " ".join(text.split()).replace(token.value, "…")
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
