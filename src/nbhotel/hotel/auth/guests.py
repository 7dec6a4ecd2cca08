"""The guest book as a mixin of JupyterHub's authenticators."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from jupyterhub import orm, roles
from jupyterhub.auth import Authenticator
from jupyterhub.utils import maybe_future
from sqlalchemy.orm import object_session
from tornado import web
from traitlets import List, Unicode, default

from nbhotel.hotel.auth.book import GuestBook
from nbhotel.hotel.auth.eviction import EnforceGuestList
from nbhotel.hotel.auth.names import name_problem
from nbhotel.hotel.auth.throttle import Throttle, TooManyTries

_NOT_LISTED = "You are not on this hotel's guest list. Ask its administrator to add you."


class GuestList(Authenticator):
    """Lets in only who stands in the guest book, whatever else the authenticator allows.

    The book is asked at each login, again for each session every `auth_refresh_age` seconds (300), and before
    each start of a room. Without configuration it is empty, and nobody enters.
    """

    state_dir = Unicode(config=True, help="The hotel's state directory, where the list of guests lies.")
    hotel_auth = Unicode(config=True, help="`auth` of the hotel's settings.")
    hotel_allow = List(
        Unicode(), config=True, help='`allow` of the hotel\'s settings: names and "@unixgroup".'
    )
    hotel_admins = List(Unicode(), config=True, help="`admins` of the hotel's settings.")

    blocked_users: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._blocked_by_config = frozenset(self.blocked_users)

    @cached_property
    def book(self) -> GuestBook:
        """The guest book of the hotel."""
        return GuestBook(
            Path(self.state_dir) if self.state_dir else None,
            auth=self.hotel_auth,
            allow=self.hotel_allow,
            admins=self.hotel_admins,
            normalize=self.normalize_username,
            log=self.log,
        )

    @cached_property
    def throttle(self) -> Throttle:
        """Who has tried wrong passwords how often."""
        return Throttle()

    # -- traits of JupyterHub's that follow from the book ----------------------------------------------

    @default("any_allow_config")
    def _any_allow_config(self) -> bool:
        return True  # `up` says it when nobody may enter; JupyterHub's own warning would name other settings

    @default("admin_users")
    def _admin_users(self) -> set[str]:
        names = self.book.rules.admin_names()
        usable = {name for name in names if self.validate_username(name)}
        if usable != names:
            self.log.error("No account can have these names of `admins`: %s", sorted(names - usable))
        return usable

    # -- what JupyterHub asks ---------------------------------------------------------------------------

    def validate_username(self, username: str) -> bool:
        """Refuse unsafe names, too."""
        return name_problem(username) is None and bool(super().validate_username(username))

    async def check_blocked_users(self, username: str, authentication: Any = None) -> bool:
        """Also block who isn't in the book: `allow_all` skips the next question, but never this one."""
        denied = {entry for entry in self.book.rules.register.deny if not entry.startswith("@")}
        self.blocked_users = {*self._blocked_by_config, *map(self.normalize_username, denied)}
        passed = await maybe_future(super().check_blocked_users(username, authentication))
        return bool(passed) and self.book.allows(username)

    async def check_allowed(self, username: str, authentication: Any = None) -> bool:
        """Allow who is in the book; an authenticator that insists on more refuses by raising HTTPError."""
        await maybe_future(super().check_allowed(username, authentication))
        return self.book.allows(username)

    async def get_authenticated_user(self, handler: Any, data: Any) -> Any:
        """Have the last word also over an authenticator that asks none of the above."""
        model = await super().get_authenticated_user(handler, data)
        return model if model and self.book.allows(model["name"]) else None

    def is_admin(self, _handler: Any, authentication: Any) -> bool:
        """Say yes or no, never "as before": who is taken out of `admins` is no admin any more."""
        return self.book.rules.is_admin(authentication["name"]) or authentication["name"] in self.admin_users

    async def refresh_user(self, user: Any, handler: Any = None) -> Any:
        """End the sessions and tokens of who is no longer in the book."""
        if self.book.allows(user.name):
            return await maybe_future(super().refresh_user(user, handler))
        if getattr(handler, "_token_authenticated", False) and handler._jupyterhub_user is user:
            # JupyterHub would go on trusting a token after a mere `False`.
            raise web.HTTPError(403, _NOT_LISTED)
        return False

    def pre_spawn_start(self, user: Any, spawner: Any) -> Any:
        """Start no room for who isn't in the book, also not for an admin's asking."""
        if not self.book.allows(user.name):
            raise web.HTTPError(403, f"{user.name} is not on this hotel's guest list.")
        return super().pre_spawn_start(user, spawner)

    def add_user(self, user: Any) -> Any:
        """When the hub starts, apply what changed while it was away to each guest that it knows."""
        if isinstance(user, orm.User):
            self._apply_at_start(user)
        return super().add_user(user)

    def _apply_at_start(self, user: orm.User) -> None:
        if self.book.rules.denies(user.name):
            # From this set JupyterHub itself takes whose rights to revoke and whose rooms to stop.
            self.blocked_users = {*self.blocked_users, user.name}
        elif user.admin and user.name not in self.admin_users:
            user.admin = False
            roles.assign_default_roles(object_session(user), entity=user)

    def get_handlers(self, app: Any) -> list[tuple[str, Any]]:
        """Add the address by which `nbhotel users deny` takes effect at once."""
        return [*super().get_handlers(app), (r"/api/nbhotel/enforce", EnforceGuestList)]

    # -- for our own authenticators ---------------------------------------------------------------------

    def count_try(self, name: str) -> None:
        """Count a try to log in; raise HTTPError 429 if it comes too early after too many failures."""
        try:
            self.throttle.enter(name)
        except TooManyTries as error:
            text = f"Too many failed logins for this name. Try again in {error.seconds} s."
            raise web.HTTPError(429, text) from None
