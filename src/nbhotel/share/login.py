"""A login by a code that a person types into a page of the host: OAuth's device flow.

Sources: RFC 8628; https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps#device-flow;
https://docs.gitlab.com/api/oauth2/#device-authorization-grant-flow. The next token: `renewing`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Self

from nbhotel.errors import MissingPart, ShareError
from nbhotel.records import NamedTuple
from nbhotel.share.hosts.client import unreachable
from nbhotel.share.hosts.kinds import Device, parts_of

if TYPE_CHECKING:
    import httpx

_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
#: Seconds between questions, if the host names none; and how many more when it finds us too fast.
_INTERVAL = 5.0
_SLOWER = 5.0
#: Seconds for a code, if the host does not say.
_LASTS = 900.0
#: the host's word -> what that means, and what to do
_MEANINGS = {
    "expired_token": ("the code has expired", "log in again, and type it sooner"),
    "access_denied": ("it was refused there", ""),
    "device_flow_disabled": (
        "its application takes no login by code",
        "switch that on in its settings there",
    ),
    "unauthorized_client": ("its application takes no login by code", "is the client id right?"),
    "incorrect_client_credentials": ("the host knows no such client id", "--client-id"),
    "Not Found": ("the host knows no such client id", "--client-id"),  # GitHub's word for it
    "invalid_client": ("the host knows no such client id", "--client-id"),
    "invalid_scope": ("its application may not give the rights that are needed: {}", ""),
}


class Code(NamedTuple):
    """What a person types, and where; `device` is what we ask with, every `interval` seconds, for `lasts`."""

    typed: str
    address: str
    device: str
    interval: float
    lasts: float


class Grant(NamedTuple):
    """A token, and for how many seconds it holds: None for as long as nobody takes it back.

    `refresh` gets the next one for the application `client`, "" if the host gives none.
    """

    value: str
    lasts: float | None
    refresh: str = ""
    client: str = ""

    def __repr__(self) -> str:
        """Without the values: this may get into a report."""
        return f"Grant(lasts={self.lasts})"


class Login:
    """A login to one host. A context manager: it holds a connection."""

    def __init__(self, host: str, device: Device, client: str, *, silence: float = 60.0) -> None:
        """`host` as for `kinds.parts_of`; `client` is the id of an application that is known there.

        Raises UsageError, MissingPart.
        """
        try:
            import httpx
        except ImportError:
            remedy = "`pip install 'nbhotel[share]'`"
            raise MissingPart("the package httpx is not installed", remedy=remedy) from None
        parts = parts_of(host)
        self._host, self._device, self._id = host, device, client
        self._http = httpx.Client(
            base_url=f"{parts.scheme}://{parts.netloc}",
            timeout=silence,
            headers={"Accept": "application/json", "User-Agent": "nbhotel"},
        )

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self._http.close()

    def begin(self) -> Code:
        """Ask for a code. Raises ShareError."""
        answer = self._asked(self._device.begin, {"client_id": self._id, "scope": self._device.scope})
        try:
            return Code(
                str(answer["user_code"]),
                str(answer["verification_uri"]),
                str(answer["device_code"]),
                _seconds(answer.get("interval")) or _INTERVAL,
                _seconds(answer.get("expires_in")) or _LASTS,
            )
        except KeyError:
            raise self._refusal(answer) from None

    def wait_for(self, code: Code, sleep: Callable[[float], None] = time.sleep) -> Grant:
        """Ask until the code was typed. Raises ShareError: it was refused, or has expired."""
        left, interval = code.lasts, code.interval
        content = {"client_id": self._id, "device_code": code.device, "grant_type": _GRANT}
        while left > 0:
            sleep(interval)
            left -= interval
            answer = self._polled(content)
            if answer.get("access_token"):
                return self._grant(answer)
            if answer.get("error") == "slow_down":
                interval = max(_seconds(answer.get("interval")), interval + _SLOWER)
            elif answer.get("error") != "authorization_pending":
                raise self._refusal(answer)
        raise self._refusal({"error": "expired_token"})

    def renew(self, refresh: str, otherwise: str) -> Grant:
        """Return the next token; `otherwise` is what to do if the host gives none. Raises ShareError."""
        content = {"client_id": self._id, "refresh_token": refresh, "grant_type": "refresh_token"}
        answer = self._asked(self._device.poll, content)
        if answer.get("access_token"):
            return self._grant(answer)
        what = f"the token of the login is over, and the host gives no other: {_said(answer)}"
        remedy = "try again later" if answer.get("error") == "slow_down" else otherwise
        raise ShareError(what, where=self._host, remedy=remedy)

    def _grant(self, answer: Mapping[str, Any]) -> Grant:
        lasts = _seconds(answer.get("expires_in")) or None
        return Grant(str(answer["access_token"]), lasts, str(answer.get("refresh_token") or ""), self._id)

    def _polled(self, content: Mapping[str, str]) -> dict[str, Any]:
        """One answer; a connection that is lost in between is only slow: the code still holds."""
        import httpx

        try:
            return _json(self._http.post(self._device.poll, data=dict(content)))
        except httpx.HTTPError:
            return {"error": "slow_down"}

    def _asked(self, path: str, content: Mapping[str, str]) -> dict[str, Any]:
        import httpx

        try:
            return _json(self._http.post(path, data=dict(content)))
        except httpx.HTTPError as error:
            raise unreachable(error, self._host) from None

    def _refusal(self, answer: Mapping[str, Any]) -> ShareError:
        said = _said(answer)
        what, remedy = _MEANINGS.get(str(answer.get("error"))) or (f"the host says: {said}", "")
        return ShareError(f"can't log in: {what.format(said)}", where=self._host, remedy=remedy)


def _said(answer: Mapping[str, Any]) -> str:
    """The host's own words, in a line."""
    words = str(answer.get("error_description") or answer.get("error") or "").split()
    return " ".join(words)[:200] or "nothing that we understand"


def _seconds(value: object) -> float:
    """A time as the host tells it; 0 for what is none."""
    try:
        seconds = float(str(value))
    except ValueError:
        return 0.0
    return seconds if 0 < seconds < 1e9 else 0.0


def _json(answer: httpx.Response) -> dict[str, Any]:
    """The JSON object of an answer, whatever its status: GitHub tells errors with 200, others with 400."""
    if answer.status_code >= 500:
        return {"error": "slow_down", "error_description": f"{answer.status_code} {answer.reason_phrase}"}
    try:
        content = answer.json()
    except ValueError:
        content = None
    if isinstance(content, dict):
        return content
    return {"error": f"{answer.status_code} {answer.reason_phrase}"}
