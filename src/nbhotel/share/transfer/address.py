"""Addresses as people have them: of a folder on a server, or of Lab's page with it, perhaps with a token."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, quote, unquote, urlsplit

from nbhotel.errors import UsageError
from nbhotel.records import NamedTuple

_PORTS = {"http": 80, "https": 443}
#: What browsers show between a server's address and the path of a file.
_PAGES = re.compile(
    r"(?:(?:lab|doc)(?:/workspaces/[^/]+)?(?:/tree)?|tree|notebooks|edit|files|api/contents)(?:/|$)"
)


class Address(NamedTuple):
    """A server, a path on it (decoded, without a leading slash), and the token that came with it."""

    scheme: str
    host: str
    port: int
    path: str
    token: str

    @property
    def origin(self) -> str:
        """The server's address without a path."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def shown(self) -> str:
        """The whole, for people: without the token."""
        return f"{self.origin}/{quote(self.path)}"


def is_address(word: str) -> bool:
    """Return whether a word is the address of something on a server."""
    return word.startswith(("http://", "https://"))


def parse(word: str) -> Address:
    """Return what an address says. Raises UsageError."""
    try:
        parts = urlsplit(word)
        port, host = parts.port, parts.hostname
    except ValueError:
        host, port = None, None
    if not is_address(word) or not host:
        shown = word.partition("?")[0]
        raise UsageError(
            "is no address of a server", where=shown, remedy="it begins with https:// or http://"
        )
    if parts.username or parts.password:
        raise UsageError("an address with a password in it", where=host, remedy="use a token")
    token = parse_qs(parts.query).get("token", [""])[0]
    path = unquote(parts.path).lstrip("/")
    if ".." in path.split("/"):
        raise UsageError("leaves the folder that the server shows", where=path)
    return Address(parts.scheme, host, port or _PORTS[parts.scheme], path, token)


def bases(path: str) -> list[str]:
    """Return what may be the server's own part of a path, the longest first; with a slash, or empty."""
    words = path.split("/")[:-1]
    return ["".join(f"{word}/" for word in words[:count]) for count in range(len(words), -1, -1)]


def beyond(path: str, base: str) -> str:
    """Return the path of a file, which begins at the server's root, from an address' path."""
    rest = path[len(base) :]
    page = _PAGES.match(rest)
    return rest[page.end() :] if page else rest
