"""How programming languages, as kernels name them, write comments, and what their files end with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbhotel.records import NamedTuple

if TYPE_CHECKING:
    from nbhotel.notebook.model import Notebook


class Comments(NamedTuple):
    """What stands before a comment's line, and behind it where a language has block comments only."""

    before: str
    behind: str = ""

    def line(self, text: str) -> str:
        """Return a line as a comment."""
        return " ".join(filter(None, (self.before, text.rstrip("\r"), self.behind)))


#: The languages that don't have "#".
_COMMENTS = {
    Comments(
        "//"
    ): "c c# c++ cpp csharp dart f# fsharp go groovy java javascript js kotlin node php processing "
    "rust scala solidity stata swift typescript ts v zig",
    Comments("--"): "ada agda elm haskell lua purescript sql mysql postgresql sqlite vhdl",
    Comments("%"): "erlang latex logtalk magma matlab octave prolog tex",
    Comments(";;"): "clojure common-lisp lisp racket scheme",
    Comments(";"): "asm idl",
    Comments("!"): "fortran",
    Comments("'"): "vb vbnet visualbasic",
    Comments("(*", "*)"): "ocaml sml wolfram mathematica",
    Comments("/*", "*/"): "maxima sas",
}
_COMMENTS_OF = {language: comments for comments, names in _COMMENTS.items() for language in names.split()}
_SUFFIXES = {
    "": ".py",
    "bash": ".sh",
    "c": ".c",
    "c#": ".cs",
    "csharp": ".cs",
    "c++": ".cpp",
    "clojure": ".clj",
    "f#": ".fsx",
    "fsharp": ".fsx",
    "go": ".go",
    "groovy": ".groovy",
    "haskell": ".hs",
    "java": ".java",
    "javascript": ".js",
    "julia": ".jl",
    "lua": ".lua",
    "matlab": ".m",
    "octave": ".m",
    "powershell": ".ps1",
    "python": ".py",
    "python3": ".py",
    "ipython": ".py",
    "r": ".r",
    "ruby": ".rb",
    "rust": ".rs",
    "sage": ".sage",
    "scala": ".scala",
    "sql": ".sql",
    "typescript": ".ts",
}
_PYTHONS = frozenset({"", "python", "python2", "python3", "ipython", "ipython3", "sage"})


def comments_of(language: str) -> Comments:
    """Return how a language, in lower case, writes comments."""
    if language.startswith("c++"):
        language = "c++"
    return _COMMENTS_OF.get(language, Comments("#"))


def is_python(language: str) -> bool:
    """Whether a language has IPython's magics: Python, or nothing said."""
    return language in _PYTHONS


def suffix_of(notebook: Notebook) -> str:
    """Return what the notebook's script ends with: as its kernel says, else by its language, else ".txt"."""
    info = notebook.metadata.get("language_info")
    said = info.get("file_extension") if isinstance(info, dict) else None
    if isinstance(said, str) and re.fullmatch(r"\.\w{1,12}", said):
        return said
    return _SUFFIXES.get(notebook.language, ".txt")
