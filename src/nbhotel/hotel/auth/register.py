"""guests.json: who was allowed or denied by `nbhotel users`, and who has a built-in account.

One JSON object::

    {"allow": ["carol", "@staff"], "deny": ["mallory"], "accounts": {"alice": {"admin": true}}}

The passwords of the accounts are not here but, hashed, in the hub's database.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from nbhotel.errors import StateError
from nbhotel.hotel.auth.hubfolder import Folder, open_folder
from nbhotel.hotel.layout import Layout


@dataclass(frozen=True, slots=True)
class Register:
    """What guests.json says. `accounts` tells of each account whether it is an admin's."""

    allow: frozenset[str] = frozenset()
    deny: frozenset[str] = frozenset()
    accounts: Mapping[str, bool] = field(default_factory=dict)

    def allowing(self, *entries: str) -> Register:
        """These may enter, and are no longer denied."""
        return replace(self, allow=self.allow | {*entries}, deny=self.deny - {*entries})

    def denying(self, *entries: str) -> Register:
        """These may not enter, whatever else says they may."""
        return replace(self, allow=self.allow - {*entries}, deny=self.deny | {*entries})

    def with_account(self, name: str, *, admin: bool) -> Register:
        """The guest has a built-in account; a second invitation takes no rights away."""
        admin = admin or self.accounts.get(name, False)
        return replace(self, accounts={**self.accounts, name: admin})

    def without_account(self, name: str) -> Register:
        """The account is gone."""
        return replace(self, accounts={key: admin for key, admin in self.accounts.items() if key != name})


def read_register(layout: Layout) -> Register:
    """Read guests.json; empty if nothing was written yet. Raises StateError if it is not to be read."""
    if not layout.hub_dir.exists():
        return Register()
    with open_folder(layout.hub_dir) as folder:
        return load_register(folder, layout)


def load_register(folder: Folder, layout: Layout) -> Register:
    """Read guests.json from the open folder of the hub. Raises StateError."""
    data = folder.read(layout.guests_file.name)
    if data is None:
        return Register()
    try:
        return _parse(json.loads(data))
    except (ValueError, TypeError, AttributeError):
        remedy = "mend or remove it; a guest who was denied must then be denied again"
        raise StateError("this is no list of guests", where=str(layout.guests_file), remedy=remedy) from None


def change_register(layout: Layout, change: Callable[[Register], Register]) -> Register:
    """Write what `change` makes of the register, and return it; changes wait for each other.

    Raises StateError.
    """
    with open_folder(layout.hub_dir) as folder:
        folder.lock()
        register = change(load_register(folder, layout))
        folder.write(layout.guests_file.name, _dump(register))
    return register


def _parse(document: dict[str, list[str] | dict[str, dict[str, bool]]]) -> Register:
    allow, deny, accounts = (document.get(key) for key in ("allow", "deny", "accounts"))
    if not isinstance(allow, list) or not isinstance(deny, list) or not isinstance(accounts, dict):
        raise TypeError
    if not all(isinstance(entry, str) for entry in (*allow, *deny)):
        raise TypeError
    admins = {name: account.get("admin") is True for name, account in accounts.items()}
    return Register(frozenset(allow), frozenset(deny), admins)


def _dump(register: Register) -> bytes:
    document = {
        "allow": sorted(register.allow),
        "deny": sorted(register.deny),
        "accounts": {name: {"admin": admin} for name, admin in sorted(register.accounts.items())},
    }
    return json.dumps(document, indent=1, ensure_ascii=False).encode() + b"\n"
