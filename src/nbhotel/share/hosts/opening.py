"""The back end for each kind of code host."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from nbhotel.errors import UsageError
from nbhotel.share.hosts.gitea import Gitea
from nbhotel.share.hosts.github import GitHub
from nbhotel.share.hosts.gitlab import GitLab

if TYPE_CHECKING:
    from nbhotel.share.hosts.host import Host, SnippetHost, Token, Wait
    from nbhotel.share.hosts.kinds import Kind, Snippets

_SNIPPETS: dict[str, Callable[..., SnippetHost]] = {"github": GitHub, "gitlab": GitLab}
_HOSTS: dict[str, Callable[..., Host]] = {**_SNIPPETS, "gitea": Gitea}


def open_host(kind: Kind, host: str, token: Token, wait: Wait, *, silence: float) -> Host:
    """Return a host of a kind; `silence` is after how many seconds to give up.

    Raises UsageError, MissingPart.
    """
    return _HOSTS[kind.name](host, token, wait, silence=silence)


def open_snippets(kind: Kind, host: str, token: Token, wait: Wait, *, silence: float) -> SnippetHost:
    """Return a host that has snippets, as `open_host`. See `snippets_of` for those that have none."""
    return _SNIPPETS[kind.name](host, token, wait, silence=silence)


def snippets_of(kind: Kind, host: str) -> Snippets:
    """Return what snippets of a kind of host hold. Raises UsageError if it has none."""
    if kind.snippets is None:
        remedy = f"share a folder as a repository: `nbhotel share {kind.name} DIR --host {host}`"
        raise UsageError(f"{kind.title} has nothing like a gist", where=host, remedy=remedy)
    return kind.snippets
