"""A real JupyterHub for the tests of logins, and a browser (without JavaScript) to visit it."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx

from nbhotel.hotel.hubapi import HubApi, HubAway
from nbhotel.hotel.layout import Layout
from nbhotel.hotel.settings import Settings, write_resolved

CONFIG = Path(__file__).with_name("hub_config.py")
SOURCE = Path(__file__).parents[3] / "src"
SOMEBODY = 65534  # a uid that is not root's and has no hotel


class Hotel:
    """The state directory of a hotel and, once started, its hub."""

    def __init__(self, state: Path, *, unprivileged: bool = True, **settings: Any) -> None:
        self.layout = Layout(state)
        self.settings = Settings(state=state, **settings)
        self.process: subprocess.Popen[bytes] | None = None
        for folder in (
            self.layout.hub_dir,
            self.layout.hub_socket.parent,
            self.layout.homes_dir,
            self.layout.log_dir,
        ):
            folder.mkdir(parents=True, exist_ok=True)
        self.layout.hub_dir.chmod(0o700)
        self.layout.admin_token_file.write_text(secrets.token_hex(32))
        if unprivileged and os.geteuid() == 0:
            # As if an ordinary user had made the hotel: guests may then choose their names.
            os.chown(state, SOMEBODY, SOMEBODY)

    def start(self, **settings: Any) -> None:
        """Start the hub, with changed settings if told so, and wait until it answers."""
        self.settings = self.settings.model_copy(update=settings)
        write_resolved(self.settings, self.layout.settings_file)
        environment = {**os.environ, "TEST_HOTEL": str(self.layout.state), "PYTHONPATH": str(SOURCE)}
        with self.layout.log_file("hub").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub", "-f", str(CONFIG)],
                env=environment,
                cwd=self.layout.hub_dir,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 120  # a busy machine takes a minute
        while not self._answers():
            assert self.process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            HubApi.of(self.layout).get("/")
        except HubAway:
            return False
        return True

    def stop(self) -> None:
        """Stop the hub; rooms live on."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
            self.process = None
            self.layout.hub_socket.unlink(missing_ok=True)

    def close(self) -> None:
        """Stop the rooms and the hub."""
        if self.process is not None:
            for user in [*self.api.users()]:
                for name in user["servers"]:
                    self.api.delete(f"/users/{user['name']}/servers/{name}")
        self.stop()

    @property
    def api(self) -> HubApi:
        return HubApi.of(self.layout)

    def user(self, name: str) -> dict[str, Any]:
        return dict(self.api.get(f"/users/{name}"))

    def log(self) -> str:
        return self.layout.log_file("hub").read_text()


class Street(httpx.BaseTransport):
    """The way to the hotel: to a room if the address is one's, else to the hub."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._hub = httpx.HTTPTransport(uds=str(layout.hub_socket))
        self._tcp = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        routes = json.loads((self._layout.run_dir / "routes.json").read_text())
        for spec, target in routes.items():
            if spec != "/" and request.url.path.startswith(spec):
                room = httpx.URL(target)
                url = request.url.copy_with(host=room.host, port=room.port)
                there = httpx.Request(request.method, url, headers=request.headers, stream=request.stream)
                return self._tcp.handle_request(there)
        return self._hub.handle_request(request)

    def close(self) -> None:
        self._hub.close()
        self._tcp.close()


class Form(HTMLParser):
    """The fields of the first form on a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.action: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form" and self.action is None:
            self.action = given.get("action") or ""
        if tag == "input" and given.get("name"):
            self.fields[str(given["name"])] = given.get("value") or ""


class Browser(httpx.Client):
    """Keeps cookies, follows redirects, fills in forms."""

    def __init__(self, hotel: Hotel) -> None:
        super().__init__(
            transport=Street(hotel.layout), base_url="http://hotel", follow_redirects=True, timeout=60
        )

    def submit(self, path: str, **values: str) -> httpx.Response:
        """Open a page and send its form, filled in."""
        return self.fill_in(self.get(path), **values)

    def fill_in(self, page: httpx.Response, **values: str) -> httpx.Response:
        """Send the form of a page that was opened before, filled in."""
        form = Form(page.text)
        assert form.action is not None, page.text
        return self.post(page.url.join(form.action), data={**form.fields, **values})

    def login(self, name: str, password: str = "", next: str = "/hub/home") -> httpx.Response:  # noqa: A002
        return self.submit(f"/hub/login?next={next}", username=name, password=password)

    @property
    def inside(self) -> bool:
        """Whether the hub takes this browser for somebody."""
        return self.get("/hub/home", follow_redirects=False).status_code == 200
