"""What stands beside a notebook: the images that its text shows, and the other notebooks that it links to."""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from nbhotel.diff.images import image_size
from nbhotel.render.html.around import Around
from nbhotel.render.html.pictures import IMAGE_UP_TO, data_uri
from nbhotel.render.html.reading import anchor_of

_MIMES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".bmp": "image/bmp",
    ".svg": "image/svg+xml",
}


def around(name: str, path: Path, pages: Mapping[str, str], allowed: Path) -> Around:
    """Return what the page of the notebook `name`, the file at `path`, knows of the others.

    `pages` leads from the names of notebooks to those of their pages, both relative to one root and with "/".
    Images are taken from below the folder `allowed` only.
    """
    page, folder, top = pages[name], path.parent, allowed.resolve()
    return Around(
        link=lambda href: _link(href, name, page, pages),
        picture=lambda source: _picture(source, folder, top),
    )


def address(page: str, seen_from: str) -> str:
    """Return the relative address of a page from another one; "./" keeps a colon from being a scheme's."""
    relative = posixpath.relpath(page, posixpath.dirname(seen_from) or ".")
    return quote(relative if relative.startswith("../") else f"./{relative}")


def _link(href: str, name: str, page: str, pages: Mapping[str, str]) -> str | None:
    """A link to a notebook leads to its page, one within the notebook to its heading; others are none."""
    words = _local(href)
    if words is None:
        return None
    path, fragment = words
    anchor = anchor_of(fragment)
    if not path:
        return f"#{quote(anchor)}" if anchor else None
    target = pages.get(posixpath.normpath(posixpath.join(posixpath.dirname(name), path)))
    if target is None:
        return None
    return address(target, page) + (f"#{quote(anchor)}" if anchor else "")


def _picture(source: str, folder: Path, top: Path) -> str | None:
    words = _local(source)
    mime = _MIMES.get(posixpath.splitext(words[0])[1].lower()) if words else None
    if words is None or mime is None or "\0" in words[0]:
        return None
    path = (folder / words[0]).resolve()
    if not path.is_relative_to(top) or any(part.startswith(".") for part in path.relative_to(top).parts):
        return None
    data = _read(path)
    if not data or (mime != "image/svg+xml" and not image_size(data)):
        return None
    return data_uri(mime, data)


def _local(address: str) -> tuple[str, str] | None:
    """A relative address as path and fragment, both unescaped; None if it is absolute."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return None
    if parts.scheme or parts.netloc or parts.path.startswith("/"):
        return None
    return unquote(parts.path), unquote(parts.fragment)


def _read(path: Path) -> bytes | None:
    """A file's bytes; None if it is none, or too large for a page. A pipe is not waited for."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            there = os.fstat(file.fileno())
            if not stat.S_ISREG(there.st_mode) or there.st_size > IMAGE_UP_TO:
                return None
            return file.read(IMAGE_UP_TO)
    except OSError:
        return None
