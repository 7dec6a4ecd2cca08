"""Whole notebooks in Markdown: texts as they are, code and outputs in fences, pictures as notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from nbhotel.notebook.model import Broken, multiline
from nbhotel.render.markdown.outputs import describe, text_of
from nbhotel.render.markdown.text import code_span, fenced

if TYPE_CHECKING:
    from nbhotel.notebook.model import Cell, Json, Notebook
    from nbhotel.render.subjects import Exhibit

_ALL = 1 << 40
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})([^\n]*)")
_LANGUAGE = re.compile(r"[^\w+#-]")


def show_markdown(exhibits: Sequence[Exhibit]) -> str:
    """Return the notebooks one after the other; a heading names each if there are several.

    The text of Markdown cells is left as it is, HTML and mentions included; only a fence that it leaves
    open is closed.
    """
    return "".join(_exhibit(each, named=len(exhibits) > 1) for each in exhibits)


def _exhibit(exhibit: Exhibit, *, named: bool) -> str:
    title = f"# {code_span(exhibit.name, 200)}\n\n" if named else ""
    if isinstance(exhibit.notebook, Broken):
        return f"{title}Not shown: {code_span(f'{exhibit.name}: {exhibit.notebook.message}', 300)}.\n\n"
    return title + "".join(_cells(exhibit.notebook))


def _cells(notebook: Notebook) -> Iterator[str]:
    language = _LANGUAGE.sub("", notebook.language)
    for cell in notebook.cells:
        if cell.kind == "code":
            if cell.source:
                yield fenced(cell.source.split("\n"), language, _ALL)
            yield from map(_output, cell.outputs)
        elif cell.kind == "markdown":
            yield _prose(cell)
        elif cell.source:
            yield fenced(cell.source.split("\n"), "", _ALL)


def _prose(cell: Cell) -> str:
    text = cell.source.strip("\n")
    return f"{text}{_closing(text)}\n\n" if text else ""


def _closing(text: str) -> str:
    """Return what closes a fence that the text leaves open."""
    fence = ""
    for line in text.split("\n"):
        found = _FENCE.match(line)
        if not found:
            continue
        mark, rest = found[1], found[2]
        if not fence:
            fence = "" if mark[0] == "`" and "`" in rest else mark
        elif mark.startswith(fence) and not rest.strip():
            fence = ""
    return f"\n{fence}" if fence else ""


def _output(output: dict[str, Json]) -> str:
    data = output.get("data")
    bundle = data if isinstance(data, dict) else {}
    prose = multiline(bundle.get("text/markdown")) or multiline(bundle.get("text/latex"))
    if prose:
        return f"{prose.strip()}{_closing(prose)}\n\n"
    text = text_of(output)
    if text:
        return fenced(text.split("\n"), "", _ALL)
    return f"*Output: {describe(output)}*\n\n"
