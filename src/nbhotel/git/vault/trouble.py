"""A vault in trouble: what went wrong, and what to do, for people."""

from __future__ import annotations

from nbhotel.database import DAMAGED, FULL, what_and_remedy
from nbhotel.errors import VaultError

#: What to do about some troubles; about the others it is as with any database.
_REMEDIES = {
    DAMAGED: "`nbhotel vault gc --rebuild` puts it aside and saves what can be read",
    FULL: "make some, perhaps by `nbhotel vault gc --size 100M`",
}


def explained(file: str, error: Exception) -> VaultError:
    """Return the error for people that an error of SQLite, zlib or the system is."""
    # What sqlite3 itself raises without a name, and zlib, is about what they found in the file.
    what, remedy, detail = what_and_remedy(error, unnamed="SQLITE_CORRUPT")
    return VaultError(f"{what}: {detail}", where=file, remedy=_REMEDIES.get(what, remedy))


def other_version(file: str) -> VaultError:
    """Return the error for a vault that is not of this version's form."""
    remedy = "use that version, or put the vault aside by `nbhotel vault gc --rebuild`"
    return VaultError("was written by another version of nbhotel", where=file, remedy=remedy)
