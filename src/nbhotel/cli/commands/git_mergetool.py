"""`nbhotel git-mergetool`: what `git mergetool -t nbhotel` calls for a conflicted notebook.

It is the walk of `nbhotel resolve`. git takes the file as resolved if it exits with 0, and puts back what was
there before if it doesn't.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from nbhotel.cli.resolving.subjects import Subject

SUMMARY = "resolve a conflicted notebook (for git to call)"


def configure(parser: argparse.ArgumentParser) -> None:
    """Git's words: $BASE $LOCAL $REMOTE $MERGED."""
    parser.add_argument(
        "files", nargs=4, metavar="FILE", help="base, local, remote, and where the result goes"
    )


def run(args: argparse.Namespace) -> int:
    """Resolve; 0 when no conflict is left, 1 if somebody gives up."""
    from nbhotel.cli.resolving.flow import drawn
    from nbhotel.cli.resolving.walk import Walk
    from nbhotel.cli.staging.console import Terminal

    subject = _subject(*args.files)
    while subject.conflicts:  # what was skipped is asked again
        if not Walk(subject, Terminal(), drawn(), os.environ).run():
            print("git puts the file back; `nbhotel resolve` keeps what is decided when you quit")
            return 1
    subject.finish()
    return 0


def _subject(base: str, local: str, remote: str, merged: str) -> Subject:
    from nbhotel.cli.notebooks import read_bytes
    from nbhotel.cli.resolving.subjects import Subject
    from nbhotel.repair.values import Stages

    # What both sides added has no base: git gives an empty file, or none.
    versions = [read_bytes(path) if os.path.exists(path) else b"" for path in (base, local, remote)]  # noqa: PTH110
    stages = Stages(versions[0] or None, versions[1], versions[2])
    subject = Subject(merged, merged, stages, keep="never")  # git keeps it
    if not subject.conflicts and subject.is_as_ours():
        subject.merge_again("LOCAL", "REMOTE")
    return subject
