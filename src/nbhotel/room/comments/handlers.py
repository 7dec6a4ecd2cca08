"""`comments/PATH`: what is said about a notebook.

The notebook's path is the rest of the address, and nothing else can name one: whoever decides by the
address who may do what decides about the notebook.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Awaitable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from jupyter_core.paths import is_hidden
from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import authorized
from tornado.web import HTTPError, authenticated

from nbhotel.comments.trouble import NotThere, NotYours
from nbhotel.comments.values import Comment, Person, Thread
from nbhotel.errors import NbhotelError
from nbhotel.room.api import Endpoint, refused, without_drive
from nbhotel.room.comments.format import check_ids
from nbhotel.room.comments.keeping import Comments

if TYPE_CHECKING:
    from nbhotel.room.guests.gate import Gate

#: Source: nbformat's schema, `nbformat.v4.5.schema.json`, `cell_id`.
_CELL = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_STATUS: dict[type[NbhotelError], HTTPStatus] = {
    NotThere: HTTPStatus.NOT_FOUND,
    NotYours: HTTPStatus.FORBIDDEN,
}
_Value = TypeVar("_Value")


class OfNotebook(Endpoint):
    """The discussion of one notebook."""

    auth_resource = "nbhotel:comments"

    @authenticated
    @authorized
    async def get(self, path: str) -> None:
        """Tell all of it; 304 if the client's version (`If-None-Match`) is the newest."""
        self._track_activity = False  # an open page asks every few seconds, whether or not anybody is there
        notebook = self._notebook(path)
        may = await self._may_comment(path)
        version = await self._done(self._comments.version(notebook))
        if self.request.headers.get("If-None-Match") == _tag(version, may=may):
            self.set_status(HTTPStatus.NOT_MODIFIED)
            self.finish()
            return
        found = await self._done(self._comments.discussion(notebook))
        self.set_header("ETag", _tag(found.version, may=may))
        self.answer({"may_comment": may, "threads": [self._told_thread(each) for each in found.threads]})

    @authenticated
    @authorized
    async def post(self, path: str) -> None:
        """Begin a thread (`{"text", "cell", "excerpt"}`), or reply in one (`{"text", "thread"}`)."""
        notebook, body = self._existing(path), self.body()
        text, author = _text(body, "text"), self._person
        if "thread" in body:
            thread = _number(body, "thread")
            writing = self._comments.write(lambda store: store.reply(notebook, thread, author, text))
            told = {"thread": thread, "comment": await self._done(writing)}
        else:
            cell, excerpt = _cell(body), _text(body, "excerpt", "")
            if cell:
                await self._done(asyncio.to_thread(check_ids, path, notebook))
            beginning = self._comments.write(lambda store: store.begin(notebook, cell, excerpt, author, text))
            told = {"thread": await self._done(beginning)}
        self.set_status(HTTPStatus.CREATED)
        self.answer(told)

    @authenticated
    @authorized
    async def patch(self, path: str) -> None:
        """Resolve or reopen (`{"thread", "resolved"}`), or write a comment anew (`{"comment", "text"}`)."""
        notebook, body = self._notebook(path), self.body()
        if "comment" in body:
            comment, text = _number(body, "comment"), _text(body, "text")
            by = self._person.username if self._comments.owner else None
            writing = self._comments.write(lambda store: store.edit(notebook, comment, text, by))
        else:
            thread, resolved = _number(body, "thread"), body.get("resolved")
            if not isinstance(resolved, bool):
                raise _wrong("resolved", "true or false")
            resolver = self._person if resolved else None
            writing = self._comments.write(lambda store: store.resolve(notebook, thread, resolver))
        await self._done(writing)
        self._nothing_more()

    @authenticated
    @authorized
    async def delete(self, path: str) -> None:
        """Delete the comment that `?comment=` names."""
        notebook, comment = self._notebook(path), self.get_query_argument("comment")
        if not re.fullmatch(r"\d{1,18}", comment, re.ASCII):
            raise _wrong("comment", "a number")
        by = None if self._is_owner else self._person.username
        await self._done(self._comments.write(lambda store: store.delete(notebook, int(comment), by)))
        self._nothing_more()

    @property
    def _comments(self) -> Comments:
        found: Comments = self.settings["nbhotel_comments"]
        return found

    @property
    def _person(self) -> Person:
        user = self.current_user
        return Person(user.username, user.display_name or user.name or user.username)

    @property
    def _is_owner(self) -> bool:
        """A server without a hub has one user, who has another name in each browser."""
        return self._comments.owner in {"", self._person.username}

    async def _may_comment(self, path: str) -> bool:
        """Whether this person may write here; a hotel's gate decides about each request by itself."""
        gate: Gate | None = self.settings.get("nbhotel_gate")
        if gate is not None and getattr(self, "is_visitor", False):
            rights = await self._done(gate.hub.rights_of(self._person.username))
            return rights.may(without_drive(path), "comment")
        allowed = self.authorizer.is_authorized(self, self.current_user, "write", self.auth_resource)
        return bool(await ensure_async(allowed))

    def _told_thread(self, thread: Thread) -> dict[str, Any]:
        return thread._asdict() | {
            "resolver": thread.resolver and thread.resolver._asdict(),
            "comments": [self._told_comment(each) for each in thread.comments],
        }

    def _told_comment(self, comment: Comment) -> dict[str, Any]:
        mine = comment.author.username == self._person.username
        return comment._asdict() | {
            "author": comment.author._asdict(),
            "may_edit": mine or not self._comments.owner,
            "may_delete": mine or self._is_owner,
        }

    def _notebook(self, path: str) -> str:
        """Return the absolute path of a notebook that may be gone. Raises HTTPError.

        An address that goes up and down again is refused: who may do what is decided by what it says.
        """
        if {"", ".", ".."} & set(path.split("/")) or "\0" in path:
            raise HTTPError(HTTPStatus.NOT_FOUND, f"{path}: is no path of a notebook")
        found = self.local_path(path)
        if not self.contents_manager.allow_hidden and is_hidden(found, self.local_path("")):
            raise HTTPError(HTTPStatus.NOT_FOUND, f"{path}: is hidden")
        return found

    def _existing(self, path: str) -> str:
        found = self._notebook(path)
        if not os.path.isfile(found):
            raise HTTPError(HTTPStatus.NOT_FOUND, f"{path}: there is no such notebook")
        return found

    async def _done(self, work: Awaitable[_Value]) -> _Value:
        """Wait for what may be refused. Raises HTTPError."""
        try:
            return await work
        except NbhotelError as error:
            raise refused(error, _STATUS.get(type(error), HTTPStatus.UNPROCESSABLE_ENTITY)) from None

    def _nothing_more(self) -> None:
        self.set_status(HTTPStatus.NO_CONTENT)
        self.finish()


def _tag(version: str, *, may: bool) -> str:
    """What a browser compares: another one, too, when somebody may write who might not before."""
    return f'"{version}-{int(may)}"'


def _cell(body: dict[str, Any]) -> str:
    found = _text(body, "cell", "")
    if found and not _CELL.fullmatch(found):
        raise _wrong("cell", "the id of a cell, or empty for the whole notebook")
    return found


def _text(body: dict[str, Any], key: str, default: str | None = None) -> str:
    found = body.get(key, default)
    if not isinstance(found, str):
        raise _wrong(key, "a text")
    return found


def _number(body: dict[str, Any], key: str) -> int:
    found = body.get(key)
    if type(found) is not int or not 0 <= found < 2**53:
        raise _wrong(key, "a number")
    return found


def _wrong(key: str, what: str) -> HTTPError:
    return HTTPError(HTTPStatus.BAD_REQUEST, f"{key}: must be {what}")
