"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import stat
from tempfile import mkstemp


def read(path: str) -> bytes:
    """Return a file's content. Raises OSError."""
    with open(path, "rb") as file:
        return file.read()


def existing(path: str) -> bytes | None:
    """Return a file's content; None if there is no such name. Raises OSError, for folders and links too."""
    try:
        if stat.S_ISREG(os.lstat(path).st_mode):
            return read(path)
    except FileNotFoundError:
        return None
    raise FileExistsError(0, "is no ordinary file")


def replace(path: str, content: bytes) -> None:
    """Write a file, with the rights of the one whose place it takes. Raises OSError."""
    folder = os.path.dirname(path)
    os.makedirs(folder, exist_ok=True)
    handle, name = mkstemp(prefix=".nbhotel-", dir=folder)
    try:
        with open(handle, "wb") as file:
            file.write(content)
        os.chmod(name, _rights(path))
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _rights(path: str) -> int:
    try:
        return stat.S_IMODE(os.stat(path).st_mode)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
