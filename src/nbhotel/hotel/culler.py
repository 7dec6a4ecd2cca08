"""``python -m nbhotel.hotel.culler SOCKET …``: jupyterhub-idle-culler, talking to a hub on a unix socket."""

from __future__ import annotations

import socket
import sys
from typing import Any

from tornado.netutil import Resolver

#: What the culler calls the hub; never looked up, since every name resolves to the hub's socket.
HUB = "http://hub"


class HubResolver(Resolver):
    """Resolves every host name to the hub's socket: the culler knows TCP addresses only."""

    def initialize(self, path: str) -> None:
        """Take the socket's path (tornado's way of configuring a class)."""
        self._path = path

    async def resolve(self, host: str, port: int, family: int = 0) -> list[tuple[int, Any]]:  # noqa: ARG002 - tornado's
        """Return the one address there is."""
        return [(socket.AF_UNIX, self._path)]


def main() -> None:
    """Run the culler with the remaining arguments."""
    path, *arguments = sys.argv[1:]
    # pycurl, where it is installed, would do its own look-ups.
    sys.modules["pycurl"] = None  # type: ignore[assignment]
    Resolver.configure(HubResolver, path=path)
    from jupyterhub_idle_culler import IdleCuller

    IdleCuller.launch_instance([f"--url={HUB}/hub/api", *arguments])


if __name__ == "__main__":
    main()
