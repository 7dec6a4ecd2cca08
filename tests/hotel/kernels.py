"""Kernels as a browser uses them: REST to start one, Jupyter's messaging protocol on a websocket to talk."""

from __future__ import annotations

import asyncio
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect


@dataclass
class Kernel:
    """A kernel of a room, with the websocket to it."""

    room: str  # the room's address, such as http://127.0.0.1:8000/user/guest1
    token: str
    identity: str = ""
    socket: WebSocketClientConnection | None = None
    closings: list[float] = field(default_factory=list)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"token {self.token}"}

    async def start(self) -> None:
        async with httpx.AsyncClient(headers=self.headers, timeout=60) as client:
            reply = await client.post(f"{self.room}/api/kernels", json={"name": "python3"})
            assert reply.status_code == 201, f"{reply.status_code} {reply.text}"
            self.identity = reply.json()["id"]

    async def connect(self) -> None:
        address = self.room.replace("http", "ws", 1) + f"/api/kernels/{self.identity}/channels"
        self.socket = await websocket_connect(HTTPRequest(address, headers=self.headers, request_timeout=60))

    async def run(self, code: str, *, timeout: float = 60) -> str:
        """Run code and return what it printed; ConnectionError if the websocket closes meanwhile."""
        assert self.socket is not None
        request = uuid.uuid4().hex
        await self.socket.write_message(json.dumps(_execute(request, code)))
        printed = ""
        async with asyncio.timeout(timeout):
            while True:
                message = await self._next(request)
                kind, content = message["header"]["msg_type"], message["content"]
                if kind == "stream":
                    printed += content["text"]
                elif kind == "error":
                    raise AssertionError("\n".join(content["traceback"]))
                elif kind == "status" and content["execution_state"] == "idle":
                    return printed

    async def _next(self, request: str) -> dict[str, Any]:
        """The next message that answers this request."""
        assert self.socket is not None
        while True:
            text = await self.socket.read_message()
            if text is None:
                raise ConnectionError("the websocket closed")
            if isinstance(text, str):
                message: dict[str, Any] = json.loads(text)
                if message["parent_header"].get("msg_id") == request:
                    return message


def _execute(request: str, code: str) -> dict[str, Any]:
    header = {
        "msg_id": request,
        "msg_type": "execute_request",
        "username": "",
        "session": request,
        "version": "5.3",
    }
    content = {
        "code": code,
        "silent": False,
        "store_history": False,
        "user_expressions": {},
        "allow_stdin": False,
    }
    return {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
