"""Which code host, and whether there is a token for it: all that this feature asks of hosts in general."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nbhotel.errors import ShareError
from nbhotel.records import NamedTuple
from nbhotel.share.hosts.kinds import Kind, host_for

if TYPE_CHECKING:
    from nbhotel.share.hosts.host import Host, SnippetHost, Token, Wait

#: Seconds without an answer after which to give up.
_SILENCE = 60.0


class Chosen(NamedTuple):
    """A host: what kind it is, and its name, or its address if it has another than https://NAME."""

    kind: Kind
    name: str


def choose(asked: str, environment: Mapping[str, str]) -> Chosen:
    """Return the host that was asked for; "": the one of the environment. Raises UsageError."""
    return Chosen(*host_for(None, asked.strip(), environment))


def known_host(host: Chosen) -> dict[str, Any]:
    """Return its name and words."""
    return {"name": host.name, "title": host.kind.title, "pull": host.kind.pull}


def known_token(host: Chosen, environment: Mapping[str, str]) -> dict[str, Any]:
    """Return where a token for it comes from, or why there is none; never the token itself."""
    try:
        return {"source": _token(host, environment).source, "problem": ""}
    except ShareError as error:
        return {"source": "", "problem": str(error)}


def connected(host: Chosen, environment: Mapping[str, str], wait: Wait) -> Host:
    """Return the host with a token for it. Raises ShareError, MissingPart."""
    from nbhotel.share.hosts.opening import open_host

    return open_host(host.kind, host.name, _token(host, environment), wait, silence=_SILENCE)


def connected_for_snippets(host: Chosen, environment: Mapping[str, str], wait: Wait) -> SnippetHost:
    """As `connected`, a host that has snippets."""
    from nbhotel.share.hosts.opening import open_snippets

    return open_snippets(host.kind, host.name, _token(host, environment), wait, silence=_SILENCE)


def _token(host: Chosen, environment: Mapping[str, str]) -> Token:
    from nbhotel.share.tokens import find_token

    return find_token(host.name.removeprefix("http://"), environment, host.kind)
