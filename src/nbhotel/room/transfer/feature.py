"""The endpoints: raw pieces at an offset, checksums where the files are, atomic renames, zipped folders."""

from __future__ import annotations

import asyncio
import os
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from jupyter_core.paths import is_hidden
from jupyter_server.auth.decorator import authorized
from tornado.web import HTTPError, authenticated

from nbhotel.errors import TransferError
from nbhotel.room.api import Endpoint, add_routes, refused
from nbhotel.share.transfer import landing
from nbhotel.share.transfer.archive import zipped
from nbhotel.share.transfer.parts import SUFFIX, hashed

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

#: The largest piece that is taken at once, in bytes.
LARGEST = 64 << 20
_STATUS: dict[type[TransferError], HTTPStatus] = {
    landing.Full: HTTPStatus.INSUFFICIENT_STORAGE,
    landing.Taken: HTTPStatus.CONFLICT,
}


def start(app: ServerApp) -> None:
    """Add the endpoints."""
    routes = [
        (r"transfer/landing", Prepared),
        (r"transfer/part", Part),
        (r"transfer/finish", Finish),
        (r"transfer/checksum", Checksum),
        (r"transfer/archive", Archive),
    ]
    add_routes(app, routes)


class _Files(Endpoint):
    """What the endpoints share."""

    def file_path(self, path: str) -> str:
        """Return where a file lies that the server may show. Raises HTTPError."""
        found = self.local_path(path)
        manager = self.contents_manager
        if not manager.allow_hidden and is_hidden(found, os.path.realpath(manager.root_dir)):
            raise HTTPError(HTTPStatus.NOT_FOUND, f"{path}: the server does not show hidden files")
        return found

    def told(self, error: TransferError) -> HTTPError:
        """Return what the client is told; paths of this machine are no business of its."""
        root = os.path.realpath(self.contents_manager.root_dir)
        error.where = os.path.relpath(error.where, root) if error.where else ""
        status = _STATUS.get(type(error), HTTPStatus.UNPROCESSABLE_ENTITY)
        return refused(type(error)(error.what, where=error.where, remedy=error.remedy), status)


class Prepared(_Files):
    """Before a file is sent."""

    @authenticated
    @authorized
    def get(self) -> None:
        """Tell the name of its part, how much of it there is, and whether its name is taken."""
        path = self.get_query_argument("path")
        try:
            size, modified = (int(self.get_query_argument(name)) for name in ("size", "modified"))
            found = landing.prepare(self.file_path(path), size, modified)
        except ValueError:
            raise HTTPError(HTTPStatus.BAD_REQUEST, "size and modified are whole numbers") from None
        except TransferError as error:
            raise self.told(error) from error
        part = os.path.join(os.path.dirname(path), os.path.basename(found.part))
        self.answer({"part": part, "have": found.have, "exists": found.is_there})


class Part(_Files):
    """A file on its way."""

    @authenticated
    @authorized
    async def put(self) -> None:
        """Write a piece (the body, as it is) at an offset."""
        piece = self.request.body
        if len(piece) > LARGEST:
            raise HTTPError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a piece has at most {LARGEST} bytes")
        part = self.file_path(self.get_query_argument("path"))
        offset = self.get_query_argument("offset")
        if not offset.isdecimal():
            raise HTTPError(HTTPStatus.BAD_REQUEST, "offset is a number of bytes")
        try:
            size = await asyncio.to_thread(landing.append, part, int(offset), piece)
        except TransferError as error:
            raise self.told(error) from error
        self.answer({"size": size})


class Finish(_Files):
    """A file that is whole."""

    @authenticated
    @authorized
    async def post(self) -> None:
        """Compare its checksum, and give it its name."""
        asked = self.body()
        try:
            part, path = self.file_path(asked["part"]), self.file_path(asked["path"])
            size, digest, replace = int(asked["size"]), str(asked["sha256"]), bool(asked.get("replace"))
        except (KeyError, TypeError, ValueError, AttributeError):
            raise HTTPError(HTTPStatus.BAD_REQUEST, "part, path, size and sha256 are needed") from None
        if not (part.startswith(f"{path}.") and part.endswith(SUFFIX)):
            raise HTTPError(HTTPStatus.BAD_REQUEST, f"{asked['part']}: is no part of {asked['path']}")
        found = landing.Landing(path, part, size, is_there=False)
        try:
            await asyncio.to_thread(landing.publish, found, size, digest, replace=replace)
        except TransferError as error:
            raise self.told(error) from error
        self.answer({"size": size, "sha256": digest})


class Checksum(_Files):
    """Of a file that is there."""

    @authenticated
    @authorized
    async def get(self) -> None:
        """Tell it."""
        path = self.get_query_argument("path")
        try:
            digest = await asyncio.to_thread(_sha256, self.file_path(path))
        except OSError as error:
            raise HTTPError(HTTPStatus.NOT_FOUND, f"{path}: can't be read: {error.strerror}") from error
        self.answer({"sha256": digest})


def _sha256(path: str) -> str:
    with open(path, "rb") as file:
        return hashed(file).hexdigest()


class Archive(_Files):
    """A folder as a zip file."""

    @authenticated
    @authorized
    async def get(self) -> None:
        """Send it while it is made."""
        path = self.get_query_argument("path")
        folder = self._folder(path)
        self.set_header("Content-Type", "application/zip")
        name = quote(f"{os.path.basename(folder)}.zip")
        self.set_header("Content-Disposition", f"attachment; filename*=utf-8''{name}")
        blocks = zipped([folder], os.path.dirname(folder))
        while (block := await asyncio.to_thread(next, blocks, None)) is not None:
            self.write(block)
            await self.flush()
        self.finish(set_content_type="application/zip")

    def _folder(self, path: str) -> str:
        folder = self.file_path(path)
        if not os.path.isdir(folder):
            raise HTTPError(HTTPStatus.NOT_FOUND, f"{path}: is no folder")
        return folder
