"""What a code host can do for us, whichever it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from nbhotel.records import NamedTuple

#: Called with seconds and a reason, such as "github.com limits requests"; returns when they are over.
Wait = Callable[[float, str], None]


class Token(NamedTuple):
    """What a host knows us by, and where it was found, such as "$GH_TOKEN"."""

    value: str
    source: str

    def __repr__(self) -> str:
        """Without the value: this may get into a report."""
        return f"Token(from {self.source})"


class Snippet(NamedTuple):
    """A few files under one address: GitHub's gist. `address` is the page for people."""

    host: str
    id: str
    address: str
    public: bool
    files: tuple[str, ...]


class Host(Protocol):
    """A code host, with the rights of one token. All methods raise ShareError."""

    name: str

    def make_snippet(self, files: Mapping[str, str], description: str, *, public: bool) -> Snippet:
        """Make a snippet of files, name -> text, and return it. It is made once or not at all."""
        ...

    def update_snippet(self, known: str, files: Mapping[str, str], description: str | None) -> Snippet:
        """Put these files into the snippet with the id `known`; its other files stay. None: as it was.

        Raises Gone if there is no such snippet any more.
        """
        ...
