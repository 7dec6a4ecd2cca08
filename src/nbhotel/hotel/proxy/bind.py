"""The public address of a hotel: what its text means, and how browsers reach it."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import Literal

from nbhotel.errors import UsageError
from nbhotel.hotel.settings.address import check_bind

Scheme = Literal["http", "https"]
#: No TLS; certificates of the hotel's own authority; certificates of a public authority (ACME).
Tls = Literal["off", "internal", "public"]

#: The port of an address on loopback that names none; the same as in the settings' default.
LOOPBACK_PORT = 8000

#: Names below these are of one network or one machine only: no public authority certifies them
#: (RFC 6761, RFC 6762, RFC 8375, and ICANN's reservation of .internal).
PRIVATE_SUFFIXES = (
    ".local",
    ".localdomain",
    ".localhost",
    ".internal",
    ".intranet",
    ".lan",
    ".home",
    ".corp",
    ".home.arpa",
    ".test",
    ".invalid",
)


@dataclass(frozen=True, slots=True)
class Bind:
    """Where a hotel listens. ``host`` is "" for all interfaces, a name, or an IP address (no brackets)."""

    host: str
    port: int
    scheme: Scheme
    tls: Tls
    machine: str
    """The machine's own name: how a hotel on all interfaces calls itself."""

    @property
    def wildcard(self) -> bool:
        return self.host in {"", "0.0.0.0", "::"}  # noqa: S104 - compared, not bound

    @property
    def named(self) -> bool:
        """Whether the hotel has one name of its own, rather than addresses."""
        return bool(self.host) and not _is_ip(self.host)

    @property
    def loopback(self) -> bool:
        """Whether only this machine reaches the hotel."""
        return _is_loopback(self.host)

    @property
    def name(self) -> str:
        """The host as browsers are told it."""
        return self.machine if self.wildcard else self.host

    @property
    def url(self) -> str:
        """The public address, with a trailing slash and without a default port."""
        host = f"[{self.name}]" if ":" in self.name else self.name
        port = "" if self.port == _default_port(self.scheme) else f":{self.port}"
        return f"{self.scheme}://{host}{port}/"

    @property
    def addresses(self) -> tuple[tuple[str, int], ...]:
        """What to bind, in the order in which the proxy gets the sockets ("" is all interfaces).

        A name is bound on all interfaces, since the machine may not know the address it is reached by.
        HTTPS on its own port also takes the port of plain HTTP, to send browsers over.
        """
        host = self.host if _is_ip(self.host) else ""
        if _is_loopback(self.host) and not _is_ip(self.host):
            host = "127.0.0.1"
        both = self.scheme == "https" and self.port == _default_port("https")
        return ((host, self.port), (host, _default_port("http"))) if both else ((host, self.port),)


def parse_bind(text: str, *, machine: str | None = None) -> Bind:
    """Return what a ``bind`` setting means; UsageError if it is no address.

    Without a scheme: plain HTTP on loopback and on port 80, HTTPS anywhere else.
    """
    try:
        check_bind(text)
    except ValueError as error:
        raise UsageError(str(error), where="bind", remedy="for example 127.0.0.1:8000") from None
    scheme, host, port = _split(text)
    if not scheme:
        scheme = "http" if _is_loopback(host) or port == _default_port("http") else "https"
        port = port or (LOOPBACK_PORT if _is_loopback(host) else _default_port(scheme))
    tls: Tls = "off" if scheme == "http" else "public" if _is_public(host) else "internal"
    return Bind(host, port or _default_port(scheme), scheme, tls, machine or socket.gethostname())


def _split(text: str) -> tuple[Scheme | None, str, int | None]:
    scheme, _, rest = text.rpartition("://")
    rest = rest.rstrip("/")
    host, colon, port = rest.rpartition(":")
    if not colon or port.endswith("]"):
        host, port = rest, ""
    known: Scheme | None = "https" if scheme.lower() == "https" else "http" if scheme else None
    return known, _ascii(host.strip("[]").lower().rstrip(".")), int(port) if port else None


def _ascii(host: str) -> str:
    """Return a name as it goes over the wire (RFC 5891): browsers send ``xn--…`` for ``bücher.example``."""
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        raise UsageError(f"{host!r} is no host name", where="bind") from None


def _default_port(scheme: Scheme) -> int:
    return 443 if scheme == "https" else 80


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    if _is_ip(host):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost" or host.endswith(".localhost")


def _is_public(host: str) -> bool:
    return "." in host and not _is_ip(host) and not host.endswith(PRIVATE_SUFFIXES)
