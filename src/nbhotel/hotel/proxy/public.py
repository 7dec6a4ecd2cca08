"""`/public/USER/…`: guests' pages, served as files, which nothing in a browser trusts.

Whatever a guest managed to publish, the header confines it: no script, no request, no form, and an origin of
its own, so that it shares nothing with the hub and the rooms (https://www.w3.org/TR/CSP3/#directive-sandbox).
"""

from __future__ import annotations

from typing import Any

from nbhotel.hotel.layout import Layout
from nbhotel.hotel.proxy import pages

Json = dict[str, Any]

#: The address, below JupyterHub's base URL.
PUBLIC_PATH = "public/"

POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:; "
    "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": [POLICY],
    "X-Content-Type-Options": ["nosniff"],
    "Referrer-Policy": ["no-referrer"],
    "Cross-Origin-Opener-Policy": ["same-origin"],
    # Kept by browsers, and asked about each time (an ETag, 304): what is withdrawn is gone at once.
    "Cache-Control": ["no-cache"],
}


def published(layout: Layout, prefix: str) -> Json:
    """Return the route for published pages; `prefix` is their whole path, with slashes at both ends."""
    missing = pages.page(
        404, "No such page", "It was never published, or withdrawn.", headers={"Cache-Control": ["no-store"]}
    )
    # The folder of guests itself has no page, and nothing lists it; what begins with a dot is a draft.
    serve = {
        "handler": "file_server",
        "root": str(layout.public_dir),
        "index_names": ["index.html"],
        "hide": [".*"],
    }
    steps = [
        {"handler": "rewrite", "strip_path_prefix": prefix.rstrip("/")},
        {"handler": "headers", "response": {"set": _HEADERS}},
        serve,
    ]
    chain = {
        "handler": "subroute",
        "routes": [
            {
                "match": [{"not": [{"method": ["GET", "HEAD"]}]}],
                "handle": [{"handler": "error", "status_code": 405}],
            },
            {"handle": steps},
        ],
        "errors": {"routes": [{"handle": [missing]}]},
    }
    return {"match": [{"path": [f"{prefix}*"]}], "handle": [chain], "terminal": True}
