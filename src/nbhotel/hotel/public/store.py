"""Where published pages lie: below `Layout.public_dir`, written by the hub alone.

No guest ever writes there himself, so there is no link, pipe or other file that the proxy could be led to;
and a name is checked (`check_name`) before anything is opened.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from nbhotel.errors import HotelError

#: What a page counts for at least, in bytes: so many small ones are bounded too.
LEAST = 4096
_DEPTH = 8
_NAME_BYTES = 200
_DRAFT = ".new-"


class NoSuchName(HotelError):
    """A page, or a guest, can't have this name."""


class NoRoom(HotelError):
    """The guest's pages would take more than there is."""


def check_name(name: str) -> None:
    """Raise NoSuchName unless this can be a page: a relative path with "/", no part begins with a dot.

    Names are as the proxy has them once it has decoded an address.
    """
    parts = name.split("/")
    if not name.endswith(".html") or len(parts) > _DEPTH:
        raise NoSuchName(
            f"{name[:100]!r} can't be a page", remedy=f"at most {_DEPTH} parts, and .html at the end"
        )
    for part in parts:
        _check_part(part)


def _check_part(part: str) -> None:
    unfit = not part.isprintable() or "\\" in part or part.startswith(".") or not part.strip()
    if unfit or len(part.encode("utf-8", "surrogatepass")) > _NAME_BYTES:
        raise NoSuchName(f"{part[:100]!r} can't be part of a page's address")


class Store:
    """The pages of all guests. Its methods may be called by several threads."""

    def __init__(self, folder: Path, limit: int) -> None:
        """`limit` is what one guest's pages may take together, in bytes."""
        self.limit = limit
        self._folder = folder
        self._lock = threading.Lock()
        for draft in folder.glob(f"{_DRAFT}*"):  # of a hub that was killed
            draft.unlink(missing_ok=True)

    def pages(self, user: str) -> dict[str, int]:
        """Return name -> bytes of a guest's pages. Raises NoSuchName."""
        return dict(self._pages(self._of(user)))

    def put(self, user: str, name: str, content: bytes) -> None:
        """Write a page; it appears whole or not at all. Raises NoSuchName, NoRoom, OSError."""
        check_name(name)
        top = self._of(user)
        with self._lock:
            others = sum(max(size, LEAST) for page, size in self._pages(top) if page != name)
            if others + max(len(content), LEAST) > self.limit:
                raise NoRoom(
                    f"{user}'s pages would take more than {self.limit} bytes",
                    where=name,
                    remedy="publish fewer or smaller notebooks",
                )
            _write(top / name, content, self._folder)

    def remove(self, user: str, name: str) -> bool:
        """Remove a page, and folders that it leaves empty; return whether it was there. Raises NoSuchName."""
        check_name(name)
        page = self._of(user) / name
        with self._lock:
            try:
                page.unlink()
            except (FileNotFoundError, NotADirectoryError):
                return False
            for folder in page.parents:
                if folder == self._folder:
                    break
                with suppress(OSError):
                    folder.rmdir()
        return True

    def remove_all(self, user: str) -> None:
        """Remove all pages of a guest, who is gone; nothing happens if there are none."""
        with self._lock, suppress(NoSuchName):
            shutil.rmtree(self._of(user), ignore_errors=True)

    def _of(self, user: str) -> Path:
        if "/" in user:
            raise NoSuchName(f"{user!r} can't be part of a page's address")
        _check_part(user)
        return self._folder / user

    @staticmethod
    def _pages(top: Path) -> Iterator[tuple[str, int]]:
        for folder, _, names in os.walk(top):
            for name in names:
                path = Path(folder, name)
                yield path.relative_to(top).as_posix(), path.lstat().st_size


def _write(page: Path, content: bytes, drafts: Path) -> None:
    """Write a file by way of a draft, which the proxy hides since a dot is in front."""
    for folder in [*reversed(page.parents)]:
        if folder.is_relative_to(drafts) and folder != drafts:
            folder.mkdir(exist_ok=True)
            folder.chmod(0o755)  # whatever the hub's umask is
    handle, name = tempfile.mkstemp(prefix=_DRAFT, dir=drafts)
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            os.fchmod(file.fileno(), 0o644)
        draft.replace(page)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
