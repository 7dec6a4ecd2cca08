"""A GitLab of our own. It takes what GitLab's documentation says, key by key: no registry has a description
for machines. Sources: https://docs.gitlab.com/api/snippets/, …/projects/, …/merge_requests/, …/namespaces/.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import unquote

from tests.share.hosts.repositories import USER, Bare
from tests.share.hosts.server import CodeHost, now, open_host

#: operation -> the keys that must be there, and others that may
_SNIPPET = ({"title", "files"}, {"description", "visibility"})
_CONTENT: dict[tuple[str, str], tuple[set[str], set[str]]] = {
    ("POST", "/snippets"): _SNIPPET,
    ("PUT", "/snippets/:id"): (set(), set.union(*_SNIPPET)),
    ("POST", "/projects"): (set(), {"name", "path", "namespace_id", "visibility", "description"}),
    ("POST", "/projects/:id/merge_requests"): (
        {"source_branch", "target_branch", "title"},
        {"description", "labels", "squash"},
    ),
}
_QUERY: dict[tuple[str, str], set[str]] = {
    ("GET", "/user"): set(),
    ("GET", "/snippets"): {"page", "per_page", "created_after", "created_before"},
    ("GET", "/snippets/:id"): set(),
    ("GET", "/namespaces/:id"): set(),
    ("GET", "/projects/:id"): {"license", "statistics"},
    ("GET", "/projects/:id/merge_requests"): {"state", "source_branch", "target_branch", "page", "per_page"},
}
_VISIBILITIES = {"private", "internal", "public"}
_MISSING = 404, {"message": "404 Not Found"}


class GitLabServer(CodeHost):
    """GitLab, with snippets, one group in a group, and a project that has moved."""

    base = "/api/v4"
    push_as = "oauth2"
    unauthorized = "401 Unauthorized"

    def __init__(self) -> None:
        super().__init__(Bare())
        self.snippets: dict[str, dict[str, Any]] = {}
        self.namespaces = {"group/sub": 7}
        self.moved: dict[str, str] = {}

    def wrong_with_request(self, method: str, path: str, query: dict[str, str], content: Any) -> list[str]:
        operation = method, re.sub(r"^(/(?:snippets|projects|namespaces))/[^/]+", r"\1/:id", path)
        if method == "GET":
            known = _QUERY[operation]
            return [f"{operation}: there is no {name}" for name in query if name not in known]
        needed, others = _CONTENT[operation]
        wrong = [f"{operation}: {key} is missing" for key in needed - content.keys()]
        wrong += [f"{operation}: there is no {key}" for key in content.keys() - needed - others]
        if content.get("visibility", "private") not in _VISIBILITIES:
            wrong.append(f"visibility {content['visibility']}")
        action = {"action"} if method == "PUT" else set()
        keys = {"file_path", "content"} | action
        return wrong + [f"a file has {set(file)}" for file in content.get("files", ()) if set(file) != keys]

    def wrong_with_answer(self, method: str, path: str, status: int, content: Any) -> list[str]:
        return []

    def answer(self, method: str, path: str, query: Mapping[str, str], content: Any) -> tuple[int, Any]:
        kind, *words = path.strip("/").split("/")
        if kind == "user":
            return 200, {"id": 3, "username": USER, "name": "Mona"}
        if kind == "snippets":
            return self._snippets(method, words, content)
        if kind == "namespaces":
            found = self.namespaces.get(unquote(words[0]))
            return (200, {"id": found, "full_path": unquote(words[0])}) if found else _MISSING
        if not words:
            return self._make(content)
        name = unquote(words[0])
        known = self.repositories.known.get(self.moved.get(name, name))
        if known is None:
            return 404, {"message": "404 Project Not Found"}
        return self._requests(method, known, query, content) if len(words) > 1 else (200, known)

    def project(self, name: str, *, visibility: str = "private") -> dict[str, Any]:
        """Make one."""
        self.repositories.bare(name)
        known = self.repositories.known[name] = {
            "id": len(self.repositories.known) + 1,
            "path_with_namespace": name,
            "web_url": f"{self.address}/{name}",
            "http_url_to_repo": f"{self.address}/{name}.git",
            "default_branch": None,
            "visibility": visibility,
            "archived": False,
            "permissions": {"project_access": {"access_level": 50}, "group_access": None},
        }
        return known

    def _make(self, content: Any) -> tuple[int, Any]:
        groups = {number: name for name, number in self.namespaces.items()}
        owner = groups[content["namespace_id"]] if "namespace_id" in content else USER
        name = f"{owner}/{content['path']}"
        if name in self.repositories.known:
            taken = ["has already been taken"]
            return 400, {"message": {"path": taken, "name": taken}}
        return 201, self.project(name, visibility=content["visibility"])

    def _requests(
        self, method: str, known: dict[str, Any], query: Mapping[str, str], content: Any
    ) -> tuple[int, Any]:
        requests = self.repositories.pulls
        if method == "GET":
            wanted = {key: query[key] for key in ("state", "source_branch", "target_branch")}
            return 200, [each for each in requests if wanted.items() <= each.items()]
        page = f"{known['web_url']}/-/merge_requests/{len(requests) + 1}"
        projects = {f"{which}_project_id": known["id"] for which in ("source", "target")}
        requests.append({**content, **projects, "state": "opened", "web_url": page})
        return 201, requests[-1]

    def _snippets(self, method: str, words: list[str], content: Any) -> tuple[int, Any]:
        if not words:
            if method == "GET":
                return 200, list(reversed(self.snippets.values()))
            words = [str(len(self.snippets) + 1)]
            page = f"{self.address}/-/snippets/{words[0]}"
            made = {"id": int(words[0]), "web_url": page, "files": [], "texts": {}, "created_at": now()}
            self.snippets[words[0]] = made
            self._change(made, content)
            return 201, made
        snippet = self.snippets.get(words[0])
        if snippet is None:
            return 404, {"message": "404 Snippet Not Found"}
        if method == "PUT" and not self._change(snippet, content):
            return 400, {"message": "Error updating the snippet - A file with this name doesn't exist"}
        return 200, snippet

    def _change(self, snippet: dict[str, Any], content: Any) -> bool:
        """What is made must not be there, what is updated must be."""
        texts = snippet["texts"]
        for file in content["files"]:
            if (file["file_path"] in texts) != (file.get("action") == "update"):
                return False
            texts[file["file_path"]] = file["content"]
        snippet |= {key: content[key] for key in ("title", "description", "visibility") if key in content}
        snippet["files"] = [
            {"path": name, "raw_url": f"{snippet['web_url']}/raw/main/{name}"} for name in texts
        ]
        snippet["file_name"] = next(iter(texts))
        return True


def open_gitlab() -> AbstractContextManager[GitLabServer]:
    """A GitLab on a free port."""
    return open_host(GitLabServer())
