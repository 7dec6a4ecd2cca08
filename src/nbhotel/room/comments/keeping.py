"""The database of comments as the server uses it: in threads, one piece of work after another."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from traitlets import Unicode, default
from traitlets.config import LoggingConfigurable

from nbhotel.comments.places import comments_file
from nbhotel.comments.store import Comments as Store
from nbhotel.comments.values import Discussion
from nbhotel.errors import NbhotelError

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

#: What Jupyter Server says of files. Source: `jupyter_server/event_schemas/contents_service/v1.yaml`.
_EVENTS = "https://events.jupyter.org/jupyter_server/contents_service/v1"
_Value = TypeVar("_Value")


class Comments(LoggingConfigurable):
    """Who may do what with comments, and where they are."""

    file = Unicode(help="The database; default: $XDG_DATA_HOME/nbhotel/comments.sqlite.").tag(config=True)
    owner = Unicode(
        help="Who may delete others' comments; default: $JUPYTERHUB_USER. '': this server has one user."
    ).tag(config=True)

    def __init__(self, **settings: Any) -> None:
        """Work begins when it is asked for."""
        super().__init__(**settings)
        # Whoever comes later finds what an earlier one did: a rename, for instance.
        self._turn = asyncio.Lock()

    @default("file")
    def _default_file(self) -> str:
        return comments_file(os.environ)

    @default("owner")
    def _default_owner(self) -> str:
        return os.environ.get("JUPYTERHUB_USER", "")

    async def version(self, notebook: str) -> str:
        """Return the version of a notebook's discussion. Raises CommentError."""
        return await self._read(lambda store: store.version(notebook), "")

    async def discussion(self, notebook: str) -> Discussion:
        """Return all that was said about a notebook. Raises CommentError."""
        return await self._read(lambda store: store.discussion(notebook), Discussion("", ()))

    async def write(self, work: Callable[[Store], _Value]) -> _Value:
        """Let `work` change the database, which is made if there is none. Raises CommentError."""

        def written() -> _Value:
            with Store(self.file) as store:
                return work(store)

        return await self._in_turn(written)

    async def _read(self, look: Callable[[Store], _Value], nothing: _Value) -> _Value:
        def looked() -> _Value:
            if not os.path.exists(self.file):
                return nothing
            with Store(self.file, to_read=True) as store:
                return look(store)

        return await self._in_turn(looked)

    async def _change(self, change: Callable[[Store], None]) -> None:
        """Change what there is; where nobody has commented yet, nothing is made."""

        def changed() -> None:
            if os.path.exists(self.file):
                with Store(self.file) as store:
                    change(store)

        await self._in_turn(changed)

    async def _in_turn(self, work: Callable[[], _Value]) -> _Value:
        async with self._turn:
            return await asyncio.to_thread(work)

    def follow(self, app: ServerApp, root: str) -> None:
        """Keep in step with what is renamed and deleted by way of the server."""

        async def happened(logger: object, schema_id: str, data: dict[str, Any]) -> None:
            del logger, schema_id
            path = _named(root, data["path"])
            try:
                if data["action"] == "rename":
                    await self._change(lambda store: store.moved(_named(root, data["source_path"]), path))
                elif data["action"] == "delete":
                    await self._change(lambda store: store.removed(path))
            except NbhotelError as error:
                self.log.warning("nbhotel: comments on %s were not kept in step: %s", path, error)

        if app.event_logger is not None:
            app.event_logger.add_listener(schema_id=_EVENTS, listener=happened)


def _named(root: str, path: str) -> str:
    """Return the absolute path of a file that may be gone: links in its folder's path are followed."""
    folder, name = os.path.split(os.path.join(root, path.strip("/")))
    return os.path.join(os.path.realpath(folder), name)
