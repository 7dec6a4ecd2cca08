"""How a route is kept on the disk: a file whose place is its prefix and whose name is its target.

The proxy reads no table. For ``/services/ping/x`` it looks for a file that begins with ``=`` in
``routes/services/ping/``, then in ``routes/services/``; the rest of the file's name is all that it needs to
know, and the hub may add and remove such files at any time. What only the hub reads (the route as JupyterHub
gave it) is the file's content, as JSON.

::

    routes/user/ann/=room.json                      the room of ann: on the socket that `Layout` names
    routes/user/ann/proj/=room.json                 her named server ``proj``
    routes/user/ann/old/=asleep.json                one that is stopped: the hub says so, or starts it
    routes/services/ping/=http,127.0.0.1:9000.json  anything else: scheme, host:port and, if any, a path
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict
from urllib.parse import quote, unquote, urlsplit

#: The longest prefix that can have a route, in segments: the proxy's configuration has a group for each.
MAX_DEPTH = 8

#: One segment of an address, escaped as JupyterHub escapes it; never ``.`` or ``..`` (RE2 and Python syntax).
SEGMENT = r"\.*[A-Za-z0-9_~@%-][A-Za-z0-9_~@%.-]*"

#: How the name of a TCP target's file begins and how it ends; groups: host:port, host, path ("+" for "/").
TARGET = r"=%s,(([a-z0-9.-]+|\[[0-9a-f:.]+\]):[0-9]{1,5}),?([^,/]*)\.json"

#: The path of a target: plain characters only, since it is rewritten by the proxy.
PLAIN_PATH = r"(?:/[A-Za-z0-9_~@-][A-Za-z0-9_~@.-]*)*"

MARK = "="
ROOM = "=room.json"
HUB = "=hub.json"
#: A named server that is stopped: its address is the hub's, not a page of the default server.
ASLEEP = "=asleep.json"


class Route(TypedDict):
    """A route as JupyterHub's `Proxy.get_all_routes` gives it."""

    routespec: str
    target: str
    data: dict[str, object]


def folder(routes: Path, path: str) -> Path:
    """Return the directory for the prefix ``path`` (``/a/b/``); ValueError if it can't have a route."""
    segments = [quote(unquote(segment), safe="@~") for segment in path.strip("/").split("/") if segment]
    if len(segments) > MAX_DEPTH or not all(re.fullmatch(SEGMENT, segment) for segment in segments):
        raise ValueError(f"no route can be made for {path!r}")
    return routes.joinpath(*segments)


def target_name(target: str) -> str:
    """Return the file name for an http or https target; ValueError if it is no HOST[:PORT][/PATH]."""
    parts = urlsplit(target)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    path = parts.path.rstrip("/")
    name = f"={parts.scheme},{host}:{port}{',' if path else ''}{path.replace('/', '+')}.json"
    if parts.query or parts.fragment or parts.username or not re.fullmatch(PLAIN_PATH, path):
        raise ValueError(f"{target!r} can't be the target of a route")
    if not re.fullmatch(TARGET % "https?", name):
        raise ValueError(f"{target!r} is not http[s]://HOST[:PORT][/PATH]")
    return name


def write(directory: Path, name: str, route: Route) -> None:
    """Put a route in place of any other of its prefix; the proxy sees the old one or the new one."""
    make_folder(directory)
    handle, draft = tempfile.mkstemp(dir=directory, prefix=".new-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(route, file)
            os.fchmod(file.fileno(), 0o640)
            # The proxy opens what it looks for, and is in the directory's group, not in the hub's own.
            os.fchown(file.fileno(), -1, directory.stat().st_gid)
        Path(draft).replace(directory / name)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    for other in _files(directory):
        if other.name != name:
            other.unlink(missing_ok=True)


def make_folder(directory: Path) -> None:
    """Make a directory of the tree, 0750 and of its parent's group, whatever the umask."""
    if directory.is_dir():
        return
    make_folder(directory.parent)
    directory.mkdir(exist_ok=True)
    directory.chmod(0o750)
    if directory.stat().st_gid != (group := directory.parent.stat().st_gid):
        os.chown(directory, -1, group)


def remove(directory: Path, *, top: Path) -> None:
    """Remove the route of a prefix, and the directories up to ``top`` that are empty then."""
    for file in _files(directory):
        file.unlink(missing_ok=True)
    while directory != top:
        with contextlib.suppress(FileNotFoundError):
            try:
                directory.rmdir()
            except OSError:
                return  # not empty: it leads to other routes
        directory = directory.parent


def put_to_sleep(directory: Path) -> bool:
    """Let the route of a named server lead to the hub; return whether it is one."""
    for file in _files(directory):
        route = _read(file)
        if route and route["data"].get("server_name"):
            file.rename(directory / ASLEEP)
            return True
    return False


def read_all(top: Path) -> Iterator[Route]:
    """Yield every route below ``top``; a file that is no route (cut off by a full disk) is removed."""
    return (route for file in top.rglob(f"{MARK}*.json") if file.name != ASLEEP and (route := _read(file)))


def sleeping(top: Path) -> Iterator[Route]:
    """Yield what were the routes of the named servers that are stopped."""
    return (route for file in top.rglob(ASLEEP) if (route := _read(file)))


def _read(file: Path) -> Route | None:
    try:
        route = json.loads(file.read_text(encoding="utf-8"))
        return Route(routespec=route["routespec"], target=route["target"], data=route["data"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        file.unlink(missing_ok=True)
        return None


def _files(directory: Path) -> list[Path]:
    return list(directory.glob(f"{MARK}*.json"))
