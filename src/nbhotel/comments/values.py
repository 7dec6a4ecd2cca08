"""What people say about a notebook. Times are seconds since the epoch, in UTC."""

from __future__ import annotations

from nbhotel.records import NamedTuple


class Person(NamedTuple):
    """Somebody who comments: the name to log in with, and the one to show."""

    username: str
    name: str


class Comment(NamedTuple):
    """One text (Markdown) of one person; `edited` is None if it stands as it was written first."""

    id: int
    author: Person
    written: float
    edited: float | None
    text: str


class Thread(NamedTuple):
    """A comment and the replies to it.

    `cell` is the id of the cell that is meant, "" for the whole notebook; `excerpt` is the first line that
    the cell had then. `resolver` is who resolved it and `resolved` when; None if nobody did.
    """

    id: int
    cell: str
    excerpt: str
    resolved: float | None
    resolver: Person | None
    comments: tuple[Comment, ...]


class Discussion(NamedTuple):
    """All threads of a notebook in the order of their beginnings; `version` is another after each change."""

    version: str
    threads: tuple[Thread, ...]
