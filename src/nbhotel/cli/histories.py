"""What `log` and `blame` have in common: the notebook in its repository, and its versions."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Self

from nbhotel.errors import InputError
from nbhotel.git.history.objects import Objects
from nbhotel.git.history.versions import Versions
from nbhotel.git.revisions import Repository


class Place:
    """A notebook by its path below the top of its repository, which may be a bare one."""

    def __init__(self, word: str, environment: Mapping[str, str]) -> None:
        """Find the repository of the file that `word` names. Raises InputError and MissingPart."""
        if os.path.isdir(word):
            raise InputError("is a folder, not a notebook", where=word)
        folder, name = os.path.split(word)
        # What is no longer there is looked for where we are.
        folder, name = (folder or ".", name) if os.path.isdir(folder or ".") else (".", word)
        self.repository = Repository(folder, environment)
        self._link = word if os.path.islink(word) else ""
        self.folder = folder
        self.path = os.path.normpath(os.path.join(self.repository.prefix, name))
        if os.path.isabs(self.path) or self.path.startswith(".."):
            raise InputError("is in no git repository", where=word)
        self._objects = Objects(self.repository)
        self.versions = Versions(self._objects)

    def refuse_link(self) -> None:
        """Raise InputError if git has a symbolic link here, which has no cells."""
        if self._link:
            remedy = f"name the notebook that it leads to: {os.readlink(self._link)}"
            raise InputError("is a symbolic link", where=self._link, remedy=remedy)

    def __enter__(self) -> Self:
        """Use it in a `with`, so that git ends."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let git end."""
        self._objects.close()
