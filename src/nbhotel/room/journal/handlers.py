"""The journal's endpoints: searched, switched on and off, and a notebook rebuilt from it."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable
from http import HTTPStatus
from itertools import count, islice
from typing import Any, TypeVar

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import authorized
from tornado.web import HTTPError, authenticated

from nbhotel.errors import InputError, NbhotelError
from nbhotel.journal.looking import looked_up
from nbhotel.journal.rebuild import rebuilt
from nbhotel.journal.store import Journal
from nbhotel.journal.values import Query, Run
from nbhotel.room.api import Endpoint, refused, without_drive
from nbhotel.room.journal.settings import Journal as Settings
from nbhotel.room.journal.writer import Writer

#: Runs in one answer, unless fewer are asked for.
_MOST = 200
_WORDS = re.compile(r'"([^"]+)"|(\S+)')
_Value = TypeVar("_Value")


class JournalEndpoint(Endpoint):
    """What these endpoints share. An authorizer can tell them from others: all this is its user's alone."""

    auth_resource = "nbhotel:journal"

    @property
    def journal(self) -> Settings:
        """The settings."""
        found: Settings = self.settings["nbhotel_journal"][0]
        return found

    @property
    def writer(self) -> Writer:
        """What writes the journal."""
        found: Writer = self.settings["nbhotel_journal"][1]
        return found

    async def look(self, work: Callable[[], _Value]) -> _Value:
        """Do something with the database in a thread, all that was heard written. Raises HTTPError."""
        await self.writer.flush()
        try:
            return await asyncio.to_thread(work)
        except NbhotelError as error:
            raise refused(error) from None

    def notebook_of(self, path: object) -> str:
        """Return where a notebook of the contents API lies; "" for none. Raises HTTPError."""
        if path is not None and not isinstance(path, str):
            raise HTTPError(HTTPStatus.BAD_REQUEST, "notebook: a path was expected")
        return self.local_path(path) if path else ""

    def flag(self, name: str) -> bool:
        """Whether an argument of the address is `1`."""
        return self.get_argument(name, "") == "1"


class State(JournalEndpoint):
    """Whether runs are kept, and how much there is."""

    @authenticated
    @authorized
    async def get(self) -> None:
        """Tell it; `notebook` asks for one notebook as well."""
        notebook = self.notebook_of(self.get_argument("notebook", ""))
        self.answer(await self.look(lambda: self._state(notebook)))

    @authenticated
    @authorized
    async def put(self) -> None:
        """Switch on or off: `{"on": false}` for everything, `{"on": false, "notebook": PATH}` for one."""
        body = self.body()
        on, notebook = body.get("on"), self.notebook_of(body.get("notebook"))
        if not isinstance(on, bool):
            raise HTTPError(HTTPStatus.BAD_REQUEST, "on: true or false was expected")

        def switch() -> dict[str, Any]:
            with Journal(self.journal.file) as journal:
                journal.switch(notebook, on=on)
            return self._state(notebook)

        self.answer(await self.look(switch))

    def _state(self, notebook: str) -> dict[str, Any]:
        state = {
            "enabled": self.journal.enabled,
            "file": self.journal.file,
            "on": True,
            "notebook_on": True,
            "runs": 0,
            "size": 0,
            "waiting": self.writer.waiting,
            "trouble": self.writer.trouble,
        }
        if os.path.exists(self.journal.file):
            with Journal(self.journal.file, to_read=True) as journal:
                stats = journal.stats()
                state |= {"on": journal.is_on(), "notebook_on": not notebook or journal.is_on(notebook)}
                state |= {"runs": stats.runs, "size": stats.size}
        return state


class Runs(JournalEndpoint):
    """What ran."""

    @authenticated
    @authorized
    async def get(self) -> None:
        """Search: `words`, `notebook`, `failed=1`, `ipython=1`, `since`; `offset`, `limit`."""
        query = Query(
            words=tuple(quoted or plain for quoted, plain in _WORDS.findall(self.get_argument("words", ""))),
            notebook=self.notebook_of(self.get_argument("notebook", "")),
            since=self._number("since", float, None),
            failed=self.flag("failed"),
        )
        offset = self._number("offset", int, 0) or 0
        limit = min(self._number("limit", int, 50) or 50, _MOST)
        ipython = self.journal.ipython_history if self.flag("ipython") else ""

        def search() -> list[Run]:
            found = looked_up(self.journal.file, query, ipython=ipython)
            return list(islice(found, offset, offset + limit + 1))

        runs = await self.look(search)
        self.answer({"runs": [self._told(run) for run in runs[:limit]], "more": len(runs) > limit})

    def _told(self, run: Run) -> dict[str, Any]:
        """A run, with the notebook's path for the contents API: null where this server doesn't show it."""
        root = os.path.realpath(str(getattr(self.contents_manager, "root_dir", "") or "/"))
        inside = run.notebook and os.path.commonpath([root, run.notebook]) == root
        return run._asdict() | {"path": os.path.relpath(run.notebook, root) if inside else None}

    def _number(self, name: str, kind: Callable[[str], _Value], default: _Value | None) -> _Value | None:
        text = self.get_argument(name, "")
        try:
            number = kind(text) if text else default
        except ValueError:
            raise HTTPError(HTTPStatus.BAD_REQUEST, f"{name}: a number was expected") from None
        if isinstance(number, int | float) and not 0 <= number < 2**53:
            raise HTTPError(HTTPStatus.BAD_REQUEST, f"{name}: the number is too small or too large")
        return number


class SingleRun(JournalEndpoint):
    """One run."""

    @authenticated
    @authorized
    async def delete(self, identity: str) -> None:
        """Forget it."""

        def forget() -> bool:
            if not os.path.exists(self.journal.file):
                return False
            with Journal(self.journal.file) as journal:
                return journal.forget(int(identity))

        if not await self.look(forget):
            raise HTTPError(HTTPStatus.NOT_FOUND, f"the journal has no run {identity}")
        self.set_status(HTTPStatus.NO_CONTENT)
        self.finish()


class Rebuild(JournalEndpoint):
    """A notebook made again of what ran in it."""

    @authenticated
    @authorized
    async def post(self) -> None:
        """Make `notebook` again, under another name if it is still there; tell its path and its cells."""
        path = self.body().get("notebook")
        if not path:
            raise HTTPError(HTTPStatus.BAD_REQUEST, "notebook: a path was expected")
        document = await self.look(lambda: self._rebuilt(self.notebook_of(path)))
        made = await self._free(without_drive(str(path)))
        model = {"type": "notebook", "format": "json", "content": document}
        await ensure_async(self.contents_manager.save(model, made))  # type: ignore[no-untyped-call]
        self.set_status(HTTPStatus.CREATED)
        self.answer({"path": made, "cells": len(document["cells"])})

    def _rebuilt(self, notebook: str) -> dict[str, Any]:
        if not os.path.exists(self.journal.file):
            raise InputError("there is no journal yet", where=self.journal.file)
        with Journal(self.journal.file, to_read=True) as journal:
            return rebuilt(journal, Query(notebook=notebook))

    async def _free(self, path: str) -> str:
        """The path itself if nothing is there, else one beside it."""
        stem, dot, suffix = path.rpartition(".")
        contents: Any = self.contents_manager
        for number in count(1):
            made = path if number == 1 else f"{stem}-rebuilt{'' if number == 2 else number - 1}{dot}{suffix}"
            if not await ensure_async(contents.file_exists(made)):
                break
        return made
