"""Errors in the menu's words: what the command line calls an option is a field there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbhotel.errors import NbhotelError
from nbhotel.room.api import refused

if TYPE_CHECKING:
    from tornado.web import HTTPError

#: what `nbhotel share` says to do -> what to do in the menu
_REMEDIES = {
    "without --update a new one is made": "`Notebook as Gist…` makes a new one",
    "without --update one is made": "`Notebook as Gist…` makes one",
    "the first time without --pr": "the first time without one",
    "--branch ANOTHER": "name another branch",
    "--branch B": "name one",
}
_PLACES = {"--host": "Host"}


def told(error: NbhotelError) -> HTTPError:
    """Return what the client is told of an expected error."""
    where = _PLACES.get(error.where, error.where)
    remedy = _REMEDIES.get(error.remedy, error.remedy)
    return refused(NbhotelError(error.what, where=where, remedy=remedy))


def hidden(told: str) -> str:
    """Return who can read what is not public, without the option that changes that."""
    return told.partition(":")[0]
