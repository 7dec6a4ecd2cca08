"""The endpoints below `share/`. What takes its time runs in a thread, and is loaded when it is asked for."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import authorized
from tornado.web import HTTPError, authenticated

from nbhotel.errors import NbhotelError
from nbhotel.room.api import Endpoint
from nbhotel.room.sharing.hosts import Chosen, choose, known_host
from nbhotel.room.sharing.jobs import Job, Jobs
from nbhotel.room.sharing.tokens import Tokens
from nbhotel.room.sharing.words import told

if TYPE_CHECKING:
    from nbhotel.share.pieces import Suspicion

#: Characters of a text that is sent: descriptions and names are short.
_LONGEST = 10_000
#: What can stand in a header, and in what git's credential helper says.
_TOKEN = re.compile(r"[!-~]{1,1000}")


class _Sharing(Endpoint):
    auth_resource = "sharing"

    @property
    def jobs(self) -> Jobs:
        """All that is on its way."""
        found: Jobs = self.settings["nbhotel_sharing"]
        return found

    @property
    def tokens(self) -> Tokens:
        """Those that this server knows of."""
        found: Tokens = self.settings["nbhotel_share_tokens"]
        return found

    @property
    def root(self) -> str:
        """The folder that the server shows."""
        return super().local_path("")

    def environment(self) -> dict[str, str]:
        """Return that of git, `gh` and tokens."""
        from nbhotel.room.changes.places import environment_for_git

        return environment_for_git(os.environ)

    def local_path(self, path: str) -> str:
        """Return where a file lies; hidden ones only if the server shows them elsewhere. Raises HTTPError."""
        from jupyter_core.paths import is_hidden

        found = super().local_path(path)
        if not self.contents_manager.allow_hidden and is_hidden(found, self.root):
            raise HTTPError(HTTPStatus.NOT_FOUND, f"{path}: is hidden")
        return found

    async def known(self, look: Callable[[Chosen, Mapping[str, str]], dict[str, Any]]) -> None:
        """Send what a function knows, of a host and with an environment."""
        environment, asked = self.environment(), self.get_query_argument("host", "")

        def answer() -> dict[str, Any]:
            host = choose(asked, environment)
            return {**look(host, environment), "host": known_host(host)}

        try:
            self.answer(await asyncio.to_thread(answer))
        except NbhotelError as error:
            raise told(error) from None

    def started(self, subject: str, work: Callable[[Job], dict[str, Any]]) -> None:
        """Start a job, and tell it."""
        try:
            job = self.jobs.start(subject, work)
        except NbhotelError as error:
            raise told(error) from None
        self.set_status(HTTPStatus.ACCEPTED)
        self.answer({"id": job.id})

    def host(self, body: Mapping[str, Any]) -> Chosen:
        """Return which host was asked for. Raises HTTPError."""
        try:
            return choose(text(body, "host"), os.environ)
        except NbhotelError as error:
            raise told(error) from None


class Gist(_Sharing):
    """`share/gist`."""

    @authenticated
    @authorized
    async def get(self) -> None:
        """Tell what is known of a notebook."""
        from nbhotel.room.sharing.gists import known_gist

        path = self._file(self.get_query_argument("path"))
        await self.known(lambda host, environment: known_gist(path, host, environment))

    @authenticated
    @authorized
    async def post(self) -> None:
        """Make or update a gist."""
        from nbhotel.room.sharing.gists import share_gist
        from nbhotel.share.gist import GistWish

        body, environment = self.body(), self.environment()
        files = body.get("files", [])
        if not isinstance(files, list) or not all(isinstance(each, str) for each in files):
            raise wrong("files", "a list of paths")
        paths = tuple(map(self.local_path, [text(body, "path", needed=True), *files]))
        wish = GistWish(
            paths=paths,
            strip=_outputs(body) == "strip",
            public=flag(body, "public"),
            update=flag(body, "update"),
            description=text(body, "description") or None,
        )
        host, allowed, root, tokens = self.host(body), _allowed(body), self.root, self.tokens
        self.started(paths[0], lambda job: share_gist(wish, host, allowed, root, environment, tokens, job))

    def _file(self, path: str) -> str:
        file = self.local_path(path)
        if not os.path.isfile(file):
            raise HTTPError(HTTPStatus.NOT_FOUND, f"{path}: there is no such file")
        return file


class Project(_Sharing):
    """`share/project`."""

    @authenticated
    @authorized
    async def get(self) -> None:
        """Tell what is known of a folder."""
        from nbhotel.room.sharing.projects import known_project

        folder, root = self._folder(self.get_query_argument("path")), self.root
        await self.known(lambda host, environment: known_project(folder, root, host, environment))

    @authenticated
    @authorized
    async def post(self) -> None:
        """Commit a folder and push it."""
        from nbhotel.room.sharing.projects import share_project
        from nbhotel.share.project import ProjectWish

        body, environment = self.body(), self.environment()
        folder = self._folder(text(body, "path"))
        wish = ProjectWish(
            folder=folder,
            repository=text(body, "repository"),
            private=not flag(body, "public"),
            branch=text(body, "branch"),
            pull=flag(body, "pull"),
            message=text(body, "message"),
            outputs=_outputs(body),
        )
        host, allowed, tokens = self.host(body), _allowed(body), self.tokens
        self.started(folder, lambda job: share_project(wish, host, allowed, environment, tokens, job))

    def _folder(self, path: str) -> str:
        folder = self.local_path(path)
        if not os.path.isdir(folder):
            raise HTTPError(HTTPStatus.NOT_FOUND, f"{path}: there is no such folder")
        return folder


class TokenOf(_Sharing):
    """`share/token`."""

    @authenticated
    @authorized
    async def get(self) -> None:
        """Tell whether there is a token for a host: a program may have to be asked, which takes its time."""
        await self.known(self.tokens.known)

    @authenticated
    @authorized
    async def post(self) -> None:
        """Try a token that was typed, and keep it."""
        body = self.body()
        host, value = self.host(body), text(body, "token", needed=True).strip()
        if not _TOKEN.fullmatch(value):
            raise wrong("token", "a token")
        try:
            await asyncio.to_thread(self.tokens.take, host, value)
        except NbhotelError as error:
            raise told(error) from None
        self.set_status(HTTPStatus.NO_CONTENT)
        await self.finish()


class JobOf(_Sharing):
    """`share/jobs/ID`."""

    @authenticated
    @authorized
    async def get(self, known: str) -> None:
        """Tell how far it is."""
        job = self.jobs.find(known)
        if job is None:
            raise HTTPError(HTTPStatus.NOT_FOUND, "it is not known any more what came of this")
        try:
            self.answer(job.told())
        except NbhotelError as error:
            raise told(error) from None


def text(body: Mapping[str, Any], key: str, *, needed: bool = False) -> str:
    """Return a text that was sent. Raises HTTPError."""
    found = body.get(key, "")
    if not isinstance(found, str) or "\0" in found or len(found) > _LONGEST or (needed and not found):
        raise wrong(key, "a text")
    return found


def flag(body: Mapping[str, Any], key: str) -> bool:
    """Return a truth that was sent. Raises HTTPError."""
    found = body.get(key, False)
    if not isinstance(found, bool):
        raise wrong(key, "true or false")
    return found


def wrong(key: str, what: str) -> HTTPError:
    """Return what a client is told that sent something else."""
    return HTTPError(HTTPStatus.BAD_REQUEST, f"{key}: must be {what}")


def _outputs(body: Mapping[str, Any]) -> str:
    found = text(body, "outputs")
    if found not in {"", "keep", "strip"}:
        raise wrong("outputs", '"keep" or "strip"')
    return found


def _allowed(body: Mapping[str, Any]) -> frozenset[Suspicion]:
    from nbhotel.share.pieces import Suspicion

    found = body.get("allowed", [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise wrong("allowed", "the list of findings that may leave")
    return frozenset(Suspicion(text(each, "path"), text(each, "what")) for each in found)
