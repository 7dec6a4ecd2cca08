"""`nbhotel log`: the history of a notebook, or of one of its cells."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from nbhotel.cli.notebooks import DEFAULTS, FILES, add_output_options, add_part_options, compared, format_of
from nbhotel.errors import InputError, UsageError

if TYPE_CHECKING:
    import argparse

    from nbhotel.cli.histories import Place
    from nbhotel.cli.progress import Progress
    from nbhotel.diff.values import Compared
    from nbhotel.git.history.follow import Change
    from nbhotel.git.history.versions import Readable
    from nbhotel.git.history.walk import History, Step
    from nbhotel.render.chronicle import Entry, Followed
    from nbhotel.render.terminal.history import Telling

SUMMARY = "show which commits changed a notebook, or one of its cells"

EXAMPLES = """\
  nbhotel log analysis.ipynb                       each commit, and how many cells it changed
  nbhotel log analysis.ipynb -p                    with what it changed
  nbhotel log analysis.ipynb --cell 3              one cell, back to where it came from
  nbhotel log analysis.ipynb --cell '/def fit/'    the cell in which that stands
  nbhotel log analysis.ipynb main..topic --stat    what a branch did
"""

FORMATS = ("terminal", "html", "json")
_BY_SUFFIX = {".html": "html", ".htm": "html", ".json": "json"}
_DEFAULTS: dict[str, Any] = {
    **DEFAULTS,
    "images": "none",
    "context": 3,
    "cell": None,
    "max_count": None,
    "since": None,
    "until": None,
    "author": [],
    "grep": [],
    "reverse": False,
    "patch": None,
    "stat": False,
    "oneline": False,
    "date": "",
    "color_words": False,
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `nbhotel log`."""
    from nbhotel.cli.parsing import add_examples

    add_examples(parser, EXAMPLES)
    notebook = parser.add_argument("notebook", metavar="NOTEBOOK", help="a notebook that is or was in git")
    notebook.complete = FILES  # type: ignore[attr-defined]
    parser.add_argument(
        "revisions", nargs="*", default=[], metavar="REV", help="revisions and ranges; default: HEAD"
    )
    parser.add_argument(
        "--cell",
        metavar="CELL",
        help="follow one cell of the newest version: its number, its id, or /a regular expression/",
    )
    _add_choice(parser)
    _add_how(parser)
    add_part_options(parser)
    add_output_options(parser, FORMATS, nbdimes=False)
    parser.set_defaults(**_DEFAULTS)


def quick(words: list[str]) -> argparse.Namespace:
    """Return what the parser makes of words without an option. Raises UsageError."""
    from types import SimpleNamespace

    if not words:
        raise UsageError("a notebook is missing", remedy="see `nbhotel log --help`")
    return SimpleNamespace(**{**_DEFAULTS, "notebook": words[0], "revisions": words[1:]})  # type: ignore[return-value]


def run(args: argparse.Namespace) -> int:
    """Walk through the history and show what is asked for."""
    import gc

    from nbhotel.cli.histories import Place
    from nbhotel.cli.progress import Progress

    gc.disable()  # nothing here makes cycles, and there are many values
    form = _format(args)
    progress = Progress("commits")
    with Place(args.notebook, os.environ) as place:
        found = _Log(args, place, progress)
        try:
            _write(found, form, args, progress)
        finally:
            found.close()
            progress.clear()
    return 0


