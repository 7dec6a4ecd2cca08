"""System accounts: PAM is asked by the zygote, which may; the hub is an ordinary user."""

from __future__ import annotations

import secrets
from functools import cached_property
from pathlib import Path
from typing import Any

from tornado import web
from traitlets import default

from nbhotel.errors import HotelError
from nbhotel.hotel.auth.guests import GuestList
from nbhotel.hotel.auth.names import as_system_spells, name_problem
from nbhotel.hotel.layout import Layout
from nbhotel.hotel.zygote.client import ZygoteAway, ZygoteClient

_AWAY = "Passwords can't be checked at the moment: a part of the hotel is being restarted. Try again soon."


class PAMviaZygote(GuestList):
    """Lets in who has a system account, gives its password and stands in the guest book.

    The name is first spelt as the system does, so that one account is one guest. A name that doesn't exist
    goes the same way as one that does: PAM takes the same time for both, and the answer is the same.
    """

    @default("hotel_auth")
    def _hotel_auth(self) -> str:
        return "pam"

    @cached_property
    def zygote(self) -> ZygoteClient:
        """The zygote of the hotel."""
        return ZygoteClient(Layout(Path(self.state_dir)).zygote_socket)

    def normalize_username(self, username: str) -> str:
        """Return the login name that the system has for this spelling."""
        login = as_system_spells(username)
        return str(self.username_map.get(login, login))

    async def authenticate(self, _handler: Any, data: dict[str, str]) -> str | None:
        """Return the login name if PAM takes the password, else None; HTTPError 503 if it can't be asked."""
        login = as_system_spells(data.get("username", ""))
        if name_problem(login):
            return None
        self.count_try(login)
        if self.book.allows(self.normalize_username(login)):
            return await self._ask(login, data.get("password", ""))
        self.log.warning("%r is not on the guest list", login)
        # PAM answers a right password at once and a wrong one late. Who is no guest is therefore asked with a
        # password that is never right: else this hub would tell whose passwords elsewhere are right.
        await self._ask(login, secrets.token_urlsafe(32))
        return None

    async def _ask(self, login: str, password: str) -> str | None:
        try:
            accepted = await self.zygote.authenticate(login, password)
        except HotelError as error:
            self.throttle.forgive(login)
            self.log.error("No login: %s", error)
            text = _AWAY if isinstance(error, ZygoteAway) else f"Passwords can't be checked: {error}"
            raise web.HTTPError(503, text) from None
        if accepted is not None:
            self.throttle.forgive(login)
        return accepted
