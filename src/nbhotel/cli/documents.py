"""A file that is compared, wherever it comes from."""

from __future__ import annotations

from nbhotel.records import NamedTuple

#: What people and tools name a side that is not there.
NOTHING = "/dev/null"


class Document(NamedTuple):
    """A file as people know it; `data` is None if it does not exist."""

    name: str
    data: bytes | None


Pair = tuple[Document, Document]

ABSENT = Document(NOTHING, None)
