"""What renderers are given: one or several comparisons to present, or notebooks to show."""

from __future__ import annotations

from nbhotel.diff.notebooks import diff_notebooks
from nbhotel.diff.text import diff_text
from nbhotel.diff.values import BY_DEFAULT, Compared, NotebookDiff, TextDiff
from nbhotel.notebook.model import Broken, Notebook
from nbhotel.notebook.writing import dumps
from nbhotel.records import NamedTuple


class Comparison(NamedTuple):
    """Two files and what changed: `diff`, or else `plain`, the texts by line, and `note` says why.

    Names are as people know the sides ("a.ipynb", "HEAD:a.ipynb", "/dev/null" for a file that isn't there).
    `plain` is None if the texts are the same.
    """

    old_name: str
    new_name: str
    diff: NotebookDiff | None
    plain: TextDiff | None = None
    note: str = ""

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.diff) or self.plain is not None


class Exhibit(NamedTuple):
    """A notebook to show, or a file that can't be read as one."""

    name: str
    notebook: Notebook | Broken


def compare(
    old_name: str,
    old: Notebook | Broken,
    new_name: str,
    new: Notebook | Broken,
    compared: Compared = BY_DEFAULT,
) -> Comparison:
    """Compare two files as notebooks, or as texts if one of them can't be read as a notebook."""
    if isinstance(old, Notebook) and isinstance(new, Notebook):
        return Comparison(old_name, new_name, diff_notebooks(old, new, compared))
    sides = ((old_name, old), (new_name, new))
    note = "; ".join(f"{name}: {side.message}" for name, side in sides if isinstance(side, Broken))
    return Comparison(old_name, new_name, None, diff_text(_text(old), _text(new)), note)


def _text(side: Notebook | Broken) -> str:
    return side.text if isinstance(side, Broken) else dumps(side.raw) + "\n"
