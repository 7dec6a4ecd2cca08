"""A text to where it is wanted: standard output, a file, the browser."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from nbhotel.errors import InputError

_KEPT_FOR = 7 * 24 * 3600  # seconds


def save(text: str, path: str) -> None:
    """Write a file so that it appears whole or not at all. Raises InputError."""
    from nbhotel.notebook.writing import encoded

    target = os.path.realpath(path)
    try:
        if os.path.exists(target) and not os.path.isfile(target):  # a pipe, a terminal, /dev/null
            with open(target, "wb") as file:
                file.write(encoded(text))
        else:
            _replace(target, encoded(text))
    except OSError as error:
        raise InputError(f"can't be written: {(error.strerror or str(error)).lower()}", where=path) from None


def browse(html: str, cache: str) -> None:
    """Write a page into the folder `cache`, which only the user may read, and open it in the browser.

    Pages of more than a week ago are removed.
    """
    import webbrowser
    from pathlib import Path
    from tempfile import mkstemp

    try:
        os.makedirs(cache, mode=0o700, exist_ok=True)
        _forget_old_pages(cache)
        handle, path = mkstemp(prefix="nb-", suffix=".html", dir=cache)
    except OSError as error:
        raise InputError(f"can't be written: {(error.strerror or str(error)).lower()}", where=cache) from None
    with open(handle, "wb") as file:
        file.write(html.encode("utf-8", "backslashreplace"))
    if not webbrowser.open(Path(path).as_uri()):
        print(f"nbhotel: no browser could be opened; the page is {path}", file=sys.stderr)


def cache_folder() -> str:
    """Where pages for the browser lie: $XDG_CACHE_HOME, else ~/.cache (freedesktop's basedir spec)."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    root = given if given.startswith("/") else os.path.expanduser("~/.cache")
    return os.path.join(root, "nbhotel", "pages")


def joined(lines: Iterable[str]) -> str:
    """Return lines as one text; "" if there are none."""
    text = "\n".join(lines)
    return f"{text}\n" if text else ""


def _replace(target: str, content: bytes) -> None:
    from tempfile import mkstemp

    handle, temporary = mkstemp(prefix=".nbhotel-", dir=os.path.dirname(target) or ".")
    try:
        with open(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, _mode(target))
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise


def _mode(target: str) -> int:
    """The rights of the file that is replaced, or those that a new file gets."""
    try:
        return os.stat(target).st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _forget_old_pages(cache: str) -> None:
    from time import time

    for entry in os.scandir(cache):
        if entry.name.endswith(".html") and time() - entry.stat().st_mtime > _KEPT_FOR:
            os.unlink(entry.path)
