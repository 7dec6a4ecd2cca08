"""Repositories as GitHub's API has them, which Gitea's is made after."""

from __future__ import annotations

from typing import Any

from nbhotel.share.hosts.answers import Gone, Refused
from nbhotel.share.hosts.connection import Connection
from nbhotel.share.hosts.host import Repository


class Repos(Connection):
    """A host with repositories below `/repos`."""

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
        path = "/user/repos" if owner.lower() == self.user().lower() else f"/orgs/{owner}/repos"
        try:
            found = self._make(name, path, {"name": own, "private": private}, f"/repos/{name}")
        except Gone as gone:  # no such group, or a token without the right
            what = f"can't make {name}: there is no {owner}, or the token from {self.token.source} may not"
            raise Refused(
                404, what, where=gone.where, remedy=f"it needs the right `{self.kind.right}`"
            ) from None
        return self._repository(found)

    def open_pull(self, name: str, head: str, base: str, title: str, body: str) -> str:
        """See `Host`."""
        content = {"title": title, "head": head, "base": base, "body": body}
        pull = self._open(f"/repos/{name}/pulls", content, lambda: self._opened(name, head, base))
        return str(pull["html_url"])

    def _opened(self, name: str, head: str, base: str) -> Any:
        """The open pull request of one branch of a repository into another, or None."""
        raise NotImplementedError

    def _repository(self, found: Any) -> Repository:
        """The first branch of an empty repository may be none yet."""
        push_to = self._own(found["clone_url"])
        branch = found.get("default_branch") or "main"
        return Repository(found["full_name"], found["html_url"], push_to, branch)
