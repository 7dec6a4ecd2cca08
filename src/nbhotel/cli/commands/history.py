"""`nbhotel history`: what ran in the kernels of rooms; a lost notebook made again of it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbhotel.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from nbhotel.journal.values import Query

SUMMARY = "search the code that kernels ran, and rebuild a lost notebook from it"

EXAMPLES = """\
  nbhotel history                                all of it, the newest first
  nbhotel history read_csv sales                 what has both words in it
  nbhotel history 'df.groupby(' --since 2w       parts of code count too
  nbhotel history --failed --notebook fit.ipynb  what went wrong there
  nbhotel history rebuild lost.ipynb             make that notebook again of what ran in it
  nbhotel history -- rebuild                     search for that word
"""
#: Whatever follows `--` is searched for.
PATHS_AFTER_DASHES = True
_REBUILD = "rebuild"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `nbhotel history`."""
    from nbhotel.cli.parsing import add_examples

    add_examples(parser, EXAMPLES)
    parser.add_argument(
        "words",
        nargs="*",
        metavar="WORD",
        help="what all stand in the code, in upper or lower case; or `rebuild` and a notebook",
    )
    which = parser.add_argument_group("which runs")
    which.add_argument(
        "--notebook", metavar="PATH", help="a notebook's, or all of a folder; a bare name may lie anywhere"
    )
    which.add_argument("--kernel", metavar="ID", help="those of one kernel; the beginning of its id will do")
    which.add_argument("--since", metavar="DATE", help="such as 2026-11-23, yesterday, 12h or 2w")
    which.add_argument("--until", metavar="DATE", help="older ones")
    which.add_argument("--failed", action="store_true", help="those that ended with an error")
    which.add_argument("-n", "--max-count", type=int, metavar="N", help="no more than so many")
    which.add_argument("--ipython", action="store_true", help="search IPython's own history, too")
    which.add_argument("--journal", metavar="FILE", help="default: nbhotel/journal.sqlite in $XDG_DATA_HOME")
    how = parser.add_argument_group("output")
    how.add_argument("--oneline", action="store_true", help="a line for each run")
    how.add_argument("--json", action="store_true", help="print JSON")
    how.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="default: auto")
    how.add_argument("--no-pager", action="store_false", dest="pager", help="no pager on a terminal")
    rebuild = parser.add_argument_group("for rebuild")
    rebuild.add_argument("-o", "--out", metavar="FILE", help="default: where the notebook was; - prints it")
    rebuild.add_argument("-f", "--force", action="store_true", help="also over a file that is there")
    parser.set_defaults(paths=[])


def run(args: argparse.Namespace) -> int:
    """Show what is found, or rebuild; 1 if there is nothing."""
    from nbhotel.journal.places import ipython_file, journal_file

    file = args.journal or journal_file(os.environ)
    if args.words[:1] == [_REBUILD]:
        from nbhotel.cli.rebuilding import rebuild

        return rebuild(file, _query(args, _named(args)), args.out, force=args.force)
    if args.out or args.force:
        raise UsageError("--out and --force are for `nbhotel history rebuild`")
    from nbhotel.cli.runs import Wishes, show

    wishes = Wishes(args.max_count, args.oneline, args.json, args.color, args.pager)
    query = _query(args, args.notebook)._replace(words=(*args.words, *args.paths))
    return show(file, query, wishes, ipython=ipython_file(os.environ) if args.ipython else "")


def _named(args: argparse.Namespace) -> str | None:
    """The notebook to rebuild, by the option or by the word after `rebuild`."""
    named = [*args.words[1:], *args.paths, *([args.notebook] if args.notebook else [])]
    if len(named) > 1:
        raise UsageError("one notebook at a time can be rebuilt")
    if not named and not args.kernel:
        remedy = "`nbhotel history rebuild NOTEBOOK`; `-- rebuild` searches for the word"
        raise UsageError("rebuild what?", remedy=remedy)
    return named[0] if named else None


def _query(args: argparse.Namespace, notebook: str | None) -> Query:
    from nbhotel.journal.values import Query

    return Query(
        notebook=_place(notebook) if notebook else "",
        kernel=args.kernel or "",
        since=_moment(args.since, "--since") if args.since else None,
        before=_moment(args.until, "--until") if args.until else None,
        failed=args.failed,
    )


def _place(notebook: str) -> str:
    """A bare name of nothing that is here may have been anywhere; whatever else is a path."""
    from pathlib import Path

    path = Path(notebook)
    return notebook if path.name == notebook and not path.exists() else str(path.resolve())


def _moment(text: str, option: str) -> float:
    """Return seconds since the epoch of a date, in local time, or of an age. Raises UsageError."""
    import datetime as dt

    from nbhotel.git.vault.bounds import age_in_seconds

    age = age_in_seconds(text)
    now = dt.datetime.now().astimezone()
    days = {"today": 0, "yesterday": 1}.get(text.strip().lower())
    if days is not None:
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return (midnight - dt.timedelta(days=days)).timestamp()
    if age is not None and age < sys.maxsize:
        return now.timestamp() - age
    try:
        return dt.datetime.fromisoformat(text).timestamp()
    except ValueError:
        remedy = "such as 2026-11-23, '2026-11-23 14:00', yesterday, 12h or 2w"
        raise UsageError(f"{option}: {text!r} is no date and no age", remedy=remedy) from None
