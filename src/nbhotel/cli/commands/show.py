"""`nbshow`: whole notebooks, printed or rendered."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from nbhotel.cli.folders import is_many, listed
from nbhotel.cli.notebooks import (
    DEFAULTS,
    FILES,
    add_output_options,
    add_part_options,
    compared,
    format_of,
    read_bytes,
    replaced,
    without_hidden,
)
from nbhotel.errors import InputError
from nbhotel.notebook.model import Broken, Json, Notebook
from nbhotel.notebook.reading import read_notebook
from nbhotel.render.subjects import Exhibit

if TYPE_CHECKING:
    import argparse

    from nbhotel.diff.values import Compared

SUMMARY = "print notebooks, or render them as a page"

EXAMPLES = """\
  nbshow analysis.ipynb                 on the terminal, through a pager
  nbshow analysis.ipynb -s              only the sources
  nbshow analysis.ipynb --web           as a page in the browser
  git show HEAD:analysis.ipynb | nbshow -
"""

FORMATS = ("terminal", "html", "markdown", "json")
_BY_SUFFIX = {".html": "html", ".htm": "html", ".md": "markdown", ".json": "json"}
#: Kept without -m: what language the code is in.
_LANGUAGE = ("kernelspec", "language_info")

_DEFAULTS: dict[str, Any] = {**DEFAULTS, "notebook": []}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `nbshow`."""
    from nbhotel.cli.parsing import add_examples

    add_examples(parser, EXAMPLES)
    notebook = parser.add_argument(
        "notebook", nargs="+", metavar="FILE", help="notebooks, folders, globs, or - for standard input"
    )
    notebook.complete = FILES  # type: ignore[attr-defined]
    add_part_options(parser)
    add_output_options(parser, FORMATS)
    parser.set_defaults(**_DEFAULTS)


def run(args: argparse.Namespace) -> int:
    """Show the notebooks."""
    form = format_of(args, _BY_SUFFIX)
    parts = compared(args)
    shown = _exhibits(args.notebook, parts)
    if form == "terminal":
        from nbhotel.cli.output import write_lines
        from nbhotel.cli.screen import look
        from nbhotel.render.terminal.show import show_lines

        drawn = look(args, sys.stdout, os.environ)
        lines = show_lines(shown, drawn, ids=parts.ids, metadata=parts.metadata)
        write_lines(lines, args, previews=drawn.images != "none")
    else:
        from nbhotel.cli.output import write_text

        write_text(_text(list(shown), form), args)
    return 0


def _exhibits(words: list[str], parts: Compared) -> Iterator[Exhibit]:
    for word in words:
        for path in _paths(word):
            notebook = read_notebook(read_bytes(path))
            shown = notebook if isinstance(notebook, Broken) else _shown(notebook, parts)
            yield Exhibit("standard input" if path == "-" else path, shown)


def _paths(word: str) -> list[str]:
    if not is_many(word):
        return [word]
    found = list(listed(word).values())
    if not found:
        raise InputError("there is no notebook", where=word)
    return found


def _shown(notebook: Notebook, parts: Compared) -> Notebook:
    gone: dict[str, Json] = {} if parts.sources else {"source": ""}
    gone |= {} if parts.details else {"execution_count": None}
    notebook = replaced(without_hidden(notebook, parts), gone)
    if parts.metadata:
        return notebook
    metadata = {key: value for key, value in notebook.metadata.items() if key in _LANGUAGE}
    return notebook._replace(raw={**notebook.raw, "metadata": metadata})


def _text(shown: list[Exhibit], form: str) -> str:
    if form == "html":
        from nbhotel.render.html.pages import show_page

        return show_page(shown)
    if form == "markdown":
        from nbhotel.render.markdown import show_markdown

        return show_markdown(shown)
    from nbhotel.render.json import show_json

    return show_json(shown)
