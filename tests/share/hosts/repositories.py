"""The repositories of our own hosts: real ones, behind git's own `http-backend` and a password."""

from __future__ import annotations

import base64
import os
import subprocess
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from tests.share.hosts.openapi import example

#: Whose token it is.
USER = "mona"


class Bare:
    """What there is: "OWNER/NAME" -> what the API tells of it."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="nbhotel-host-")
        self.root = Path(self._folder.name)
        self.known: dict[str, dict[str, Any]] = {}
        self.address = ""
        self.pulls: list[dict[str, Any]] = []

    def close(self) -> None:
        self._folder.cleanup()

    def git(self, name: str, *words: str) -> str:
        """What git says in a repository of the host."""
        command = ["git", "--git-dir", str(self.root / f"{name}.git"), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def bare(self, name: str) -> None:
        """Make a repository that can be pushed to."""
        at = str(self.root / f"{name}.git")
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", at], check=True)
        self.git(name, "config", "http.receivepack", "true")


class Repositories(Bare):
    """Those of GitHub."""

    def answer(self, method: str, path: str, content: Any) -> tuple[int, Any]:
        words = path.strip("/").split("/")
        missing = {
            "message": "Not Found",
            "documentation_url": "https://docs.github.com/rest",
            "status": "404",
        }
        if words == ["user"]:
            return 200, {**example("GET", "/user", 200), "login": USER}
        if words[0] == "repos":
            found = self.known.get("/".join(words[1:3]))
            if found and words[-1] == "pulls":
                return self._pulls(method, path, content)
            return (200, found) if found else (404, missing)
        owner = USER if words[0] == "user" else words[1]
        if owner == "nobody":
            return 404, missing
        return 201, self.make(f"{owner}/{content['name']}", private=content["private"])

    def _pulls(self, method: str, path: str, content: Any) -> tuple[int, Any]:
        if method == "GET":
            return 200, [{**self._listed(path), "html_url": pull["html_url"]} for pull in self.pulls]
        page = f"{self.address}{path.removeprefix('/repos')}/{len(self.pulls) + 1}"
        made = {
            **example("POST", path, 201),
            "title": content["title"],
            "body": content["body"],
            "html_url": page,
        }
        self.pulls.append(made)
        return 201, made

    def _listed(self, path: str) -> Any:
        return example("GET", path, 200, item=True)

    def make(self, name: str, *, private: bool = True) -> dict[str, Any]:
        self.bare(name)
        self.known[name] = {
            **example("GET", f"/repos/{name}", 200),
            "full_name": name,
            "private": private,
            "html_url": f"{self.address}/{name}",
            "clone_url": f"{self.address}/{name}.git",
            "default_branch": "main",
            "permissions": {"admin": True, "pull": True, "push": True},
        }
        return self.known[name]


def serve_git(request: BaseHTTPRequestHandler, repositories: Bare, user: str, token: str) -> None:
    """Answer one of git's requests by its CGI program. Source: git-http-backend(1)."""
    length = int(request.headers.get("Content-Length") or 0)
    body = request.rfile.read(length) if length else _chunks(request)
    wanted = base64.b64encode(f"{user}:{token}".encode()).decode()
    if request.headers["Authorization"] != f"Basic {wanted}":
        _send(request, 401, {"WWW-Authenticate": 'Basic realm="git"'}, b"")
        return
    parts = urlsplit(request.path)
    environment = {
        "PATH": os.defpath,
        "GIT_PROJECT_ROOT": str(repositories.root),
        "GIT_HTTP_EXPORT_ALL": "1",
        "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
        "REQUEST_METHOD": request.command,
        "PATH_INFO": parts.path,
        "QUERY_STRING": parts.query,
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
        "REMOTE_USER": USER,
        "REMOTE_ADDR": "127.0.0.1",
    }
    done = subprocess.run(
        ["git", "http-backend"], input=body, capture_output=True, env=environment, check=True
    )
    head, _, content = done.stdout.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().splitlines())
    _send(request, int(headers.pop("Status", "200").split()[0]), headers, content)


def _chunks(request: BaseHTTPRequestHandler) -> bytes:
    """A body that git sends in chunks, as it does with more than a MiB."""
    body = b""
    if request.headers.get("Transfer-Encoding") == "chunked":
        while size := int(request.rfile.readline(), 16):
            body += request.rfile.read(size)
            request.rfile.readline()
        request.rfile.readline()
    return body


def _send(request: BaseHTTPRequestHandler, status: int, headers: dict[str, str], content: bytes) -> None:
    request.send_response_only(status)
    for name, value in {**headers, "Content-Length": str(len(content))}.items():
        request.send_header(name, value)
    request.end_headers()
    request.wfile.write(content)
