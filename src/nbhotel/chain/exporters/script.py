"""`script` and `code`: a notebook as a program in its kernel's language.

The format of the cells' marks: https://jupytext.readthedocs.io/en/latest/formats-scripts.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from nbhotel.chain.exporters.languages import Comments, comments_of, is_python
from nbhotel.chain.exporters.magics import commented, transformed

if TYPE_CHECKING:
    from nbhotel.chain.model import Exporter
    from nbhotel.notebook.model import Cell, Notebook

_Lines = list[str]
_MAGICS: dict[str, Callable[[Sequence[str]], _Lines]] = {
    "keep": list,
    "comment": commented,
    "transform": transformed,
}


def script(*, magics: str = "comment", code_only: bool = False, marks: bool = True) -> Exporter:
    """Code as it is, text as comments, without outputs.

    magics: what becomes of IPython's own lines: "comment", "transform" (into Python), "keep"
    code_only: leave out what is no code
    marks: begin each cell with a line such as `# %%`, as editors know it
    """
    if magics not in _MAGICS:
        raise ValueError(f"magics {magics!r} is none of {', '.join(_MAGICS)}")

    def export(notebook: Notebook) -> str:
        cells = [cell for cell in notebook.cells if cell.kind == "code" or not code_only]
        if not marks:
            cells = [cell for cell in cells if cell.source.strip()]
        change = _MAGICS[magics] if is_python(notebook.language) else list
        comments = comments_of(notebook.language)
        return "\n".join(_cell(cell, comments, change, marks=marks) for cell in cells)

    return export


def code(*, magics: str = "comment") -> Exporter:
    """Nothing but the code, cells parted by an empty line.

    magics: as for `script`
    """
    return script(magics=magics, code_only=True, marks=False)


def lines_of(cell: Cell) -> _Lines:
    """Return a cell's lines without line ends; none for an empty source, and no empty ones at its end."""
    text = cell.source.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    return text.split("\n") if text else []


def _cell(cell: Cell, comments: Comments, change: Callable[[Sequence[str]], _Lines], *, marks: bool) -> str:
    lines = lines_of(cell)
    if cell.kind == "code":
        body, mark = change(lines), "%%"
    else:
        body, mark = [comments.line(line) for line in lines], f"%% [{_word(cell.kind)}]"
    head = [comments.line(mark)] if marks else []
    return "".join(f"{line}\n" for line in (*head, *body))


def _word(kind: str) -> str:
    return re.sub(r"[^\w-]+", " ", kind).strip() or "unknown"
