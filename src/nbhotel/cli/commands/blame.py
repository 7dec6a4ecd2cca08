"""`nbhotel blame`: which commit wrote each line of a notebook."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from nbhotel.cli.notebooks import DEFAULTS, FILES, add_output_options, format_of
from nbhotel.errors import InputError, UsageError

if TYPE_CHECKING:
    import argparse

    from nbhotel.cli.histories import Place
    from nbhotel.git.history.blaming import Blame
    from nbhotel.git.history.versions import Readable
    from nbhotel.git.history.walk import History, Step
    from nbhotel.notebook.model import Notebook

SUMMARY = "show who wrote each line of a notebook's cells"

EXAMPLES = """\
  nbhotel blame analysis.ipynb                     each cell of the file as it lies here
  nbhotel blame analysis.ipynb v1.0 --cell 3       one cell of a version
  nbhotel blame analysis.ipynb --outputs           outputs, too, where they are in git
  nbhotel blame analysis.ipynb --ignore-rev 3f2a91 as if that commit had not been
"""

FORMATS = ("terminal", "html", "json")
_BY_SUFFIX = {".html": "html", ".htm": "html", ".json": "json"}
_DEFAULTS: dict[str, Any] = {
    **DEFAULTS,
    "images": "none",
    "cell": None,
    "outputs": False,
    "ignore_rev": [],
    "ignore_revs_file": [],
    "date": "relative",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `nbhotel blame`."""
    from nbhotel.cli.parsing import add_examples

    add_examples(parser, EXAMPLES)
    notebook = parser.add_argument("notebook", metavar="NOTEBOOK", help="a notebook that is in git")
    notebook.complete = FILES  # type: ignore[attr-defined]
    parser.add_argument(
        "revision", nargs="?", metavar="REV", help="a version; default: the file as it is here"
    )
    parser.add_argument(
        "--cell", metavar="CELL", help="only one cell: its number, its id, or /a regular expression/"
    )
    parser.add_argument("--outputs", action="store_true", help="outputs, too")
    parser.add_argument(
        "--ignore-rev",
        action="append",
        metavar="REV",
        help="hand the blame of this commit on to those before it; can be repeated",
    )
    parser.add_argument(
        "--ignore-revs-file",
        action="append",
        metavar="FILE",
        help="a list of such commits, besides those of git's blame.ignoreRevsFile",
    )
    parser.add_argument("--date", metavar="FORMAT", help="how to show dates; default: age")
    add_output_options(parser, FORMATS, nbdimes=False)
    parser.set_defaults(**_DEFAULTS)


def quick(words: list[str]) -> argparse.Namespace:
    """Return what the parser makes of words without an option. Raises UsageError."""
    from types import SimpleNamespace

    if not 1 <= len(words) <= 2:
        raise UsageError("name a notebook, and perhaps a revision", remedy="see `nbhotel blame --help`")
    given = {"notebook": words[0], "revision": words[1] if len(words) > 1 else None}
    return SimpleNamespace(**_DEFAULTS, **given)  # type: ignore[return-value]


def run(args: argparse.Namespace) -> int:
    """Find out who wrote what, and show it."""
    import gc

    from nbhotel.cli.histories import Place

    gc.disable()  # nothing here makes cycles, and there are many values
    form = format_of(args, _BY_SUFFIX)
    with Place(args.notebook, os.environ) as place:
        _Blaming(args, place).write(form)
    return 0


class _Blaming:
    """One blame on its way to the reader."""

    def __init__(self, args: argparse.Namespace, place: Place) -> None:
        self._args = args
        self._place = place
        self._now = int(time.time())
        self._notes: list[str] = []

    def write(self, form: str) -> None:
        """Find out, and write it in a format."""
        from nbhotel.cli.progress import Progress

        progress = Progress("commits")
        steps, readable = self._steps()
        try:
            found = self._found(progress.counted(steps))
        finally:
            progress.clear()
        left_out = [(step.commit.short, what) for step, what in readable.left_out]
        self._notes += [
            f"{commit} is passed over: the notebook can't be read there ({what})" for commit, what in left_out
        ]
        self._show(found, form, left_out)

    def _steps(self) -> tuple[Iterator[Step], Readable]:
        from nbhotel.git.history.newest import Worktree
        from nbhotel.git.history.versions import Readable
        from nbhotel.git.history.walk import History

        place, revision = self._place, self._args.revision
        if revision is None:
            place.refuse_link()
        history: History = History(place.repository, date=self._args.date)
        if revision is None and place.repository.has_worktree:
            worktree = Worktree(place.repository, place.path, self._now)
            steps, readable = worktree.steps(history, place.versions)
            if worktree.complaint:
                self._notes.append(
                    f"the file here can't be read ({worktree.complaint}): this is the newest commit's"
                )
            return steps, readable
        commit = place.repository.commit(revision or "HEAD")
        if commit is None:
            raise InputError("is no git revision", where=revision or "HEAD")
        readable = Readable(history.steps(place.path, [commit]), place.versions)
        return iter(readable), readable

    def _found(self, steps: Iterator[Step]) -> Blame:
        from nbhotel.git.calls import Git
        from nbhotel.git.history.blaming import blame
        from nbhotel.git.history.ignored import ignored_commits, shallow_roots

        args, place = self._args, self._place
        git = Git(place.folder, os.environ)
        found = blame(
            steps,
            place.versions,
            chosen=self._chosen,
            outputs=args.outputs,
            ignored=ignored_commits(place.repository, git, args.ignore_rev, args.ignore_revs_file),
            roots=shallow_roots(git),
        )
        if found is None:
            raise InputError("no commit there has this notebook", where=args.notebook)
        if not found.step.blob:
            place.refuse_link()
            remedy = f"{found.step.commit.short} removed it"
            raise InputError(f"is not in {args.revision or 'HEAD'}", where=args.notebook, remedy=remedy)
        return found

    def _chosen(self, notebook: Notebook) -> list[int]:
        from nbhotel.git.selection import place_of

        if self._args.cell is None:
            return list(range(len(notebook.cells)))
        return [place_of(self._args.cell, notebook, self._args.notebook)]

    def _show(self, found: Blame, form: str, left_out: list[tuple[str, str]]) -> None:
        args = self._args
        if form == "terminal":
            from nbhotel.cli.output import write_lines
            from nbhotel.cli.screen import look
            from nbhotel.render.terminal.blame import blame_lines

            drawn = look(args, sys.stdout, os.environ)
            lines = blame_lines(found, drawn, self._now, self._notes)
            write_lines(lines, args, previews=drawn.images != "none")
            return
        from nbhotel.cli.output import write_text

        if form == "html":
            from nbhotel.render.html.blame import blame_page

            write_text(blame_page(found, self._now, self._notes), args)
        else:
            from nbhotel.render.json.history import blame_json

            write_text(blame_json(found, left_out), args)
