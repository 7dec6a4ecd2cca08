"""The pages of built-in accounts, which need no JavaScript: an invitation, a new password."""

from __future__ import annotations

import time
from typing import Any

from jupyterhub.handlers.base import BaseHandler
from jupyterhub.utils import url_path_join
from tornado import web

from nbhotel.hotel.auth.eviction import end_browser_sessions
from nbhotel.hotel.auth.invitations import (
    Invitation,
    account_name_problem,
    claim_invitation,
    find_invitation,
    owned_by_root,
    release_invitation,
    void_invitations,
    was_used,
)
from nbhotel.hotel.auth.passwords import check_password
from nbhotel.hotel.auth.register import change_register

_USED = "This invitation was used already. If it was you, log in with the password that you chose."
_EXPIRED = "This invitation has expired."
_UNKNOWN = "There is no such invitation: the link is incomplete, or a newer one has replaced it."
_STALE = "This form has expired. Open the link again."


class PasswordForm(BaseHandler):
    """What the pages have in common: they are for one browser's eyes, once."""

    def set_default_headers(self) -> None:
        """Keep the page out of caches, and its address out of other sites' logs."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")

    def check_xsrf_cookie(self) -> None:
        """Say in plain words that a form was sent by another site, or too late."""
        try:
            super().check_xsrf_cookie()
        except web.HTTPError as error:
            self.log.warning("A form of %s was not accepted: %s", self.request.path, error)
            raise web.HTTPError(403, _STALE) from None

    def field(self, name: str, *, strip: bool = False) -> str:
        """Return a field of the form that was sent; "" if it wasn't."""
        return str(self.get_body_argument(name, default="", strip=strip))

    async def show(self, template: str, *, status: int = 200, **values: Any) -> None:
        """Send a page."""
        self.set_status(status)
        self.finish(await self.render_template(template, **values))


class InvitationPage(PasswordForm):
    """`/hub/invite/TOKEN`: choose a password, and a name if the invitation has none, and be in."""

    async def prepare(self) -> None:
        """Keep the token out of the hub's log, which shows the addresses of requests."""
        self.request.uri = self.request.path = url_path_join(self.hub.base_url, "invite", "[secret]")
        await super().prepare()

    async def get(self, token: str) -> None:
        """Show the form, or why the link doesn't work."""
        invitation = self._usable(token)
        if invitation is None:
            await self._gone(token)
        else:
            await self._form(invitation)

    async def post(self, token: str) -> None:
        """Make the account and log the guest in."""
        invitation = self._usable(token)
        if invitation is None:
            await self._gone(token)
            return
        name = invitation.name or self.authenticator.normalize_username(self.field("username", strip=True))
        password = self.field("password")
        problem = self._name_problem(invitation, name) or self.authenticator.password_problem(
            name, password, self.field("again")
        )
        if problem:
            await self._form(invitation, status=400, error=problem, name=name)
        elif claim_invitation(self.authenticator.layout, token, now=time.time()) is None:
            await self._gone(token)
        else:
            await self._accept(token, invitation, name, password)

    async def _accept(self, token: str, invitation: Invitation, name: str, password: str) -> None:
        layout = self.authenticator.layout
        try:
            # First the list of guests: from now on the name is taken, also for who sends it while we hash.
            change_register(layout, lambda guests: guests.with_account(name, admin=invitation.admin))
            await self.authenticator.set_password(name, password)
        except BaseException:
            if not self.authenticator.user_exists(name):
                change_register(layout, lambda guests: guests.without_account(name))
            release_invitation(layout, token)
            raise
        void_invitations(layout, name, admin=invitation.admin)
        known = self.find_user(name)
        if known is not None:
            # The old password may have been somebody else's, too.
            end_browser_sessions(self.db, known.orm_user)
        user = await self.login_user({"username": name, "password": password})
        if user is None:
            raise web.HTTPError(403, "The account is made, but its owner is not allowed to enter.")
        self._jupyterhub_user = user
        self.redirect(self.get_next_url(user))

    def _usable(self, token: str) -> Invitation | None:
        invitation = find_invitation(self.authenticator.layout, token)
        if invitation is None or not invitation.open(time.time()):
            return None
        # Rooms that run as system accounts: a guest must not choose whose.
        unnamed = invitation.name is None and owned_by_root(self.authenticator.layout)
        return None if unnamed else invitation

    def _name_problem(self, invitation: Invitation, name: str) -> str | None:
        problem = account_name_problem(name)
        if problem:
            return f"The name {problem}."
        rules = self.authenticator.book.rules
        if rules.denies(name):
            return "This name can't be used."
        if invitation.name is None and (self._taken(name) or (self._reserved(name) and not invitation.admin)):
            return "This name is taken. Choose another one."
        return None

    def _taken(self, name: str) -> bool:
        return name in self.authenticator.book.rules.register.accounts or self.authenticator.user_exists(name)

    def _reserved(self, name: str) -> bool:
        """Whether the name was meant for somebody, who has no account yet."""
        return self.find_user(name) is not None or self.authenticator.book.allows(name)

    async def _form(
        self, invitation: Invitation, *, status: int = 200, error: str = "", name: str = ""
    ) -> None:
        values = {"fixed_name": invitation.name, "chosen": name, "admin": invitation.admin, "error": error}
        shortest = self.authenticator.minimum_password_length
        await self.show("invitation.html", status=status, shortest=shortest, **values)

    async def _gone(self, token: str) -> None:
        layout = self.authenticator.layout
        if was_used(layout, token):
            reason = _USED
        else:
            reason = _EXPIRED if find_invitation(layout, token) else _UNKNOWN
        await self.show("invitation_gone.html", status=410, reason=reason)


class PasswordPage(PasswordForm):
    """`/hub/password`: change one's own password; other browsers are logged out by it."""

    @web.authenticated
    async def get(self) -> None:
        """Show the form."""
        await self._form()

    @web.authenticated
    async def post(self) -> None:
        """Change the password."""
        name, password = self.current_user.name, self.field("password")
        self.authenticator.count_try(name)
        account = self.authenticator.get_user(name)
        if not await check_password(self.field("current"), account.password if account else None):
            await self._form(status=403, error="The current password is wrong.")
            return
        self.authenticator.throttle.forgive(name)
        problem = self.authenticator.password_problem(name, password, self.field("again"))
        if problem:
            await self._form(status=400, error=problem)
            return
        await self.authenticator.set_password(name, password)
        end_browser_sessions(self.db, self.current_user.orm_user)
        self.set_login_cookie(self.current_user)
        await self._form(done=True)

    async def _form(self, *, status: int = 200, error: str = "", done: bool = False) -> None:
        shortest = self.authenticator.minimum_password_length
        await self.show("password.html", status=status, error=error, done=done, shortest=shortest)
