"""What a request of a visitor would need. Only what stands here is possible; paths are below the base URL."""

from __future__ import annotations

import re
from collections.abc import Callable

from nbhotel.records import NamedTuple

_READS = {"GET", "HEAD", "OPTIONS"}


class Need(NamedTuple):
    """`level` on what `name` names; `kind` says what that is.

    - open: nothing is needed; nothing: is answered, but not done.
    - settings, workspace, sessions, kernels, kernelspecs, languages: answers from which is taken what is not
      the visitor's (`shown`).
    - events, presence: websockets that Lab wants to have, and on which visitors hear nothing (`sockets`).
    - path: a file or folder; listing: a folder on the way to one, whose list is then cut down.
    - kernel, session, document: its notebook (`document` is an address of jupyter-collaboration's).
    - new session, changed session, new file: what the body names, too.
    """

    kind: str
    name: str = ""
    level: str = "read"


_Rule = tuple[set[str], re.Pattern[str], Callable[[str], Need | None]]


def _rule(methods: str, pattern: str, need: Callable[[str], Need | None] | Need) -> _Rule:
    made = need if callable(need) else (lambda _: need)
    return set(methods.split()), re.compile(pattern), made


def _needs(kind: str, level: str) -> Callable[[str], Need]:
    return lambda name: Need(kind, name, level)


_OPEN = Need("open")
_GET = "GET HEAD OPTIONS"

#: The first that fits counts; a pattern's group is the name.
_RULES = (
    # Pages, and what they are made of. That of a file holds nothing of it.
    _rule(_GET, r"|(?:lab|doc)(?:/(?:tree|workspaces)(?:/.*)?)?|(?:tree|notebooks|edit)(?:/.*)?", _OPEN),
    _rule(_GET, r"(?:static|lab/static|lab/extensions|kernelspecs|custom)/.*", _OPEN),
    _rule(_GET, r"oauth_callback|logout", _OPEN),
    _rule(_GET, r"(?:favicon\.ico|logo|api|api/me|api/status|api/spec\.yaml)", _OPEN),
    _rule(_GET, r"api/kernelspecs", Need("kernelspecs")),
    _rule("POST", r"api/security/csp-report", _OPEN),
    # The server's side of Lab; a visitor's own changes of it are not kept.
    _rule(_GET, r"lab/api/(?:themes|translations|licenses|plugins|build)(?:/.*)?", _OPEN),
    _rule(_GET, r"api/nbconvert", _OPEN),
    _rule(_GET, r"lsp/status", Need("languages")),
    _rule("GET", r"api/events/subscribe", Need("events")),
    _rule(_GET, r"lab/api/settings(?:/.*)?", Need("settings")),
    _rule(_GET, r"lab/api/workspaces(?:/(.*))?", _needs("workspace", "read")),
    _rule("PUT DELETE", r"lab/api/workspaces(?:/.*)?", Need("nothing")),
    # Files.
    _rule(_GET, r"api/contents/(.+)/checkpoints", _needs("path", "read")),
    _rule("POST", r"api/contents/(.+)/checkpoints", _needs("path", "edit")),
    # Older versions, and trust in what a notebook would run in the owner's browser.
    _rule("POST", r"api/contents/.+/(?:checkpoints/.*|trust)", lambda _: None),
    _rule(_GET, r"api/contents(?:/(.*))?", _needs("listing", "read")),
    _rule("PUT", r"api/contents/(.+)", _needs("path", "edit")),
    _rule("POST", r"api/contents/(.+)", _needs("new file", "edit")),
    _rule(_GET, r"files/(.+)", _needs("path", "read")),
    # Kernels: who may run code can do what the owner can.
    _rule(_GET, r"api/sessions", Need("sessions")),
    _rule(_GET, r"api/kernels", Need("kernels")),
    _rule("POST", r"api/sessions", Need("new session", level="edit")),
    _rule("GET DELETE", r"api/sessions/([^/]+)", _needs("session", "edit")),
    _rule("PATCH", r"api/sessions/([^/]+)", _needs("changed session", "edit")),
    _rule("GET DELETE", r"api/kernels/([^/]+)", _needs("kernel", "edit")),
    _rule("POST", r"api/kernels/([^/]+)/(?:interrupt|restart)", _needs("kernel", "edit")),
    _rule("GET", r"api/kernels/([^/]+)/channels", _needs("kernel", "edit")),
    # Writing together. What a reader sends into a document is dropped (`sockets`).
    _rule("PUT", r"api/collaboration/session/(.+)", _needs("path", "read")),
    _rule("GET", r"api/collaboration/room/JupyterLab:globalAwareness", Need("presence")),
    _rule("GET", r"api/collaboration/room/(.+)", _needs("document", "read")),
    # Our own.
    _rule(_GET, r"nbhotel/api(?:/openapi\.json)?", _OPEN),
    _rule(_GET, r"nbhotel/api/guests/me", _OPEN),
    _rule(_GET, r"nbhotel/api/comments/(.+)", _needs("path", "read")),
    _rule("POST PATCH DELETE", r"nbhotel/api/comments/(.+)", _needs("path", "comment")),
    _rule("GET PATCH", r"nbhotel/api/shell/kernels/([^/]+)(?:/channel)?", _needs("kernel", "edit")),
)


def need_of(method: str, path: str) -> Need | None:
    """Return what a request would need, or None if no visitor may ever make it.

    `path` is decoded once, and has no slash at its ends.
    """
    for methods, pattern, need in _RULES:
        found = pattern.fullmatch(path)
        if found and method in methods:
            return need(_named(found))
    return None


def _named(found: re.Match[str]) -> str:
    return (found.group(1) or "") if found.re.groups else ""
