"""The public address as a setting: is it one, and does it reach beyond this machine?"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

BIND_HELP = "HOST:PORT, :PORT, http://HOST[:PORT] or https://NAME[:PORT]"


def check_bind(value: object) -> str:
    """Return a usable bind address as it is; ValueError says what is wrong with any other value."""
    if not isinstance(value, str) or not value or any(c.isspace() or not c.isprintable() for c in value):
        raise ValueError(f"expected an address ({BIND_HELP}), got {value!r}")
    _split(value)
    return value


def is_loopback(bind: str) -> bool:
    """Whether a valid bind address is reached from this machine only."""
    host = _split(bind)
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split(bind: str) -> str:
    """Return the host of an address ("" for all interfaces); ValueError if it is no address."""
    try:
        parts = urlsplit(bind if "://" in bind else f"//{bind}")
        port = parts.port
    except ValueError as error:
        raise ValueError(f"expected an address ({BIND_HELP}), got {bind!r}: {error}") from None
    extras = parts.path.rstrip("/") or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in {"", "http", "https"} or extras or port == 0 or not parts.netloc:
        raise ValueError(f"expected an address ({BIND_HELP}), got {bind!r}")
    host = parts.hostname or ""
    _check_host(host, bind)
    return host


def _check_host(host: str, bind: str) -> None:
    if _looks_numeric(host):
        try:
            ipaddress.ip_address(host)
        except ValueError:
            raise ValueError(f"{host!r} in {bind!r} is no IP address") from None
    elif not all(c.isalnum() or c in "-._" for c in host):
        raise ValueError(f"{host!r} in {bind!r} is no host name")


def _looks_numeric(host: str) -> bool:
    return ":" in host or (bool(host) and host.replace(".", "").isdigit())
