"""What the proxy's tests are built from: Caddy as a child process, and small servers behind it."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import socket
import ssl
import subprocess
import threading
import time
from pathlib import Path
from typing import Any, Self

import tornado.netutil
import tornado.web
import tornado.websocket
from tornado.httpserver import HTTPServer

from nbhotel.hotel.layout import Layout
from nbhotel.hotel.proxy.bind import Bind, parse_bind
from nbhotel.hotel.proxy.caddy import FIRST_FD, HEALTH, caddy_config, command, environment
from nbhotel.hotel.proxy.listeners import open_listeners


class Tell(tornado.web.RequestHandler):
    """Says which server answered, and what it was asked."""

    who = ""

    def initialize(self, who: str) -> None:
        self.who = who

    def prepare(self) -> None:
        told = {
            "who": self.who,
            "uri": self.request.uri,
            "method": self.request.method,
            "headers": dict(self.request.headers.get_all()),
            "length": len(self.request.body),
        }
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(told))


class Echo(tornado.websocket.WebSocketHandler):
    def on_message(self, message: str | bytes) -> None:
        self.write_message(message, binary=isinstance(message, bytes))


class Drip(tornado.web.RequestHandler):
    """Sends one event now and the next ones when asked to."""

    async def get(self) -> None:
        self.set_header("Content-Type", "text/event-stream")
        for number in range(3):
            self.write(f"data: {number}\n\n")
            await self.flush()
            await asyncio.sleep(0.4)


class Upstream:
    """A server in a thread: on a unix socket (a Path) or on a loopback port (an int)."""

    def __init__(self, who: str, at: Path | int, *, tls: ssl.SSLContext | None = None) -> None:
        self.at = at
        application = tornado.web.Application(
            [(r".*/echo", Echo), (r".*/drip", Drip), (r".*", Tell, {"who": who})], websocket_ping_interval=0
        )
        if isinstance(at, Path):
            at.parent.mkdir(parents=True, exist_ok=True)
            self.sockets = [tornado.netutil.bind_unix_socket(str(at))]
        else:
            self.sockets = tornado.netutil.bind_sockets(at, "127.0.0.1")
        self._loop = asyncio.new_event_loop()
        self._server = HTTPServer(application, ssl_options=tls, max_buffer_size=400 * 2**20)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self.sockets[0].getsockname()[1])

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.call_soon(self._server.add_sockets, self.sockets)
        self._loop.run_forever()

    def die(self, *, leave_socket: bool = False) -> None:
        """End at once, as a killed process does: its socket file stays unless somebody removes it."""

        async def stop() -> None:
            self._server.stop()
            await self._server.close_all_connections()

        asyncio.run_coroutine_threadsafe(stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        if isinstance(self.at, Path) and not leave_socket:
            self.at.unlink(missing_ok=True)


class Caddy:
    """The proxy as a child process, with inherited sockets; ``options`` are those of `subprocess.Popen`."""

    def __init__(
        self,
        layout: Layout,
        bind: Bind,
        *,
        config: dict[str, Any],
        more_environment: dict[str, str],
        **options: Any,
    ) -> None:
        self.layout, self.bind = layout, bind
        self._environment = {**environment(layout), **more_environment}
        self.sockets = open_listeners(bind)
        self._config, self._options = config, options
        self.log = layout.state / "caddy.log"
        self.start()

    def start(self) -> None:
        self.layout.caddy_file.write_text(json.dumps(caddy_config(self.layout, self.bind, **self._config)))
        # Descriptors well above the ones they become, so that no dup2 overwrites one that is still to come.
        high = [fcntl.fcntl(listener, fcntl.F_DUPFD, 100) for listener in self.sockets]
        moves = " ".join(f"{FIRST_FD + i}<&{fd} {fd}<&-" for i, fd in enumerate(high))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                ["/bin/bash", "-c", f'exec "$0" "$@" {moves}', *command(self.layout)],
                env=self._environment,
                pass_fds=high,
                stdout=log,
                stderr=log,
                **self._options,
            )
        for fd in high:
            os.close(fd)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        for listener in self.sockets:
            listener.close()


def make_state(layout: Layout) -> None:
    """Make the directories that the proxy and the hub need."""
    for directory in (
        layout.proxy_dir,
        layout.proxy_run_dir,
        layout.www_dir,
        layout.routes_dir,
        layout.rooms_dir,
    ):
        directory.mkdir(parents=True)
    layout.hub_socket.parent.mkdir()


class Street:
    """A proxy, the hub and the rooms behind it."""

    def __init__(
        self,
        layout: Layout,
        bind: str,
        *,
        config: dict[str, Any] | None = None,
        more_environment: dict[str, str] | None = None,
        **options: Any,
    ) -> None:
        self.layout, self.bind = layout, parse_bind(bind)
        self._options = {"config": config or {}, "more_environment": more_environment or {}, **options}
        self._upstreams: list[Upstream] = []

    def __enter__(self) -> Self:
        self.caddy = Caddy(self.layout, self.bind, **self._options)
        self.wait_healthy()
        return self

    def __exit__(self, *exc: object) -> None:
        self.caddy.stop()
        for upstream in self._upstreams:
            if upstream._thread.is_alive():
                upstream.die()

    def wait_healthy(self) -> None:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                if b" 200 " in self.raw(
                    f"GET {HEALTH} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode(), timeout=1
                ):
                    return
            except OSError:
                time.sleep(0.02)
        raise AssertionError(self.caddy.log.read_text())

    def open(self, who: str, at: Path | int, **options: Any) -> Upstream:
        upstream = Upstream(who, at, **options)
        self._upstreams.append(upstream)
        return upstream

    def open_hub(self) -> Upstream:
        self.hub = self.open("hub", self.layout.hub_socket)
        return self.hub

    def open_room(self, user: str, server: str = "") -> Upstream:
        who = f"{user}/{server}" if server else user
        return self.open(who, self.layout.room_socket(user, server))

    def connect(self, timeout: float = 10) -> socket.socket:
        plain = socket.create_connection(("127.0.0.1", self.bind.port), timeout=timeout)
        if self.bind.scheme == "http":
            return plain
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context.wrap_socket(plain, server_hostname=self.bind.name)

    def raw(self, request: bytes, timeout: float = 10) -> bytes:
        """Send bytes as they are, and return everything that comes back until the end."""
        with self.connect(timeout) as connection:
            connection.sendall(request)
            answer = b""
            while chunk := connection.recv(65536):
                answer += chunk
            return answer

    def ask(
        self, path: str, *, method: str = "GET", headers: dict[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """Send one request whose target is exactly ``path``."""
        lines = {"Host": f"{self.bind.name}:{self.bind.port}", "Connection": "close", **(headers or {})}
        if body:
            lines["Content-Length"] = str(len(body))
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return Answer(self.raw(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body))


class Answer:
    def __init__(self, raw: bytes) -> None:
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split()[1])
        self.headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:])}
        if self.headers.get("transfer-encoding") == "chunked":
            self.body = _unchunk(self.body)

    @property
    def told(self) -> dict[str, Any]:
        """What the server behind the proxy says it was asked."""
        value: dict[str, Any] = json.loads(self.body)
        return value

    @property
    def who(self) -> str:
        return str(self.told["who"])


def _unchunk(body: bytes) -> bytes:
    whole = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        length = int(size, 16)
        whole, body = whole + body[:length], body[length + 2 :]
    return whole
