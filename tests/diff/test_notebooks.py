"""What a diff of whole notebooks says: splits and joins, moves, the order of cells, what is compared."""

from __future__ import annotations

import pytest

from nbhotel.diff.apply import apply
from nbhotel.diff.notebooks import diff_notebooks
from nbhotel.diff.splits import find_splits
from nbhotel.diff.values import BY_DEFAULT, Compared, NotebookDiff
from nbhotel.notebook.equality import same_notebook
from nbhotel.notebook.model import Notebook, cell_of
from tests.strategies import read

LINES = [f"value_{k} = compute({k}, 'line {k}')" for k in range(8)]
A = "import pandas as pd\nframe = pd.read_csv('a.csv')"
B = "model = Model(layers=3)\nmodel.fit(frame)"
C = "# Results\n\nThe model predicts the weather of tomorrow"
D = "plt.plot(weather, tomorrow)\nplt.title('forecast')"


def made(*sources: str, **more: object) -> Notebook:
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "source": each, "metadata": {}, "outputs": [], "execution_count": None}
        for each in sources
    ]
    return read({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4} | more)


def told(diff: NotebookDiff) -> list[tuple[object, ...]]:
    return [
        (entry.kind + (" moved" if entry.moved else ""), entry.old, entry.new)
        for entry in diff.cells
        if entry.differs
    ]


def text(*numbers: int) -> str:
    return "\n".join(LINES[k] for k in numbers)


CASES: dict[str, tuple[list[str], list[str], list[tuple[object, ...]]]] = {
    "split in two": (
        [A, text(0, 1, 2, 3), C],
        [A, text(0, 1), text(2, 3), C],
        [("split", (1,), (1, 2))],
    ),
    "split in three": (
        [text(0, 1, 2, 3, 4, 5)],
        [text(0, 1), text(2, 3), text(4, 5)],
        [("split", (0,), (0, 1, 2))],
    ),
    "joined from two": (
        [A, text(0, 1), text(2, 3), C],
        [A, text(0, 1, 2, 3), C],
        [("joined", (1, 2), (1,))],
    ),
    "split, with a blank line more": (
        [text(0, 1, 2, 3)],
        [text(0, 1) + "\n", "\n" + text(2, 3)],
        [("split", (0,), (0, 1))],
    ),
    "split, and one line of many changed": (
        [text(0, 1, 2, 3, 4, 5, 6)],
        [text(0, 1, 2), text(3, 4, 5) + "\nother()"],
        [("split", (0,), (0, 1))],
    ),
    "a piece taken out is no split": (
        [text(0, 1, 2, 3), A],
        [text(0, 1, 2), A, B],
        [("changed", (0,), (0,)), ("added", (), (2,))],
    ),
    "split, and the parts apart": (
        [A, text(0, 1, 2, 3), B],
        [A, text(0, 1, 2), B, text(3, 3)],
        [("changed", (1,), (1,)), ("added", (), (3,))],
    ),
    "moved to the end": ([A, B, C, D], [B, C, D, A], [("same moved", (0,), (3,))]),
    "moved and changed": (
        [A, B, C, D],
        [B, C, D, A + "\nframe.head()"],
        [("changed moved", (0,), (3,))],
    ),
    "replaced: what went stands before what came": (
        [A, text(0, 1), D],
        [A, C, D],
        [("removed", (1,), ()), ("added", (), (1,))],
    ),
    "removed at the end": ([A, B, C], [A], [("removed", (1,), ()), ("removed", (2,), ())]),
    "removed at the start": ([A, B, C], [C], [("removed", (0,), ()), ("removed", (1,), ())]),
    "all removed": ([A, B], [], [("removed", (0,), ()), ("removed", (1,), ())]),
    "all added": ([], [A, B], [("added", (), (0,)), ("added", (), (1,))]),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_told(name):
    old, new, expected = CASES[name]
    diff = diff_notebooks(made(*old), made(*new))
    assert told(diff) == expected
    assert same_notebook(apply(diff, diff.old), diff.new)


@pytest.mark.parametrize("name", [name for name in CASES if "split" in name or "joined" in name])
def test_a_split_is_a_join_seen_from_the_other_side(name):
    old, new, expected = CASES[name]
    turned = {"split": "joined", "joined": "split", "added": "removed", "removed": "added"}
    back = [(turned.get(str(kind), kind), b, a) for kind, a, b in expected]
    assert sorted(told(diff_notebooks(made(*new), made(*old))), key=str) == sorted(back, key=str)


def test_the_source_of_a_split_is_compared_with_all_its_parts():
    diff = diff_notebooks(made(text(0, 1, 2, 3, 4, 5)), made(text(0, 1), text(2, 3, 4, 5) + "\nmore()"))
    (entry,) = diff.cells
    assert entry.change is not None
    assert entry.change.source is not None
    assert (entry.change.source.added, entry.change.source.removed) == (1, 0)
    plain = diff_notebooks(made(text(0, 1, 2, 3)), made(text(0, 1), text(2, 3)))
    assert plain.cells[0].change is not None
    assert plain.cells[0].change.source is None


def test_parts_are_neighbours_of_the_cells_kind():
    whole = [cell_of({"cell_type": "code", "source": text(0, 1, 2, 3)})]
    parts = [cell_of({"cell_type": "markdown", "source": text(*each)}) for each in ((0, 1), (2, 3))]
    assert find_splits(whole, parts, {}) == []


def test_one_line_can_not_be_split():
    assert find_splits(made("a").cells, made("a", "b").cells, {}) == []


def test_metadata_of_the_notebook_by_key():
    old, new = (
        made(A, metadata={"kernelspec": {"name": "a"}}),
        made(A, metadata={"kernelspec": {"name": "b"}}),
    )
    diff = diff_notebooks(old, new)
    assert [(change.path, change.kind) for change in diff.fields] == [
        (("metadata", "kernelspec", "name"), "changed")
    ]
    assert bool(diff)
    assert not diff_notebooks(old, new, Compared(metadata=False))


def test_nbformats_minor_version_is_a_detail():
    old, new = made(A), made(A, nbformat_minor=5)
    assert diff_notebooks(old, new)
    assert not diff_notebooks(old, new, Compared(details=False))


def test_ids_are_no_change_by_default_but_an_edit_is():
    old, new = (
        read({"cells": [{**made(source).raw["cells"][0], "id": identity}]})
        for source, identity in ((A, "a"), (A + "\n", "b"))
    )
    (entry,) = diff_notebooks(old, new, BY_DEFAULT).cells
    assert entry.change is not None
    assert entry.change.source is not None
    assert entry.change.fields == ()
    (entry,) = diff_notebooks(old, new).cells
    assert entry.change is not None
    assert [change.path for change in entry.change.fields] == [("id",)]


@pytest.mark.parametrize(
    "cell", [{"cell_type": "code", "source": 7}, {"outputs": "x"}, {"attachments": []}, {}]
)
def test_odd_cells_are_compared_as_json(cell):
    other = {**cell, "source": "a", "outputs": [{}], "attachments": {"a": {"text/plain": "b"}}}
    old, new = read({"cells": [cell]}), read({"cells": [other]})
    for a, b in ((old, new), (new, old)):
        assert same_notebook(apply(diff_notebooks(a, b), a), b)
