"""The hub's REST API and the rooms behind it, as both stacks answer them; all through the public address."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse

#: Longer than any room may take; a start that is slower counts as failed.
START_TIMEOUT = 120.0


class HubClient:
    """A client with a token that may do everything."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self._token = token
        self._http: AsyncHTTPClient = AsyncHTTPClient(force_instance=True, max_clients=256)
        self._user_tokens: dict[str, str] = {}

    def close(self) -> None:
        self._http.close()

    async def add_user(self, user: str) -> None:
        answer = await self._api("POST", f"/users/{user}")
        _expect(answer, 201, 409)

    async def start_room(self, user: str) -> float:
        """Ask for a room and return the seconds until the hub calls it ready.

        The hub answers 201 when the room is ready, or 202 when it takes longer than `slow_spawn_timeout`;
        then its own stream of progress tells. Nothing is polled, so nothing is rounded, for either stack.
        """
        began = time.perf_counter()
        answer = await self._api("POST", f"/users/{user}/server")
        _expect(answer, 201, 202)
        if answer.code == 202:
            await self._await_progress(user)
        return time.perf_counter() - began

    async def _await_progress(self, user: str) -> None:
        answer = await self._api("GET", f"/users/{user}/server/progress")
        _expect(answer, 200)
        events = [json.loads(line[5:]) for line in answer.body.splitlines() if line.startswith(b"data:")]
        if not (events and events[-1].get("ready")):
            raise RuntimeError(f"room of {user}: {events[-1:]}")

    async def stop_room(self, user: str) -> None:
        """Stop a room and return when the hub says that it's gone."""
        _expect(await self._api("DELETE", f"/users/{user}/server"), 202, 204)
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            answer = await self._api("GET", f"/users/{user}")
            _expect(answer, 200)
            if not json.loads(answer.body)["servers"]:
                return
            await asyncio.sleep(0.05)
        raise RuntimeError(f"room of {user} does not stop")

    async def user_token(self, user: str) -> str:
        """Return a token of ``user``'s own, which opens the room as its owner."""
        if user not in self._user_tokens:
            answer = await self._api("POST", f"/users/{user}/tokens", {"note": "benchmark"})
            _expect(answer, 200, 201)
            self._user_tokens[user] = json.loads(answer.body)["token"]
        return self._user_tokens[user]

    async def room(
        self, user: str, method: str, path: str, body: dict[str, Any] | None = None
    ) -> HTTPResponse:
        """Call a room's own API as its owner."""
        token = await self.user_token(user)
        return await self._fetch(method, f"{self.url}/user/{user}{path}", token, body)

    async def _api(self, method: str, path: str, body: dict[str, Any] | None = None) -> HTTPResponse:
        return await self._fetch(method, f"{self.url}/hub/api{path}", self._token, body)

    async def _fetch(self, method: str, url: str, token: str, body: dict[str, Any] | None) -> HTTPResponse:
        payload = json.dumps(body or {}) if method in ("POST", "PUT", "PATCH") else None
        request = HTTPRequest(
            url,
            method=method,
            body=payload,
            headers={"Authorization": f"token {token}", "Content-Type": "application/json"},
            request_timeout=START_TIMEOUT,
            follow_redirects=False,
        )
        return await self._http.fetch(request, raise_error=False)


def _expect(answer: HTTPResponse, *codes: int) -> None:
    if answer.code not in codes:
        body = answer.body[:400].decode(errors="replace") if answer.body else ""
        raise RuntimeError(
            f"{answer.request.method} {answer.request.url}: {answer.code} {answer.error} {body}"
        )