def _add_choice(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("which commits, as git takes them")
    group.add_argument("-n", "--max-count", type=int, metavar="N", help="no more than so many")
    group.add_argument("--since", "--after", metavar="DATE", help="newer ones")
    group.add_argument("--until", "--before", metavar="DATE", help="older ones")
    group.add_argument("--author", action="append", metavar="PATTERN", help="somebody's")
    group.add_argument("--grep", action="append", metavar="PATTERN", help="with such a message")
    group.add_argument("--reverse", action="store_true", help="the oldest first")


def _add_how(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what to show of them")
    group.add_argument("-p", "--patch", action="store_true", help="what they changed; default with --cell")
    group.add_argument(
        "--no-patch", action="store_false", dest="patch", help="no more than a line for a cell"
    )
    group.add_argument("--stat", action="store_true", help="numbers of cells and lines")
    group.add_argument("--oneline", action="store_true", help="a line for each commit")
    group.add_argument("--date", metavar="FORMAT", help="how to show dates, as git log has it")
    group.add_argument(
        "-U", "--unified", type=int, dest="context", metavar="N", help="unchanged lines around a change"
    )
    group.add_argument("--color-words", action="store_true", help="changed words within one line")


class _Log:
    """One history on its way to the reader."""

    def __init__(self, args: argparse.Namespace, place: Place, progress: Progress) -> None:
        from nbhotel.git.history.versions import Readable
        from nbhotel.git.history.walk import History

        self._args = args
        self._place = place
        self._history: History = History(
            place.repository, date=args.date, since=args.since or "", filters=_filters(args)
        )
        self._all = self._history.steps(place.path, args.revisions)
        first = next(self._all, None)
        if first is None:
            raise InputError("no commit there has this notebook", where=args.notebook)
        if not first.blob:
            place.refuse_link()
        steps = progress.counted(chain([first], self._all))
        self._readable: Readable = Readable(steps, place.versions)
        self._steps: Iterator[Step] = iter(self._readable)
        self.followed = None if args.cell is None else self._follow()

    @property
    def path(self) -> str:
        """The notebook's path below the top."""
        return self._place.path

    def entries(self) -> Iterator[Entry]:
        """Yield the commits in the order to show them."""
        shown: Iterator[Entry] = (entry for entry in self._found() if self._history.shows(entry.commit))
        if self._args.max_count is not None:
            shown = islice(shown, max(0, self._args.max_count))
        return reversed(list(shown)) if self._args.reverse else shown

    def close(self) -> None:
        """End what still looks for commits."""
        self._all.close()

    def _follow(self) -> Followed:
        """Find the cell in the newest version that there is."""
        from nbhotel.git.selection import place_of
        from nbhotel.notebook.model import Notebook
        from nbhotel.render.chronicle import Followed

        first = next((step for step in self._steps if step.blob), None)
        newest = self._place.versions.read(first.blob) if first else None
        if first is None or not isinstance(newest, Notebook):
            raise InputError("no version of this notebook can be read", where=self._args.notebook)
        place = place_of(self._args.cell, newest, self._args.notebook)
        self._steps = chain([first], self._steps)
        return Followed(newest.cells[place], place)

    def _found(self) -> Iterator[Entry]:
        """Yield what commits changed, and between them those in which the notebook can't be read."""
        from nbhotel.render.chronicle import Entry

        told = 0
        for change in self._changes():
            for step, what in self._readable.left_out[told:]:
                yield Entry(step.commit, step.path, "", None, what)
            told = len(self._readable.left_out)
            path = change.step.path if change.step.blob else ""
            yield Entry(change.step.commit, path, change.old_path, change.diff)
        for step, what in self._readable.left_out[told:]:
            yield Entry(step.commit, step.path, "", None, what)

    def _changes(self) -> Iterator[Change]:
        from nbhotel.git.history.follow import changes, changes_of_cell

        view = _view(self._args)
        if self.followed is not None:
            return changes_of_cell(self._steps, self._place.versions, view, self.followed.place)
        steps = (step for step in self._steps if self._history.shows(step.commit))
        return changes(steps, self._place.versions, view)


def _filters(args: argparse.Namespace) -> list[str]:
    until = [f"--until={args.until}"] if args.until else []
    return [
        *until,
        *(f"--author={pattern}" for pattern in args.author),
        *(f"--grep={pattern}" for pattern in args.grep),
    ]


def _view(args: argparse.Namespace) -> Compared:
    """Look at what `nbdiff` looks at, but for prompt numbers: to run a cell again is no change."""
    view = compared(args)
    return view if args.details is not None else view._replace(details=False)


def _format(args: argparse.Namespace) -> str:
    form = format_of(args, _BY_SUFFIX)
    for option in ("stat", "oneline"):
        if getattr(args, option) and form != "terminal":
            raise UsageError(f"--{option} is for terminals, not for --format {form}")
    return form


def _write(found: _Log, form: str, args: argparse.Namespace, progress: Progress) -> None:
    if form == "terminal":
        from nbhotel.cli.output import write_lines
        from nbhotel.cli.screen import look
        from nbhotel.render.terminal.history import log_lines

        drawn = look(args, sys.stdout, os.environ)
        lines = log_lines(found.entries(), drawn, _telling(args))
        lines = lines if args.out else progress.until_seen(lines)
        write_lines(lines, args, previews=drawn.images != "none", at_once=True)
    else:
        from nbhotel.cli.output import write_text

        write_text(_text(found, form), args)


def _telling(args: argparse.Namespace) -> Telling:
    from nbhotel.render.terminal.history import Telling

    one_cell = args.cell is not None
    patch = one_cell and not args.stat if args.patch is None else args.patch
    return Telling(patch, args.stat, args.oneline, one_cell)


def _text(found: _Log, form: str) -> str:
    entries = list(found.entries())
    if form == "html":
        from nbhotel.render.html.history import log_page

        return log_page(found.path, found.followed, entries)
    from nbhotel.render.json.history import log_json

    return log_json(found.path, found.followed, entries)
