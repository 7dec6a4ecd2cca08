"""A notebook as a clean script in the percent format: code as it is, text as comments, outputs gone.

The format of the cells' marks: https://jupytext.readthedocs.io/en/latest/formats-scripts.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbhotel.notebook.model import Cell, Notebook

#: Comment prefix -> the languages, as kernels name them, that have it; the others have "#".
_PREFIXES = {
    "//": "c c# c++ cpp csharp dart f# fsharp go groovy java javascript js kotlin node php processing rust "
    "scala solidity stata swift typescript ts v zig",
    "--": "ada agda elm haskell lua purescript sql mysql postgresql sqlite vhdl",
    "%": "erlang latex magma matlab octave prolog tex",
    ";": "asm clojure common-lisp idl lisp racket scheme",
    "!": "fortran",
    "'": "vb vbnet visualbasic",
}
_PREFIX_OF = {language: prefix for prefix, names in _PREFIXES.items() for language in names.split()}
_WITH_MAGICS = {"", "python", "python2", "python3", "ipython", "ipython3", "sage"}

# A line of IPython's own: %magic, !command, `x = !command`, `?name` and `name?`.
_MAGIC = re.compile(r"\s*(?:[%!?]|[\w.,()\[\] ]+=\s*(?:!|%{1,2}[A-Za-z])|[\w.*%]+\?{1,2}\s*$)")
# What decides whether the next line begins inside a string or a bracket.
_TOKEN = re.compile(
    r"(?P<comment>\#[^\n]*)|(?P<triple>\"{3}|'{3})|(?P<string>\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?)"
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])"
)


def script_of(notebook: Notebook) -> str:
    """Return the script's text; "" for a notebook without a cell."""
    language = notebook.language
    prefix = _PREFIX_OF.get(language, "#")
    magics = language in _WITH_MAGICS
    return "\n".join(_cell(cell, prefix, magics) for cell in notebook.cells)


def _cell(cell: Cell, prefix: str, magics: bool) -> str:
    lines = cell.source.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    if lines == [""]:
        lines = []
    if cell.kind == "code":
        body, mark = (_without_magics(lines, prefix) if magics else lines), ""
    else:
        body, mark = [_comment(line, prefix) for line in lines], f" [{_word(cell.kind)}]"
    return "".join(f"{line}\n" for line in (f"{prefix} %%{mark}", *body))


def _word(kind: str) -> str:
    return re.sub(r"[^\w-]+", " ", kind).strip() or "unknown"


def _comment(line: str, prefix: str) -> str:
    return f"{prefix} {line}".rstrip()


def _without_magics(lines: list[str], prefix: str) -> list[str]:
    """Comment IPython's own lines; a cell of another language (`%%bash`) wholly."""
    first = next((line for line in lines if line.strip()), "")
    if first.startswith("%%"):
        return [_comment(line, prefix) for line in lines]
    result: list[str] = []
    state, continued, magic = "", False, False
    for line in lines:
        if continued:  # a line of its own, or the rest of a magic
            result.append(_comment(line, prefix) if magic else line)
        else:
            magic = not state and bool(_MAGIC.match(line))
            result.append(_magic(line, prefix) if magic else line)
        continued = line.endswith("\\")
        state = state if magic else _after(line, state)
    return result


def _magic(line: str, prefix: str) -> str:
    """Comment a line; in an indented block a `pass` takes its place, so that the block is never empty."""
    body = line.lstrip()
    indent = line[: len(line) - len(body)]
    return f"{indent}pass  {prefix} {body}" if indent else _comment(body, prefix)


def _after(line: str, state: str) -> str:
    """Return what is open after a line: triple quotes and brackets, the innermost last; "" for nothing."""
    position = 0
    while position < len(line):
        if state[-1:] in {'"', "'"}:
            end = re.compile(rf"(?:\\.|[^\\])*?{state[-3:]}").match(line, position)
            if not end:
                return state
            state, position = state[:-3], end.end()
            continue
        token = _TOKEN.search(line, position)
        if not token:
            return state
        position = token.end()
        if token["triple"] or token["open"]:
            state += token[0]
        elif token["close"]:
            state = state[:-1]
    return state
