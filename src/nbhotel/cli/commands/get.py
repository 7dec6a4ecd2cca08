"""`nbhotel get`: files from a Jupyter Server to here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

SUMMARY = "fetch files from a Jupyter Server"

EXAMPLES = """\
  nbhotel get https://hub/user/me/project/model.bin      into this folder
  nbhotel get 'https://hub/user/me/project/*.csv' data/  all that match, into a folder
  nbhotel get -r https://hub/user/me/project/            a folder with all in it
"""
END = """
The same command again goes on where an attempt stopped. A file has its name only when all of it is here.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `nbhotel get`."""
    from nbhotel.cli.notebooks import FILES
    from nbhotel.cli.parsing import add_examples
    from nbhotel.cli.transfers import add_options

    add_examples(parser, EXAMPLES, END)
    parser.add_argument("url", metavar="URL", help="a file; a pattern; a folder with --recursive")
    target = parser.add_argument(
        "target",
        nargs="?",
        default=".",
        metavar="TARGET",
        help="a folder, or a file's new name; default: here",
    )
    target.complete = FILES  # type: ignore[attr-defined]
    add_options(parser, "fetch")


def run(args: argparse.Namespace) -> int:
    """Fetch the files."""
    from nbhotel.cli.transfers import Bar, connected, may_replace
    from nbhotel.share.transfer.address import parse
    from nbhotel.share.transfer.get import get, plan

    files, path = connected(parse(args.url), args)
    for fetching in plan(files, path, args.target, recursive=args.recursive):
        bar = Bar(fetching.local, quiet=args.quiet)
        note = ""
        try:
            fetched = get(files, fetching, may_replace(args), bar)
            note = "" if fetching.entry.is_folder else "fetched" if fetched else "is here already"
        finally:
            bar.end(note)
    return 0
