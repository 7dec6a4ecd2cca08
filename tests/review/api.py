"""A code host's comments over HTTP: what GitHub and GitLab have in common, and their ways to fail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.share.hosts.openapi import wrong_with_request

TOKEN = "s3cret-t0ken"


class Host:
    """Comments, and what to answer instead: `failures` are (method, status, headers, content), used once."""

    def __init__(self) -> None:
        self.comments: list[dict[str, Any]] = []
        self.failures: list[tuple[str, int, dict[str, str], object]] = []
        self.asked: list[tuple[str, str]] = []
        self.wrong: list[str] = []  # what GitHub's own description has against requests
        self.me: str | None = None
        self.limit = 65_536
        self.address = ""

    def add(self, body: str, login: str = "github-actions[bot]", kind: str = "Bot") -> dict[str, Any]:
        number = 100 + len(self.comments)
        author = {"login": login, "username": login, "type": kind}
        self.comments.append({"id": number, "body": body, "user": author, "author": author})
        return self.comments[-1]

    def answer(
        self, method: str, target: str, token: str, content: Any
    ) -> tuple[int, dict[str, str], object]:
        self.asked.append((method, target))
        if "/repos/" in target or (target == "/user" and self.me is None):
            parts = urlsplit(target)
            given = {name: values[0] for name, values in parse_qs(parts.query).items()}
            self.wrong += wrong_with_request(method, parts.path, given, content)
        for index, (failing, status, headers, said) in enumerate(self.failures):
            if failing == method:
                del self.failures[index]
                return status, headers, said
        if token != f"Bearer {TOKEN}":
            return 401, {}, {"message": "Bad credentials"}
        parts = urlsplit(target)
        if parts.path == "/user":
            if self.me is None:
                return 403, {}, {"message": "Resource not accessible by integration"}
            return 200, {}, {"login": self.me, "username": self.me}
        if method == "GET":
            query = parse_qs(parts.query)
            size, page = int(query["per_page"][0]), int(query["page"][0])
            return 200, {}, self.comments[(page - 1) * size : page * size]
        return self.write(method, parts.path, content["body"])

    def write(self, method: str, path: str, body: str) -> tuple[int, dict[str, str], object]:
        if len(str(body)) > self.limit:
            return 422, {}, {"message": "Validation Failed"}
        if method == "POST":
            return 201, {}, self.add(body, self.me or "github-actions[bot]", "User" if self.me else "Bot")
        number = int(path.rpartition("/")[2])
        for each in self.comments:
            if each["id"] == number:
                each["body"] = body
                return 200, {}, each
        return 404, {}, {"message": "Not Found"}


@contextmanager
def serving() -> Iterator[Host]:
    """A host on a free port of this machine."""
    host = Host()

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            content = json.loads(self.rfile.read(size)) if size else None
            token = self.headers.get("Authorization", "")
            status, headers, said = host.answer(self.command, self.path, token, content)
            if not status:  # cut off
                self.close_connection = True
                return
            body = json.dumps(said).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = "Content-Length" in headers

        do_GET = do_POST = do_PATCH = do_PUT = _do  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert host.wrong == []
