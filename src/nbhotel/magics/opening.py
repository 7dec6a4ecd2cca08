"""What a front end opens a comm for: to answer a magic's call, or for a command of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbhotel.errors import NbhotelError, TransferError
from nbhotel.magics.get import Source
from nbhotel.magics.put import Landings
from nbhotel.magics.talk import Data, Errand, waiting

if TYPE_CHECKING:
    from comm.base_comm import BaseComm


def opened(comm: BaseComm, message: Data) -> None:
    """Begin it. Raises TransferError, which closes the comm."""
    data = message["content"]["data"]
    if "ticket" in data:
        errand = waiting.pop(data["ticket"], None)
        if errand is None:
            raise TransferError("another window has taken care of that already")
        errand.begin(comm)
        return
    try:
        made = Landings("") if data["verb"] == "put" else Source(data.get("patterns", []))
    except NbhotelError as error:
        comm.send({"id": 0, "error": str(error)})
    else:
        Errand(made.handlers).begin(comm)
