"""Which code host, and how to reach it: all that this feature asks of hosts in general."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nbhotel.records import NamedTuple
from nbhotel.share.hosts.kinds import Kind, host_for, parts_of

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
    """Return its name and words, and the page where people make tokens."""
    at = parts_of(host.name)
    page = f"{at.scheme}://{at.netloc}{host.kind.page}"
    return {"name": host.name, "title": host.kind.title, "pull": host.kind.pull, "page": page}


def opened(host: Chosen, token: Token, wait: Wait) -> Host:
    """Return the host with a token for it. Raises ShareError, MissingPart."""
    from nbhotel.share.hosts.opening import open_host

    return open_host(host.kind, host.name, token, wait, silence=_SILENCE)


def opened_for_snippets(host: Chosen, token: Token, wait: Wait) -> SnippetHost:
    """As `opened`, a host that has snippets."""
    from nbhotel.share.hosts.opening import open_snippets

    return open_snippets(host.kind, host.name, token, wait, silence=_SILENCE)
