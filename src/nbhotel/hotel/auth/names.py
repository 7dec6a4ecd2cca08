"""What a guest's name may be, and how it is spelt."""

from __future__ import annotations

import grp
import os
import pwd
import unicodedata
from collections.abc import Callable

from nbhotel.errors import UsageError

#: How a name that was typed becomes the name that the hub knows.
Normalize = Callable[[str], str]

#: The longest name, in characters (the hub's and nativeauthenticator's tables hold more than this).
LONGEST = 100


def name_problem(name: str) -> str | None:
    """Return what is wrong with a name, as the end of a sentence ("is empty"), or None if it is safe.

    Names become parts of paths, addresses, log lines and command lines.
    """
    problems = (
        (not name, "is empty"),
        (len(name) > LONGEST, f"is longer than {LONGEST} characters"),
        ("/" in name, "contains a slash"),
        (name[:1] in {"-", "."}, f"begins with {name[:1]!r}"),
        (name != name.strip(), "begins or ends with a blank"),
        (any(map(_is_invisible, name)), "contains an invisible character"),
    )
    return next((text for wrong, text in problems if wrong), None)


def _is_invisible(character: str) -> bool:
    # "C": controls, formats such as the marks that turn the direction of writing, surrogates, unassigned;
    # "Z": blanks other than the space, and the ends of lines and paragraphs.
    return character != " " and unicodedata.category(character)[0] in "CZ"


def lower(name: str) -> str:
    """Spell a name as JupyterHub does: in lower case (`Authenticator.normalize_username`)."""
    return name.lower()


def as_system_spells(name: str) -> str:
    """Return the login name that the system (NSS) has for this spelling; in lower case if it has none.

    A directory service may take several spellings of one account; one account must be one guest.
    """
    for spelling in (name, name.lower()):
        try:
            return pwd.getpwnam(spelling).pw_name
        except (KeyError, ValueError):  # unknown; NUL or a lone surrogate
            continue
    return name.lower()


def normalizer(auth: str) -> Normalize:
    """Return how the authenticator of this setting spells names."""
    return as_system_spells if auth == "pam" else lower


def login_exists(name: str) -> bool:
    """Whether the system has an account of exactly this name."""
    try:
        return pwd.getpwnam(name).pw_name == name
    except (KeyError, ValueError):
        return False


def group_exists(name: str) -> bool:
    """Whether the system has a group of this name."""
    try:
        return grp.getgrnam(name).gr_name == name
    except (KeyError, ValueError):
        return False


def in_group(name: str, group: str) -> bool:
    """Whether the system account `name` is in the Unix group; False if either is unknown."""
    try:
        gid = grp.getgrnam(group).gr_gid
        account = pwd.getpwnam(name)
        return gid in os.getgrouplist(account.pw_name, account.pw_gid)
    except (KeyError, ValueError, OSError):
        return False


def checked_entry(entry: str) -> str:
    """Return a name or `@group` for the register as it is; raise UsageError if it can be neither."""
    entry = entry.strip()
    problem = name_problem(entry.removeprefix("@"))
    if problem:
        what = "the group's name" if entry.startswith("@") else "the name"
        raise UsageError(f"{what} {problem}", where=repr(entry), remedy="give a login name, or @group")
    return entry
