"""Caddy routes and handlers for what lies behind the proxy: the hub, the rooms, other services, files.

The shapes are Caddy's (https://caddyserver.com/docs/json/apps/http/). An upstream that can't be reached is an
error in Caddy's terms; each `subroute` here says what answers instead.
"""

from __future__ import annotations

import re
from typing import Any

from nbhotel.hotel.layout import Layout
from nbhotel.hotel.proxy import pages
from nbhotel.hotel.proxy.routefile import ASLEEP, MARK, MAX_DEPTH, ROOM, SEGMENT, TARGET

Json = dict[str, Any]

#: The address as the browser sent it, still escaped: names in it are spelt as by `layout.quote_name`.
RAW = "{http.request.orig_uri}"
#: The route file that was found, relative to the directory of routes.
FOUND = "{http.matchers.file.relative}"

#: How long a request waits for a hub that restarts before it gets the page that reloads itself.
HUB_PATIENCE = "5s"

#: Headers by which JupyterHub and Tornado let themselves be told who asks and how, besides Caddy's own three.
FORWARDED = ("Forwarded", "X-Real-IP", "X-Scheme")


def to_hub(dial: str) -> Json:
    """Return a handler that asks the hub, or says that it is away."""
    patient = {"load_balancing": {"try_duration": HUB_PATIENCE, "try_interval": "100ms"}}
    text = "The hotel's reception restarts. Rooms and what runs in them go on; this page reloads itself."
    return _else(_proxy(dial, **patient), pages.away("The reception", text))


def to_rooms(layout: Layout, base: str, hub: Json) -> Json:
    """Return the route for ``/user/NAME/…``: a named server that has a route file, else the default server.

    The default server needs no file; when its socket is dead there may be one that leads to a TCP address.
    """
    user = f"^{re.escape(base)}user/({SEGMENT})"
    default = _room(layout, "default", [*to_found_route(layout, base, hub), {"handle": [hub]}])
    named = _search(layout, [f"{base}user/{{http.regexp.room.1}}/{{http.regexp.room.2}}"])
    named["handle"] = [{"handler": "subroute", "routes": _found(layout, user, hub)}]
    routes = [named, {"handle": [default]}]
    chain = {"handler": "subroute", "routes": routes}
    return _when(RAW, "room", f"{user}(?:/({SEGMENT}))?(?:[/?]|$)", [chain])


def to_found_route(layout: Layout, base: str, hub: Json) -> list[Json]:
    """Return the route for any address that has a route file, longest prefix first."""
    prefixes = ["".join(f"/{{http.regexp.path.{i + 1}}}" for i in range(n)) for n in range(MAX_DEPTH, 0, -1)]
    further = f"(?:/({SEGMENT})" * (MAX_DEPTH - 1) + ")?" * (MAX_DEPTH - 1)
    search = _search(layout, prefixes)
    search["handle"] = [
        {"handler": "subroute", "routes": _found(layout, f"^{re.escape(base)}user/({SEGMENT})", hub)}
    ]
    chain = {"handler": "subroute", "routes": [search]}
    return [
        {
            "match": [
                {"vars_regexp": {RAW: {"name": "path", "pattern": f"^/({SEGMENT}){further}(?:[/?]|$)"}}}
            ],
            "handle": [chain],
        }
    ]


def _search(layout: Layout, prefixes: list[str]) -> Json:
    """Match when one of the prefixes has a route file."""
    files = [f"{prefix}/{MARK}*" for prefix in prefixes]
    return {"match": [{"file": {"root": str(layout.routes_dir), "try_files": files}}]}


def _found(layout: Layout, user: str, hub: Json) -> list[Json]:
    """Return what to do with each kind of route file; ``user`` is the pattern of a user's prefix."""
    named = _room(layout, "named-{http.regexp.room.2}", [{"handle": [hub]}])
    return [
        _when(FOUND, "room", f"{user}/({SEGMENT})/{ROOM}$", [named]),
        _when(FOUND, "room", f"{user}/({SEGMENT})/{ASLEEP}$", [hub]),
        _when(FOUND, "target", f"/{TARGET % 'http'}$", [_target(hub, tls=False)]),
        _when(FOUND, "target", f"/{TARGET % 'https'}$", [_target(hub, tls=True)]),
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


def _room(layout: Layout, stem: str, otherwise: list[Json]) -> Json:
    """A room whose socket is missing or dead is the hub's business: it says so, or starts it."""
    return _else(_proxy(f"unix/{layout.rooms_dir}/{{http.regexp.room.1}}/{stem}.sock"), otherwise)


def _target(hub: Json, *, tls: bool) -> Json:
    """Ask the TCP address in a route file's name, below the path in it, if any."""
    path = {
        "match": [{"vars_regexp": {"{http.regexp.target.3}": {"pattern": "^[+]"}}}],
        "handle": [
            {"handler": "rewrite", "uri": "/{http.regexp.target.3}"},
            {"handler": "rewrite", "path_regexp": [{"find": "/?[+]", "replace": "/"}]},
            {"handler": "rewrite", "uri": "{http.request.uri.path}{http.request.orig_uri}"},
        ],
    }
    secure = {"tls": {"server_name": "{http.regexp.target.2}"}} if tls else {}
    ask = {"handle": [_proxy("{http.regexp.target.1}", transport=secure)]}
    back = [{"handler": "rewrite", "uri": RAW}, hub]
    return {"handler": "subroute", "routes": [path, ask], "errors": {"routes": [{"handle": back}]}}


def _proxy(dial: str, *, transport: Json | None = None, **more: Any) -> Json:
    return {
        "handler": "reverse_proxy",
        "upstreams": [{"dial": dial}],
        "headers": {
            "request": {"delete": list(FORWARDED)},
            "response": {"set": {"X-Content-Type-Options": ["nosniff"]}, "delete": ["Server"]},
        },
        "transport": {"protocol": "http", "compression": False, "dial_timeout": "3s", **(transport or {})},
        **more,
    }


def _else(handler: Json, otherwise: list[Json]) -> Json:
    return {"handler": "subroute", "routes": [{"handle": [handler]}], "errors": {"routes": otherwise}}


def _when(value: str, name: str, pattern: str, handle: list[Json]) -> Json:
    match = {"vars_regexp": {value: {"name": name, "pattern": pattern}}}
    return {"match": [match], "handle": handle, "terminal": True}
