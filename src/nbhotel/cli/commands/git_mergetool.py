"""`nbhotel git-mergetool`: what `git mergetool -t nbhotel` calls for a conflicted notebook.

It writes the merged notebook, and waits until somebody has decided what is left in it, in Jupyter say.
git takes the file as resolved if it exits with 0, and puts back what was there before if it doesn't.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

SUMMARY = "resolve a conflicted notebook (for git to call)"


def configure(parser: argparse.ArgumentParser) -> None:
    """Git's words: $BASE $LOCAL $REMOTE $MERGED."""
    parser.add_argument(
        "files", nargs=4, metavar="FILE", help="base, local, remote, and where the result goes"
    )


def run(args: argparse.Namespace) -> int:
    """Merge; 0 when no conflict is left, 1 if somebody gives up."""
    from nbhotel.cli.main import run_verb

    base, local, remote, merged = args.files
    code = run_verb(
        "merge",
        [base, local, remote, "--out", merged, "--label", "LOCAL", "--label", "BASE", "--label", "REMOTE"],
    )
    while code == 1:
        print(
            f"Open {merged}, decide what is between the markers, save, and press Enter; q gives up: ", end=""
        )
        sys.stdout.flush()
        answer = sys.stdin.readline()
        if not answer or answer.strip().lower() == "q":
            return 1
        code = run_verb("merge", ["--check", merged])
    return code
