"""Files in, files out: which notebooks the words name, and a file's new content, whole or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence

from nbhotel.cli.folders import is_many, listed
from nbhotel.errors import InputError

SUFFIXES = (".ipynb", ".zpln")


def named_files(words: Sequence[str], *, force: bool = False) -> Iterator[str]:
    """Yield the notebooks that files, folders and globs name, each once.

    What is named itself but has another suffix comes only with `force`. Raises InputError.
    """
    seen = set()
    for word in words:
        found = [path.removeprefix("./") for path in listed(word).values()] if is_many(word) else [word]
        if not found:
            raise InputError("there is no notebook", where=word)
        for path in found:
            if path not in seen and (force or path == "-" or path.endswith(SUFFIXES)):
                seen.add(path)
                yield path


def replace(path: str, content: bytes, before: os.stat_result) -> None:
    """Give an existing file other content; its rights and owner stay, and a link stays a link.

    `before` is what the file was like when it was read. Raises InputError: read-only, or changed since.
    """
    target = os.path.realpath(path)
    try:
        now = os.stat(target)
        if not now.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(target, os.W_OK):
            raise InputError("is read-only, and was left as it is", where=path)
        if (now.st_mtime_ns, now.st_size) != (before.st_mtime_ns, before.st_size):
            raise InputError("was changed by another program at the same time; left as it is", where=path)
        if now.st_nlink > 1:  # a new file would part it from its other names
            _write_over(target, content)
        else:
            try:
                _swap(target, content, now)
            except (
                PermissionError
            ):  # a colleague's file, or folder: only what is in the file is ours to change
                _write_over(target, content)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise InputError(f"can't be written: {why}", where=path) from None


def _write_over(target: str, content: bytes) -> None:
    with open(target, "r+b") as file:
        file.write(content)
        file.truncate()


def _swap(target: str, content: bytes, old: os.stat_result) -> None:
    from tempfile import mkstemp

    handle, name = mkstemp(prefix=".nbhotel-", dir=os.path.dirname(target))
    try:
        with open(handle, "wb") as file:
            file.write(content)
        made = os.stat(name)
        if (made.st_uid, made.st_gid) != (old.st_uid, old.st_gid):
            os.chown(name, old.st_uid, old.st_gid)
        os.chmod(name, stat.S_IMODE(old.st_mode))
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise
