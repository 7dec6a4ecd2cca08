"""Requests to a code host's API: patient with limits, trouble and lost connections; nothing done twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from nbhotel.errors import MissingPart, ShareError
from nbhotel.share.hosts import answers
from nbhotel.share.hosts.answers import Lost

if TYPE_CHECKING:
    import httpx

    from nbhotel.share.hosts.host import Token, Wait

#: Seconds before each new attempt, after the host had trouble.
PAUSES = (1.0, 2.0, 4.0)
#: The longest pause, in seconds, that is waited out when the host limits requests; and how often.
PATIENCE = 120.0
_LIMITED_AT_MOST = 3
#: Seconds for a connection.
_CONNECT = 10.0

#: Asked before something is made a second time: what was made at the first, if it was.
Made = Callable[["httpx.Response | None"], Any]


class Client:
    """One API, with one token."""

    def __init__(
        self, api: str, token: Token, wait: Wait, *, silence: float, login: str, headers: Mapping[str, str]
    ) -> None:
        """`api` is an address without a slash at its end; `silence` the seconds after which to give up.

        `login` says in messages what gets another token. A token that is refused is renewed if it can be.
        Raises MissingPart.
        """
        try:
            import httpx
        except ImportError:
            remedy = "`pip install 'nbhotel[share]'`"
            raise MissingPart("the package httpx is not installed", remedy=remedy) from None
        self.token, self._wait, self._silence, self._login = token, wait, silence, login
        self._http = httpx.Client(
            base_url=api,
            timeout=httpx.Timeout(silence, connect=min(_CONNECT, silence)),
            headers={**headers, "User-Agent": "nbhotel"},
        )
        self._use(token)
        self.host = self._http.base_url.host

    def ask(
        self,
        method: str,
        path: str,
        doing: str,
        *,
        content: object = None,
        query: Mapping[str, str | int] | None = None,
        made: Made | None = None,
        follow: bool = False,
    ) -> Any:
        """Send a request and return the JSON of its answer. Raises Refused, Gone, Lost.

        `doing` says in messages what is tried. After trouble the request is sent again, if that does no harm:
        one that makes something new (POST) only when `made` was asked and found nothing. `follow`: what has
        moved is asked for where it is now; to another host, our token does not go along.
        """
        limits = 0
        pauses = list(PAUSES)
        while True:
            answer, lost = self._sent(method, path, content, query, follow=follow)
            if answer is not None:
                pause = answers.pause_wanted(answer)
                if pause is not None:
                    limits += 1
                    self._keep_quiet(answer, pause, limits)
                    continue
                if answer.status_code == 401 and self.token.renew:
                    self._use(self.token.renew())
                    continue
                if answer.status_code < 500:
                    return self._json(answer, doing)
            if not pauses or (method == "POST" and made is None):
                raise lost or answers.refusal(_there(answer), doing, self.token, self._login)
            self._wait(pauses.pop(0), f"{self.host} is in trouble")
            found = made(answer) if made else None
            if found is not None:
                return found

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def _use(self, token: Token) -> None:
        self.token = token
        self._http.headers["Authorization"] = f"Bearer {token.value}"

    def _sent(
        self, method: str, path: str, content: object, query: Mapping[str, str | int] | None, *, follow: bool
    ) -> tuple[httpx.Response | None, Lost | None]:
        """Send once: an answer, or how the connection was lost. Raises Lost if there was none at all."""
        import httpx

        try:
            sent = self._http.request(method, path, json=content, params=query, follow_redirects=follow)
            return sent, None
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            raise unreachable(error, self.host) from None
        except httpx.TimeoutException:
            return None, Lost(f"no answer for {self._silence:g} seconds", where=self.host)
        except httpx.HTTPError as error:
            return None, Lost(f"the connection broke: {_why(error)}", where=self.host, remedy="try again")

    def _keep_quiet(self, answer: httpx.Response, pause: float, limits: int) -> None:
        if pause > PATIENCE or limits > _LIMITED_AT_MOST:
            raise answers.limited(answer, pause)
        self._wait(pause, f"{self.host} limits requests")

    def _json(self, answer: httpx.Response, doing: str) -> Any:
        if not answer.is_success:
            raise answers.refusal(answer, doing, self.token, self._login)
        try:
            return answer.json()
        except ValueError:
            what = f"can't {doing}: the answer is no JSON"
            raise Lost(what, where=self.host, remedy="is there a login page in between?") from None


def unreachable(error: Exception, host: str) -> ShareError:
    """Return what to tell when no connection to a host comes about; `error` is httpx's."""
    if "CERTIFICATE" in str(error):
        remedy = "SSL_CERT_FILE names the file of an authority of your own"
        return ShareError("its certificate is not trusted", where=host, remedy=remedy)
    return Lost(f"can't be reached: {_why(error)}", where=host, remedy="is there a network?")


def _there(answer: httpx.Response | None) -> httpx.Response:
    if answer is None:
        raise AssertionError  # it is either lost or there
    return answer


def _why(error: Exception) -> str:
    """The innermost reason: httpx wraps what httpcore wraps what the system says."""
    at: BaseException = error
    while at.__cause__ or at.__context__:
        at = at.__cause__ or at.__context__ or at
    text = getattr(at, "strerror", None) or str(at) or type(at).__name__
    return " ".join(str(text).split())
