"""Code hosts of our own: real HTTP servers that hold each request to what the host says of its API, and their
own answers too. Told to, they misbehave in the ways that the real ones do. Here is GitHub."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from nbhotel.records import NamedTuple
from tests.share.hosts import device
from tests.share.hosts.lfs import serve_lfs
from tests.share.hosts.openapi import wrong_with_answer, wrong_with_request
from tests.share.hosts.repositories import Bare, Repositories, serve_git

TOKEN = "ghp_" + "Zq7" * 12
_GITHUB_DOCS = {"documentation_url": "https://docs.github.com/rest"}


class Fault(NamedTuple):
    """How one request with a `method` goes wrong: by an answer, by silence, or cut off (status 0).

    `done`: what was asked for is done nevertheless. A header "+3" is the time in three seconds.
    """

    status: int = 0
    message: str = ""
    headers: Mapping[str, str] = MappingProxyType({})
    more: Mapping[str, Any] = MappingProxyType({})
    method: str = "POST"
    done: bool = False
    silence: float = 0.0
    raw: bytes = b""


class CodeHost:
    """What is on a host, and what it was asked."""

    base: str
    push_as: str
    docs: Mapping[str, str] = MappingProxyType({})
    unauthorized: str

    def __init__(self, repositories: Bare) -> None:
        self.asked: list[str] = []
        self.wrong: list[str] = []
        self.faults: list[Fault] = []
        self.repositories = repositories
        self.device = device.Device()
        self.token = TOKEN
        self.address = ""

    def answer(self, method: str, path: str, query: Mapping[str, str], content: Any) -> tuple[int, Any]:
        raise NotImplementedError

    def wrong_with_request(self, method: str, path: str, query: dict[str, str], content: Any) -> list[str]:
        raise NotImplementedError

    def wrong_with_answer(self, method: str, path: str, status: int, content: Any) -> list[str]:
        raise NotImplementedError

    def fault_for(self, method: str) -> Fault | None:
        found = next((fault for fault in self.faults if fault.method == method), None)
        if found:
            self.faults.remove(found)
        return found


class GitHubServer(CodeHost):
    """GitHub, with gists."""

    base = "/api/v3"
    push_as = "x-access-token"
    docs = MappingProxyType(_GITHUB_DOCS)
    unauthorized = "Bad credentials"
    wrong_with_request = staticmethod(wrong_with_request)
    wrong_with_answer = staticmethod(wrong_with_answer)
    repositories: Repositories

    def __init__(self) -> None:
        super().__init__(Repositories())
        self.gists: dict[str, dict[str, Any]] = {}

    def answer(self, method: str, path: str, query: Mapping[str, str], content: Any) -> tuple[int, Any]:
        words = path.strip("/").split("/")
        if words == ["gists"]:
            return self._make(content) if method == "POST" else (200, list(reversed(self.gists.values())))
        if words[0] in {"user", "orgs", "repos"}:
            return self.repositories.answer(method, path, content)
        gist = self.gists.get(words[-1])
        if gist is None:
            return 404, {"message": "Not Found", **_GITHUB_DOCS, "status": "404"}
        if method == "PATCH":
            self._change(gist, content)
        return 200, gist

    def _make(self, content: Any) -> tuple[int, Any]:
        known = f"{len(self.gists) + 1:032x}"
        links = ("url", "forks_url", "commits_url", "git_pull_url", "git_push_url", "comments_url")
        gist = {
            **{link: f"{self.address}/{link}/{known}" for link in links},
            "id": known,
            "node_id": f"G_{known}",
            "html_url": f"{self.address}/{known}",
            "public": content["public"],
            "files": {},
            "created_at": now(),
            "comments": 0,
            "user": None,
        }
        self.gists[known] = gist
        self._change(gist, content)
        return 201, gist

    def _change(self, gist: dict[str, Any], content: Any) -> None:
        gist["updated_at"] = now()
        gist["description"] = content.get("description", gist.get("description"))
        for name, file in content["files"].items():
            text = file["content"]
            gist["files"][name] = {"filename": name, "size": len(text.encode()), "content": text}


def now() -> str:
    """This second, as the hosts write it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _in_time(value: str) -> str:
    return str(int(time.time()) + int(value)) if value.startswith("+") else value


Opened = TypeVar("Opened", bound=CodeHost)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    host: CodeHost

    def log_message(self, *_: object) -> None: ...

    def _handle(self) -> None:
        host, parts = self.host, urlsplit(self.path)
        if "/info/lfs/" in parts.path:
            return serve_lfs(self, host.address, host.repositories.root, host.push_as, host.token)
        if ".git/" in parts.path:
            return serve_git(self, host.repositories, host.push_as, host.token)
        length = int(self.headers.get("Content-Length") or 0)
        if parts.path in device.PATHS:
            form = dict(parse_qsl(self.rfile.read(length).decode()))
            return self._send(*host.device.answer(host.address, parts.path, form, host.token))
        content = json.loads(self.rfile.read(length)) if length else None
        path = parts.path.removeprefix(host.base)
        query = dict(parse_qsl(parts.query))
        host.asked.append(f"{self.command} {path}")
        host.wrong += host.wrong_with_request(self.command, path, query, content)
        if not parts.path.startswith(host.base):
            host.wrong.append(f"{path} is not below {host.base}")
        if self.headers["Authorization"] != f"Bearer {host.token}":
            return self._send(401, {"message": host.unauthorized, **host.docs})
        fault = host.fault_for(self.command)
        if fault:
            return self._misbehave(fault, path, query, content)
        status, answer = host.answer(self.command, path, query, content)
        host.wrong += host.wrong_with_answer(self.command, path, status, answer)
        return self._send(status, answer)

    def _misbehave(self, fault: Fault, path: str, query: Mapping[str, str], content: Any) -> None:
        if fault.done:
            self.host.answer(self.command, path, query, content)
        if fault.silence:
            time.sleep(fault.silence)
        if fault.status == 0:
            self.close_connection = True
            self.wfile.write(b"HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n{")
            return
        answer = {"message": fault.message, **self.host.docs, **fault.more}
        self.host.wrong += self.host.wrong_with_answer(self.command, path, fault.status, answer)
        headers = {name: _in_time(value) for name, value in fault.headers.items()}
        self._send(fault.status, answer, headers, fault.raw)

    def _send(
        self, status: int, answer: Any, headers: Mapping[str, str] | None = None, raw: bytes = b""
    ) -> None:
        body = raw or json.dumps(answer).encode()
        self.send_response_only(status)
        sent = {"Date": formatdate(usegmt=True), "Content-Type": "application/json", **(headers or {})}
        for name, value in {**sent, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PATCH = do_PUT = _handle  # noqa: N815 - the standard library's names


@contextmanager
def open_host(host: Opened) -> Iterator[Opened]:
    """Open it on a free port; at the end, no request may have been wrong."""
    handler = type("Handler", (_Handler,), {"host": host})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    host.repositories.address = host.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield host
    finally:
        host.repositories.close()
        server.shutdown()
        server.server_close()
        thread.join()
    assert host.wrong == []


def open_github() -> AbstractContextManager[GitHubServer]:
    """A GitHub on a free port."""
    return open_host(GitHubServer())
