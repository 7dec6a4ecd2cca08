"""Several people in one server, who say their names in a header; readers may only read."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

from jupyter_server.auth import Authorizer, IdentityProvider, User
from jupyter_server.base.handlers import JupyterHandler
from tornado.web import RequestHandler

from tests.browser.lab import TOKEN, Lab


class ByHeader(IdentityProvider):
    """Who has the token, and a name."""

    async def get_user_token(self, handler: RequestHandler) -> User | None:
        if await super().get_user_token(handler) is None:
            return None
        name = handler.request.headers.get("X-Person", "Nobody")
        return User(username=name.lower(), name=name, display_name=name)


class ByName(Authorizer):
    """A reader may look, whatever it is."""

    def is_authorized(self, handler: JupyterHandler, user: User, action: str, resource: str) -> bool:
        return user.username != "reader" or action == "read"


SETTINGS = {
    "ServerApp": {
        "identity_provider_class": "tests.room.comments.people.ByHeader",
        "authorizer_class": "tests.room.comments.people.ByName",
    },
    "ByHeader": {"token": TOKEN},
    "Comments": {"owner": "owner"},
}


class Guest:
    """One of them, at one server."""

    def __init__(self, lab: Lab, name: str) -> None:
        self._lab = lab
        self._name = name

    def ask(
        self, method: str, path: str, body: object = None, **headers: str
    ) -> tuple[int, Any, dict[str, str]]:
        """Return the status, the JSON and the headers of an answer."""
        data = None if body is None else json.dumps(body).encode()
        headers |= {"Authorization": f"token {TOKEN}", "X-Person": self._name}
        request = urllib.request.Request(f"{self._lab.url}/{path}", data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                status, text, told = answer.status, answer.read(), dict(answer.headers)
        except urllib.error.HTTPError as error:
            status, text, told = error.code, error.read(), dict(error.headers)
        return status, json.loads(text) if text else None, told

    def comment(self, method: str, notebook: str, body: object = None, query: str = "") -> Any:
        """Ask for comments; return the JSON of what must be a success."""
        status, told, _ = self.ask(method, f"nbhotel/api/comments/{notebook}{query}", body)
        assert status < 300, told
        return told

    def refused(self, method: str, notebook: str, body: object = None, query: str = "") -> tuple[int, str]:
        """Return the status and the message of what must be refused."""
        status, told, _ = self.ask(method, f"nbhotel/api/comments/{notebook}{query}", body)
        assert status >= 400, told
        return status, told["message"]

    def threads(self, notebook: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.comment("GET", notebook)["threads"]
        return found

    def texts(self, notebook: str) -> list[list[str]]:
        return [[each["text"] for each in thread["comments"]] for thread in self.threads(notebook)]
