"""`markdown`: text as it is, code in fences; jupytext reads it back into the same cells. Without outputs.

Source of the format: https://jupytext.readthedocs.io/en/latest/formats-markdown.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbhotel.chain.exporters.jupytexts import header, options
from nbhotel.chain.exporters.script import lines_of

if TYPE_CHECKING:
    from nbhotel.chain.model import Exporter
    from nbhotel.notebook.model import Cell, Notebook

#: Text that a reader would cut in two, join with what follows, or take for code: it stands in a region.
_AMBIGUOUS = re.compile(r"^(?:```|<!--\s*#|\t| {4})|^\s*\n\s*\n|\A\s*(?:\n|\Z)|\n\s*\Z", re.MULTILINE)


def markdown(*, header_lines: bool = True) -> Exporter:
    """Text as it is, code in fences with the kernel's language.

    header_lines: begin with a YAML header (kernelspec, format); jupytext can do without
    """

    def export(notebook: Notebook) -> str:
        language = notebook.language or "python"
        parts = ["\n".join(header(notebook, ".md", "markdown"))] if header_lines else []
        plain = False
        for cell in notebook.cells:
            text, is_plain = _cell(cell, language)
            if plain and is_plain:
                parts[-1] += "\n"  # two empty lines part two cells of text
            parts.append(text)
            plain = is_plain
        return "\n\n".join(parts) + "\n" if parts else ""

    return export


def _cell(cell: Cell, language: str) -> tuple[str, bool]:
    """A cell's text, and whether it has no marks of its own."""
    told = options(cell)
    if cell.kind == "code":
        lines = lines_of(cell)
        fence = _fence(lines)
        return "\n".join([f"{fence}{language} {told}".rstrip(), *(lines or [""]), fence]), False
    source = cell.source.replace("\r\n", "\n")
    if cell.kind == "markdown" and not told and not _AMBIGUOUS.search(source):
        return source, True
    name = "region" if cell.kind == "markdown" else "raw"
    if f"<!-- #end{name} -->" in source:
        name = "md" if name == "region" else name
    return f"{' '.join(filter(None, (f'<!-- #{name}', told, '-->')))}\n{source}\n<!-- #end{name} -->", False


def _fence(lines: list[str]) -> str:
    ticks = [len(line) - len(line.lstrip("`")) for line in lines]
    return "`" * max(3, 1 + max((each for each in ticks if each > 2), default=2))
