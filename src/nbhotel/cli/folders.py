"""Folders and globs: the notebooks in two of them, paired by their names."""

from __future__ import annotations

import os
from collections.abc import Iterator

from nbhotel.errors import InputError

_MAGIC = frozenset("*?[")


def is_glob(word: str) -> bool:
    """Whether a word has a glob's characters and is no file's own name."""
    return bool(_MAGIC & set(word)) and not os.path.lexists(word)


def is_many(word: str) -> bool:
    """Whether a word names a folder or a glob."""
    return os.path.isdir(word) or is_glob(word)


def pairs_of_files(old: str, new: str) -> Iterator[tuple[str | None, str | None]]:
    """Yield the files of two folders or globs that belong together; None where one is missing.

    Raises InputError if there is no notebook on either side.
    """
    left, right = listed(old), listed(new)
    names = sorted(left.keys() | right.keys())
    if is_glob(old) != is_glob(new):  # a glob says what counts of the folder
        names = sorted(left if is_glob(old) else right)
    if not names:
        raise InputError("there is no notebook in either", where=f"{old}, {new}")
    for name in names:
        if name in left or name in right:
            yield left.get(name), right.get(name)


def listed(word: str) -> dict[str, str]:
    """Return name -> path of the notebooks in a folder or of a glob; names are relative to its fixed part."""
    if not is_glob(word):
        return {os.path.relpath(path, word): path for path in _below(word)}
    from glob import glob

    found = sorted(glob(word, recursive=True))
    files = [path for each in found for path in (_below(each) if os.path.isdir(each) else [each])]
    root = _fixed_part(word)
    return {os.path.relpath(path, root): path for path in files}


def _below(folder: str) -> Iterator[str]:
    """The notebooks below a folder; hidden folders, such as Jupyter's checkpoints, are left out."""
    for where, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.endswith(".ipynb"):
                yield os.path.join(where, name)


def _fixed_part(pattern: str) -> str:
    parts = pattern.split(os.sep)
    fixed = next(index for index, part in enumerate(parts) if _MAGIC & set(part))
    return os.sep.join(parts[:fixed]) or (os.sep if pattern.startswith(os.sep) else ".")
