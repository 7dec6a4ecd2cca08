"""Tokens of a login that hold for some hours: the next one is got when one is over, or refused.

What gets it stands in the keyring beside the token; a host may take each only once.
Sources: RFC 6749, section 6; https://docs.gitlab.com/api/oauth2/.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from nbhotel.errors import ShareError
from nbhotel.records import NamedTuple
from nbhotel.share import keeping
from nbhotel.share.hosts.host import Token

if TYPE_CHECKING:
    from nbhotel.share.hosts.kinds import Kind
    from nbhotel.share.login import Grant

_SOURCE = "the keyring"
#: Seconds before its end from which a token is not used any more.
_EARLY = 60.0


class _Renewal(NamedTuple):
    """What gets the next token, for which application; and when this one is over, in seconds since 1970."""

    refresh: str
    client: str
    until: float


def keep_grant(host: str, grant: Grant) -> None:
    """Keep the token of a login, and what renews it. Raises MissingPart."""
    until = time.time() + grant.lasts if grant.lasts else 0.0
    renewal = _Renewal(grant.refresh, grant.client, until)
    keeping.keep(host, grant.value, json.dumps(renewal._asdict()) if grant.refresh else "")


def kept_token(host: str, kind: Kind) -> Token | None:
    """Return the token that is kept for a host, renewed if it is over; None for none.

    Raises ShareError, MissingPart: it is over, and there is no other.
    """
    value = keeping.kept(host)
    renewal = _renewal(host)
    if not value:
        return None
    if renewal is None or kind.device is None:
        return Token(value, _SOURCE)
    if 0 < renewal.until < time.time() + _EARLY:
        return _next(host, kind, value)
    return Token(value, _SOURCE, lambda: _next(host, kind, value))


def _next(host: str, kind: Kind, old: str) -> Token:
    """The token after another; somebody else of the same user's may have got it already."""
    from nbhotel.share.login import Login

    renewal = _renewal(host)
    if renewal is None or kind.device is None or keeping.kept(host) != old:
        return _changed(host, old)
    with Login(host, kind.device, renewal.client) as asking:
        try:
            grant = asking.renew(renewal.refresh, kind.login(host))
        except ShareError:
            if keeping.kept(host) in {"", old}:
                raise
            return _changed(host, old)
    keep_grant(host, grant)
    return Token(grant.value, _SOURCE)


def _changed(host: str, old: str) -> Token:
    return Token(keeping.kept(host) or old, _SOURCE)


def _renewal(host: str) -> _Renewal | None:
    try:
        found = json.loads(keeping.kept_renewal(host))
        return _Renewal(str(found["refresh"]), str(found["client"]), float(found["until"]))
    except (ValueError, KeyError, TypeError):
        return None
