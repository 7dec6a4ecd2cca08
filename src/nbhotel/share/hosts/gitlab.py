"""GitLab, also one's own.

Sources: https://docs.gitlab.com/api/snippets/, https://docs.gitlab.com/api/projects/,
https://docs.gitlab.com/api/merge_requests/, https://docs.gitlab.com/api/namespaces/.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from nbhotel.share.hosts.answers import Gone, Refused, made_just_now
from nbhotel.share.hosts.connection import Connection
from nbhotel.share.hosts.host import Repository, Snippet
from nbhotel.share.hosts.kinds import GITLAB, parts_of

if TYPE_CHECKING:
    import httpx

    from nbhotel.share.hosts.host import Token, Wait

#: Characters of a title.
_TITLE = 255
#: The least access level that may push: a developer's.
#: Source: https://docs.gitlab.com/api/access_requests/#valid-access-levels
_DEVELOPER = 30


class GitLab(Connection):
    """GitLab with the rights of one token; see `SnippetHost`. A context manager: it holds a connection."""

    kind = GITLAB
    user_key = "username"

    def __init__(self, host: str, token: Token, wait: Wait, *, silence: float = 60.0) -> None:
        """`host` as for `kinds.parts_of`. Raises UsageError, MissingPart."""
        parts = parts_of(host)
        super().__init__(host, f"{parts.scheme}://{parts.netloc}/api/v4", token, wait, silence=silence)

    def make_snippet(self, files: Mapping[str, str], description: str, *, public: bool) -> Snippet:
        """See `SnippetHost`; what is not public can be read by its maker alone."""
        content: dict[str, Any] = {
            "title": description[:_TITLE],
            "description": description,
            "visibility": "public" if public else "private",
            "files": [{"file_path": name, "content": text} for name, text in files.items()],
        }

        def made(answer: httpx.Response | None) -> Any:
            return self._made(content, answer)

        return self._snippet(
            self._client.ask("POST", "/snippets", "make a snippet", content=content, made=made)
        )

    def update_snippet(self, known: str, files: Mapping[str, str], description: str | None) -> Snippet:
        """See `SnippetHost`."""
        path = f"/snippets/{known}"
        there = self._snippet(self._client.ask("GET", path, "find the snippet")).files
        changes = [
            {"action": "update" if name in there else "create", "file_path": name, "content": text}
            for name, text in files.items()
        ]
        content: dict[str, Any] = {"files": changes}
        if description is not None:
            content |= {"title": description[:_TITLE], "description": description}
        return self._snippet(self._client.ask("PUT", path, "update the snippet", content=content))

    def repository(self, name: str) -> Repository:
        """See `Host`."""
        found = self._find(_project(name), name, "path_with_namespace")
        if found.get("archived"):
            raise self._archived(found["web_url"])
        levels = [each["access_level"] for each in (found.get("permissions") or {}).values() if each]
        if levels and max(levels) < _DEVELOPER:
            raise self._may_not(found["web_url"])
        return self._repository(found)

    def make_repository(self, name: str, *, private: bool) -> Repository:
        """See `Host`."""
        owner, _, own = name.rpartition("/")
        content: dict[str, Any] = {"name": own, "path": own, "visibility": "private" if private else "public"}
        if owner.lower() != self.user().lower():
            content["namespace_id"] = self._namespace(owner, name)
        return self._repository(self._make(name, "/projects", content, _project(name)))

    def open_pull(self, name: str, head: str, base: str, title: str, body: str) -> str:
        """See `Host`."""
        path = f"{_project(name)}/merge_requests"
        query = {"source_branch": head, "target_branch": base, "state": "opened"}
        content = {"source_branch": head, "target_branch": base, "title": title, "description": body}

        def found() -> Any:
            ours = (
                each
                for each in self._pulls(path, query)
                if each["source_project_id"] == each["target_project_id"]  # a fork may have such a branch too
            )
            return next(ours, None)

        opened = self._open(path, content, found)
        return str(opened["web_url"])

    def _namespace(self, owner: str, name: str) -> int:
        try:
            found = self._client.ask("GET", f"/namespaces/{quote(owner, safe='')}", f"find {owner}")
        except Gone as gone:
            what = f"can't make {name}: there is no {owner}, or not for the token from {self.token.source}"
            raise Refused(404, what, where=gone.where, remedy="it needs the right `api`") from None
        return int(found["id"])

    def _repository(self, found: Any) -> Repository:
        """The first branch of an empty project may be none yet."""
        push_to = self._own(found["http_url_to_repo"])
        branch = found.get("default_branch") or "main"
        return Repository(found["path_with_namespace"], found["web_url"], push_to, branch)

    def _made(self, content: dict[str, Any], answer: httpx.Response | None) -> Any:
        """The snippet that an attempt has made although it seemed to fail, or None."""
        names = {file["file_path"] for file in content["files"]}
        query = {"per_page": 10}
        for found in self._client.ask("GET", "/snippets", "see if the snippet was made", query=query):
            same = all(found[key] == content[key] for key in ("title", "description", "visibility"))
            if same and set(_files(found)) <= names and made_just_now(found["created_at"], answer):
                return found
        return None

    def _snippet(self, found: Any) -> Snippet:
        public = found["visibility"] == "public"
        return Snippet(self.name, str(found["id"]), found["web_url"], public, _files(found))


def _project(name: str) -> str:
    return f"/projects/{quote(name, safe='')}"


def _files(found: Any) -> tuple[str, ...]:
    """The names of a snippet's files; lists of snippets have only that of the first."""
    files = found.get("files")
    return tuple(file["path"] for file in files) if files else (found["file_name"],)
