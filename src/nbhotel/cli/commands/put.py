"""`nbhotel put`: files from here to a Jupyter Server."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

SUMMARY = "send files to a Jupyter Server"

EXAMPLES = """\
  nbhotel put data.csv https://hub/user/me/project/      into a folder that is there
  nbhotel put data.csv https://hub/user/me/project/x.csv under another name
  nbhotel put -r images 'http://localhost:8888/?token=…' a folder
"""
END = """
The same command again goes on where an attempt stopped. A file has its name only when all of it is there
and its checksum is right.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `nbhotel put`."""
    from nbhotel.cli.notebooks import FILES
    from nbhotel.cli.parsing import add_examples
    from nbhotel.cli.transfers import add_options

    add_examples(parser, EXAMPLES, END)
    file = parser.add_argument("file", nargs="+", metavar="FILE", help="files, and folders with --recursive")
    file.complete = FILES  # type: ignore[attr-defined]
    parser.add_argument("url", metavar="URL", help="a folder of the server (its page in the browser will do)")
    add_options(parser, "send")


def run(args: argparse.Namespace) -> int:
    """Send the files."""
    from nbhotel.cli.transfers import Bar, connected, may_replace
    from nbhotel.share.transfer.address import parse
    from nbhotel.share.transfer.put import plan, put

    address = parse(args.url)
    files, target = connected(address, args)
    as_folder = address.path.endswith("/")
    for sending in plan(files, args.file, target, as_folder=as_folder, recursive=args.recursive):
        bar = Bar(sending.local, quiet=args.quiet)
        note = ""
        try:
            sent = put(files, sending, may_replace(args), bar)
            note = "" if sending.is_folder else "sent" if sent else "is there already"
        finally:
            bar.end(note)
    return 0
