"""`nbdiff`: what changed between two notebooks, files or revisions."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from nbhotel.cli.documents import Document
from nbhotel.cli.notebooks import (
    DEFAULTS,
    FILES,
    add_output_options,
    add_part_options,
    compared,
    format_of,
    without_hidden,
)
from nbhotel.cli.pairs import pairs
from nbhotel.diff.values import BY_DEFAULT, EVERYTHING
from nbhotel.errors import UsageError
from nbhotel.notebook.model import EMPTY, Broken, Notebook
from nbhotel.notebook.reading import read_notebook
from nbhotel.render.subjects import Comparison, compare

if TYPE_CHECKING:
    import argparse

    from nbhotel.chain.model import Chain
    from nbhotel.diff.values import Compared
    from nbhotel.render.terminal.spans import Look

SUMMARY = "compare notebooks: files, folders, git revisions"

EXAMPLES = """\
  nbdiff old.ipynb new.ipynb      two files; also folders, globs, REF:FILE, and - for standard input
  nbdiff                          the worktree against git's index: what `git add` would add
  nbdiff HEAD~3 analysis.ipynb    one notebook, since a revision
  nbdiff main...topic --web       what a branch changed, in the browser
  nbdiff --cached --stat          what would be committed, in a line for each notebook
"""

FORMATS = ("terminal", "html", "markdown", "json", "nbdime")
#: nbdime writes its own JSON with --out, so that's what a name without a known ending gets.
_BY_SUFFIX = {".html": "html", ".htm": "html", ".md": "markdown", ".txt": "terminal", "": "nbdime"}

PATHS_AFTER_DASHES = True

_DEFAULTS: dict[str, Any] = {
    **DEFAULTS,
    "words": [],
    "paths": None,
    "cached": False,
    "context": 3,
    "stat": False,
    "exit_code": False,
    "quiet": False,
    "color_words": False,
    "side_by_side": None,
    "ignore_noise": False,
    "as_": None,
    "use_git": True,
    "use_diff": True,
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `nbdiff`."""
    from nbhotel.cli.parsing import add_examples

    add_examples(parser, EXAMPLES)
    parser.usage = "%(prog)s [options] [FILE FILE | [REF [REF]] [--] [PATH ...]]"
    words = parser.add_argument(
        "words", nargs="*", metavar="FILE|REF|PATH", help="two files, or revisions and paths of a repository"
    )
    words.complete = FILES  # type: ignore[attr-defined]
    parser.add_argument(
        "--cached", "--staged", action="store_true", help="the index against REF (default: HEAD)"
    )
    add_part_options(parser)
    _add_how(parser)
    add_output_options(parser, FORMATS)
    parser.set_defaults(**_DEFAULTS)


def quick(words: list[str]) -> argparse.Namespace:
    """Return what the parser makes of words without an option; argparse takes as long as a comparison."""
    from types import SimpleNamespace

    return SimpleNamespace(**{**_DEFAULTS, "words": words})  # type: ignore[return-value]


def run(args: argparse.Namespace) -> int:
    """Compare and write; 1 with --exit-code or --quiet if anything differs."""
    form = _format(args)
    differs = False

    def noticed() -> Iterator[Comparison]:
        nonlocal differs
        for each in comparisons(args, form):
            differs = differs or bool(each)
            yield each

    if args.quiet:
        return int(any(noticed()))
    _write(noticed(), form, args)
    return int(differs and args.exit_code)


def comparisons(args: argparse.Namespace, form: str) -> Iterator[Comparison]:
    """Compare what the words name, one pair after the other, as they are asked for.

    Programs apply nbdime's format, so it has everything unless options say otherwise.
    """
    usual = EVERYTHING if form == "nbdime" else BY_DEFAULT
    parts = compared(args, noise=not args.ignore_noise, usual=usual)
    chain = _chain(args.as_) if args.as_ else None
    for old, new in pairs(args.words, args.paths, cached=args.cached, environment=os.environ):
        if old.data == new.data:
            continue
        sides = _read(old, parts), _read(new, parts)
        if chain is not None:
            yield _chained(chain, old.name, sides[0], new.name, sides[1], parts)
        else:
            yield compare(old.name, sides[0], new.name, sides[1], parts)


