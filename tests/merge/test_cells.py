"""Cells: inserted, deleted, moved, split, joined, and what peers get wrong there."""

from __future__ import annotations

import pytest

from nbhotel.merge.notebooks import merge_notebooks
from nbhotel.merge.values import Labels, Policy
from nbhotel.notebook.model import EMPTY
from tests.merge.histories import arranged, changed, made, sources

LOAD = "import pandas\nframe = pandas.read_csv('a.csv')\nframe.head()"
PLOT = "axes = frame.plot()\naxes.set_title('temperatures')\naxes.figure.savefig('t.png')"
MODEL = "model = LinearRegression()\nmodel.fit(train, labels)\nmodel.score(test, wanted)"
NOTES = "# Results\n\nThe model is linear\nand so are the data."
BASE = made(LOAD, PLOT, MODEL, NOTES, kinds="cccm")


def source(text: str) -> dict[str, object]:
    return {"source": text.splitlines(keepends=True)}


def test_both_sides_insert_cells_at_different_places():
    merge = merge_notebooks(
        BASE, arranged(BASE, 0, "new_one()", 1, 2, 3), arranged(BASE, 0, 1, 2, 3, "other()")
    )
    assert sources(merge.notebook) == [LOAD, "new_one()", PLOT, MODEL, NOTES, "other()"]
    assert merge.clean


def test_both_sides_insert_the_same_cell():
    both = arranged(BASE, 0, 1, "score = model.predict(test)", 2, 3)
    again = changed(both, _2={"id": "another-id", "execution_count": 4})
    merge = merge_notebooks(BASE, both, again)
    assert sources(merge.notebook) == sources(both)
    assert merge.clean


def test_both_sides_insert_a_similar_cell_which_crashes_nbdime():
    ours = arranged(BASE, 0, "def f(x):\n    y = x + 1\n    return y", 1, 2, 3)
    theirs = arranged(BASE, 0, "def f(x):\n    y = x + 2\n    return y", 1, 2, 3)
    merge = merge_notebooks(BASE, ours, theirs, Policy(), Labels("HEAD", "base", "topic"))
    assert sources(merge.notebook)[1].split("\n") == [
        "def f(x):",
        "<<<<<<< HEAD",
        "    y = x + 1",
        "=======",
        "    y = x + 2",
        ">>>>>>> topic",
        "    return y",
    ]
    [conflict] = merge.conflicts
    assert (conflict.kind, conflict.local, conflict.remote) == (
        "source",
        ["    y = x + 1"],
        ["    y = x + 2"],
    )


def test_both_sides_insert_other_cells_at_the_same_place():
    ours, theirs = (
        arranged(BASE, 0, 1, 2, 3, "frame.describe()"),
        arranged(BASE, 0, 1, 2, 3, "del model\nexit()"),
    )
    merge = merge_notebooks(BASE, ours, theirs)
    found = sources(merge.notebook)[4:]
    assert [text.split("\n")[0] for text in found] == [
        "<<<<<<< local",
        "frame.describe()",
        "=======",
        "del model",
        ">>>>>>> remote",
    ]
    assert [conflict.kind for conflict in merge.conflicts] == ["inserted"]
    assert merge.notebook.cells[5] == ours.cells[4]  # not a byte of the cells themselves is changed


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("union", ["frame.describe()", "del model"]),
        ("local", ["frame.describe()"]),
        ("remote", ["del model"]),
        ("base", []),
    ],
)
def test_insertions_at_the_same_place_by_policy(how, expected):
    ours, theirs = arranged(BASE, 0, 1, 2, 3, "frame.describe()"), arranged(BASE, 0, 1, 2, 3, "del model")
    merge = merge_notebooks(BASE, ours, theirs, Policy(sources=how))
    assert sources(merge.notebook)[4:] == expected
    assert merge.clean
    assert [decision.chosen for decision in merge.decisions] == [how]


def test_empty_cells_are_never_in_the_way():
    merge = merge_notebooks(BASE, arranged(BASE, 0, 1, 2, 3, ""), arranged(BASE, 0, 1, 2, 3, "x = 1", ""))
    assert merge.clean
    assert sorted(sources(merge.notebook)[4:]) in (["", "x = 1"], ["", "", "x = 1"])


def test_a_cell_that_one_side_deleted_is_gone():
    merge = merge_notebooks(BASE, arranged(BASE, 0, 2, 3), changed(BASE, _0=source(LOAD + "\nx")))
    assert sources(merge.notebook) == [LOAD + "\nx", MODEL, NOTES]
    assert merge.clean


