"""`nbhotel comments`: what people said about a notebook in its owner's room."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

SUMMARY = "list the comments on a notebook that were made in a room"

EXAMPLES = """\
  nbhotel comments fit.ipynb          the threads that are open, in the order of the cells
  nbhotel comments fit.ipynb --all    those that are resolved, too
  nbhotel comments fit.ipynb --json   for programs
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `nbhotel comments`."""
    from nbhotel.cli.parsing import add_examples

    add_examples(parser, EXAMPLES)
    parser.add_argument("notebook", metavar="NOTEBOOK", help="its path; it need not be there any more")
    parser.add_argument("--all", action="store_true", help="resolved threads, too")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="default: auto")
    parser.add_argument("--no-pager", action="store_false", dest="pager", help="no pager on a terminal")
    parser.add_argument(
        "--database", metavar="FILE", help="default: nbhotel/comments.sqlite in $XDG_DATA_HOME"
    )


def run(args: argparse.Namespace) -> int:
    """List them; 1 if there are none."""
    from nbhotel.cli.discussions import Wishes, show
    from nbhotel.comments.places import comments_file

    file = args.database or comments_file(os.environ)
    wishes = Wishes(resolved=args.all, as_json=args.json, colour=args.color, paged=args.pager)
    return show(file, args.notebook, wishes)
