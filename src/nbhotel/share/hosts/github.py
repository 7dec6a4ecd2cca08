"""GitHub, and GitHub Enterprise. Source: https://docs.github.com/en/rest/gists/gists."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from nbhotel.share.hosts.answers import Gone, Refused, moment
from nbhotel.share.hosts.connection import Connection
from nbhotel.share.hosts.host import Repository, Snippet
from nbhotel.share.hosts.kinds import GITHUB, parts_of

if TYPE_CHECKING:
    import httpx

    from nbhotel.share.hosts.host import Token, Wait

#: Seconds within which a gist of the same files, found after an error, is the one that was just made.
_JUST_NOW = 600.0


def api_of(host: str) -> str:
    """Return the address of a host's API; `host` as for `kinds.parts_of`. Raises UsageError."""
    parts = parts_of(host)
    name = parts.hostname or ""
    if name == GITHUB.public or name.endswith(".ghe.com"):
        return f"https://api.{name}"
    return f"{parts.scheme}://{parts.netloc}/api/v3"


class GitHub(Connection):
    """GitHub with the rights of one token; see `Host`. A context manager: it holds a connection."""

    kind = GITHUB
    headers = MappingProxyType(
        {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
    )

    def __init__(self, host: str, token: Token, wait: Wait, *, silence: float = 60.0) -> None:
        """`host` as for `kinds.parts_of`. Raises UsageError, MissingPart."""
        super().__init__(host, api_of(host), token, wait, silence=silence)

    def make_snippet(self, files: Mapping[str, str], description: str, *, public: bool) -> Snippet:
        """See `Host`."""
        content = {"description": description, "public": public, "files": _contents(files)}

        def made(answer: httpx.Response | None) -> Any:
            return self._made(content, _sizes(files), answer)

        try:
            gist = self._client.ask("POST", "/gists", "make a gist", content=content, made=made)
        except Gone as gone:  # so GitHub answers to a token without the right
            what = f"the token from {self.token.source} may not make a gist"
            raise Refused(404, what, where=gone.where, remedy="it needs the right `gist`") from None
        return self._snippet(gist)

    def update_snippet(self, known: str, files: Mapping[str, str], description: str | None) -> Snippet:
        """See `Host`."""
        content: dict[str, Any] = {"files": _contents(files)}
        if description is not None:
            content["description"] = description
        path = f"/gists/{known}"
        try:
            return self._snippet(self._client.ask("PATCH", path, "update the gist", content=content))
        except Gone as gone:
            self._client.ask("GET", path, "find the gist")  # raises Gone if it isn't there at all
            what = f"the token from {self.token.source} may not change the gist {known}"
            remedy = "it needs the right `gist`, and the gist must be yours"
            raise Refused(404, what, where=gone.where, remedy=remedy) from None

    def user(self) -> str:
        """See `Host`."""
        return str(self._client.ask("GET", "/user", "ask who you are")["login"])

    def repository(self, name: str) -> Repository:
        """See `Host`."""
        found = self._find(f"/repos/{name}", name, "full_name")
        if found.get("archived"):
            raise self._archived(found["html_url"])
        if not found.get("permissions", {}).get("push", True):
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
        except Gone as gone:  # no such group, or a token without the right
            what = f"can't make {name}: there is no {owner}, or the token from {self.token.source} may not"
            raise Refused(404, what, where=gone.where, remedy="it needs the right `repo`") from None
        return self._repository(found)

    def open_pull(self, name: str, head: str, base: str, title: str, body: str) -> str:
        """See `Host`."""
        query = {"head": f"{name.partition('/')[0]}:{head}", "base": base, "state": "open"}
        path = f"/repos/{name}/pulls"

        def made(_: object) -> Any:
            return next(iter(self._client.ask("GET", path, "list pull requests", query=query)), None)

        content = {"title": title, "head": head, "base": base, "body": body}
        doing = "open a pull request"
        pull = made(None) or self._client.ask("POST", path, doing, content=content, made=made)
        return str(pull["html_url"])

    def _repository(self, found: Any) -> Repository:
        push_to = self._own(found["clone_url"])
        return Repository(found["full_name"], found["html_url"], push_to, found["default_branch"])

    def _made(self, content: dict[str, Any], sizes: dict[str, int], answer: httpx.Response | None) -> Any:
        """The gist that an attempt has made although it seemed to fail, or None."""
        import time

        now = time.time() if answer is None else moment(answer)
        for gist in self._client.ask("GET", "/gists", "see if the gist was made", query={"per_page": 10}):
            there = {name: file.get("size") for name, file in gist["files"].items()}
            same = all(gist[key] == content[key] for key in ("description", "public"))
            if same and there == sizes and now - _seconds(gist["created_at"]) < _JUST_NOW:
                return gist
        return None

    def _snippet(self, gist: Any) -> Snippet:
        names = tuple(gist["files"])
        return Snippet(self.name, gist["id"], gist["html_url"], gist["public"], names)


def _contents(files: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"content": text} for name, text in files.items()}


def _sizes(files: Mapping[str, str]) -> dict[str, int]:
    return {name: len(text.encode()) for name, text in files.items()}


def _seconds(written: str) -> float:
    """A time as GitHub writes it, in seconds since 1970."""
    from datetime import datetime

    return datetime.fromisoformat(written).timestamp()
