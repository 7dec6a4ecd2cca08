"""The example that the golden files of the terminal show, and the looks that it is shown in.

`python -m tests.render.terminal_cases` writes the files anew: look at what changed before you commit it.
"""

from __future__ import annotations

from pathlib import Path

from nbhotel.notebook.reading import read_notebook
from nbhotel.render.subjects import Exhibit, compare
from nbhotel.render.terminal.notebooks import diff_lines
from nbhotel.render.terminal.show import show_lines
from nbhotel.render.terminal.spans import Look
from nbhotel.render.terminal.stat import stat_lines

CASES = Path(__file__).resolve().parent.parent / "cases" / "terminal"
OLD, NEW = (read_notebook((CASES / name).read_bytes()) for name in ("old.ipynb", "new.ipynb"))
EXAMPLE = compare("old.ipynb", OLD, "new.ipynb", NEW)

LOOKS = {
    "plain.txt": Look(),
    "no-context.txt": Look(context=0),
    "words.txt": Look(words=True),
    "columns.txt": Look(side_by_side=True, width=100),
    "narrow.txt": Look(side_by_side=True, width=40),
    "true-colour.txt": Look(depth="true"),
    "light.txt": Look(depth="256", light=True, side_by_side=True, width=100),
    "sixteen.txt": Look(depth="16"),
    "colour-words.txt": Look(depth="256", words=True),
}


def drawn(name: str) -> str:
    """Return what a golden file must hold."""
    if name == "stat.txt":
        lines = stat_lines([EXAMPLE], Look())
    elif name == "show.txt":
        lines = show_lines([Exhibit("new.ipynb", NEW)], Look())
    elif name == "show-colour.txt":
        lines = show_lines([Exhibit("new.ipynb", NEW)], Look(depth="true"), ids=True)
    else:
        lines = diff_lines([EXAMPLE], LOOKS[name])
    return "".join(f"{line}\n" for line in lines)


NAMES = [*LOOKS, "stat.txt", "show.txt", "show-colour.txt"]

if __name__ == "__main__":
    for each in NAMES:
        (CASES / each).write_text(drawn(each))
