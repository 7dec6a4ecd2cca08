"""Where everything of a hotel lies, as one immutable value; nothing here touches the disk."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

#: The longest path that `bind` takes for a unix socket on Linux, in bytes (`man 7 unix`, less the NUL).
SOCKET_PATH_LIMIT = 107


def quote_name(name: str) -> str:
    """Return a user's or server's name as one safe, reversible file name.

    `guest1` stays as it is; `/`, `..`, blanks and the like become percent escapes. The escapes are those of
    `jupyterhub.utils.url_escape_path`: the proxy takes a room's directory from the address as it was sent.
    """
    quoted = quote(name, safe="@~")
    return quoted.replace(".", "%2E") if quoted in {".", ".."} else quoted


def quote_room(user: str, server: str) -> str:
    """Return one safe file name for a room: `USER`, or `USER+SERVER` for a named server."""
    return f"{quote_name(user)}+{quote_name(server)}" if server else quote_name(user)


def socket_url(path: Path) -> str:
    """Return the http+unix URL of a socket, as JupyterHub takes it.

    Everything but lower-case letters, digits and a few marks is escaped: the path stands where a URL has its
    host, and HTTP clients write hosts in lower case.
    """
    plain = b"abcdefghijklmnopqrstuvwxyz0123456789-._~"
    escaped = (chr(byte) if byte in plain else f"%{byte:02x}" for byte in os.fsencode(path))
    return f"http+unix://{''.join(escaped)}"


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths below one state directory (see ARCHITECTURE.md for owners and modes)."""

    state: Path

    @property
    def hub_dir(self) -> Path:
        return self.state / "hub"

    @property
    def proxy_dir(self) -> Path:
        return self.state / "proxy"

    @property
    def log_dir(self) -> Path:
        return self.state / "log"

    @property
    def room_log_dir(self) -> Path:
        return self.log_dir / "rooms"

    @property
    def homes_dir(self) -> Path:
        return self.state / "homes"

    @property
    def www_dir(self) -> Path:
        return self.state / "www"

    @property
    def public_dir(self) -> Path:
        """The pages that guests published: USER/…, written by the hub, read by the proxy."""
        return self.state / "public"

    @property
    def run_dir(self) -> Path:
        return self.state / "run"

    @property
    def supervisor_file(self) -> Path:
        return self.run_dir / "supervisor.json"

    @property
    def settings_file(self) -> Path:
        return self.run_dir / "settings.json"

    @property
    def caddy_file(self) -> Path:
        return self.run_dir / "caddy.json"

    @property
    def zygote_socket(self) -> Path:
        return self.run_dir / "zygote.sock"

    @property
    def hub_socket(self) -> Path:
        return self.run_dir / "hub" / "hub.sock"

    @property
    def routes_dir(self) -> Path:
        return self.run_dir / "routes"

    @property
    def proxy_run_dir(self) -> Path:
        return self.run_dir / "proxy"

    @property
    def rooms_dir(self) -> Path:
        return self.run_dir / "rooms"

    @property
    def admin_token_file(self) -> Path:
        """The hub's API token for `nbhotel status` and `nbhotel users`."""
        return self.hub_dir / "admin-token"

    @property
    def guests_file(self) -> Path:
        """Who was allowed or denied by `nbhotel users`, besides the settings."""
        return self.hub_dir / "guests.json"

    @property
    def invitations_dir(self) -> Path:
        return self.hub_dir / "invitations"

    def log_file(self, process: str) -> Path:
        """The log of `hub`, `proxy`, `zygote` or `supervisor`."""
        return self.log_dir / f"{process}.log"

    def room_stem(self, server: str) -> str:
        """The file name, without its ending, of a room: `default` or `named-SERVER`."""
        return f"named-{quote_name(server)}" if server else "default"

    def room_socket(self, user: str, server: str = "") -> Path:
        """Where a room is reached by the hub and the proxy."""
        return self.rooms_dir / quote_name(user) / f"{self.room_stem(server)}.sock"

    def room_own_socket(self, user: str, server: str = "") -> Path:
        """The socket of a room's own command that binds it itself; `room_socket` is a link to it."""
        return self.rooms_dir / quote_name(user) / "own" / f"{self.room_stem(server)}.sock"

    def room_record(self, user: str, server: str = "") -> Path:
        """What the zygote wrote of a room, for its successor."""
        return self.rooms_dir / quote_name(user) / f"{self.room_stem(server)}.json"

    def room_log(self, user: str, server: str = "") -> Path:
        """What a room wrote to its standard output and error."""
        return self.room_log_dir / f"{quote_room(user, server)}.log"
