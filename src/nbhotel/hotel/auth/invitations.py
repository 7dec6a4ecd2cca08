"""One-time links to a built-in account.

An invitation is a file in the hub's folder, named by the hash of its token: who reads the folder learns no
link. It is used by renaming it, which only one of two clicks can do. A link to a name that has an account
sets that account's password anew.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from nbhotel.errors import StateError, UsageError
from nbhotel.hotel.auth.hubfolder import Folder, open_folder
from nbhotel.hotel.auth.names import lower, name_problem
from nbhotel.hotel.auth.register import Register, read_register
from nbhotel.hotel.layout import Layout
from nbhotel.hotel.settings import Settings

#: How long an invitation holds unless told otherwise, in seconds.
LIFETIME = 7 * 86400
#: How long it is remembered that a link was used or has expired, in seconds, to tell that to who opens it.
_MEMORY = 30 * 86400


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a link gives: an account of this name, or of one that the guest chooses. Times in Unix seconds."""

    name: str | None
    admin: bool
    created: float
    expires: float
    #: Made by `up` for whoever starts the hotel: the next one replaces it.
    first: bool = False

    def open(self, now: float) -> bool:
        """Whether the link can still be used."""
        return now < self.expires


def create_invitation(
    layout: Layout,
    name: str | None,
    *,
    admin: bool,
    lifetime: float,
    now: float,
    first: bool = False,
) -> str:
    """Write an invitation for the hub's user and return the token of its link, `…/hub/invite/TOKEN`.

    `lifetime` is in seconds, `now` in Unix seconds. A new invitation of a name replaces the older ones, so
    that a link that was lost is worth nothing. Raises UsageError for a name that no account can have, and
    StateError if the hotel's state can't be written.
    """
    name = checked_account_name(name) if name is not None else None
    if name is None and owned_by_root(layout):
        what = "rooms run as system accounts here, so the invitation must name the guest's"
        raise UsageError(what, remedy="nbhotel users invite NAME")
    token = secrets.token_urlsafe(32)
    invitation = Invitation(name, admin, now, now + lifetime, first)
    with _invitations(layout) as folder:
        for file, older in _all(folder):
            same = older.name == name if name is not None else first and older.first
            if same or now > older.expires + _MEMORY:
                folder.remove(file)
        folder.write(_file(token), json.dumps(asdict(invitation)).encode())
    return token


def first_admin_invitation(layout: Layout, settings: Settings, *, now: float) -> str | None:
    """Return the token of a link for the first admin, as `up` prints it; None if there is an admin already.

    Each call makes the link of the call before worthless. Raises StateError, and UsageError if rooms run as
    system accounts and the settings name no admin.
    """
    if settings.auth != "builtin" or has_admin_account(layout, settings):
        return None
    name = settings.admins[0] if settings.admins else None
    return create_invitation(layout, name, admin=True, lifetime=LIFETIME, now=now, first=True)


def has_admin_account(layout: Layout, settings: Settings) -> bool:
    """Whether somebody has a built-in account with an admin's rights. Raises StateError."""
    return bool(admin_accounts(read_register(layout), settings))


def admin_accounts(register: Register, settings: Settings) -> set[str]:
    """The built-in accounts with an admin's rights."""
    by_settings = {lower(name) for name in settings.admins}
    accounts = {name for name, admin in register.accounts.items() if admin or name in by_settings}
    return accounts - register.deny


def find_invitation(layout: Layout, token: str) -> Invitation | None:
    """Return the unused invitation of a token, expired or not; None if there is none. Raises StateError."""
    with _invitations(layout) as folder:
        data = folder.read(_file(token))
    return _parse(data) if data else None


def claim_invitation(layout: Layout, token: str, *, now: float) -> Invitation | None:
    """Use the invitation up; None if another was quicker or it can't be used. Raises StateError."""
    with _invitations(layout) as folder:
        folder.lock()
        data = folder.read(_file(token))
        invitation = _parse(data) if data else None
        if invitation is None or not invitation.open(now):
            return None
        return invitation if folder.move(_file(token), _used(token)) else None


def release_invitation(layout: Layout, token: str) -> None:
    """Undo a claim that led to nothing. Raises StateError."""
    with _invitations(layout) as folder:
        folder.move(_used(token), _file(token))


def was_used(layout: Layout, token: str) -> bool:
    """Whether the token's link once worked and was used. Raises StateError."""
    with _invitations(layout) as folder:
        return folder.version(_used(token)) is not None


def open_invitations(layout: Layout, *, now: float) -> list[Invitation]:
    """The invitations that still wait for their guests. Raises StateError."""
    if not layout.invitations_dir.exists():
        return []
    with _invitations(layout) as folder:
        return [one for file, one in _all(folder) if file.endswith(".json") and one.open(now)]


def void_invitations(layout: Layout, name: str, *, admin: bool) -> None:
    """Make the open links to a name worthless; an admin's also that for the first. Raises StateError."""
    with _invitations(layout) as folder:
        for file, invitation in _all(folder):
            over = invitation.name == name or (admin and invitation.first)
            if over and file.endswith(".json"):
                folder.remove(file)


def checked_account_name(name: str) -> str:
    """Return the name as a built-in account has it; raise UsageError if it can't have one."""
    name = lower(name.strip())
    problem = account_name_problem(name)
    if problem:
        raise UsageError(
            f"the name {problem}", where=repr(name), remedy="letters, digits and . _ - @ + will do"
        )
    return name


def account_name_problem(name: str) -> str | None:
    """Return what is wrong with the name of a new account, as the end of a sentence, or None.

    Stricter than `name_problem`: who chooses a name freely must not choose one that looks like another's.
    """
    problem = name_problem(name)
    if problem is None and not all(c.isascii() and (c.isalnum() or c in "._-@+") for c in name):
        return "has characters other than letters, digits and . _ - @ +"
    return problem


def owned_by_root(layout: Layout) -> bool:
    """Whether root made the hotel, so that each room runs as the system account of its guest's name."""
    try:
        return layout.state.stat().st_uid == 0
    except FileNotFoundError:
        return False


@contextmanager
def _invitations(layout: Layout) -> Iterator[Folder]:
    with open_folder(layout.hub_dir, layout.invitations_dir.name) as folder:
        yield folder


def _all(folder: Folder) -> Iterator[tuple[str, Invitation]]:
    for file in folder.names():
        data = folder.read(file) if file.endswith((".json", ".used")) else None
        if data is not None:
            yield file, _parse(data)


def _parse(data: bytes) -> Invitation:
    try:
        return Invitation(**json.loads(data))
    except (ValueError, TypeError):
        raise StateError("a file in the folder of invitations is none", remedy="remove it") from None


def _file(token: str) -> str:
    return f"{hashlib.sha256(token.encode()).hexdigest()}.json"


def _used(token: str) -> str:
    return f"{hashlib.sha256(token.encode()).hexdigest()}.used"
