"""What a diff must be, of whatever notebooks: complete, empty of the same, mirrored."""

from __future__ import annotations

import copy
import json
from collections import Counter
from itertools import chain

import pytest
from hypothesis import given

from nbhotel.diff.align import in_order, match_cells
from nbhotel.diff.apply import apply
from nbhotel.diff.notebooks import diff_notebooks
from nbhotel.diff.values import BY_DEFAULT, Compared, NotebookDiff
from nbhotel.notebook.equality import same_notebook
from nbhotel.notebook.model import EMPTY, Notebook
from tests.strategies import notebooks, pairs, read, thorough

pytestmark = pytest.mark.slow


@thorough
@given(pairs())
def test_a_diff_applied_to_the_old_notebook_gives_the_new_one(sides):
    old, new = sides
    before = json.dumps(old.raw), json.dumps(new.raw)
    result = apply(diff_notebooks(old, new), old)
    assert same_notebook(result, new)
    assert (json.dumps(old.raw), json.dumps(new.raw)) == before


@thorough
@given(notebooks)
def test_a_notebook_and_its_copy_have_an_empty_diff(notebook):
    again = read(json.loads(json.dumps(notebook.raw)))
    for compared in (Compared(), BY_DEFAULT, Compared(noise=False)):
        diff = diff_notebooks(notebook, again, compared)
        assert not diff
        assert {entry.kind for entry in diff.cells} <= {"same"}


@thorough
@given(pairs())
def test_a_diff_is_empty_only_if_the_notebooks_are_the_same(sides):
    assert bool(diff_notebooks(*sides)) != same_notebook(*sides)


@thorough
@given(pairs())
def test_each_cell_stands_in_a_diff_once(sides):
    old, new = sides
    entries = diff_notebooks(old, new).cells
    assert sorted(chain(*(entry.old for entry in entries))) == list(range(len(old.cells)))
    assert sorted(chain(*(entry.new for entry in entries))) == list(range(len(new.cells)))


@thorough
@given(pairs())
def test_cells_are_told_in_the_order_of_the_new_notebook_and_removed_ones_in_that_of_the_old(sides):
    entries = diff_notebooks(*sides).cells
    places = list(chain(*(entry.new for entry in entries)))
    assert places == sorted(places)
    stayed = list(chain(*(entry.old for entry in entries if not entry.moved)))
    assert stayed == sorted(stayed)


def test_a_join_that_passes_a_cell_moves_one_of_them():
    def cells(*sources):
        raw = [{"cell_type": "code", "source": each, "metadata": {}, "outputs": []} for each in sources]
        return read({"cells": raw, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})

    found = diff_notebooks(cells("", "x", "x"), cells("x\nx", "")).cells
    assert [(entry.kind, entry.moved) for entry in found] in (
        [("joined", True), ("same", False)],
        [("joined", False), ("same", True)],
    )


@thorough
@given(pairs())
def test_entries_are_what_their_table_says(sides):
    for entry in diff_notebooks(*sides).cells:
        counts = (len(entry.old), len(entry.new))
        assert {
            "same": counts == (1, 1) and entry.change is None,
            "changed": counts == (1, 1) and bool(entry.change),
            "added": counts == (0, 1) and entry.change is None and not entry.moved,
            "removed": counts == (1, 0) and entry.change is None and not entry.moved,
            "split": counts[0] == 1 and counts[1] > 1 and entry.change is not None,
            "joined": counts[0] > 1 and counts[1] == 1 and entry.change is not None,
        }[entry.kind]


MIRROR = {"added": "removed", "removed": "added", "split": "joined", "joined": "split"}


