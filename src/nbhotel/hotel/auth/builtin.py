"""Built-in accounts, for a hotel without root: made by invitation only, on nativeauthenticator.

What is nativeauthenticator's: the table of accounts and its hashes, and its list of common passwords. Its
pages are not used: there is no open sign-up, and its login page needs a part that JupyterHub 6 has no more.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from jupyterhub.auth import Authenticator
from jupyterhub.utils import url_path_join
from nativeauthenticator import NativeAuthenticator
from nativeauthenticator.orm import UserInfo
from traitlets import default

from nbhotel.errors import StateError
from nbhotel.hotel.auth.guests import GuestList
from nbhotel.hotel.auth.invitations import account_name_problem
from nbhotel.hotel.auth.pages import InvitationPage, PasswordPage
from nbhotel.hotel.auth.passwords import check_password, hash_password, password_problem
from nbhotel.hotel.auth.register import Register, change_register
from nbhotel.hotel.layout import Layout


class BuiltinAccounts(GuestList, NativeAuthenticator):
    """Lets in who has an account here and gives its password."""

    @default("hotel_auth")
    def _hotel_auth(self) -> str:
        return "builtin"

    @default("db")
    def _db(self) -> Any:
        return self._deprecated_db_session  # nativeauthenticator's table lies in the hub's database

    @default("enable_signup")
    def _enable_signup(self) -> bool:
        return False

    @default("minimum_password_length")
    def _minimum_password_length(self) -> int:
        return 10

    @default("check_common_password")
    def _check_common_password(self) -> bool:
        return True

    @cached_property
    def layout(self) -> Layout:
        """Where the hotel's files lie."""
        return Layout(Path(self.state_dir))

    def validate_username(self, username: str) -> bool:
        """Take only names that an account can have."""
        return account_name_problem(username) is None and bool(super().validate_username(username))

    async def authenticate(self, _handler: Any, data: dict[str, str]) -> str | None:
        """Return the name if there is such an account with this password, else None, after the same time."""
        name = self.normalize_username(data.get("username", ""))
        self.count_try(name)
        account = self.get_user(name)
        right = await check_password(data.get("password", ""), account.password if account else None)
        # Who is no guest gets no answer that depends on the password, nor a new count of tries.
        if not right or not account.is_authorized or not self.book.allows(name):
            return None
        self.throttle.forgive(name)
        return str(name)

    def password_problem(self, name: str, password: str, again: str) -> str | None:
        """Return why the password will not do for a guest of this name, as a sentence, or None."""
        problem = password_problem(name, password, again, shortest=self.minimum_password_length)
        if problem is None and self.check_common_password and self.is_password_common(password.lower()):
            return "This password is one of the most common ones."
        return problem

    async def set_password(self, name: str, password: str) -> None:
        """Make the account, or give it a new password."""
        hashed = await hash_password(password)
        account = self.get_user(name)
        if account is None:
            self.db.add(UserInfo(username=name, password=hashed, is_authorized=True))
        else:
            account.password, account.is_authorized = hashed, True
        self.db.commit()
        self.throttle.forgive(name)

    def delete_user(self, user: Any) -> None:
        """Delete the account with the hub's user."""
        super().delete_user(user)
        name = user.name
        try:
            change_register(self.layout, lambda register: _without(register, name))
        except StateError as error:
            self.log.error("The account of %s stays in the list of guests: %s", name, error)

    def get_handlers(self, app: Any) -> list[tuple[str, Any]]:
        """JupyterHub's login page, ours for invitations and passwords, and none of nativeauthenticator's."""
        app.template_vars["password_url"] = url_path_join(app.hub_prefix, "password")
        enforce = [handler for handler in super().get_handlers(app) if handler[0].startswith("/api/nbhotel/")]
        return [
            *Authenticator.get_handlers(self, app),
            *enforce,
            (r"/invite/([^/]+)", InvitationPage),
            (r"/password", PasswordPage),
        ]


def _without(register: Register, name: str) -> Register:
    return register.without_account(name)
