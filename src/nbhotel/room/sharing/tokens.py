"""Tokens for hosts: those that `nbhotel share` finds, and those that people type into the form.

A typed one is tried, then kept in the system's keyring if there is one, and in this process while it lives.
It stands in no file and in no log, and no answer of ours holds one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nbhotel.errors import MissingPart, ShareError
from nbhotel.room.sharing.hosts import Chosen, opened

if TYPE_CHECKING:
    from nbhotel.share.hosts.host import Token


class Tokens:
    """All that this server knows of."""

    def __init__(self) -> None:
        self._typed: dict[str, Token] = {}

    def find(self, host: Chosen, environment: Mapping[str, str]) -> Token:
        """Return the token for a host; one that was typed comes first. Raises as `find_token`."""
        from nbhotel.share.tokens import find_token

        return self._typed.get(host.name) or find_token(host.name, environment, host.kind)

    def known(self, host: Chosen, environment: Mapping[str, str]) -> dict[str, Any]:
        """Return where a token for it comes from, or why there is none; never the token itself."""
        try:
            return {"source": self.find(host, environment).source, "problem": ""}
        except (ShareError, MissingPart) as error:
            return {"source": "", "problem": str(error)}

    def take(self, host: Chosen, value: str) -> None:
        """Try a token that was typed, and keep it. Raises ShareError, MissingPart: it is not accepted."""
        from nbhotel.share import keeping
        from nbhotel.share.hosts.host import Token

        with opened(host, Token(value, "the form"), _impatient) as trying:
            trying.user()
        try:
            keeping.keep(host.name, value)
            self._typed[host.name] = Token(value, "the keyring")
        except MissingPart:
            self._typed[host.name] = Token(value, "the form, until this server stops")


def _impatient(seconds: float, reason: str) -> None:
    raise ShareError(reason, remedy=f"try again in {seconds:.0f} s")
