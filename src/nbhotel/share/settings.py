"""What a repository says of sharing: `[share]` of `nbhotel.toml`, or `[tool.nbhotel.share]`.

::

    [share.client-ids]                      # of an application of yours on a host, for `nbhotel share login`
    "github.com" = "Ov23li…"
    "gitlab.example.org" = "bb5b56…"

An id is no secret. It stands by its host, so that no other host gets to see it.
"""

from __future__ import annotations

from nbhotel.chain.config import complain, find_source

_KEY = "client-ids"


def client_id_of(host: str, folder: str) -> str:
    """Return the id for a host, by its name, that holds for a folder; "" for none. Raises ConfigError."""
    source = find_source(folder)
    table = source.share
    if table is None:
        return ""
    if not isinstance(table, dict):
        complain(source, ("share",), "must be a table")
    for key in table:
        if key != _KEY:
            complain(source, ("share", key), "there is no such key", near=(key, (_KEY,)))
    ids = table.get(_KEY, {})
    if not isinstance(ids, dict) or not all(isinstance(each, str) for each in ids.values()):
        complain(source, ("share", _KEY), "must be a table of hosts and texts")
    return str(ids.get(host, ""))
