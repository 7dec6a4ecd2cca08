"""What every command does with its input, each as a function that fails if it does it wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from itertools import pairwise

from nbhotel.chain.exporters.script import script
from nbhotel.cli.staging.previews import preview
from nbhotel.cli.staging.titles import title
from nbhotel.diff.apply import apply
from nbhotel.diff.notebooks import diff_notebooks
from nbhotel.diff.values import BY_DEFAULT, Compared
from nbhotel.errors import NbhotelError
from nbhotel.git.staging.pairs import Version, made, pair_of
from nbhotel.git.staging.tree import nodes_of
from nbhotel.merge.markers import remaining
from nbhotel.merge.notebooks import merge_notebooks
from nbhotel.merge.values import Labels, Policy
from nbhotel.notebook.equality import same_notebook
from nbhotel.notebook.model import Notebook
from nbhotel.notebook.reading import read_notebook
from nbhotel.notebook.writing import dump_notebook, encoded
from nbhotel.render.decisions import merge_json, merge_lines, remaining_lines
from nbhotel.render.html.pages import diff_page, show_page
from nbhotel.render.json import diff_json, show_json
from nbhotel.render.markdown import diff_markdown, show_markdown
from nbhotel.render.nbdime import diff_nbdime
from nbhotel.render.subjects import Comparison, Exhibit, compare
from nbhotel.render.terminal.brush import Brush
from nbhotel.render.terminal.notebooks import diff_lines
from nbhotel.render.terminal.show import show_lines
from nbhotel.render.terminal.spans import Look
from nbhotel.render.terminal.stat import stat_lines

#: The files of one input: old (or base), new (or local), and remote.
Files = tuple[bytes, bytes, bytes]
Face = Callable[[Files], None]

#: What a code host takes of a comment.
_LONGEST_COMMENT = 65_536
_COLOURED = Look(width=100, depth="true", side_by_side=True, images="kitty")
_NARROW = Look(width=20, depth="16", words=True, context=0, images="sixel")


def _compared(files: Files, compared: Compared = BY_DEFAULT) -> Comparison:
    return compare("a.ipynb", read_notebook(files[0]), "b.ipynb", read_notebook(files[1]), compared)


def _notebooks(files: Files) -> list[Notebook]:
    return [each for each in map(read_notebook, files) if isinstance(each, Notebook)]


def _writable(lines: Iterable[str]) -> None:
    """What goes to a terminal or a file must be text."""
    for line in lines:
        encoded(line)


def _read_and_write(files: Files) -> None:
    for notebook in _notebooks(files):
        again = read_notebook(dump_notebook(notebook))
        assert isinstance(again, Notebook)
        assert dump_notebook(again) == dump_notebook(notebook)


def _diff(files: Files) -> None:
    notebooks = _notebooks(files)
    for old, new in pairwise(notebooks):
        assert same_notebook(apply(diff_notebooks(old, new), old), new)
        assert not diff_notebooks(new, new)
        diff_notebooks(old, new, Compared(noise=False, ids=False, metadata=False))


def _terminal(files: Files) -> None:
    for look in (Look(), _COLOURED, _NARROW):
        _writable(diff_lines([_compared(files)], look))
    _writable(stat_lines([_compared(files)], _COLOURED))
    _writable(show_lines([Exhibit("a", read_notebook(files[1]))], _COLOURED))
    _writable(show_lines([Exhibit("a", read_notebook(files[1]))], Look(), ids=True))


def _html(files: Files) -> None:
    pages = diff_page([_compared(files)]), show_page([Exhibit("a", read_notebook(files[1]))])
    _writable(pages)
    for page in pages:
        assert page.lower().count("<script") == 1, "a script of the notebook's"


def _markdown(files: Files) -> None:
    text = diff_markdown([_compared(files)])
    assert len(text) <= _LONGEST_COMMENT
    _writable([text, show_markdown([Exhibit("a", read_notebook(files[1]))])])


def _json(files: Files) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    for text in (diff_json([_compared(files)]), show_json([Exhibit("a", read_notebook(files[1]))])):
        _writable([text])
        json.loads(text, parse_constant=refuse)


def _nbdime(files: Files) -> None:
    try:
        json.loads(diff_nbdime(_compared(files)))
    except NbhotelError:  # it says that a file is no notebook
        assert len(_notebooks(files[:2] + files[:1])) < 3


def _script(files: Files) -> None:
    for notebook in _notebooks(files):
        assert isinstance(script()(notebook), str)


def _merge(files: Files) -> None:
    notebooks = _notebooks(files)
    if len(notebooks) < 3:
        return
    base, local, remote = notebooks
    for policy in (Policy(), Policy(outputs="conflict", metadata="conflict", style="zdiff3")):
        merge = merge_notebooks(base, local, remote, policy)
        again = read_notebook(dump_notebook(merge.notebook))
        assert isinstance(again, Notebook)
        _writable(merge_lines(merge, Labels(), decisions=True))
        _writable(remaining_lines("m", list(remaining(again))))
        json.loads(merge_json(merge, Labels()))


def _stage(files: Files) -> None:
    old, new = (Version("a.ipynb", data, "100644") for data in files[:2])
    if any(not isinstance(read_notebook(data), Notebook) for data in files[:2]):
        return
    pair = pair_of(old, new)
    assert (made(pair, ()).data, made(pair, pair.leaves).data) == (old.data, new.data)
    part = made(pair, pair.leaves[::2])
    assert isinstance(read_notebook(part.data or b""), Notebook)
    rest = pair_of(part, new)
    assert made(rest, rest.leaves).data == new.data
    for node in nodes_of(pair.diff, pair.leaves):
        _writable([title(pair, node), *preview(pair, node, Brush(_NARROW))])


FACES: dict[str, Face] = {
    "read and write": _read_and_write,
    "diff": _diff,
    "terminal": _terminal,
    "html": _html,
    "markdown": _markdown,
    "json": _json,
    "nbdime": _nbdime,
    "script": _script,
    "merge": _merge,
    "stage": _stage,
}
