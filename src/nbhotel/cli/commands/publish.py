"""`nbhotel publish`: a folder of notebooks as pages that the hotel serves to everybody."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from nbhotel.cli.notebooks import FILES, read_bytes
from nbhotel.errors import InputError, UsageError

if TYPE_CHECKING:
    import argparse

    from nbhotel.publish.site import Page
    from nbhotel.publish.upload import Hub, Published

SUMMARY = "publish a folder of notebooks as pages of the hotel, in a room"

EXAMPLES = """\
  nbhotel publish               the folder public in your home, at /public/YOU/
  nbhotel publish talks/june    another folder, in its place
  nbhotel publish --once        as it is now: later saves change nothing
  nbhotel publish --list        what is published
  nbhotel publish --withdraw    all of it is gone
"""
_FOLDER = "public"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `nbhotel publish`."""
    from nbhotel.cli.parsing import add_examples

    add_examples(parser, EXAMPLES)
    folder = parser.add_argument("folder", nargs="?", metavar="FOLDER", help="default: public in your home")
    folder.complete = FILES  # type: ignore[attr-defined]
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--list", action="store_true", help="only say what is published")
    instead.add_argument("--withdraw", action="store_true", help="withdraw all pages")
    parser.add_argument(
        "--once", action="store_true", help="do not follow later saves of the folder's notebooks"
    )
    parser.add_argument(
        "--allow-secrets", action="store_true", help="also what looks like a password, key or token"
    )
    parser.add_argument("--json", action="store_true", help="path and pages as JSON")


def run(args: argparse.Namespace) -> int:
    """Publish; nothing leaves while a notebook can't be read or holds a secret."""
    from nbhotel.notebook.writing import encoded
    from nbhotel.publish.upload import replace_all

    if args.folder is not None and (args.list or args.withdraw):
        raise UsageError("--list and --withdraw take no folder")
    hub = _hub()
    if args.list:
        _tell(hub.published(), as_json=args.json)
        return 0
    folder = Path.home() / _FOLDER if args.folder is None else Path(args.folder)
    pages = [] if args.withdraw else list(_pages(folder, secrets=args.allow_secrets))
    if args.withdraw:
        _follow(None)
    published = replace_all(hub, ((page.name, encoded(page.content or "")) for page in pages))
    if not args.withdraw:
        _follow(None if args.once else folder)
    _tell(published, as_json=args.json)
    return 0


def _follow(folder: Path | None) -> None:
    """Have the room publish the folder anew at each save from now on, or nothing."""
    from nbhotel.publish.followed import Followed, record_file, remember

    record = record_file(os.environ)
    hub = os.environ["JUPYTERHUB_API_URL"]
    try:
        remember(record, None if folder is None else Followed(str(folder.resolve()), hub))
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise InputError(f"can't be written: {why}", where=str(record)) from None


def _hub() -> Hub:
    from nbhotel.publish.upload import Hub

    url, token = (os.environ.get(f"JUPYTERHUB_API_{name}", "") for name in ("URL", "TOKEN"))
    if not url or not token:
        raise UsageError(
            "this is no room of a hotel", remedy="elsewhere: nbhotel export --chain publish --out FOLDER/"
        )
    return Hub(url, token)


def _pages(folder: Path, *, secrets: bool) -> Iterator[Page]:
    """All pages of a folder, made before the first is sent. Raises InputError."""
    from nbhotel.chain.config import load_chain
    from nbhotel.cli.folders import listed
    from nbhotel.publish.site import site

    if not folder.is_dir():
        raise InputError(
            "there is no such folder", where=str(folder), remedy="make it, and put notebooks into it"
        )
    paths = list(listed(str(folder)).values())
    if not paths:
        raise InputError("there is no notebook", where=str(folder), remedy="--withdraw withdraws all pages")
    title = f"Notebooks of {os.environ.get('JUPYTERHUB_USER', 'a guest')}"
    for page in site(
        paths,
        folder,
        lambda where: load_chain("publish", where),
        read=read_bytes,
        allowed=folder,
        title=title,
        secrets=secrets,
    ):
        if page.problem is not None:
            raise page.problem
        yield page


def _tell(published: Published, *, as_json: bool) -> None:
    if as_json:
        json.dump({"path": published.path, "pages": dict(published.pages)}, sys.stdout)
        print()
    elif published.pages:
        count = len(published.pages)
        pages = f"{count} page{'s' if count > 1 else ''}"
        print(f"{pages} at {published.path}, for everybody who reaches this hotel")
    else:
        print("nothing is published")
