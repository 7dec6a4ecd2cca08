"""The files of a server that has our extension: raw bytes, checksums where the files are, atomic renames."""

from __future__ import annotations

from urllib.parse import quote

from nbhotel.errors import TransferError
from nbhotel.share.transfer.http import Refused
from nbhotel.share.transfer.parts import Progress
from nbhotel.share.transfer.stock import Entry, Exists, Files


class RoomFiles(Files):
    """A room's files. How the endpoints answer: `nbhotel/room/openapi/transfer.json`."""

    def append(self, path: str, offset: int, piece: bytes) -> int:
        """Add bytes at the end of a file, made for the first; return its size. Raises Lost, Refused."""
        headers = {"Content-Type": "application/octet-stream"}
        query = f"path={quote(path, safe='')}&offset={offset}"
        response = self.server.send("PUT", "nbhotel/api/transfer/part", query, body=piece, headers=headers)
        return int(self.server.answer(response, path)["size"])

    def publish(self, part: str, path: str, size: int, digest: str, tell: Progress, *, replace: bool) -> None:
        """Give a file that is whole its name, if it is what was sent. Raises Exists, Lost, TransferError."""
        tell(size, size)
        asked = {"part": part, "path": path, "size": size, "sha256": digest, "replace": replace}
        try:
            self.server.ask("POST", "nbhotel/api/transfer/finish", content=asked, silence=_hashing(size))
        except Refused as refused:
            if refused.status == 409:
                raise Exists("is there already", where=self.server.shown(path)) from None
            raise TransferError(refused.what, where=self.server.shown(path), remedy=refused.remedy) from None

    def sha256(self, path: str, size: int, tell: Progress | None = None) -> str:
        """Return a file's checksum. Raises Lost, Refused."""
        if tell:
            tell(size, size)
        found = self.server.ask(
            "GET", "nbhotel/api/transfer/checksum", f"path={quote(path, safe='')}", silence=_hashing(size)
        )
        return str(found["sha256"])

    def own_sha256(self, entry: Entry) -> str:
        """Return a file's checksum. Raises Lost, Refused."""
        return self.sha256(entry.path, entry.size)


def _hashing(size: int) -> float:
    """Return the seconds that a server may take to read so many bytes."""
    return 60 + size / 30e6
