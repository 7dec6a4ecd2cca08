"""A Gitea of our own, which is held to Gitea's description of its API."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from tests.share.hosts.openapi import Description
from tests.share.hosts.repositories import USER, Bare
from tests.share.hosts.server import CodeHost, open_host

GITEA = Description("gitea-openapi.json")
_MISSING = 404, {"message": "The target couldn't be found.", "url": "https://gitea.example/api/swagger"}


class GiteaServer(CodeHost):
    """Gitea or Forgejo."""

    base = "/api/v1"
    push_as = "oauth2"
    unauthorized = "user does not exist [uid: 0, name: ]"
    wrong_with_request = GITEA.wrong_with_request
    wrong_with_answer = GITEA.wrong_with_answer

    def __init__(self) -> None:
        super().__init__(Bare())

    def answer(self, method: str, path: str, query: Mapping[str, str], content: Any) -> tuple[int, Any]:
        words = path.strip("/").split("/")
        if words == ["user"]:
            return 200, {"id": 1, "login": USER, "full_name": "Mona"}
        if words[0] == "repos":
            known = self.repositories.known.get("/".join(words[1:3]))
            if known is None:
                return _MISSING
            return self._pulls(method, known, query, content) if words[-1] == "pulls" else (200, known)
        owner = USER if words[0] == "user" else words[1]
        if owner == "nobody":
            return _MISSING
        name = f"{owner}/{content['name']}"
        if name in self.repositories.known:
            return 409, {"message": "The repository with the same name already exists."}
        return 201, self.repository(name, private=content["private"])

    def repository(self, name: str, *, private: bool = True) -> dict[str, Any]:
        """Make one."""
        self.repositories.bare(name)
        known = self.repositories.known[name] = {
            "id": len(self.repositories.known) + 1,
            "full_name": name,
            "private": private,
            "empty": True,
            "archived": False,
            "html_url": f"{self.address}/{name}",
            "clone_url": f"{self.address}/{name}.git",
            "default_branch": "main",
            "permissions": {"admin": True, "push": True, "pull": True},
        }
        return known

    def pull(self, known: dict[str, Any], content: Any, *, fork: bool = False) -> dict[str, Any]:
        """Open a pull request."""
        pulls = self.repositories.pulls
        made = {
            "number": len(pulls) + 1,
            "state": "open",
            "title": content["title"],
            "body": content["body"],
            "html_url": f"{known['html_url']}/pulls/{len(pulls) + 1}",
            "head": {"ref": content["head"], "repo_id": 99 if fork else known["id"]},
            "base": {"ref": content["base"], "repo_id": known["id"]},
        }
        pulls.append(made)
        return made

    def _pulls(
        self, method: str, known: dict[str, Any], query: Mapping[str, str], content: Any
    ) -> tuple[int, Any]:
        if method == "POST":
            return 201, self.pull(known, content)
        page, limit = int(query["page"]), int(query["limit"])
        return 200, self.repositories.pulls[(page - 1) * limit : page * limit]


def open_gitea() -> AbstractContextManager[GiteaServer]:
    """A Gitea on a free port."""
    return open_host(GiteaServer())
