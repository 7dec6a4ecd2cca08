"""`changes/…`: what changed in an open notebook, the commits to compare it with, the history of a cell.

git and the comparison run in a thread, so that the server goes on answering.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from http import HTTPStatus
from math import isfinite
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import authorized
from tornado.web import HTTPError, authenticated

from nbhotel.errors import NbhotelError
from nbhotel.room.api import Endpoint, add_routes, refused

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

    from nbhotel.notebook.model import Broken, Notebook
    from nbhotel.room.changes.places import Place

#: Commits and changes of a cell in one answer.
_LIMIT, _MOST = 50, 500


def start(app: ServerApp) -> None:
    """Add the endpoints."""
    add_routes(app, [("changes/diff", Diff), ("changes/commits", Commits), ("changes/cell", OfCell)])


class _Changes(Endpoint):
    async def told(self, answer: Callable[[], dict[str, Any]]) -> None:
        """Send what a function returns that takes its time."""
        try:
            text = await asyncio.to_thread(lambda: _dumped(answer()))
        except NbhotelError as error:
            raise refused(error) from None
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        await self.finish(text)

    def place(self, path: str) -> Place:
        """Return the notebook in its repository. Raises HTTPError, InputError, MissingPart."""
        from nbhotel.room.changes.places import Place, environment_for_git

        return Place(path, self.local_path(path), environment_for_git(os.environ))

    def local_path(self, path: str) -> str:
        """Return where a notebook lies; hidden ones are shown only if the server shows them elsewhere."""
        from jupyter_core.paths import is_hidden

        found = super().local_path(path)
        if not self.contents_manager.allow_hidden and is_hidden(found, super().local_path("")):
            raise HTTPError(HTTPStatus.NOT_FOUND, f"{path}: is hidden")
        return found

    def live(self, body: dict[str, Any], path: str) -> Notebook | Broken:
        """Return the notebook that was sent, else the one on disk. Raises HTTPError, InputError."""
        from nbhotel.room.changes.sides import live_notebook, saved

        if body.get("notebook") is None:
            return saved(path, self.local_path(path))
        return live_notebook(body["notebook"], path)


class Diff(_Changes):
    """`POST changes/diff`."""

    @authenticated
    @authorized
    async def post(self) -> None:
        """Compare a notebook with its last save or a commit."""
        await self.told(self._answer)

    def _answer(self) -> dict[str, Any]:
        from nbhotel.room.changes import comparing, sides

        body = self.body()
        path = _text(body, "path")
        outputs, page = body.get("outputs"), body.get("page", True) is not False
        if outputs not in {None, True, False}:
            raise _wrong("outputs", "true, false or null")
        revision = _revision(body.get("against"))
        try:
            live = self.live(body, path)
            if revision is None:
                found = sides.since_save(path, self.local_path(path), live, outputs)
            else:
                found = sides.since_commit(self.place(path), revision, live, outputs, then=page)
        except NbhotelError as error:
            if page:
                raise
            # Marks are asked for of every notebook, and most lie in no repository: that is no failure.
            return comparing.nothing(str(error))
        return comparing.told(path, found, page=page)


class Commits(_Changes):
    """`GET changes/commits`."""

    @authenticated
    @authorized
    async def get(self) -> None:
        """List the commits that touched a notebook."""
        path, skip = self.get_query_argument("path"), self._number("skip", 0, 1_000_000)
        limit = self._number("limit", _LIMIT, _MOST)

        def answer() -> dict[str, Any]:
            from nbhotel.room.changes.histories import commits

            return commits(self.place(path), skip, limit)

        await self.told(answer)

    def _number(self, name: str, default: int, most: int) -> int:
        text = self.get_query_argument(name, str(default))
        if not text.isdecimal() or len(text) > 9 or int(text) > most:
            raise _wrong(name, f"a number up to {most}")
        return int(text)


class OfCell(_Changes):
    """`POST changes/cell`."""

    @authenticated
    @authorized
    async def post(self) -> None:
        """Follow a cell back through the commits."""
        await self.told(self._answer)

    def _answer(self) -> dict[str, Any]:
        from nbhotel.notebook.model import Broken
        from nbhotel.room.changes.histories import of_cell

        body = self.body()
        path, cell = _text(body, "path"), body.get("cell")
        if type(cell) is not int:
            raise _wrong("cell", "the cell's place, from 0")
        live = self.live(body, path)
        if isinstance(live, Broken):
            raise HTTPError(HTTPStatus.UNPROCESSABLE_ENTITY, f"{path}: {live.message}")
        return of_cell(self.place(path), live, cell, _LIMIT)


def _dumped(value: dict[str, Any]) -> str:
    """Browsers read no NaN, which old versions of a notebook may hold."""
    try:
        return json.dumps(value, allow_nan=False)
    except ValueError:
        return json.dumps(_finite(value))


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not isfinite(value) else value


def _revision(against: object) -> str | None:
    """Return the revision to compare with; None for the last save. Raises HTTPError."""
    if not isinstance(against, dict) or against.keys() - {"saved", "revision"} or len(against) != 1:
        raise _wrong("against", '{"saved": true} or {"revision": "HEAD"}')
    return None if "saved" in against else _text(against, "revision")


def _text(body: dict[str, Any], key: str) -> str:
    found = body.get(key)
    if not isinstance(found, str) or not found or "\0" in found:
        raise _wrong(key, "a text")
    return found


def _wrong(key: str, what: str) -> HTTPError:
    return HTTPError(HTTPStatus.BAD_REQUEST, f"{key}: must be {what}")
