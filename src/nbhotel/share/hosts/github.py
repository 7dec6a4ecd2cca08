"""GitHub, and GitHub Enterprise. Source: https://docs.github.com/en/rest/gists/gists."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from nbhotel.share.hosts.answers import Gone, Refused, made_just_now
from nbhotel.share.hosts.host import Snippet
from nbhotel.share.hosts.kinds import GITHUB, parts_of
from nbhotel.share.hosts.repos import Repos

if TYPE_CHECKING:
    import httpx

    from nbhotel.share.hosts.host import Token, Wait


def api_of(host: str) -> str:
    """Return the address of a host's API; `host` as for `kinds.parts_of`. Raises UsageError."""
    parts = parts_of(host)
    name = parts.hostname or ""
    if name == GITHUB.public or name.endswith(".ghe.com"):
        return f"https://api.{name}"
    return f"{parts.scheme}://{parts.netloc}/api/v3"


class GitHub(Repos):
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

    def _opened(self, name: str, head: str, base: str) -> Any:
        query = {"head": f"{name.partition('/')[0]}:{head}", "base": base, "state": "open"}
        return next(iter(self._pulls(f"/repos/{name}/pulls", query)), None)

    def _made(self, content: dict[str, Any], sizes: dict[str, int], answer: httpx.Response | None) -> Any:
        """The gist that an attempt has made although it seemed to fail, or None."""
        for gist in self._client.ask("GET", "/gists", "see if the gist was made", query={"per_page": 10}):
            there = {name: file.get("size") for name, file in gist["files"].items()}
            same = all(gist[key] == content[key] for key in ("description", "public"))
            if same and there == sizes and made_just_now(gist["created_at"], answer):
                return gist
        return None

    def _snippet(self, gist: Any) -> Snippet:
        names = tuple(gist["files"])
        return Snippet(self.name, gist["id"], gist["html_url"], gist["public"], names)


def _contents(files: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"content": text} for name, text in files.items()}


def _sizes(files: Mapping[str, str]) -> dict[str, int]:
    return {name: len(text.encode()) for name, text in files.items()}
