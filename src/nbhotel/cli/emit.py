"""A text to where it is wanted: a file, the browser."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import mkstemp
from time import time

from nbhotel.errors import InputError

#: How long pages for the browser are kept, in seconds.
_KEPT_FOR = 7 * 24 * 3600


def save(content: str | bytes, path: str) -> None:
    """Write a file so that it appears whole or not at all. Raises InputError."""
    from nbhotel.notebook.writing import encoded

    data = content if isinstance(content, bytes) else encoded(content)
    target = Path(path).resolve()
    try:
        if target.exists() and not target.is_file():  # a pipe, a terminal, /dev/null
            target.write_bytes(data)
        else:
            _replace(target, data)
    except OSError as error:
        raise _not_written(path, error) from None


def browse(html: str, cache: Path) -> None:
    """Write a page into the folder `cache`, which only the user may read, and open it in the browser.

    Pages of more than a week ago are removed. Raises InputError.
    """
    import webbrowser

    from nbhotel.notebook.writing import encoded

    try:
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        _forget_old_pages(cache)
        handle, path = mkstemp(prefix="nb-", suffix=".html", dir=cache)
        with open(handle, "wb") as file:  # noqa: PTH123 - it is open already
            file.write(encoded(html))
    except OSError as error:
        raise _not_written(str(cache), error) from None
    if not webbrowser.open(Path(path).as_uri()):
        print(f"nbhotel: no browser could be opened; the page is {path}", file=sys.stderr)


def cache_folder() -> Path:
    """Where pages for the browser lie: $XDG_CACHE_HOME, else ~/.cache (freedesktop's basedir spec)."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    root = Path(given) if given.startswith("/") else Path.home() / ".cache"
    return root / "nbhotel" / "pages"


def joined(lines: Iterable[str]) -> str:
    """Return lines as one text; "" if there are none."""
    text = "\n".join(lines)
    return f"{text}\n" if text else ""


def _not_written(where: str, error: OSError) -> InputError:
    return InputError(f"can't be written: {(error.strerror or str(error)).lower()}", where=where)


def _replace(target: Path, content: bytes) -> None:
    handle, name = mkstemp(prefix=".nbhotel-", dir=target.parent)
    temporary = Path(name)
    try:
        with open(handle, "wb") as file:  # noqa: PTH123 - it is open already
            file.write(content)
        temporary.chmod(_mode(target))
        temporary.replace(target)
    except BaseException:
        temporary.unlink()
        raise


def _mode(target: Path) -> int:
    """The rights of the file that is replaced, or those that a new file gets."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _forget_old_pages(cache: Path) -> None:
    for page in cache.glob("nb-*.html"):
        if time() - page.stat().st_mtime > _KEPT_FOR:
            page.unlink()
