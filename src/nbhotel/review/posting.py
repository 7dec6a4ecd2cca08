"""Put a comment on a request, or in place of the one that an earlier run made."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from nbhotel.review.hosts import Request
from nbhotel.review.http import Answer, HostError, Unreachable, ask

#: Comments on a page, and the most pages that are looked through.
_PAGE, _PAGES = 100, 100
#: Seconds before each further attempt, where the host does not say how long; and the longest it may say.
_WAITS = (1.0, 4.0, 15.0)
_PATIENCE = 90.0
_AGAIN = {429, 500, 502, 503, 504}


class NotAllowed(HostError):
    """There is no token, or one that may not comment: usual for the request of a fork."""


class Trouble(HostError):
    """Another attempt may succeed, after `wait` seconds if the host says so."""

    def __init__(self, what: str, *, where: str, wait: float | None = None) -> None:
        """`wait` is in seconds."""
        super().__init__(what, where=where, remedy="run the job again later")
        self.wait = wait


def post(
    request: Request, mark: str, text: str, *, create: bool, sleep: Callable[[float], None] = time.sleep
) -> str:
    """Update the comment that begins with `mark`, or make one if `create`; return "updated", "made", "none".

    Raises NotAllowed, HostError.
    """
    if not request.token:
        raise NotAllowed("there is no token to comment with", where=request.api)
    for wait in _WAITS:
        # Each attempt looks again: a comment may have been made though its answer got lost.
        try:
            return _attempt(request, mark, text, create=create)
        except (Unreachable, Trouble) as trouble:
            asked = getattr(trouble, "wait", None)
            if asked is not None and asked > _PATIENCE:
                raise
            sleep(wait if asked is None else asked)
    return _attempt(request, mark, text, create=create)


def _attempt(request: Request, mark: str, text: str, *, create: bool) -> str:
    found = next(_own(request, mark), None)
    if found is not None:
        method = "PATCH" if request.host == "github" else "PUT"
        answer = _send(request, method, f"{request.comment}{found}", {"body": text})
        if answer.status != 404:  # else somebody deleted it meanwhile
            _checked(answer, request)
            return "updated"
    if not create:
        return "none"
    _checked(_send(request, "POST", request.comments, {"body": text}), request)
    return "made"


def _own(request: Request, mark: str) -> Iterator[int]:
    """Yield the numbers of our comments. One that only looks like ours is not to be written over."""
    myself: str | None = None
    for each in _comments(request):
        if not str(each.get("body") or "").startswith(mark):
            continue
        myself = _myself(request) if myself is None else myself
        author = each.get("user") or each.get("author") or {}
        name = author.get("login") or author.get("username")
        # The token of a job on GitHub may not ask who it is; what it writes is an app's.
        if name == myself if myself else author.get("type") == "Bot":
            yield int(each["id"])


def _myself(request: Request) -> str:
    answer = _send(request, "GET", "/user")
    if answer.status in {401, 403, 404}:
        return ""
    said = _checked(answer, request)
    return str(said.get("login") or said.get("username") or "")


def _comments(request: Request) -> Iterator[dict[str, Any]]:
    for page in range(1, _PAGES + 1):
        answer = _send(request, "GET", f"{request.comments}?per_page={_PAGE}&page={page}")
        found = _checked(answer, request)
        if not isinstance(found, list):
            raise HostError("answered with no list of comments", where=request.api)
        yield from (each for each in found if isinstance(each, dict))
        if len(found) < _PAGE:
            return


def _send(request: Request, method: str, path: str, content: object = None) -> Answer:
    headers = {"Authorization": f"Bearer {request.token}"}
    if request.host == "github":
        headers |= {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
    return ask(method, request.api + path, headers, content)


def _checked(answer: Answer, request: Request) -> Any:
    """Return what a good answer holds. Raises Trouble, NotAllowed, HostError."""
    if 200 <= answer.status < 300 and answer.content is not None:
        return answer.content
    what = f"the host says {answer.status}{f': {answer.said}' if answer.said else ''}"
    if answer.status in _AGAIN or _is_limited(answer.headers):
        raise Trouble(what, where=request.api, wait=_wait(answer.headers))
    if answer.status in {401, 403}:
        raise NotAllowed(what, where=request.api)
    remedies = {
        404: "is the token for this project, and has it the right to comment?",
        413: "--max-bytes makes a shorter comment",
        422: "--max-bytes makes a shorter comment",
    }
    raise HostError(what, where=request.api + request.comments, remedy=remedies.get(answer.status, ""))


def _is_limited(headers: Mapping[str, str]) -> bool:
    """GitHub has 403 for both kinds of its rate limits (docs: "Rate limits for the REST API")."""
    return "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"


def _wait(headers: Mapping[str, str]) -> float | None:
    try:
        if "retry-after" in headers:
            return max(0.0, float(headers["retry-after"]))
        if headers.get("x-ratelimit-remaining") == "0":
            return max(0.0, float(headers["x-ratelimit-reset"]) - time.time()) + 1
    except (KeyError, ValueError):
        pass
    return None
