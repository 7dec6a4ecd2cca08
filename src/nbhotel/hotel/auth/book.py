"""The guest book: the settings and the register together say who may enter."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nbhotel.errors import StateError
from nbhotel.hotel.auth.hubfolder import open_folder
from nbhotel.hotel.auth.names import Normalize, in_group, name_problem
from nbhotel.hotel.auth.register import Register, load_register
from nbhotel.hotel.layout import Layout


@dataclass(frozen=True, slots=True)
class Rules:
    """Who may enter, by `auth`, `allow` and `admins` of the settings and by the register.

    `normalize` spells an entry as the authenticator spells names.
    """

    auth: str
    allow: tuple[str, ...]
    admins: tuple[str, ...]
    register: Register
    normalize: Normalize

    def ways(self, name: str) -> Iterator[str]:
        """Yield what lets the guest in, unless denied.

        That is "admins", "settings", "command", "@group", "account" or "open door".
        """
        if self._listed(name, self._admin_names()):
            yield "admins"
        for entries, source in ((self.allow, "settings"), (self.register.allow, "command")):
            if self._listed(name, entries):
                yield source
            yield from (group for group in sorted(entries) if self._in_group(name, group))
        if self.auth == "builtin" and name in self.register.accounts:
            yield "account"
        # Without passwords, a list of guests is a matter of order and not of safety: no list, no order.
        if self.auth == "none" and not self.allow:
            yield "open door"

    def denies(self, name: str) -> bool:
        """Whether the guest was denied by name or by group."""
        deny = self.register.deny
        return self._listed(name, deny) or any(self._in_group(name, group) for group in deny)

    def allows(self, name: str) -> bool:
        """Whether the guest may enter: somebody lets them in and nobody denies them."""
        return name_problem(name) is None and not self.denies(name) and any(self.ways(name))

    def is_admin(self, name: str) -> bool:
        """Whether a guest who may enter is an admin."""
        return self._listed(name, self._admin_names()) and not self.denies(name)

    def admin_names(self) -> set[str]:
        """The names of all admins who are not denied."""
        names = {self.normalize(name) for name in self._admin_names() if name_problem(name) is None}
        return {name for name in names if not self.denies(name)}

    def _admin_names(self) -> tuple[str, ...]:
        accounts = self.register.accounts if self.auth == "builtin" else {}
        return (*self.admins, *(name for name, admin in accounts.items() if admin))

    def _listed(self, name: str, entries: Iterable[str]) -> bool:
        names = {entry for entry in entries if not entry.startswith("@")}
        return name in {self.normalize(entry) for entry in names}

    def _in_group(self, name: str, entry: str) -> bool:
        # A built-in account is not the system account of the same name.
        return entry.startswith("@") and self.auth != "builtin" and in_group(name, entry[1:])


class GuestBook:
    """The rules in force: the register is read again when it has changed, so no restart is needed."""

    def __init__(
        self,
        state: Path | None,
        *,
        auth: str,
        allow: Iterable[str] = (),
        admins: Iterable[str] = (),
        normalize: Normalize,
        log: logging.Logger,
    ) -> None:
        """`state` is the hotel's state directory; without one there is no register."""
        self._layout = Layout(state) if state else None
        self._rules = Rules(auth, tuple(allow), tuple(admins), Register(), normalize)
        self._version: tuple[int, ...] | None = None
        self._unreadable = False
        self._log = log

    @property
    def rules(self) -> Rules:
        """The rules as they are now."""
        if self._layout is not None:
            self._refresh(self._layout)
        return self._rules

    def allows(self, name: str) -> bool:
        """Whether the guest may enter now. Nobody may while it can't be known who was denied."""
        return self.rules.allows(name) and not self._unreadable

    def _refresh(self, layout: Layout) -> None:
        try:
            with open_folder(layout.hub_dir) as folder:
                version = folder.version(layout.guests_file.name)
                if version == self._version and not self._unreadable:
                    return
                register = load_register(folder, layout)
        except StateError as error:
            if not self._unreadable:
                self._log.error("Nobody may enter: %s", error)
            self._unreadable = True
            return
        self._version, self._unreadable = version, False
        rules = self._rules
        self._rules = Rules(rules.auth, rules.allow, rules.admins, register, rules.normalize)
