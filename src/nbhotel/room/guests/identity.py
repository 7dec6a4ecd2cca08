"""The two classes that a hotel names to Jupyter Server, so that each request of a visitor passes the gate.

The identity provider is asked for every request that is not for a public file, also where an endpoint forgets
to ask the authorizer; so the gate stands there. The authorizer refuses what has not passed it.
"""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Any

from jupyterhub.singleuser.extension import JupyterHubAuthorizer, JupyterHubIdentityProvider
from tornado.web import Finish

from nbhotel.room.guests.gate import Gate
from nbhotel.room.guests.hub import Hub

if TYPE_CHECKING:
    from jupyter_server.auth import User
    from jupyter_server.base.handlers import JupyterHandler
    from jupyter_server.serverapp import ServerApp


class RoomIdentityProvider(JupyterHubIdentityProvider):
    """JupyterHub's, and then the gate."""

    @cached_property
    def gate(self) -> Gate:
        """The room's only one."""
        app: ServerApp = self.parent
        return Gate(Hub(os.environ), app)

    @property
    def token(self) -> str:
        """None: Jupyter Server writes it into pages, those of visitors too, and it is the owner's."""
        return ""

    async def get_user(self, handler: Any) -> User | None:
        """Return who asks. Raises HTTPError if he may not ask for that."""
        known = hasattr(handler, "_jupyterhub_user")
        user = await super().get_user(handler)
        if user is None or known:
            return user  # type: ignore[no-any-return]
        try:
            is_person = user.hub_user["kind"] == "user"
            handler.is_visitor = is_person and await self.gate.let_in(handler, user.username)
        except Finish:
            raise
        except Exception:
            # The page that says so must not be that of somebody who is in.
            handler._jupyterhub_user = handler.current_user = handler._jupyter_current_user = None
            raise
        return user  # type: ignore[no-any-return]

    def page_config_hook(self, handler: JupyterHandler, page_config: dict[str, Any]) -> dict[str, Any]:
        """Offer no terminals where there can't be any."""
        page_config = dict(
            super().page_config_hook(handler, page_config)
        )  # the server's own is for all pages
        if getattr(handler, "is_visitor", False):
            page_config["terminalsAvailable"] = False
        return page_config


class RoomAuthorizer(JupyterHubAuthorizer):
    """JupyterHub's, for requests that have passed the gate."""

    def is_authorized(self, handler: JupyterHandler, user: User, action: str, resource: str) -> bool:
        """Whether somebody may do something; what a visitor may do was decided at the gate."""
        return hasattr(handler, "is_visitor") and super().is_authorized(handler, user, action, resource)
