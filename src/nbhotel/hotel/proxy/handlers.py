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

#: Headers of answers that concern more than the room they come from: a guest's own page must not make itself
#: the service worker of the whole hotel, or wipe its cookies.
NOT_A_ROOMS = (
    "Server",
    "Service-Worker-Allowed",
    "Clear-Site-Data",
    "Alt-Svc",
    "NEL",
    "Report-To",
    "Reporting-Endpoints",
)

#: How long a request waits for a hub that restarts before it gets the page that reloads itself.
HUB_PATIENCE = "5s"

#: Headers by which JupyterHub and Tornado let themselves be told who asks and how, besides Caddy's own three.
FORWARDED = ("Forwarded", "X-Real-IP", "X-Scheme")


#: Handlers that continue with one of `named_routes`.
TO_HUB: Json = {"handler": "invoke", "name": "hub"}
TO_TARGET: Json = {"handler": "invoke", "name": "target"}


def named_routes(layout: Layout, base: str, hub_dial: str) -> Json:
    """Return the server's routes that others continue with: ``hub``, ``target`` (of a route file found)."""
    return {
        "hub": {"handle": [_hub(hub_dial)]},
        "target": {"handle": [{"handler": "subroute", "routes": _targets(layout, base)}]},
    }


def to_rooms(layout: Layout, base: str) -> Json:
    """Return the route for ``/user/NAME/…``: a named server that has a route file, else the default server.

    The default server needs no file; when its socket is dead there may be one that leads to a TCP address.
    """
    named = _search(layout, [f"{base}user/{{http.regexp.room.1}}/{{http.regexp.room.2}}"])
    default = _room(layout, "default", [to_searched(layout), {"handle": [TO_HUB]}])
    chain = {"handler": "subroute", "routes": [named, {"handle": [default]}]}
    return _when(RAW, "room", f"{_user(base)}(?:/({SEGMENT}))?(?:[/?]|$)", [chain])


def to_searched(layout: Layout) -> Json:
    """Return the route for any address that has a route file, longest prefix first."""
    prefixes = ["".join(f"/{{http.regexp.path.{i + 1}}}" for i in range(n)) for n in range(MAX_DEPTH, 0, -1)]
    further = f"(?:/({SEGMENT})" * (MAX_DEPTH - 1) + ")?" * (MAX_DEPTH - 1)
    chain = {"handler": "subroute", "routes": [_search(layout, prefixes)]}
    match = {"vars_regexp": {RAW: {"name": "path", "pattern": f"^/({SEGMENT}){further}(?:[/?]|$)"}}}
    return {"match": [match], "handle": [chain]}


def _user(base: str) -> str:
    return f"^{re.escape(base)}user/({SEGMENT})"


def _hub(dial: str) -> Json:
    patient = {"load_balancing": {"try_duration": HUB_PATIENCE, "try_interval": "100ms"}}
    text = "The hotel's reception restarts. Rooms and what runs in them go on; this page reloads itself."
    return _else(_proxy(dial, **patient), pages.away("The reception", text))


def _search(layout: Layout, prefixes: list[str]) -> Json:
    """Continue with the target when one of the prefixes has a route file."""
    files = [f"{prefix}/{MARK}*" for prefix in prefixes]
    return {"match": [{"file": {"root": str(layout.routes_dir), "try_files": files}}], "handle": [TO_TARGET]}


def _targets(layout: Layout, base: str) -> list[Json]:
    """Return what to do with each kind of route file."""
    named = _room(layout, "named-{http.regexp.room.2}", [{"handle": [TO_HUB]}])
    return [
        _when(FOUND, "room", f"{_user(base)}/({SEGMENT})/{ROOM}$", [named]),
        _when(FOUND, "room", f"{_user(base)}/({SEGMENT})/{ASLEEP}$", [TO_HUB]),
        _when(FOUND, "target", f"/{TARGET % 'http'}$", [_tcp(tls=False)]),
        _when(FOUND, "target", f"/{TARGET % 'https'}$", [_tcp(tls=True)]),
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


def _tcp(*, tls: bool) -> Json:
    """Ask the TCP address in a route file's name, below the path in it, if any."""
    path = {
        "match": [{"vars_regexp": {"{http.regexp.target.3}": {"pattern": "^[+]"}}}],
        "handle": [
            {"handler": "rewrite", "uri": "/{http.regexp.target.3}"},
            {"handler": "rewrite", "path_regexp": [{"find": "/?[+]", "replace": "/"}]},
            {"handler": "rewrite", "uri": "{http.request.uri.path}{http.request.orig_uri}"},
        ],
    }
    ask = {"handle": [_proxy("{http.regexp.target.1}")]}
    if tls:
        ask["handle"][0]["transport"]["tls"] = {"server_name": "{http.regexp.target.2}"}
        # Caddy would tell a server that speaks TLS its own name instead of the visitor's.
        ask["handle"][0]["headers"]["request"]["set"] = {"Host": ["{http.request.hostport}"]}
    back = [{"handler": "rewrite", "uri": RAW}, TO_HUB]
    return {"handler": "subroute", "routes": [path, ask], "errors": {"routes": [{"handle": back}]}}


def _proxy(dial: str, **more: Any) -> Json:
    return {
        "handler": "reverse_proxy",
        "upstreams": [{"dial": dial}],
        "headers": {
            "request": {"delete": list(FORWARDED)},
            "response": {"set": {"X-Content-Type-Options": ["nosniff"]}, "delete": list(NOT_A_ROOMS)},
        },
        "transport": {"protocol": "http", "compression": False, "dial_timeout": "3s"},
        **more,
    }


def _else(handler: Json, otherwise: list[Json]) -> Json:
    return {"handler": "subroute", "routes": [{"handle": [handler]}], "errors": {"routes": otherwise}}


def _when(value: str, name: str, pattern: str, handle: list[Json]) -> Json:
    match = {"vars_regexp": {value: {"name": name, "pattern": pattern}}}
    return {"match": [match], "handle": handle, "terminal": True}