def _add_how(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("comparison")
    group.add_argument(
        "-U", "--unified", type=_count, dest="context", metavar="N", help="unchanged lines around a change"
    )
    group.add_argument("--stat", action="store_true", help="a line for each notebook")
    group.add_argument("--color-words", action="store_true", help="changed words within one line")
    group.add_argument(
        "-y",
        "--side-by-side",
        action="store_true",
        default=None,
        help="two columns; default: if there is room",
    )
    group.add_argument(
        "--no-side-by-side", action="store_false", dest="side_by_side", help="one below the other"
    )
    group.add_argument(
        "--ignore-noise", action="store_true", help="no memory addresses, timings and the like in outputs"
    )
    group.add_argument(
        "--as", dest="as_", metavar="CHAIN", help="compare what a chain makes of them: script, code, vcs …"
    )
    group.add_argument("--exit-code", action="store_true", help="exit with 1 if anything differs")
    group.add_argument("--quiet", action="store_true", help="print nothing; implies --exit-code")
    group.add_argument("--no-git", action="store_false", dest="use_git", help="taken for nbdime's sake")
    group.add_argument("--no-use-diff", action="store_false", dest="use_diff", help="taken for nbdime's sake")


def _count(text: str) -> int:
    from argparse import ArgumentTypeError

    if not text.isdecimal() or len(text) > 9:
        raise ArgumentTypeError(f"{text!r} is no number of lines")
    return int(text)


def _format(args: argparse.Namespace) -> str:
    form = format_of(args, _BY_SUFFIX)
    if args.stat and form != "terminal":
        if args.format:
            raise UsageError(f"--stat is for terminals, not for --format {form}")
        return "terminal"
    return form


def _read(document: Document, parts: Compared) -> Notebook | Broken:
    if document.data is None:
        return EMPTY
    notebook = read_notebook(document.data)
    return notebook if isinstance(notebook, Broken) else without_hidden(notebook, parts)


def _chain(name: str) -> Chain:
    from nbhotel.chain.config import load_chain

    return load_chain(name, ".")


def _chained(
    chain: Chain,
    old_name: str,
    old: Notebook | Broken,
    new_name: str,
    new: Notebook | Broken,
    parts: Compared,
) -> Comparison:
    """Compare what a chain makes of both sides: notebooks, or texts if it exports."""
    if isinstance(old, Broken) or isinstance(new, Broken):
        return compare(old_name, old, new_name, new)
    if chain.exporter is None:
        return compare(old_name, chain.clean(old), new_name, chain.clean(new), parts)
    from nbhotel.diff.text import diff_text

    sides = [chain.exported(side).decode("utf-8", "replace") for side in (old, new)]
    return Comparison(old_name, new_name, None, diff_text(*sides))


def _write(found: Iterable[Comparison], form: str, args: argparse.Namespace) -> None:
    if form == "terminal":
        from nbhotel.cli.output import write_lines
        from nbhotel.cli.screen import look

        drawn = look(args, sys.stdout, os.environ)
        write_lines(_lines(found, drawn, args), args, previews=drawn.images != "none")
    else:
        from nbhotel.cli.output import write_text

        write_text(_text([each for each in found if each], form), args)


def _lines(found: Iterable[Comparison], drawn: Look, args: argparse.Namespace) -> Iterable[str]:
    if args.stat:
        from nbhotel.render.terminal.stat import stat_lines

        return stat_lines(found, drawn)
    from nbhotel.render.terminal.notebooks import diff_lines

    return diff_lines(found, drawn)


def _text(found: list[Comparison], form: str) -> str:
    if form == "html":
        from nbhotel.render.html.pages import diff_page

        return diff_page(found)
    if form == "markdown":
        from nbhotel.render.markdown import diff_markdown

        return diff_markdown(found)
    if form == "json":
        from nbhotel.render.json import diff_json

        return diff_json(found)
    return _nbdime(found)


def _nbdime(found: list[Comparison]) -> str:
    from nbhotel.render.nbdime import diff_nbdime

    if len(found) > 1:
        raise UsageError("nbdime's format holds one notebook", remedy="name one, or use --format json")
    return diff_nbdime(found[0]) if found else "[]\n"
