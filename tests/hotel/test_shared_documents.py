"""What jupyter-collaboration's own protocol lets visitors do, in a real hotel, without a browser."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from pycrdt import (
    Array,
    Doc,
    YMessageType,
    create_sync_message,
    create_update_message,
    handle_sync_message,
)
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from tests.hotel.conftest import needs_root
from tests.hotel.support import SystemUser, wait_until
from tests.hotel.three import Three

pytestmark = [pytest.mark.slow, needs_root]


async def test_what_a_reader_sends_into_a_document_is_dropped(three: Three) -> None:
    grants = [
        three.share("work/shared.ipynb", level, user=who.name)
        for level, who in (("edit", three.b), ("read", three.c))
    ]
    writer, reader = Document(three, three.b), Document(three, three.c)
    await writer.open()
    await reader.open()
    assert reader.source() == writer.source() == "1"
    reader.append(" # by a reader")
    writer.append(" # by a writer")
    await reader.hear_until(lambda: "by a writer" in reader.source())
    await asyncio.sleep(0.3)
    late = Document(three, three.b)
    await late.open()
    assert late.source() == "1 # by a writer"
    with three.client(three.a) as owner:

        def on_disk() -> str:
            answer = owner.get("/api/contents/work/shared.ipynb")
            # The server empties a file before it writes: in between, there is no notebook.
            return str(answer.json()["content"]["cells"][0]["source"]) if answer.is_success else ""

        await asyncio.to_thread(wait_until, lambda: on_disk() == "1 # by a writer")
    await asyncio.to_thread(three.withdraw, *grants)
    for each in (writer, reader, late):
        assert await each.closed() == 4403
        with pytest.raises(HTTPClientError, match=r"40[03]"):
            await each.connect()


@pytest.mark.parametrize(
    "form", ["base64:file", "base64:notebook", "text:file", "text:notebook", "json:other"]
)
async def test_a_notebook_is_no_document_of_another_form(three: Three, form: str) -> None:
    """It would be kept beside the right one, and end in the file."""
    grant = await asyncio.to_thread(three.share, "work/other.ipynb", "read", user=three.c.name)
    document = Document(three, three.c, path="work/other.ipynb")
    document.url = document.url.replace("json:notebook", form)
    with pytest.raises(HTTPClientError, match="403"):
        await document.connect()
    await asyncio.to_thread(three.withdraw, grant)


class Document:
    """A notebook as jupyter-collaboration shares it, without a browser: https://github.com/yjs/y-protocols."""

    def __init__(self, three: Three, who: SystemUser, path: str = "work/shared.ipynb") -> None:
        self.doc = Doc[Any]()
        self.doc.get("cells", type=Array)
        session = {"format": "json", "type": "notebook"}
        with three.client(who) as client:
            told = client.put(f"/api/collaboration/session/{path}", json=session).json()
            self.headers = dict(client.headers)
            room = f"{client.base_url}api/collaboration/room/json:notebook:{told['fileId']}"
        self.url = f"{room}?sessionId={told['sessionId']}".replace("http:", "ws:", 1)
        self.sent = self.doc.get_state()

    async def connect(self) -> WebSocketClientConnection:
        return await websocket_connect(HTTPRequest(self.url, headers=self.headers))

    async def open(self) -> None:
        self.socket = await self.connect()
        await self.socket.write_message(create_sync_message(self.doc), binary=True)
        await self.hear_until(lambda: len(self.doc["cells"]) > 0)

    async def hear_until(self, heard: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not heard():
                message = await self.socket.read_message()
                assert isinstance(message, bytes), self.socket.close_reason
                if message[0] == YMessageType.SYNC:
                    reply = handle_sync_message(message[1:], self.doc)
                    if reply:
                        await self.socket.write_message(reply, binary=True)

    def source(self) -> str:
        return str(self.doc["cells"][0]["source"])

    def append(self, text: str) -> None:
        before = self.doc.get_state()
        source = self.doc["cells"][0]["source"]
        source += text
        update = create_update_message(self.doc.get_update(before))
        _ = self.socket.write_message(update, binary=True)

    async def closed(self) -> int | None:
        async with asyncio.timeout(5):
            while await self.socket.read_message() is not None:
                pass
        return self.socket.close_code
