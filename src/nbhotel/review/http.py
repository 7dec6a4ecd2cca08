"""One request to a host's API: JSON there and back. A token goes to the API's address and nowhere else."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
import urllib.response
from collections.abc import Iterable, Mapping
from typing import Any

from nbhotel.errors import ShareError
from nbhotel.records import NamedTuple

#: Seconds without an answer.
_SILENCE = 30.0


class HostError(ShareError):
    """A host did not do what it was asked; no message ever holds a token."""


class Answer(NamedTuple):
    """A status, the headers by their names in lower case, and the JSON; None if it is none."""

    status: int
    headers: Mapping[str, str]
    content: Any

    @property
    def said(self) -> str:
        """What the host says for itself."""
        content = self.content if isinstance(self.content, dict) else {}
        return str(content.get("message") or content.get("error") or "")[:300]


class Unreachable(HostError):
    """No answer, or one that was cut off."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """urllib would send the token along to wherever a redirect leads."""

    def redirect_request(self, *_: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)


def ask(method: str, address: str, headers: Mapping[str, str], content: object = None) -> Answer:
    """Send a request and return the answer, whatever its status. Raises Unreachable."""
    if not address.startswith(("https://", "http://")):
        raise HostError("is no address of an API", where=address)
    body = None if content is None else json.dumps(content).encode()
    sent = {"Accept": "application/json", "User-Agent": "nbhotel", "Content-Type": "application/json"}
    request = urllib.request.Request(address, body, {**sent, **headers}, method=method)  # noqa: S310 - see above
    try:
        with _opened(request) as response:
            return _answer(response.status or 0, response.headers.items(), response.read())
    except ValueError:  # its message may show a header with the token
        raise HostError("the address or the token has characters that can't be sent", where=address) from None
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or str(error) or type(error).__name__
        raise Unreachable(f"no answer: {reason}", where=address) from None


def _opened(request: urllib.request.Request) -> urllib.response.addinfourl:
    """Return an answer, whatever its status: urllib raises those that are no success."""
    try:
        found: urllib.response.addinfourl = _OPENER.open(request, timeout=_SILENCE)
    except urllib.error.HTTPError as error:
        return error
    return found


def _answer(status: int, headers: Iterable[tuple[str, str]], body: bytes) -> Answer:
    lower = {name.lower(): value for name, value in headers}
    try:
        return Answer(status, lower, json.loads(body))
    except ValueError:
        return Answer(status, lower, None)
