"""A room that is no Jupyter: one page, for those whom the hub lets into this room, and for nobody else."""

import asyncio
import os
import socket

from jupyterhub.services.auth import HubOAuthCallbackHandler, HubOAuthenticated
from tornado import httpserver, web

PREFIX = os.environ["JUPYTERHUB_SERVICE_PREFIX"]  # such as /user/alice/


class Page(HubOAuthenticated, web.RequestHandler):
    """`web.authenticated` sends strangers to the hub's login; without it, anybody sees the page."""

    @web.authenticated
    def get(self) -> None:
        """Greet whoever the hub says it is."""
        self.write(f"Welcome, {self.current_user['name']}")


async def main() -> None:
    """Serve on the socket that the room was given as file descriptor 3."""
    handlers = [(PREFIX + "oauth_callback", HubOAuthCallbackHandler), (PREFIX + ".*", Page)]
    server = httpserver.HTTPServer(web.Application(handlers, cookie_secret=os.urandom(32)))
    listener = socket.socket(fileno=3)
    listener.setblocking(False)
    server.add_socket(listener)
    await asyncio.Event().wait()


asyncio.run(main())
