"""Tokens in the system's keyring, and nowhere else. Source: https://keyring.readthedocs.io/.

Hosts are as `kinds.host_for` returns them; the keyring knows them by their names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbhotel.errors import MissingPart
from nbhotel.share.hosts.kinds import name_of

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

#: The name of ours in the keyring: `keyring set nbhotel github.com`.
_SERVICE = "nbhotel"
#: What stands behind a host's name where that is kept which gets its next token.
_RENEWAL = " renewal"
#: Back ends that keep nothing, or keep it for everybody to read: modules, and parts of classes' names.
_NONE = ("keyring.backends.fail", "keyring.backends.null")
_CLEAR = ("plaintext", "uncrypted")
_REMEDY = "GNOME's keyring, KWallet or `pip install keyrings.cryptfile`; else a variable with a token"


def kept(host: str) -> str:
    """Return the token that is kept for a host, "" for none, also if there is no keyring to ask."""
    return _found(name_of(host))


def kept_renewal(host: str) -> str:
    """Return what was kept beside the token, "" for nothing."""
    return _found(name_of(host) + _RENEWAL)


def check() -> None:
    """See that the system has a keyring that keeps secrets. Raises MissingPart."""
    _real()


def keep(host: str, value: str, renewal: str = "") -> None:
    """Keep a token for a host, instead of an earlier one, and what gets the next one. Raises MissingPart."""
    ring, name = _real(), name_of(host)
    if renewal:  # first: with it alone there is a way on
        _asked(ring.set_password, _SERVICE, name + _RENEWAL, renewal)
    else:
        _forget(ring, name + _RENEWAL)
    _asked(ring.set_password, _SERVICE, name, value)


def forget(host: str) -> bool:
    """Forget what is kept for a host, and return whether there was a token. Raises MissingPart."""
    ring, name = _real(), name_of(host)
    _forget(ring, name + _RENEWAL)
    return _forget(ring, name)


def _found(name: str) -> str:
    try:
        from keyring import get_password

        return get_password(_SERVICE, name) or ""
    except Exception:  # noqa: BLE001 - not installed, locked, no such service: each back end has its own errors
        return ""


def _forget(ring: KeyringBackend, name: str) -> bool:
    if not _asked(ring.get_password, _SERVICE, name):
        return False
    _asked(ring.delete_password, _SERVICE, name)
    return True


def _real() -> KeyringBackend:
    try:
        from keyring import get_keyring
    except ImportError:
        remedy = "`pip install 'nbhotel[share]'`"
        raise MissingPart("the package keyring is not installed", remedy=remedy) from None
    ring = get_keyring()
    for each in _backends(ring):
        called = type(each).__name__.lower()
        if type(each).__module__ in _NONE:
            raise MissingPart("the system has no keyring, and tokens are kept in no file", remedy=_REMEDY)
        if any(word in called for word in _CLEAR):
            what = "the system's keyring is a file that is not encrypted, and tokens are kept in none"
            raise MissingPart(what, remedy=_REMEDY)
    return ring


def _backends(ring: KeyringBackend) -> list[Any]:
    """Those that may be asked: of a chain, all."""
    return list(getattr(ring, "backends", ())) or [ring]


def _asked(ask: Any, *words: str) -> Any:
    """What a back end answers; what it complains of may hold what it was given, so that is not told."""
    try:
        return ask(*words)
    except Exception as error:  # noqa: BLE001 - each back end has its own errors
        what = f"the system's keyring does not do it: {type(error).__name__}"
        raise MissingPart(what, remedy="is it locked?") from None
