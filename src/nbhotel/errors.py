"""Every error that nbhotel raises on purpose.

::

    NbhotelError            what happened, where, and what to do; exit code 2
    ├── UsageError          wrong options or arguments
    ├── InputError          a file or a git revision that is not there or can't be read
    ├── SettingsError       a wrong hotel.toml: file, line and key
    ├── ConfigError         a wrong nbhotel.toml or [tool.nbhotel]: file, line and key
    ├── StateError          the state directory, a pid file, a socket
    ├── VaultError          the store of outputs of a repository
    ├── JournalError        the record of the code that kernels ran
    ├── CommentError        comments on a notebook can't be read or written
    ├── TransferError       files could not be sent or fetched
    ├── ShareError          a code host does not take what is to be shared, or can't be reached
    ├── MissingPart         a program, package or right that is needed is not there
    └── HotelError          the hotel runs, but something in it failed

Anything else that reaches `cli.boundary` is a defect of ours: exit code 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class NbhotelError(Exception):
    """An expected error, told in one line: ``where: what. remedy``.

    ``what`` and ``remedy`` are sentences without a newline; ``where`` is a file, a line, an address.
    """

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head} ({self.remedy})" if self.remedy else head


def nearest(word: str, names: Iterable[str]) -> str:
    """Return the remedy for a name that there isn't: the one that was probably meant, else all there are."""
    import difflib

    known = list(names)
    close = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(known)}"


class UsageError(NbhotelError):
    """Wrong options or arguments on the command line."""


class InputError(NbhotelError):
    """A file or a git revision that is not there or can't be read."""


class SettingsError(NbhotelError):
    """A settings file that can't be used; ``where`` is ``FILE:LINE: KEY``."""


class ConfigError(NbhotelError):
    """A repository's configuration that can't be used; ``where`` is ``FILE:LINE: KEY``."""


class StateError(NbhotelError):
    """The state directory, or what lies in it, is not as it must be."""


class VaultError(NbhotelError):
    """The vault can't be opened, read or written; git goes on without it."""


class TransferError(NbhotelError):
    """Files could not be sent to a server or fetched from it; `where` never holds a token."""


class ShareError(NbhotelError):
    """Something could not be shared on a code host; neither `what` nor `where` ever holds a token."""


class JournalError(NbhotelError):
    """The journal can't be opened, read or written; kernels go on without it."""


class CommentError(NbhotelError):
    """Comments can't be read or written, or may not be."""


class MissingPart(NbhotelError):
    """A program, a package or a right that is needed is not to be had; ``remedy`` says how to get it."""


class HotelError(NbhotelError):
    """The hotel could not do what it was asked."""
