"""`percent`: a script whose cells begin with `# %%`, which jupytext reads back into the same cells.

Source of the format: https://jupytext.readthedocs.io/en/latest/formats-scripts.html#the-percent-format
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from nbhotel.chain.exporters.jupytexts import header, options
from nbhotel.chain.exporters.languages import Comments, comments_of, is_python, suffix_of
from nbhotel.chain.exporters.magics import cell_magic, has_magics
from nbhotel.chain.exporters.script import lines_of

if TYPE_CHECKING:
    from nbhotel.chain.model import Exporter
    from nbhotel.notebook.model import Cell, Notebook

#: Magics whose cells jupytext keeps as comments under the name of their language.
_LANGUAGES = frozenset(
    [
        "R",
        "bash",
        "sh",
        "python2",
        "python3",
        "coconut",
        "javascript",
        "js",
        "perl",
        "html",
        "latex",
        "markdown",
        "pypy",
        "ruby",
        "script",
        "svg",
        "matlab",
        "octave",
        "idl",
        "robotframework",
        "sas",
        "spark",
        "sql",
        "cython",
        "haskell",
        "tcl",
        "gnuplot",
    ]
)
#: Magics whose cells are Python below their first line.
_PYTHON_BELOW = frozenset(
    ["capture", "debug", "lprun", "memit", "mprun", "mypy", "prun", "px", "python", "time", "timeit"]
)

#: The lines that jupytext takes for IPython's own, commented any number of times or not.
_TAKEN = re.compile(
    r"""
    \s*(?:\#[ ]?)*%{1,3}[a-zA-Z](?!.*\#\s*noescape)         # %magic
    | \s*(?:(?:\#[ ]?)+\s*)?[?!]\s*[A-Za-z.~$\\/{}]         # !command, ?name
    | (?:\#[ ]?)*\s*[a-zA-Z_][a-zA-Z_$0-9]*\s*=\s*(?:%{1,3}|!)[a-zA-Z]
    | \s*(?:\#[ ])*\S*\?\s*$                                # name?
    | (?:\#[ ]?)*(?:cat|cd|cp|mv|rm|rmdir|mkdir|copy|ddir|echo|ls|ldir|ren)(?:$|\s$|\s[^=,])
    """,
    re.VERBOSE,
)
_OTHERS_TAKEN = re.compile(r"\s*%{1,3}[a-zA-Z]")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_CODE = re.compile(r"def |async |class ")


def percent(*, header_lines: bool = True) -> Exporter:
    """Code as it is with magics commented, text as comments, each cell below a line `# %%`.

    header_lines: begin with a YAML header (kernelspec, format); jupytext can do without
    """

    def export(notebook: Notebook) -> str:
        python, comments = is_python(notebook.language), comments_of(notebook.language)
        suffix = suffix_of(notebook)
        top = [comments.line(line) for line in header(notebook, suffix, "percent")] if header_lines else []
        lines: list[str] = []
        for cell in reversed(notebook.cells):  # the lines between two cells depend on both
            text = _cell(cell, comments, python=python)
            gap = _lines_between(text, lines, python=python)
            lines = [*text, *[""] * gap, *lines]
        return "".join(f"{line}\n" for line in [*top, *([""] if top else []), *lines])

    return export


def _cell(cell: Cell, comments: Comments, *, python: bool) -> list[str]:
    lines = lines_of(cell)
    if cell.kind != "code":
        kind = "markdown" if cell.kind == "markdown" else "raw"
        source = cell.source.replace("\r\n", "\n").split("\n")
        body = _quoted(source) if python and _has_open_fence(source) else list(map(comments.line, source))
        return [comments.line(f"%% [{kind}] {options(cell)}".rstrip()), *body]
    if not python:
        taken = [comments.line(line) if _OTHERS_TAKEN.match(line) else line for line in lines]
        return [comments.line(f"%% {options(cell)}".rstrip()), *taken]
    name = cell_magic(lines)
    unclosed = _after(lines)
    if name in _LANGUAGES and lines[0].startswith("%%") and not unclosed:
        rest = lines[0][2 + len(name) :].strip()
        told = options(cell, **({"magic_args": rest} if rest else {}), language=name)
        return [f"# %% {told}", *map(comments.line, lines[1:])]
    text = _escaped(lines)
    emptied = text != lines and _empties_block(text)
    indented = next((line for line in lines if line.strip()), "")[:1].isspace()  # as IPython allows it
    if unclosed or emptied or indented or (name and name not in _PYTHON_BELOW) or has_magics(text):
        # jupytext would leave something that is no Python: the cell is for notebooks only
        return [f"# %% {options(cell, active='ipynb')}", *map(comments.line, lines)]
    return [f"# %% {options(cell)}".rstrip(), *text]


def _has_open_fence(lines: Sequence[str]) -> bool:
    """Whether a Markdown fence has no end: jupytext would look for it in the next cells."""
    fence = ""
    for line in lines:
        found = _FENCE.match(line)
        if not found:
            continue
        if not fence:
            fence = found[1]
        elif found[1].startswith(fence) and not found[2].strip():
            fence = ""
    return bool(fence)


def _quoted(lines: list[str]) -> list[str]:
    """Text as a string of Python's, which jupytext takes for a cell's text as well."""
    quotes = '"""' if not any('"""' in line for line in lines) else "'''"
    raw = "r" if any("\\" in line for line in lines) else ""
    return [raw + quotes, *lines, quotes]


def _escaped(lines: Sequence[str]) -> list[str]:
    """Comment the lines that jupytext will uncomment, and none else."""
    result = []
    quotes, continued = "", False
    for line in lines:
        taken = not quotes and (continued or bool(_TAKEN.match(line)))
        if taken:
            body = line if continued else line.lstrip()
            result.append(line[: len(line) - len(body)] + "# " + body)
            continued = line.rstrip().endswith("\\")
        else:
            result.append(line)
        quotes = _open_quotes(line, quotes)
    return result


def _empties_block(lines: Sequence[str]) -> bool:
    """Whether a block, such as an `if`'s, has nothing but comments."""
    head: str | None = None
    for line in lines:
        body = line.strip()
        if not body or body.startswith("#"):
            continue
        if head is not None and _indent(line) <= _indent(head):
            return True
        head = line if body.endswith(":") else None
    return head is not None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _after(lines: Sequence[str]) -> str:
    """Return the triple quotes that are open at the end."""
    quotes = ""
    for line in lines:
        quotes = _open_quotes(line, quotes)
    return quotes


def _open_quotes(line: str, quotes: str) -> str:
    """Return the triple quotes that are open after a line, as jupytext counts them."""
    if not quotes and line.lstrip().startswith("#"):
        return ""
    position = 0
    while position < len(line):
        if quotes:
            end = line.find(quotes, position)
            while end > 0 and line[end - 1] == "\\":
                end = line.find(quotes, end + 1)
            if end < 0:
                return quotes
            quotes, position = "", end + 3
            continue
        found = _QUOTED.search(line, position)
        if not found or found["comment"]:
            return ""
        position = found.end()
        quotes = found["triple"] or ""
    return quotes


_QUOTED = re.compile(
    r"(?P<comment>\#)|(?P<triple>\"{3}|'{3})|\"(?:\\.|[^\"\\])*(?:\"|$)|'(?:\\.|[^'\\])*(?:'|$)"
)


def _lines_between(before: Sequence[str], behind: Sequence[str], *, python: bool) -> int:
    """Return how many empty lines PEP 8 wants between two cells, as jupytext counts them."""
    if not behind:
        return 0
    if not python:
        return 1
    if _ends_in_definition(before):
        return 2 if _has_code(behind) else 1
    ends_in_code = bool(before[-1].strip()) and not before[-1].startswith("#")
    return 2 if ends_in_code and _begins_with_definition(behind) else 1


def _ends_in_definition(lines: Sequence[str]) -> bool:
    outside: list[str] = []
    quotes = ""
    for line in lines:
        if not quotes:
            outside.append(line)
        quotes = _open_quotes(line, quotes)
    for line in _near(reversed(outside)):
        if not line.startswith(("#", " ", ")")):
            return bool(_CODE.match(line))
    return False


def _has_code(lines: Sequence[str]) -> bool:
    return any(not line.strip().startswith("#") for line in _near(lines))


def _begins_with_definition(lines: Sequence[str]) -> bool:
    for line in _near(lines):
        if _CODE.match(line):
            return True
        if not line.startswith(("#", "@", " ", ")")):
            return False
    return False


def _near(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines that aren't empty, up to where two empty ones follow each other."""
    above = "#"
    for line in lines:
        if line.strip():
            yield line
        elif not above.strip():
            return
        above = line
