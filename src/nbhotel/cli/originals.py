"""Files as they were, kept beside what became of them."""

from __future__ import annotations

import os

from nbhotel.errors import InputError


def keep_original(path: str, data: bytes, before: os.stat_result) -> str:
    """Write a file's content to FILE.orig, or FILE.orig.1 …: one that isn't there yet. Return its name.

    Raises InputError if it can't be written; then there is none.
    """
    for number in range(1_000_000):
        name = f"{path}.orig.{number}" if number else f"{path}.orig"
        try:
            handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        except OSError as error:
            raise _not_kept(path, name, error) from None
        try:
            with open(handle, "wb") as file:
                file.write(data)
            os.chmod(name, before.st_mode & 0o777)
            os.utime(name, ns=(before.st_atime_ns, before.st_mtime_ns))
        except OSError as error:
            os.unlink(name)
            raise _not_kept(path, name, error) from None
        return name
    raise InputError("there are too many old ones", where=f"{path}.orig")


def _not_kept(path: str, name: str, error: OSError) -> InputError:
    what = f"left as it is, since {os.path.basename(name)} can't be written: "
    return InputError(what + (error.strerror or str(error)).lower(), where=path)