def test_a_cell_that_was_only_run_can_be_deleted_and_that_is_told():
    ran = changed(BASE, _1={"execution_count": 7}, _0=source("x"))
    merge = merge_notebooks(BASE, arranged(BASE, 0, 2, 3), ran)
    assert (merge.clean, len(merge.notebook.cells)) == (True, 3)
    assert [each.what for each in merge.decisions] == [
        "local deleted the cell, remote only ran it or changed its metadata"
    ]


@pytest.mark.parametrize("deleted_by", ["local", "remote"])
def test_deletion_against_edit_is_a_conflict_that_shows_the_edit(deleted_by):
    deleted, edited = arranged(BASE, 0, 2, 3), changed(BASE, _1=source(PLOT + "\nplt.show()"))
    sides = (deleted, edited) if deleted_by == "local" else (edited, deleted)
    merge = merge_notebooks(BASE, *sides)
    text = sources(merge.notebook)[1].split("\n")
    edit = [*PLOT.split("\n"), "plt.show()"]
    if deleted_by == "local":
        assert text == ["<<<<<<< local (deleted this cell)", "=======", *edit, ">>>>>>> remote"]
    else:
        assert text == ["<<<<<<< local", *edit, "=======", ">>>>>>> remote (deleted this cell)"]
    [conflict] = merge.conflicts
    assert (conflict.kind, conflict.where[:3]) == (
        "deleted",
        (1, None, 1) if deleted_by == "local" else (1, 1, None),
    )


@pytest.mark.parametrize(
    ("how", "there"), [("local", False), ("remote", True), ("base", True), ("union", True)]
)
def test_deletion_against_edit_by_policy(how, there):
    merge = merge_notebooks(
        BASE, arranged(BASE, 0, 2, 3), changed(BASE, _1=source(PLOT + "\nplt.show()")), Policy(sources=how)
    )
    assert merge.clean
    assert (len(merge.notebook.cells) == 4) == there
    if there:
        assert merge.notebook.cells[1].source == (PLOT if how == "base" else PLOT + "\nplt.show()")


@pytest.mark.parametrize("moved_by", ["local", "remote"])
def test_a_moved_cell_keeps_the_other_sides_edit(moved_by):
    moved, edited = arranged(BASE, 2, 0, 1, 3), changed(BASE, _2=source("alpha = 2\n" + MODEL))
    sides = (moved, edited) if moved_by == "local" else (edited, moved)
    merge = merge_notebooks(BASE, *sides)
    assert sources(merge.notebook) == ["alpha = 2\n" + MODEL, LOAD, PLOT, NOTES]
    assert merge.clean


def test_a_moved_cell_keeps_the_edit_without_ids_too():
    base = made(LOAD, PLOT, MODEL, NOTES, minor=4)
    moved = arranged(base, 2, 0, 1, 3)
    merge = merge_notebooks(base, moved, changed(base, _2=source("alpha = 2\n" + MODEL)))
    assert sources(merge.notebook) == ["alpha = 2\n" + MODEL, LOAD, PLOT, NOTES]


def test_a_cell_that_both_moved_goes_where_local_put_it_and_that_is_told():
    merge = merge_notebooks(BASE, arranged(BASE, 3, 0, 1, 2), arranged(BASE, 0, 3, 1, 2))
    assert sources(merge.notebook) == [NOTES, LOAD, PLOT, MODEL]
    assert [(each.what, each.chosen) for each in merge.decisions] == [("both sides moved the cell", "local")]


def test_the_same_move_on_both_sides_is_one_move():
    moved = arranged(BASE, 3, 0, 1, 2)
    merge = merge_notebooks(BASE, moved, changed(moved, _1=source(LOAD + "\nx = 1")))
    assert sources(merge.notebook) == [NOTES, LOAD + "\nx = 1", PLOT, MODEL]
    assert (merge.conflicts, merge.decisions) == ((), ())


def test_an_insertion_goes_with_the_cells_that_it_stands_between():
    base = made("first()", LOAD, PLOT, MODEL, NOTES, "last_one = 5", "and_more = 6", "the_end = 7")
    moved = arranged(base, 1, 2, 0, 3, 4, 5, 6, 7)  # LOAD and PLOT before first()
    merge = merge_notebooks(base, moved, arranged(base, 0, 1, "between()", 2, 3, 4, 5, 6, 7))
    assert sources(merge.notebook)[:4] == [LOAD, "between()", PLOT, "first()"]


def test_what_was_added_at_the_end_stays_there():
    merge = merge_notebooks(BASE, arranged(BASE, 0, 1, 2, 3, "last()"), arranged(BASE, 0, 1, 3, 2))
    assert sources(merge.notebook)[-1] == "last()"


