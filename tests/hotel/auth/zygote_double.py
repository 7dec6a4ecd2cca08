"""A tiny server that speaks the zygote's protocol and knows two passwords: real PAM is tested elsewhere."""

from __future__ import annotations

import json
import socketserver
import threading
from pathlib import Path
from typing import Any, Self

#: The system account "games", as any Debian has it, and a password with everything odd in it.
PASSWORDS = {"games": 'pass "wörd" \\n ', "bin": "another"}


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        header, secrets = json.loads(self.rfile.readline()), json.loads(self.rfile.readline())
        server: Any = self.server
        server.zygote.asked.append({**header, **secrets})
        self.wfile.write(json.dumps(server.zygote.answer(header, secrets)).encode() + b"\n")


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


class Zygote:
    """Answers on the socket while it is open; `error` is what it says instead of checking."""

    def __init__(self, path: Path) -> None:
        self.asked: list[dict[str, Any]] = []
        self.error = ""
        self._path = path
        self._server: Any = None

    def answer(self, header: dict[str, Any], secrets: dict[str, Any]) -> dict[str, Any]:
        if self.error:
            return {"ok": False, "error": self.error}
        name = header["username"]
        accepted = name in PASSWORDS and PASSWORDS[name] == secrets["password"]
        return {"ok": True, "accepted": accepted, "login": name if accepted else None}

    def __enter__(self) -> Self:
        self._path.unlink(missing_ok=True)
        self._server = _Server(str(self._path), _Handler)
        self._server.zygote = self
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._path.unlink()
