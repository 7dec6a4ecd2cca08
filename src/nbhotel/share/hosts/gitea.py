"""Gitea, and Forgejo, which answers in the same way. Source: https://docs.gitea.com/api/."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbhotel.share.hosts.kinds import GITEA, parts_of
from nbhotel.share.hosts.repos import Repos

if TYPE_CHECKING:
    from nbhotel.share.hosts.host import Token, Wait

#: Pull requests that are asked for at once: what servers allow unless told otherwise.
_PAGE = 50


class Gitea(Repos):
    """Gitea or Forgejo with the rights of one token; see `Host`. A context manager: it holds a connection."""

    kind = GITEA

    def __init__(self, host: str, token: Token, wait: Wait, *, silence: float = 60.0) -> None:
        """`host` as for `kinds.parts_of`. Raises UsageError, MissingPart."""
        parts = parts_of(host)
        super().__init__(host, f"{parts.scheme}://{parts.netloc}/api/v1", token, wait, silence=silence)

    def _opened(self, name: str, head: str, base: str) -> Any:
        page = 1
        while True:
            query: dict[str, str | int] = {"state": "open", "page": page, "limit": _PAGE}
            pulls = self._pulls(f"/repos/{name}/pulls", query)
            for pull in pulls:
                ours = pull["head"]["repo_id"] == pull["base"]["repo_id"]
                if ours and (pull["head"]["ref"], pull["base"]["ref"]) == (head, base):
                    return pull
            if len(pulls) < _PAGE:
                return None
            page += 1
