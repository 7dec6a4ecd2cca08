"""What a room runs: the unmodified single-user server, on a socket that is already bound.

This file needs nothing of nbhotel, so that the Python of another environment can run it as a script,
with the socket as file descriptor 3 (the way of systemd's socket activation).
"""

from __future__ import annotations

import socket
import sys


def serve(listener: socket.socket, arguments: list[str]) -> None:
    """Run JupyterHub's single-user server on the listening socket until it is told to stop."""
    from jupyter_server.serverapp import ServerApp
    from jupyterhub.singleuser.extension import JupyterHubSingleUser

    class RoomServer(ServerApp):
        """A ServerApp that doesn't bind its socket, since the zygote did, with the right owner and mode."""

        def _bind_http_server_unix(self) -> bool:
            listener.setblocking(False)
            self.http_server.add_socket(listener)
            return True

    # Not a subclass: Jupyter Server knows an extension by the package that defines it.
    JupyterHubSingleUser.serverapp_class = RoomServer
    JupyterHubSingleUser.launch_instance(arguments)


if __name__ == "__main__":
    serve(socket.socket(fileno=3), sys.argv[1:])
