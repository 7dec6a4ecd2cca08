"""From an address to the server behind it: where its paths begin, if it lets us in, what it can do."""

from __future__ import annotations

import json
from typing import Any

from nbhotel.errors import TransferError
from nbhotel.share.transfer.address import Address, bases, beyond
from nbhotel.share.transfer.extended import RoomFiles
from nbhotel.share.transfer.http import Proxy, Refused, Server
from nbhotel.share.transfer.stock import Files

#: Where a hub sends those who ask for a server that does not run.
_STOPPED = "/hub/user/"
_REMEDY = "--token, $NBHOTEL_TOKEN or ?token= in the address gives one"


def connect(address: Address, token: str, proxy: Proxy | None = None) -> tuple[Files, str]:
    """Return a server's files, and which of them the address means. Raises TransferError.

    A token in the address comes before `token`.
    """
    address = _redirected(address, proxy)
    server = Server(address, address.token or token, proxy)
    for base in bases(address.path + ("" if address.path.endswith("/") else "/")):
        server.base = base
        if _is_jupyter(server):
            _admitted(server, with_token=bool(address.token or token))
            return (RoomFiles if _has_extension(server) else Files)(server), beyond(address.path, base).strip(
                "/"
            )
    raise TransferError(
        "there is no Jupyter Server",
        where=address.shown,
        remedy="of a hub, take the address of your running server: https://HUB/user/NAME/FOLDER/",
    )


def _redirected(address: Address, proxy: Proxy | None) -> Address:
    """Follow a server that speaks https only; never to another host, which must not get the token."""
    if address.scheme == "https":
        return address
    server = Server(address, "", proxy)
    response = server.send("GET", "api")
    server.close()
    location = response.getheader("Location", "")
    if response.status in {301, 302, 307, 308} and location.startswith(f"https://{address.host}/"):
        return address._replace(scheme="https", port=443)
    return address


def _is_jupyter(server: Server) -> bool:
    """Whether the server's own paths begin here: without a redirect, as a hub would give."""
    response = server.send("GET", "api")
    text = server.read(response)
    if response.status == 302 and _STOPPED in response.getheader("Location", ""):
        raise TransferError("the server is not running", where=server.shown(""), remedy="start it on the hub")
    try:
        said: Any = json.loads(text)
    except ValueError:
        return False
    known = isinstance(said, dict) and isinstance(said.get("version"), str)
    return response.status == 200 and known and not server.base.endswith("hub/")


def _admitted(server: Server, *, with_token: bool) -> None:
    try:
        server.ask("GET", "api/status", "no_track_activity=1")
    except Refused as refused:
        if refused.status in {301, 302, 303, 401, 403}:
            what = "the token is wrong or has expired" if with_token else "a token is needed"
            raise TransferError(what, where=server.shown(""), remedy=_REMEDY) from None
        raise


def _has_extension(server: Server) -> bool:
    try:
        return "transfer" in server.ask("GET", "nbhotel/api")["features"]
    except (Refused, KeyError, TypeError):
        return False
