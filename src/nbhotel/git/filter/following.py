"""Which notebooks git will probably ask for next: those that follow in the worktree, in git's order of paths.

It is a guess that costs a look into folders and nothing else. Whoever uses it must cope with wrong ones.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice

_SUFFIX = ".ipynb"
#: A folder of more entries is nobody's folder of notebooks.
_ENTRIES = 10_000
#: Folders without a notebook that are looked through before the search is given up.
_FOLDERS = 100


def following(top: str, path: str) -> Iterator[str]:
    """Yield the notebooks behind `path`; paths are below `top`, which is the root of a worktree."""
    search = _Search(top)
    folder, slash, name = path.rpartition("/")
    while True:
        yield from search.through(f"{folder}{slash}", os.fsencode(name))
        if not slash:
            return
        folder, slash, name = folder.rpartition("/")
        name += "/"


class _Search:
    def __init__(self, top: str) -> None:
        self._top = top
        self._left = _FOLDERS

    def through(self, folder: str, after: bytes = b"") -> Iterator[str]:
        """Yield those of a folder ("" or with a slash at its end), and of the folders in it."""
        self._left -= 1
        for name in self._names(folder):
            if os.fsencode(name) <= after:
                continue
            if name.endswith("/"):
                yield from self.through(f"{folder}{name}")
            else:
                self._left = _FOLDERS
                yield f"{folder}{name}"

    def _names(self, folder: str) -> list[str]:
        """Return notebooks and folders, these with a slash, in git's order; nothing of another repository."""
        if self._left < 0:
            return []
        try:
            with os.scandir(f"{self._top}/{folder}") as found:
                entries = list(islice(found, _ENTRIES))
        except OSError:
            return []
        if folder and any(entry.name == ".git" for entry in entries):
            return []
        names = [
            f"{entry.name}/" if entry.is_dir(follow_symlinks=False) else entry.name
            for entry in entries
            if entry.name != ".git"
        ]
        return sorted((name for name in names if name.endswith((_SUFFIX, "/"))), key=os.fsencode)
