"""What the proxy says itself, when nobody else can: the hub is away, or the address is not ours."""

from __future__ import annotations

import json
from html import escape
from typing import Any

Json = dict[str, Any]

#: Seconds after which a page asks again for what is away.
RETRY = 3

_PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}'
    '<meta name="viewport" content="width=device-width"></head>'
    '<body style="font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:20vh auto;padding:0 1rem">'
    "<h1>{title}</h1><p>{text}</p></body></html>"
)


def away(what: str, text: str) -> list[Json]:
    """Return Caddy routes that answer 503: JSON for programs, a page that reloads itself for people."""
    headers = {"Retry-After": [str(RETRY)], "Cache-Control": ["no-store"]}
    refresh = f'<meta http-equiv="refresh" content="{RETRY}">'
    body = json.dumps({"message": f"{what} is away for a moment.", "status": 503, "retry_after": RETRY})
    return [
        {
            "match": [
                {"header_regexp": {"Accept": {"pattern": r"^\s*application/json"}}},
                {"path_regexp": {"pattern": r"/api(/|$)"}},
                {
                    "method": ["POST", "PUT", "PATCH", "DELETE"],
                    "header": {"Content-Type": ["application/json*"]},
                },
            ],
            "handle": [_answer(503, body, "application/json", headers)],
            "terminal": True,
        },
        {"handle": [page(503, f"{what} is away for a moment", text, head=refresh, headers=headers)]},
    ]


def foreign_host(url: str) -> Json:
    """Return a Caddy handler for requests under a name that is not this hotel's (RFC 9110, 15.5.20)."""
    text = f'This hotel answers at <a href="{escape(url)}">{escape(url)}</a>.'
    return page(421, "Not the address of this hotel", text, headers={"Cache-Control": ["no-store"]})


def page(status: int, title: str, text: str, *, head: str = "", headers: dict[str, list[str]]) -> Json:
    """Return a Caddy handler that answers with a small page; ``text`` is HTML."""
    html = _PAGE.format(title=escape(title), text=text, head=head)
    return _answer(status, html, "text/html; charset=utf-8", headers)


def _answer(status: int, body: str, kind: str, headers: dict[str, list[str]]) -> Json:
    return {
        "handler": "static_response",
        "status_code": status,
        "headers": {"Content-Type": [kind], "X-Content-Type-Options": ["nosniff"], **headers},
        "body": body,
    }