def test_an_edit_finds_its_lines_in_a_cell_that_the_other_side_split():
    first, second = "import pandas\nframe = pandas.read_csv('a.csv')", "frame.head()"
    split = changed(arranged(BASE, 0, second, 1, 2, 3), _0=source(first))
    merge = merge_notebooks(BASE, split, changed(BASE, _0=source(LOAD.replace("a.csv", "b.csv"))))
    assert sources(merge.notebook) == [first.replace("a.csv", "b.csv"), second, PLOT, MODEL, NOTES]
    assert merge.clean


def test_an_edit_finds_its_lines_in_a_cell_that_the_other_side_joined():
    joined = changed(arranged(BASE, 0, 2, 3), _0=source(f"{LOAD}\n\n{PLOT}"))
    merge = merge_notebooks(BASE, joined, changed(BASE, _1=source(PLOT.replace("t.png", "u.png"))))
    assert sources(merge.notebook) == [f"{LOAD}\n\n{PLOT.replace('t.png', 'u.png')}", MODEL, NOTES]
    assert merge.clean


def test_both_sides_split_the_same_cell_alike():
    first, second = "import pandas\nframe = pandas.read_csv('a.csv')", "frame.head()"
    split = changed(arranged(BASE, 0, second, 1, 2, 3), _0=source(first))
    merge = merge_notebooks(BASE, split, changed(split, _1={"id": "other"}, _4=source(NOTES + "\nMore")))
    assert sources(merge.notebook) == [first, second, PLOT, MODEL, NOTES + "\nMore"]


def test_both_sides_join_overlapping_cells():
    ours = changed(arranged(BASE, 0, 2, 3), _0=source(f"{LOAD}\n\n{PLOT}"))
    theirs = changed(arranged(BASE, 0, 1, 3), _1=source(f"{PLOT}\n\n{MODEL}"))
    merge = merge_notebooks(BASE, ours, theirs)
    assert sources(merge.notebook) == [f"{LOAD}\n\n{PLOT}\n\n{MODEL}", NOTES]


@pytest.mark.parametrize("minor", [4, 5])
def test_cells_wholly_rewritten_side_by_side(minor):
    base = made("x", "y", "end", minor=minor)
    ours, theirs = changed(base, _1={"source": "why"}), changed(base, _2={"source": "stop"})
    assert sources(merge_notebooks(base, ours, theirs).notebook) == ["x", "why", "stop"]


def test_ids_tell_whether_a_cell_was_rewritten_or_is_another_one():
    base = made("x", "y", "end")
    theirs = changed(base, _1={"source": "stop"})
    another = merge_notebooks(base, changed(base, _1={"source": "why", "id": "new"}), theirs)
    assert [conflict.kind for conflict in another.conflicts] == ["deleted"]
    rewritten = merge_notebooks(base, changed(base, _1={"source": "why"}), theirs)
    assert [conflict.kind for conflict in rewritten.conflicts] == ["source"]
    churned = changed(base, _0={"id": "one"}, _1={"source": "why", "id": "two"}, _2={"id": "three"})
    assert [each.kind for each in merge_notebooks(base, churned, theirs).conflicts] == ["source"]


def test_both_sides_make_another_kind_of_cell_of_it():
    ours, theirs = made("some text", "x = 1", kinds="mc"), made("some text", "x = 1", kinds="rc")
    merge = merge_notebooks(made("some text", "x = 1"), ours, theirs)
    text = "<<<<<<< local (markdown)\nsome text\n=======\nsome text\n>>>>>>> remote (raw)"
    assert (merge.notebook.cells[0].kind, merge.notebook.cells[0].source) == ("markdown", text)
    assert [conflict.kind for conflict in merge.conflicts] == ["kind"]


def test_a_change_of_kind_and_an_edit_go_together():
    theirs = changed(BASE, _3=source(NOTES + "\nMore."))
    ours = made(LOAD, PLOT, MODEL, NOTES, kinds="cccc")
    merge = merge_notebooks(BASE, ours, theirs)
    last = merge.notebook.cells[3]
    assert (last.kind, last.source, last.raw["outputs"]) == ("code", NOTES + "\nMore.", [])


def test_without_a_base_common_cells_are_there_once():
    merge = merge_notebooks(EMPTY, made(LOAD, PLOT), made(LOAD, PLOT.replace("t.png", "u.png")))
    assert len(merge.notebook.cells) == 2
    assert [conflict.kind for conflict in merge.conflicts] == ["source"]


def test_untouched_cells_are_as_they_were():
    ours, theirs = changed(BASE, _0=source("x")), changed(BASE, _3=source("y"))
    merge = merge_notebooks(BASE, ours, theirs)
    assert merge.notebook.raw["cells"] == [
        ours.raw["cells"][0],
        *BASE.raw["cells"][1:3],
        theirs.raw["cells"][3],
    ]
