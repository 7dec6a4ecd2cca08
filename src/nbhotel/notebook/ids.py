"""Cell ids: valid, unique, and the same again when the same work is done again.

Source of the rule: https://github.com/jupyter/enhancement-proposals/blob/master/62-cell-id/cell-id.md
"""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import count
from zlib import crc32

from nbhotel.notebook.model import Json

#: The first minor version of nbformat 4 whose cells have ids.
SINCE_MINOR = 5
_VALID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def is_valid(value: Json) -> bool:
    """Whether nbformat 4.5 allows it as an id."""
    return isinstance(value, str) and bool(_VALID.fullmatch(value))


def fresh_id(content: str, taken: Collection[str]) -> str:
    """Return an id of eight hexadecimal digits, as Jupyter makes them, that is not taken.

    It comes from the content, so that a merge or a repair that is repeated gives the same file.
    """
    data = content.encode("utf-8", "surrogatepass")
    for attempt in count():
        candidate = f"{crc32(data, attempt):08x}"
        if candidate not in taken:
            return candidate
    raise AssertionError  # count() does not end


def with_id(raw: dict[str, Json], identity: str) -> dict[str, Json]:
    """Return the cell with this id, in the key order that it has (sorted, if it is sorted)."""
    if raw.get("id") == identity:
        return raw
    result = raw | {"id": identity}
    if "id" not in raw and list(raw) == sorted(raw):
        return dict(sorted(result.items()))
    return result
