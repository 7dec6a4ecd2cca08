"""A kernel in a room, driven over its websocket as the browser does."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from typing import Any

from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from _hub import HubClient


class Kernel:
    """One kernel of one room, with its websocket open; made by ``start``."""

    def __init__(self, socket: WebSocketClientConnection, session: str) -> None:
        self._socket = socket
        self._session = session
        self._turn = asyncio.Lock()

    @classmethod
    async def start(cls, client: HubClient, user: str) -> Kernel:
        """Start a kernel in the running room of ``user`` and connect to it."""
        answer = await client.room(user, "POST", "/api/kernels", {"name": "python3"})
        if answer.code != 201:
            raise RuntimeError(f"kernel of {user}: {answer.code} {answer.error}")
        session = uuid.uuid4().hex
        path = f"/user/{user}/api/kernels/{json.loads(answer.body)['id']}/channels?session_id={session}"
        url = client.url.replace("http", "ws", 1) + path
        headers = {"Authorization": f"token {await client.user_token(user)}"}
        return cls(await websocket_connect(HTTPRequest(url, headers=headers, request_timeout=60)), session)

    async def execute(self, code: str, patience: float) -> float:
        """Run ``code``; return the seconds until its reply has come and the kernel is idle again."""
        message = uuid.uuid4().hex
        async with self._turn:
            began = time.perf_counter()
            await self._socket.write_message(json.dumps(self._request(message, code)))
            await asyncio.wait_for(self._until_done(message), patience)
            return time.perf_counter() - began

    def _request(self, message: str, code: str) -> dict[str, Any]:
        """Return an execute_request (https://jupyter-client.readthedocs.io/en/stable/messaging.html#execute)."""
        header = {"msg_id": message, "msg_type": "execute_request", "session": self._session}
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        return {
            "channel": "shell",
            "header": header | {"username": "", "version": "5.3", "date": ""},
            "parent_header": {},
            "metadata": {},
            "content": content | {"user_expressions": {}, "stop_on_error": True},
            "buffers": [],
        }

    async def _until_done(self, message: str) -> None:
        waiting = {"reply", "idle"}
        while waiting:
            received = await self._socket.read_message()
            if received is None:
                raise ConnectionError("the kernel's websocket was closed")
            waiting.discard(_meaning(json.loads(received), message))

    def close(self) -> None:
        self._socket.close()


def _meaning(received: dict[str, Any], message: str) -> str:
    if received["parent_header"].get("msg_id") != message:
        return ""
    kind, content = received["msg_type"], received["content"]
    if kind == "execute_reply":
        if content["status"] != "ok":
            raise RuntimeError(f"the cell failed: {content}")
        return "reply"
    return "idle" if kind == "status" and content["execution_state"] == "idle" else ""
