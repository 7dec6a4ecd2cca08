"""What all back ends have: a host's name, a token, a connection, and care where the token goes."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Self
from urllib.parse import urlsplit

from nbhotel.errors import ShareError
from nbhotel.share.hosts.answers import Gone
from nbhotel.share.hosts.client import Client
from nbhotel.share.hosts.kinds import parts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbhotel.share.hosts.host import Token, Wait
    from nbhotel.share.hosts.kinds import Kind


class Connection:
    """A host with the rights of one token. A context manager."""

    kind: ClassVar[Kind]
    #: The key under which the host tells a user's name.
    user_key: ClassVar[str] = "login"
    #: What each request says beside the token.
    headers: ClassVar[Mapping[str, str]] = MappingProxyType({"Accept": "application/json"})

    def __init__(self, host: str, api: str, token: Token, wait: Wait, *, silence: float = 60.0) -> None:
        """`host` as for `kinds.parts_of`; `api` is the address of its API. Raises UsageError, MissingPart."""
        self.name = host
        login = self.kind.login(host)
        self._client = Client(api, token, wait, silence=silence, login=login, headers=self.headers)

    @property
    def token(self) -> Token:
        """See `Host`."""
        return self._client.token

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self._client.close()

    def user(self) -> str:
        """See `Host`."""
        return str(self._client.ask("GET", "/user", "ask who you are")[self.user_key])

    def _find(self, path: str, name: str, key: str) -> Any:
        """A repository by its name; `key` is under which the host tells the name that it has now."""
        found = self._client.ask("GET", path, f"find {name}", follow=True)
        if found[key].lower() != name.lower():
            raise ShareError(f"has moved to {found[key]}", where=name, remedy="use its new name")
        return found

    def _make(self, name: str, path: str, content: Mapping[str, object], there: str) -> Any:
        """Make a repository, once; `path` is what makes it, `there` where it is then."""

        def made(_: object) -> Any:
            try:
                return self._client.ask("GET", there, f"find {name}")
            except Gone:
                return None

        return self._client.ask("POST", path, f"make {name}", content=content, made=made)

    def _open(self, path: str, content: Mapping[str, object], found: Callable[[], Any]) -> Any:
        """Open a pull request, once; `found` looks for one that is open already."""
        doing = f"open a {self.kind.pull}"

        def made(_: object) -> Any:
            return found()

        return found() or self._client.ask("POST", path, doing, content=content, made=made)

    def _pulls(self, path: str, query: Mapping[str, str | int]) -> list[Any]:
        return list(self._client.ask("GET", path, f"list {self.kind.pull}s", query=query))

    def _own(self, url: str) -> str:
        """The same address: the host says where to push to, but our token must go nowhere else."""
        at, own = urlsplit(url), parts_of(self.name)
        if (at.scheme, at.netloc) != (own.scheme, own.netloc):
            raise ShareError(f"it wants us to push to another host: {at.netloc}", where=self.name)
        return url

    def _may_not(self, page: str) -> ShareError:
        what = f"the token from {self.token.source} may not push to it"
        return ShareError(what, where=page, remedy=f"it needs the right `{self.kind.right}`, and so do you")

    def _archived(self, page: str) -> ShareError:
        return ShareError("is archived, and takes no changes", where=page)
