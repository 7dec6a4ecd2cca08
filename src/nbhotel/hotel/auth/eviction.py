"""What "denied" means to somebody who is in: sessions and tokens end, and rooms stop."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from jupyterhub import orm
from jupyterhub.apihandlers.base import APIHandler
from jupyterhub.scopes import needs_scope

#: How long a room that is just starting or stopping is waited for, in seconds.
_PATIENCE = 30.0


def end_browser_sessions(db: Any, user: orm.User) -> None:
    """Log the guest out of all browsers; rooms, and tokens made for programs, live on.

    Browsers that a room knows already are asked to log in again when the room next asks the hub, which it
    does every 300 s (`HubAuth.cache_max_age`).
    """
    user.cookie_id = orm.new_token()
    for token in [*user.api_tokens]:
        if token.session_id:
            db.delete(token)
    db.commit()


def end_all_access(db: Any, user: orm.User) -> int:
    """Make all the guest's cookies and tokens worthless, also those of the rooms; return how many tokens."""
    user.cookie_id = orm.new_token()
    tokens = [*user.api_tokens]
    for credential in (*tokens, *user.oauth_codes):
        db.delete(credential)
    db.commit()
    return len(tokens)


class EnforceGuestList(APIHandler):
    """`POST /hub/api/nbhotel/enforce`: turn out everybody whom the guest book denies.

    Replies with a list of `{"name", "tokens", "stopped", "running"}`: how many tokens were revoked, and the
    names of the rooms that were stopped and of those that could not be (`""` is the default room).
    """

    @needs_scope("admin:users")
    async def post(self) -> None:
        """Read the register anew and apply it."""
        rules = self.authenticator.book.rules
        denied = [user for user in self.db.query(orm.User) if rules.denies(user.name)]
        self.finish(json.dumps(await asyncio.gather(*map(self._evict, denied))))

    async def _evict(self, user: orm.User) -> dict[str, Any]:
        tokens = end_all_access(self.db, user)
        guest = self.users[user]
        names = [name for name, spawner in guest.spawners.items() if spawner.active]
        await asyncio.gather(*(self._stop(guest, name) for name in names))
        running = [name for name in names if guest.spawners[name].active]
        return {
            "name": user.name,
            "tokens": tokens,
            "stopped": sorted({*names} - {*running}),
            "running": sorted(running),
        }

    async def _stop(self, guest: Any, name: str) -> None:
        spawner = guest.spawners[name]
        deadline = time.monotonic() + _PATIENCE
        while spawner.pending and time.monotonic() < deadline:  # noqa: ASYNC110 - JupyterHub has no event
            await asyncio.sleep(0.1)
        if spawner.ready:
            stopping = await self.stop_single_user(guest, name)
            await asyncio.wait([stopping], timeout=_PATIENCE)
