"""`%put`: files from the browser to the kernel's machine."""

from __future__ import annotations

import os
from collections.abc import Sequence

from nbhotel.errors import TransferError
from nbhotel.magics.talk import Answer, Data, Errand, Handler, call
from nbhotel.share.transfer import landing


def put(line: str) -> None:
    """Let the user pick files, and wait until they are here. Raises TransferError."""
    named = line.strip().strip("'\"")
    folder = os.path.abspath(os.path.expanduser(named)) if named else beside()
    if not os.path.isdir(folder):
        raise TransferError("there is no such folder", where=folder, remedy="%put takes a folder, or nothing")
    landings = Landings(folder)
    call(Errand(landings.handlers), {"verb": "put", "folder": folder})
    for path in landings.landed:
        print(path)  # noqa: T201 - the cell's output


def beside() -> str:
    """Return the folder of the notebook, if this machine has it; else where the kernel works."""
    notebook = os.environ.get("JPY_SESSION_NAME", "")  # set by Jupyter Server for each kernel
    return os.path.dirname(notebook) if os.path.isfile(notebook) else os.getcwd()


class Landings:
    """Files on their way to a folder."""

    def __init__(self, folder: str) -> None:
        """`folder` is a path, or empty for the notebook's own."""
        self._folder = folder or beside()
        self._landings: dict[str, landing.Landing] = {}
        #: The paths of those that are whole.
        self.landed: list[str] = []
        self.handlers: dict[str, Handler] = {
            "landing": self._prepare,
            "piece": self._piece,
            "finish": self._finish,
        }

    def _prepare(self, data: Data, _: Sequence[memoryview]) -> Answer:
        name = str(data["name"])
        if name in {"", ".", ".."} or "/" in name or "\\" in name or "\0" in name:
            raise TransferError("is no name of a file", where=repr(name))
        path = os.path.join(self._folder, name)
        found = landing.prepare(path, int(data["size"]), int(data["modified"]))
        self._landings[found.part] = found
        return {"part": found.part, "have": found.have, "exists": found.is_there, "where": path}, []

    def _piece(self, data: Data, buffers: Sequence[memoryview]) -> Answer:
        found = self._landings[data["part"]]
        return {"size": landing.append(found.part, int(data["offset"]), buffers[0])}, []

    def _finish(self, data: Data, _: Sequence[memoryview]) -> Answer:
        found = self._landings[data["part"]]
        if found.path not in self.landed:  # asked again, since the answer got lost
            landing.publish(found, int(data["size"]), str(data["sha256"]), replace=bool(data.get("replace")))
            self.landed.append(found.path)
        return {"where": found.path}, []
