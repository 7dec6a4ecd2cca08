"""Caddy routes and handlers for what lies behind the proxy: the hub, the rooms, other services, files.

The shapes are Caddy's (https://caddyserver.com/docs/json/apps/http/). An upstream that can't be reached is an
error in Caddy's terms; each `subroute` here says what answers instead.
"""

from __future__ import annotations

import re
from typing import Any

from nbhotel.hotel.layout import Layout
from nbhotel.hotel.proxy import pages
from nbhotel.hotel.proxy.routefile import MARK, MAX_DEPTH, SEGMENT, TARGET

Json = dict[str, Any]

#: The address as the browser sent it, still escaped: names in it are spelt as by `layout.quote_name`.
RAW = "{http.request.orig_uri}"
#: The route file that was found, relative to the directory of routes.
FOUND = "{http.matchers.file.relative}"

#: How long a request waits for a hub that restarts before it gets the page that reloads itself.
HUB_PATIENCE = "5s"

#: Headers that tell the hub who asks and how; only the proxy may set them.
FORWARDED = (
    "Forwarded",
    "X-Real-IP",
    "X-Scheme",
    "X-Forwarded-Port",
    "X-Forwarded-Prefix",
    "X-Forwarded-Server",
)


def to_hub(dial: str) -> Json:
    """Return a handler that asks the hub, or says that it is away."""
    patient = {"load_balancing": {"try_duration": HUB_PATIENCE, "try_interval": "100ms"}}
    text = "The hotel's reception restarts. Rooms and what runs in them go on; this page reloads itself."
    return _else(_proxy(dial, **patient), pages.away("The reception", text))


def to_found_route(layout: Layout, base: str, hub: Json) -> list[Json]:
    """Return the routes for addresses that have a route file, longest prefix first."""
    prefixes = ["".join(f"/{{http.regexp.path.{i + 1}}}" for i in range(n)) for n in range(MAX_DEPTH, 0, -1)]
    search = {"root": str(layout.routes_dir), "try_files": [f"{prefix}/{MARK}*" for prefix in prefixes]}
    user = f"^{re.escape(base)}user/({SEGMENT})"
    rooms = f"unix/{layout.rooms_dir}/{{http.regexp.room.1}}"
    dispatch = [
        _when(
            FOUND,
            "room",
            f"{user}/({SEGMENT})/=room",
            [_room(f"{rooms}/named-{{http.regexp.room.2}}.sock", hub)],
        ),
        _when(FOUND, "target", f"/{TARGET % 'http'}$", _service(hub, tls=False)),
        _when(FOUND, "target", f"/{TARGET % 'https'}$", _service(hub, tls=True)),
    ]
    segments = (
        rf"^/({SEGMENT})" + rf"(?:/({SEGMENT})" * (MAX_DEPTH - 1) + ")?" * (MAX_DEPTH - 1) + "(?:[/?]|$)"
    )
    found = {"match": [{"file": search}], "handle": [{"handler": "subroute", "routes": dispatch}]}
    return [
        {"match": [_raw("path", segments)], "handle": [{"handler": "subroute", "routes": [found]}]},
        _when(RAW, "room", f"{user}(?:[/?]|$)", [_room(f"{rooms}/default.sock", hub)]),
    ]


def files(layout: Layout, prefix: str) -> Json:
    """Return the route for files of ours, which change their address when they change their content."""
    missing = pages.page(
        404, "No such file", "It may belong to another version.", headers={"Cache-Control": ["no-store"]}
    )
    serve = {
        "handler": "file_server",
        "root": str(layout.www_dir / "static"),
        "index_names": [],
        "precompressed": {"zstd": {}, "gzip": {}},
        "precompressed_order": ["zstd", "gzip"],
    }
    forever = {"Cache-Control": ["public, max-age=31536000, immutable"]}
    steps = [
        {"handler": "rewrite", "strip_path_prefix": prefix.rstrip("/")},
        {"handler": "headers", "response": {"set": forever}},
        serve,
    ]
    chain = {
        "handler": "subroute",
        "routes": [{"handle": steps}],
        "errors": {"routes": [{"handle": [missing]}]},
    }
    return {"match": [{"path": [f"{prefix}*"]}], "handle": [chain], "terminal": True}


def _room(dial: str, hub: Json) -> Json:
    """A room whose socket is missing or dead is the hub's business: it says so, or starts it."""
    return _else(_proxy(dial), [{"handle": [hub]}])


def _service(hub: Json, *, tls: bool) -> list[Json]:
    secure = {"tls": {"server_name": "{http.regexp.target.2}"}} if tls else {}
    path = {
        "match": [{"vars_regexp": {"{http.regexp.target.3}": {"pattern": "^[+]"}}}],
        "handle": [
            {"handler": "rewrite", "uri": "/{http.regexp.target.3}"},
            {"handler": "rewrite", "path_regexp": [{"find": "/?[+]", "replace": "/"}]},
            {"handler": "rewrite", "uri": "{http.request.uri.path}{http.request.orig_uri}"},
        ],
    }
    ask = _proxy("{http.regexp.target.1}", transport=secure)
    back = [
        {"handler": "rewrite", "uri": "{http.request.orig_uri}"},
        hub,
    ]
    return [_else_routes([path, {"handle": [ask]}], [{"handle": back}])]


def _proxy(dial: str, *, transport: Json | None = None, **more: Any) -> Json:
    return {
        "handler": "reverse_proxy",
        "upstreams": [{"dial": dial}],
        "flush_interval": -1,
        "headers": {"request": {"delete": list(FORWARDED)}},
        "transport": {"protocol": "http", "compression": False, "dial_timeout": "3s", **(transport or {})},
        **more,
    }


def _else(handler: Json, otherwise: list[Json]) -> Json:
    return _else_routes([{"handle": [handler]}], otherwise)


def _else_routes(routes: list[Json], otherwise: list[Json]) -> Json:
    return {"handler": "subroute", "routes": routes, "errors": {"routes": otherwise}}


def _raw(name: str, pattern: str) -> Json:
    return {"vars_regexp": {RAW: {"name": name, "pattern": pattern}}}


def _when(value: str, name: str, pattern: str, handle: list[Json]) -> Json:
    match = {"vars_regexp": {value: {"name": name, "pattern": pattern}}}
    return {"match": [match], "handle": handle, "terminal": True}
