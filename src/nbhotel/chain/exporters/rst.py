"""`rst`: reStructuredText, for Sphinx and docutils: text translated, code and text outputs as literal blocks.

Source of the form: https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbhotel.chain.exporters.script import lines_of
from nbhotel.notebook.model import multiline

if TYPE_CHECKING:
    from nbhotel.chain.model import Exporter
    from nbhotel.notebook.model import Cell, Json, Notebook

_COLOURS = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def rst(*, outputs: bool = True) -> Exporter:
    """Text translated from Markdown, code in `code` directives, text outputs in literal blocks.

    outputs: with what was printed and shown as text; images are only named. Needs mistune
    """

    def export(notebook: Notebook) -> str:
        from nbhotel.chain.exporters.rstmarkdown import translator

        translate = translator()
        language = re.sub(r"[^\w+#.-]", "", notebook.language) or "python"
        blocks: list[str] = []
        for cell in notebook.cells:
            if cell.kind == "code":
                blocks += _code(cell, language, outputs=outputs)
            elif cell.kind == "markdown":
                blocks.append(translate(cell.source))
            else:
                blocks.append(_raw(cell))
        return "\n\n".join(filter(None, blocks)) + "\n"

    return export


def literal(text: str, head: str = "::") -> str:
    """Return a block of text as it is, below a line such as `.. code:: python`."""
    lines = _CONTROL.sub("", _COLOURS.sub("", text)).rstrip().split("\n")
    indented = "\n".join(f"    {line}".rstrip() for line in lines)
    return f"{head}\n\n{indented}"


def _code(cell: Cell, language: str, *, outputs: bool) -> list[str]:
    lines = lines_of(cell)
    blocks = [literal("\n".join(lines), f".. code:: {language}")] if any(map(str.strip, lines)) else []
    if outputs:
        blocks += filter(None, map(_output, cell.outputs))
    return blocks


def _output(output: dict[str, Json]) -> str:
    kind = output.get("output_type")
    if kind == "stream":
        return _shown(output.get("text"))
    if kind == "error":
        traceback = output.get("traceback")
        return _shown(traceback, "\n") if isinstance(traceback, list) else ""
    data = output.get("data")
    if not isinstance(data, dict):
        return ""
    images = [mime for mime in data if mime.startswith("image/")]
    if images:
        return f".. an image ({images[0]}) stands here in the notebook"
    return _shown(data.get("text/plain"))


def _shown(value: Json, between: str = "") -> str:
    if between and isinstance(value, list):
        text: str | None = between.join(each for each in value if isinstance(each, str))
    else:
        text = multiline(value)
    return literal(text) if text and text.strip() else ""


def _raw(cell: Cell) -> str:
    """A raw cell: as it is if it says that it is reStructuredText, else as a literal block."""
    told = cell.metadata.get("raw_mimetype", cell.metadata.get("format"))
    if told in ("text/restructuredtext", "text/x-rst"):
        return cell.source.strip()
    return literal(cell.source) if cell.source.strip() else ""
