"""`nbhotel resolve`: decide the conflicts of notebooks, cell by cell, and stage what is resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbhotel.cli.notebooks import FILES

if TYPE_CHECKING:
    import argparse

SUMMARY = "decide the conflicts of notebooks, cell by cell, and stage the result"

EXAMPLES = """\
  nbhotel resolve                          all notebooks in conflict, during a merge, rebase …
  nbhotel resolve analysis.ipynb           one of them; or a notebook that nbmerge left markers in
  nbhotel resolve --theirs plots.ipynb     without asking: what the other side has
"""

#: How `git rebase` turns the sides round is worth a line.
_END = """
In a rebase, ours is the branch that you rebase onto, theirs are your commits.
exit codes: 0 nothing is left to decide, 1 conflicts are left"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `nbhotel resolve`."""
    from nbhotel.cli.parsing import add_examples

    add_examples(parser, EXAMPLES, end=_END)
    files = parser.add_argument(
        "files", nargs="*", metavar="NOTEBOOK", help="default: all that git has in conflict"
    )
    files.complete = FILES  # type: ignore[attr-defined]
    choice = parser.add_mutually_exclusive_group()
    for name, value, what in (
        ("--ours", "local", "our side's"),
        ("--theirs", "remote", "the other side's"),
        ("--union", "both", "both, ours first"),
    ):
        choice.add_argument(
            name, action="store_const", const=value, dest="choice", help=f"don't ask: take {what}"
        )


def run(args: argparse.Namespace) -> int:
    """Resolve; 1 if anything is left to decide."""
    from nbhotel.cli.resolving.flow import resolve

    return resolve(args.files, args.choice)
