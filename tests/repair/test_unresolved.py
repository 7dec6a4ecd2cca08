"""Conflicts that stand in a notebook are read back; what is decided is what the merge's policies decide."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from nbhotel.merge.notebooks import merge_notebooks
from nbhotel.merge.values import Labels, Merge, Policy, Sources
from nbhotel.notebook.model import Notebook
from nbhotel.notebook.writing import dump_notebook
from nbhotel.repair.insertions import as_text, with_text
from nbhotel.repair.origins import Origins, Sides
from nbhotel.repair.settling import Choice, all_settled, settled, with_source
from nbhotel.repair.unresolved import unresolved
from tests.merge.histories import arranged, changed, history, lines, made, sources
from tests.repair.damage import repaired

LABELS = Labels("HEAD", "base", "topic")
CHOICES: dict[Choice, Sources] = {"local": "local", "remote": "remote", "both": "union"}


def merge(base: Notebook, local: Notebook, remote: Notebook, **policy: Any) -> Merge:
    return merge_notebooks(base, local, remote, Policy(**policy), LABELS)


def kinds(notebook: Notebook) -> list[tuple[str, str]]:
    return [(cell.kind, cell.source) for cell in notebook.cells]


@pytest.mark.parametrize("style", ["merge", "diff3", "zdiff3"])
def test_random_histories(style):
    seen: Counter[str] = Counter()
    for seed in range(120):
        sides = history(seed)
        marked = merge(*sides, style=style)
        found = [each.conflict.kind for each in unresolved(marked.notebook)]
        seen.update(found)
        assert set(found) == {each.kind for each in marked.conflicts}, seed
        for choice, policy in CHOICES.items():
            mine = all_settled(marked.notebook, choice)
            theirs = merge(*sides, sources=policy).notebook
            if choice == "both":  # lines that both sides have are there once
                assert Counter(lines(mine)) == Counter(lines(theirs)), seed
            else:
                assert kinds(mine) == kinds(theirs), (seed, choice)
    assert min(seen["source"], seen["inserted"], seen["deleted"]) > 0


BASE = made("import a", "x = 1\ny = 2\nz = 3", "print(x)")


def test_a_source():
    marked = merge(
        BASE,
        changed(BASE, _1={"source": "x = 5\ny = 2\nz = 3"}),
        changed(BASE, _1={"source": "x = 6\ny = 2\nz = 3"}),
    )
    (found,) = unresolved(marked.notebook)
    assert (found.cell, found.start, found.end) == (1, 0, 5)
    assert found.labels == LABELS._replace(base="")
    assert sources(settled(marked.notebook, found, "both"))[1] == "x = 5\nx = 6\ny = 2\nz = 3"


def test_incomplete_markers_are_no_conflict():
    for source in (
        "<<<<<<< a\nb",
        "=======",
        "<<<<<<< a\n=======",
        ">>>>>>> b",
        "<<<<<<<< a\n=======\n>>>>>>> b",
    ):
        assert unresolved(made(source)) == []


def test_a_deleted_cell():
    marked = merge(BASE, arranged(BASE, 0, 2), changed(BASE, _1={"source": "x = 6"}))
    (found,) = unresolved(marked.notebook)
    assert found.conflict.what == "HEAD deleted the cell, topic edited it"
    assert (found.conflict.local, found.conflict.remote) == (None, ["x = 6"])
    assert sources(settled(marked.notebook, found, "local")) == ["import a", "print(x)"]
    assert sources(settled(marked.notebook, found, "both")) == ["import a", "x = 6", "print(x)"]


def test_two_kinds_of_cell():
    ours = changed(BASE, _2={"cell_type": "markdown", "source": "*x*"})
    theirs = changed(BASE, _2={"cell_type": "raw", "source": "<x>"})
    marked = merge(BASE, ours, theirs)
    (found,) = unresolved(marked.notebook)
    assert found.kinds == ("markdown", "raw")
    assert kinds(settled(marked.notebook, found, "remote"))[2] == ("raw", "<x>")
    both = settled(marked.notebook, found, "both")
    assert kinds(both)[2:] == [("markdown", "*x*"), ("raw", "<x>")]
    assert repaired(dump_notebook(both)).sound  # the second one has an id of its own


def test_a_code_cell_that_became_text_has_no_outputs():
    ours = changed(BASE, _2={"source": "print(2)"})
    raw = {
        key: value for key, value in BASE.raw["cells"][2].items() if key not in {"outputs", "execution_count"}
    }
    theirs = changed(BASE, _2=None)
    theirs = theirs._replace(
        raw=theirs.raw | {"cells": [*theirs.raw["cells"], raw | {"cell_type": "markdown", "source": "*x*"}]}
    )
    marked = merge(
        BASE,
        ours,
        Notebook(
            theirs.raw,
            (
                *theirs.cells,
                BASE.cells[2]._replace(raw=theirs.raw["cells"][-1], kind="markdown", source="*x*"),
            ),
        ),
    )
    for choice in CHOICES:
        assert repaired(dump_notebook(all_settled(marked.notebook, choice))).sound


def test_inserted_cells_and_an_edit_of_them():
    marked = merge(
        BASE, arranged(BASE, 0, 1, 2, "mine()", "my_other()"), arranged(BASE, 0, 1, 2, "yours(df)")
    )
    (found,) = unresolved(marked.notebook)
    assert found.conflict.kind == "inserted"
    assert sources(settled(marked.notebook, found, "remote"))[3:] == ["yours(df)"]
    text = as_text(found)
    assert "#%% nbhotel cell 3 (code) of topic\nyours(df)\n" in text
    assert sources(with_text(marked.notebook, found, text))[3:] == ["mine()", "my_other()", "yours(df)"]
    third, _, rest = text.partition("#%% nbhotel cell 3")
    turned = "#%% nbhotel cell 3" + rest + third.partition("\n")[2].replace("mine()", "ours()")
    turned += "#%% nbhotel cell 1 (markdown) of me\n# New\n"
    edited = with_text(marked.notebook, found, turned)
    assert kinds(edited)[3:] == [
        ("code", "yours(df)"),
        ("code", "ours()"),
        ("code", "my_other()"),
        ("markdown", "# New"),
    ]
    assert repaired(dump_notebook(edited)).sound
    assert sources(with_text(marked.notebook, found, "nothing is left")) == sources(BASE)


def outputs(text: str) -> list[dict[str, Any]]:
    return [{"name": "stdout", "output_type": "stream", "text": text}]


def test_outputs_and_metadata_if_asked_for():
    ours = changed(BASE, _2={"outputs": outputs("1"), "metadata": {"a": {"b.c": 1}, "d": 4}})
    theirs = changed(BASE, _2={"outputs": outputs("2"), "metadata": {"a": {"b.c": 2}}})
    base = changed(BASE, _2={"metadata": {"a": {"b.c": 0}, "d": 3}})
    marked = merge(base, ours, theirs, outputs="conflict", metadata="conflict")
    found = unresolved(marked.notebook)
    assert sorted(each.conflict.kind for each in found) == ["metadata", "metadata", "outputs"]
    for choice, shown in zip(CHOICES, ("1", "2", "12"), strict=True):
        cell = all_settled(marked.notebook, choice).cells[2]
        assert "".join(each["text"] for each in cell.outputs) == shown
        assert cell.metadata == ({"a": {"b.c": 2}} if choice == "remote" else {"a": {"b.c": 1}, "d": 4})
    top = merge(
        *(
            each._replace(raw=each.raw | {"metadata": {"x": number}})
            for number, each in enumerate((BASE, ours, theirs))
        ),
        metadata="conflict",
        outputs="local",
    )
    assert all_settled(top.notebook, "remote").metadata == {"x": 2}


def test_attached_files():
    picture = {"image/png": "iVBORw0KGgo="}
    text = "![a](attachment:a.png)"
    sides = [
        changed(
            made("# T", text, kinds="mm"),
            _1={"attachments": {"a.png": {"image/png": picture["image/png"] + letter}}},
        )
        for letter in ("", "A", "B")
    ]
    marked = merge(*sides)
    for choice, data in zip(CHOICES, "AB", strict=False):
        cell = all_settled(marked.notebook, choice).cells[1]
        assert cell.source == text
        assert cell.attachments == {"a.png": {"image/png": picture["image/png"] + data}}
    assert len(all_settled(marked.notebook, "both").cells[1].attachments) == 2


def test_outputs_follow_the_source():
    ours = changed(BASE, _2={"source": "print(1)", "outputs": outputs("1"), "execution_count": 5})
    theirs = changed(BASE, _2={"source": "print(2)", "outputs": outputs("2"), "execution_count": 7})
    origins = Origins(Sides(BASE, ours, theirs))
    marked = merge(BASE, ours, theirs).notebook
    (found,) = unresolved(marked)
    origin = origins.of(marked, 2)
    assert [None if each is None else each.source for each in origin] == ["print(x)", "print(1)", "print(2)"]
    assert origins.base_of(marked, found) == ["print(x)"]
    chosen = origins.with_run(settled(marked, found, "remote"), 2, origin).cells[2]
    assert (chosen.outputs, chosen.execution_count) == (outputs("2"), 7)
    edited = origins.with_run(with_source(marked, 2, "print(3)"), 2, origin).cells[2]
    assert edited.outputs == outputs("1")  # as the merge has left them: nobody has run it
    ran = changed(settled(marked, found, "remote"), _2={"outputs": outputs("3")})
    assert origins.with_run(ran, 2, origin).cells[2].outputs == outputs("3")
