"""Gitea, and Forgejo, which answers in the same way. Source: https://docs.gitea.com/api/."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbhotel.share.hosts.answers import Gone, Refused
from nbhotel.share.hosts.connection import Connection
from nbhotel.share.hosts.host import Repository
from nbhotel.share.hosts.kinds import GITEA, parts_of

if TYPE_CHECKING:
    from nbhotel.share.hosts.host import Token, Wait

#: Pull requests that are asked for at once: what servers allow unless told otherwise.
_PAGE = 50


class Gitea(Connection):
    """Gitea or Forgejo with the rights of one token; see `Host`. A context manager: it holds a connection."""

    kind = GITEA

    def __init__(self, host: str, token: Token, wait: Wait, *, silence: float = 60.0) -> None:
        """`host` as for `kinds.parts_of`. Raises UsageError, MissingPart."""
        parts = parts_of(host)
        super().__init__(host, f"{parts.scheme}://{parts.netloc}/api/v1", token, wait, silence=silence)

    def user(self) -> str:
        """See `Host`."""
        return str(self._client.ask("GET", "/user", "ask who you are")["login"])

    def repository(self, name: str) -> Repository:
        """See `Host`."""
        found = self._find(f"/repos/{name}", name, "full_name")
        if found.get("archived"):
            raise self._archived(found["html_url"])
        if not (found.get("permissions") or {}).get("push", True):
            raise self._may_not(found["html_url"])
        return self._repository(found)

    def make_repository(self, name: str, *, private: bool) -> Repository:
        """See `Host`."""
        owner, _, own = name.partition("/")
        path = "/user/repos" if owner == self.user() else f"/orgs/{owner}/repos"

        def made(_: object) -> Any:
            try:
                return self._client.ask("GET", f"/repos/{name}", f"find {name}")
            except Gone:
                return None

        content = {"name": own, "private": private}
        try:
            found = self._client.ask("POST", path, f"make {name}", content=content, made=made)
        except Gone as gone:
            what = f"can't make {name}: there is no {owner}, or the token from {self.token.source} may not"
            remedy = f"it needs the right `{GITEA.right}`"
            raise Refused(404, what, where=gone.where, remedy=remedy) from None
        return self._repository(found)

    def open_pull(self, name: str, head: str, base: str, title: str, body: str) -> str:
        """See `Host`."""
        path = f"/repos/{name}/pulls"

        def made(_: object) -> Any:
            return self._opened(path, head, base)

        content = {"title": title, "head": head, "base": base, "body": body}
        doing = "open a pull request"
        pull = made(None) or self._client.ask("POST", path, doing, content=content, made=made)
        return str(pull["html_url"])

    def _opened(self, path: str, head: str, base: str) -> Any:
        """The open pull request of one branch of the repository into another, or None."""
        page = 1
        while True:
            query: dict[str, str | int] = {"state": "open", "page": page, "limit": _PAGE}
            pulls = self._client.ask("GET", path, "list pull requests", query=query)
            for pull in pulls:
                ours = pull["head"]["repo_id"] == pull["base"]["repo_id"]
                if ours and (pull["head"]["ref"], pull["base"]["ref"]) == (head, base):
                    return pull
            if len(pulls) < _PAGE:
                return None
            page += 1

    def _repository(self, found: Any) -> Repository:
        push_to = self._own(found["clone_url"])
        branch = found.get("default_branch") or "main"
        return Repository(found["full_name"], found["html_url"], push_to, branch)
