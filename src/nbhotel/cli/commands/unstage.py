"""`nbhotel unstage`: take cells, or parts of them, out of the index again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

SUMMARY = "take chosen cells and parts of cells out of git's index again"

EXAMPLES = """\
  nbhotel unstage analysis.ipynb               choose on the whole screen
  nbhotel unstage -p analysis.ipynb            answer questions, by the keys of `git reset -p`
  nbhotel unstage --cell 3 --cell /^import/ analysis.ipynb
  nbhotel unstage --all --only source,metadata analysis.ipynb
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    from nbhotel.cli.staging.options import add_options

    add_options(parser, "unstage", EXAMPLES)


def run(args: argparse.Namespace) -> int:
    """Choose, and write the index; the worktree is not touched."""
    from nbhotel.cli.staging import flow
    from nbhotel.cli.staging.verbs import UNSTAGE

    return flow.run(args, UNSTAGE)
