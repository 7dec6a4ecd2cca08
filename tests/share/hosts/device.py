"""Logins by code, as GitHub and GitLab answer them. Sources: RFC 8628, and those of `nbhotel.share.login`."""

from __future__ import annotations

import time
from typing import Any

CLIENT = "Ov23liTest"


class Device:
    """What a host's people and its application do: `script` are its answers before that with the token."""

    def __init__(self) -> None:
        self.script: list[dict[str, Any]] = []
        self.interval = 0.2
        self.expires_in = 900.0
        self.asked: list[float] = []
        self.grant: dict[str, Any] = {}
        #: What gets the next token, once: then it is another. "": there is none.
        self.refresh = ""

    def answer(self, address: str, path: str, form: dict[str, str], token: str) -> tuple[int, dict[str, Any]]:
        """GitHub tells what is wrong with a status of success, GitLab with 400."""
        github = path.startswith("/login/")
        wrong = 200 if github else 400
        if form.get("client_id") != CLIENT:
            return 404 if github else 401, {"error": "Not Found" if github else "invalid_client"}
        if path.endswith(("/code", "_device")):
            page = "/login/device" if github else "/oauth/device"
            begun = {"device_code": "d" * 40, "user_code": "WDJB-MJHT", "verification_uri": address + page}
            scope = "gist repo" if github else "api"
            right = form.get("scope") == scope
            more = {"interval": self.interval, "expires_in": self.expires_in}
            return (200, begun | more) if right else (wrong, {"error": "invalid_scope"})
        if form.get("grant_type") == "refresh_token":
            if not self.refresh or form.get("refresh_token") != self.refresh:
                said = "The provided authorization grant is invalid, expired, revoked"
                return wrong, {"error": "invalid_grant", "error_description": said}
            self.refresh += "+"
            return 200, self._granted(token)
        self.asked.append(time.monotonic())
        if form.get("device_code") != "d" * 40 or not form.get("grant_type", "").endswith(":device_code"):
            return wrong, {"error": "incorrect_device_code"}
        if self.script:
            return wrong, self.script.pop(0)
        return 200, self._granted(token)

    def _granted(self, token: str) -> dict[str, Any]:
        refresh = {"refresh_token": self.refresh} if self.refresh else {}
        return {"access_token": token, "token_type": "bearer", **refresh, **self.grant}


PATHS = {"/login/device/code", "/login/oauth/access_token", "/oauth/authorize_device", "/oauth/token"}