def counted(diff: NotebookDiff, *, mirrored: bool = False) -> Counter[object]:
    """How many cells, fields, outputs and lines of each fate there are."""

    def fate(kind: str) -> str:
        return MIRROR.get(kind, kind) if mirrored else kind

    counts: Counter[object] = Counter(("field", fate(change.kind)) for change in diff.fields)
    for entry in diff.cells:
        counts["cell", fate(entry.kind)] += 1
        counts["moved"] += entry.moved
        if entry.change is None:
            continue
        counts.update(("cell field", each.path, fate(each.kind)) for each in entry.change.fields)
        counts.update(("output", fate(each.kind)) for each in entry.change.outputs)
        counts.update(("attachment", each.name, fate(each.kind)) for each in entry.change.attachments)
        if entry.change.source:
            source = entry.change.source
            lines = (source.added, source.removed)
            counts["source", lines[::-1] if mirrored else lines] += 1
    return counts


@thorough
@given(pairs())
def test_counts_are_mirrored_when_the_sides_change_places(sides):
    old, new = sides
    assert counted(diff_notebooks(old, new)) == counted(diff_notebooks(new, old), mirrored=True)


@thorough
@given(pairs())
def test_matching_is_one_to_one_and_mirrored(sides):
    old, new = (side.cells for side in sides)
    there, back = match_cells(old, new), match_cells(new, old)
    assert there == {i: j for j, i in back.items()}
    assert set(there) <= set(range(len(old)))
    assert set(there.values()) <= set(range(len(new)))
    assert in_order(there) <= set(there)


@thorough
@given(notebooks)
def test_everything_is_added_to_nothing(notebook):
    kinds = {entry.kind for entry in diff_notebooks(EMPTY, notebook).cells}
    assert kinds <= {"added"}
    assert same_notebook(apply(diff_notebooks(EMPTY, notebook), EMPTY), notebook)


@thorough
@given(notebooks)
def test_regenerated_ids_are_no_change_by_default(notebook):
    raw = copy.deepcopy(notebook.raw)
    for number, cell in enumerate(raw["cells"]):
        cell["id"] = f"{number:08x}"
    before = {**notebook.raw, "cells": [{**cell, "id": f"old-{k}"} for k, cell in enumerate(raw["cells"])]}
    assert not diff_notebooks(read(before), read(raw), BY_DEFAULT)


def test_500_cells_with_regenerated_ids_have_an_empty_diff():
    def made(ids: str) -> Notebook:
        cells = [
            {"cell_type": "code", "id": f"{ids}{k:07x}", "source": f"x{k % 90} = {k % 40}", "metadata": {},
             "outputs": [], "execution_count": k}
            for k in range(500)
        ]  # fmt: skip
        return read({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})

    assert not diff_notebooks(made("a"), made("b"), BY_DEFAULT)
    assert (
        len([entry for entry in diff_notebooks(made("a"), made("b")).cells if entry.kind == "changed"]) == 500
    )


@thorough
@given(pairs())
def test_what_is_left_out_of_a_comparison_is_left_as_it_was(sides):
    old, new = sides
    nothing = Compared(
        sources=False, outputs=False, attachments=False, metadata=False, ids=False, details=False
    )
    diff = diff_notebooks(old, new, nothing)
    for entry in diff.cells:
        change = entry.change if entry.kind == "changed" else None
        if change is not None:
            left_out = {"source", "outputs", "attachments", "metadata", "id", "execution_count"}
            assert not {each.path[0] for each in change.fields} & left_out
            assert (change.source, change.outputs, change.attachments) == (None, (), ())
    assert {each.path[0] for each in diff.fields}.isdisjoint({"metadata", "nbformat_minor"})


@pytest.mark.parametrize("sides", [("a", "b"), ("b", "a")])
def test_a_diff_of_another_notebook_is_refused(sides):
    cell: dict[str, object] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    made = {each: read({"cells": [{**cell, "source": f"{each}\nx = 1\ny = 2"}]}) for each in "abc"}
    diff = diff_notebooks(made[sides[0]], made[sides[1]])
    with pytest.raises(ValueError, match="not the one"):
        apply(diff, made["c"])
