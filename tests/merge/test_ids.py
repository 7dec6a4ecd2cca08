"""Ids: valid, unique, and their churn no change."""

from __future__ import annotations

import re

import nbformat
import pytest

from nbhotel.merge.notebooks import merge_notebooks
from nbhotel.notebook.ids import fresh_id, is_valid, with_id
from nbhotel.notebook.writing import dump_notebook
from tests.merge.histories import arranged, changed, made, sources

TEXTS = [f"value_{n} = compute({n})\nshow(value_{n})" for n in range(6)]
BASE = made(*TEXTS)


def ids(notebook):
    return [cell.id for cell in notebook.cells]


def churned(notebook):
    return changed(notebook, **{f"_{n}": {"id": f"new-{n}"} for n in range(len(notebook.cells))})


def test_regenerated_ids_are_no_change():
    ours, theirs = changed(BASE, _0={"source": "x"}), changed(churned(BASE), _5={"source": TEXTS[5] + "\ny"})
    for sides in ((ours, theirs), (theirs, ours)):
        merge = merge_notebooks(BASE, *sides)
        assert ids(merge.notebook) == ids(BASE)
        assert (merge.conflicts, merge.decisions) == ((), ())


def test_ids_churned_on_one_side_hide_no_conflict():
    # nbdime takes regenerated cells for new ones and keeps both, without a conflict.
    ours, theirs = changed(BASE, _2={"source": "a = 1"}), changed(churned(BASE), _2={"source": "b = 2"})
    merge = merge_notebooks(BASE, ours, theirs)
    assert len(merge.conflicts) > 0
    assert {"a = 1", "b = 2"} <= {line for text in sources(merge.notebook) for line in text.split("\n")}


def test_one_changed_id_is_merged_like_any_value():
    theirs = changed(BASE, _1={"id": "renamed"}, _5={"source": "y"})
    merge = merge_notebooks(BASE, changed(BASE, _0={"source": "x"}), theirs)
    assert ids(merge.notebook)[1] == "renamed"


def test_an_inserted_cell_gives_way_if_its_id_is_taken():
    ours = changed(arranged(BASE, 0, "mine = 1", 1, 2, 3, 4, 5), _1={"id": "twice"})
    theirs = changed(arranged(BASE, 0, 1, 2, 3, 4, 5, "theirs = 2"), _6={"id": "twice"})
    merge = merge_notebooks(BASE, ours, theirs)
    assert len(set(ids(merge.notebook))) == 8
    assert ids(merge.notebook)[1] == "twice"


@pytest.mark.parametrize("minors", [(4, 4, 5), (4, 5, 4), (4, 5, 5), (5, 4, 5)])
def test_the_higher_minor_version_wins_and_ids_with_it(minors):
    base, ours, theirs = (made(*TEXTS, minor=minor) for minor in minors)
    ours, theirs = changed(ours, _0={"source": ["x"]}), changed(theirs, _5={"source": ["y"]})
    merge = merge_notebooks(base, ours, theirs)
    assert merge.notebook.raw["nbformat_minor"] == 5
    nbformat.validate(merge.notebook.raw)
    assert dump_notebook(merge.notebook) == dump_notebook(merge_notebooks(base, ours, theirs).notebook)


def test_no_ids_where_the_format_has_none():
    base = made(*TEXTS, minor=4)
    merge = merge_notebooks(base, changed(base, _0={"source": "x"}), arranged(base, 0, 1, 2, 3, 4, 5, "new"))
    assert ids(merge.notebook) == [None] * 7
    nbformat.validate(merge.notebook.raw)


def test_invalid_and_double_ids_are_mended_by_a_merge():
    odd = changed(BASE, _0={"id": "no blanks!"}, _1={"id": "b"}, _2={"id": "b"})
    merge = merge_notebooks(odd, changed(odd, _4={"source": "x"}), changed(odd, _5={"source": "y"}))
    nbformat.validate(merge.notebook.raw)
    assert len(set(ids(merge.notebook))) == 6


def test_a_fresh_id_is_valid_repeatable_and_free():
    first = fresh_id("code\nx = 1", set())
    assert re.fullmatch("[0-9a-f]{8}", first)
    assert fresh_id("code\nx = 1", set()) == first
    second = fresh_id("code\nx = 1", {first})
    assert second != first
    assert is_valid(fresh_id("\ud800", {first, second}))


@pytest.mark.parametrize("value", ["", "a" * 65, "a b", "ä", None, 3, ["a"], "a\n"])
def test_what_is_no_id(value):
    assert not is_valid(value)


def test_an_id_gets_its_place_among_sorted_keys():
    assert list(with_id({"cell_type": "raw", "metadata": {}, "source": ""}, "a")) == [
        "cell_type",
        "id",
        "metadata",
        "source",
    ]
    assert list(with_id({"source": "", "cell_type": "raw"}, "a")) == ["source", "cell_type", "id"]
