"""Outputs, prompt numbers, metadata, attachments: what never blocks, unless asked to."""

from __future__ import annotations

import nbformat
import pytest

from nbhotel.merge.markers import remaining
from nbhotel.merge.notebooks import merge_notebooks
from nbhotel.merge.values import Policy
from tests.merge.histories import changed, made, notebook

SOURCE = "import pandas\nframe = pandas.read_csv('a.csv')\nframe.head()"


def stream(*texts: str):
    return [{"name": "stdout", "output_type": "stream", "text": [f"{text}\n"]} for text in texts]


def ran(number, *texts, **more):
    return {"execution_count": number, "outputs": stream(*texts), **more}


def printed(merge, index=0):
    return [output["text"][0].strip() for output in merge.notebook.raw["cells"][index]["outputs"]]


BASE = changed(made(SOURCE, "x = 1"), _0=ran(1, "same", "old"))
OURS = changed(BASE, _0=ran(5, "same", "ours"))
THEIRS = changed(BASE, _0=ran(9, "same", "theirs"), _1={"source": "x = 2"})


def test_outputs_that_one_side_changed_are_taken_from_it():
    merge = merge_notebooks(BASE, changed(BASE, _1={"source": "y"}), changed(BASE, _0=ran(3, "new")))
    assert printed(merge) == ["new"]
    assert merge.notebook.cells[0].execution_count == 3
    assert (merge.conflicts, merge.decisions) == ((), ())


def test_outputs_that_both_changed_are_locals_and_that_is_told():
    merge = merge_notebooks(BASE, OURS, THEIRS)
    assert (printed(merge), merge.notebook.cells[0].execution_count) == (["same", "ours"], 5)
    assert [(each.what, each.chosen, each.where.merged) for each in merge.decisions] == [
        ("both sides ran the cell", "local", 0)
    ]


def test_outputs_go_with_the_source_that_was_kept():
    edited = changed(THEIRS, _0={"source": SOURCE + "\nframe.tail()"})
    assert printed(merge_notebooks(BASE, OURS, edited)) == ["same", "theirs"]


@pytest.mark.parametrize(
    ("how", "expected", "count"),
    [
        ("local", ["same", "ours"], 5),
        ("remote", ["same", "theirs"], 9),
        ("base", ["same", "old"], 1),
        ("union", ["same", "ours", "theirs"], 5),
        ("remove", ["same"], None),
        ("clear", [], None),
    ],
)
def test_outputs_by_policy(how, expected, count):
    merge = merge_notebooks(BASE, OURS, THEIRS, Policy(outputs=how))
    assert (printed(merge), merge.notebook.cells[0].execution_count) == (expected, count)
    assert merge.clean
    assert [each.chosen for each in merge.decisions] == [how]


def test_outputs_as_conflict():
    merge = merge_notebooks(BASE, OURS, THEIRS, Policy(outputs="conflict"))
    assert printed(merge) == ["<<<<<<< local", "same", "ours", "=======", "same", "theirs", ">>>>>>> remote"]
    assert [each.kind for each in merge.conflicts] == ["outputs"]
    assert [each.text for each in remaining(merge.notebook)] == [
        "output <<<<<<< local",
        "output >>>>>>> remote",
    ]
    nbformat.validate(merge.notebook.raw)


def test_prompt_numbers_never_conflict():
    merge = merge_notebooks(
        BASE,
        changed(BASE, _0={"execution_count": 5}),
        changed(BASE, _0={"execution_count": 9}, _1={"source": "y"}),
    )
    assert (merge.notebook.cells[0].execution_count, merge.clean) == (5, True)


def meta(**values):
    return {"metadata": values}


def test_metadata_is_merged_by_key():
    base = changed(BASE, _0=meta(a=1, b=1, c={"x": 1, "y": 1}))
    merge = merge_notebooks(
        base,
        changed(base, _0=meta(a=2, b=1, c={"x": 2, "y": 1})),
        changed(base, _0=meta(a=1, c={"x": 1, "y": 2}, d=3)),
    )
    assert merge.notebook.cells[0].metadata == {"a": 2, "c": {"x": 2, "y": 2}, "d": 3}
    assert (merge.conflicts, merge.decisions) == ((), ())


def test_one_and_true_are_not_the_same():
    base = changed(BASE, _0=meta(a=1))
    merge = merge_notebooks(base, changed(base, _0=meta(a=True)), changed(base, _1={"source": "y"}))
    assert merge.notebook.cells[0].metadata == {"a": True}


def test_tags_of_both_sides_are_there():
    base = changed(BASE, _0=meta(tags=["old", "kept"]))
    ours, theirs = (
        changed(base, _0=meta(tags=["kept", "ours"])),
        changed(base, _0=meta(tags=["old", "kept", "theirs"])),
    )
    merge = merge_notebooks(base, ours, theirs)
    assert merge.notebook.cells[0].metadata["tags"] == ["kept", "ours", "theirs"]
    assert [each.chosen for each in merge.decisions] == ["union"]


def test_a_kernel_is_merged_as_a_whole():
    base = made("x", kernelspec={"name": "python3", "display_name": "Python 3"})
    ours = made("x", kernelspec={"name": "python3", "display_name": "mine"})
    theirs = made("x", kernelspec={"name": "julia", "display_name": "Julia"})
    merge = merge_notebooks(base, ours, theirs)
    assert merge.notebook.metadata["kernelspec"] == {"name": "python3", "display_name": "mine"}
    assert [(each.what, each.chosen) for each in merge.decisions] == [
        ("both sides changed metadata.kernelspec", "local")
    ]
    theirs_wins = merge_notebooks(base, ours, theirs, Policy(metadata="remote"))
    assert theirs_wins.notebook.metadata["kernelspec"]["name"] == "julia"


def test_metadata_as_conflict_keeps_all_three_values():
    base, ours, theirs = (changed(BASE, _0=meta(slide=value, scrolled=value == 1)) for value in (1, 2, 3))
    ours = changed(ours, _0=meta(slide=2, scrolled="auto"))
    merge = merge_notebooks(base, ours, theirs, Policy(metadata="conflict"))
    [conflict] = merge.conflicts  # scrolled is not worth one
    assert (conflict.path, conflict.base, conflict.local, conflict.remote) == (("metadata", "slide"), 1, 2, 3)
    recorded = merge.notebook.cells[0].metadata["nbhotel-conflicts"]
    assert recorded == {"slide": {"base": 1, "local": 2, "remote": 3}}
    assert [each.text for each in remaining(merge.notebook)] == ["metadata nbhotel-conflicts"]


def test_fields_that_nobody_knows_are_merged_too():
    base = notebook({**BASE.raw, "mine": 1})
    merge = merge_notebooks(
        base, notebook({**base.raw, "mine": 2}), changed(base, _0={"new": [1]}, _1={"source": "y"})
    )
    assert (merge.notebook.raw["mine"], merge.notebook.raw["cells"][0]["new"]) == (2, [1])


def test_metadata_of_the_wrong_type_does_no_harm():
    base = changed(BASE, _0={"metadata": []})
    merge = merge_notebooks(base, changed(base, _0={"metadata": 3}), changed(base, _0=meta(a=1)))
    assert merge.notebook.raw["cells"][0]["metadata"] == 3


def attached(**images):
    return {"attachments": {f"{name}.png": {"image/png": data} for name, data in images.items()}}


PICTURE = changed(made("text\n![a](attachment:a.png)\nmore", kinds="m"), _0=attached(a="AAAA", b="BBBB"))


def test_attachments_are_merged_by_name():
    merge = merge_notebooks(
        PICTURE,
        changed(PICTURE, _0=attached(a="aaaa", b="BBBB")),
        changed(PICTURE, _0=attached(a="AAAA", c="CCCC")),
    )
    assert merge.notebook.raw["cells"][0]["attachments"] == attached(a="aaaa", c="CCCC")["attachments"]
    assert merge.clean


def test_an_attachment_that_both_changed_is_kept_twice_and_shown_twice():
    ours, theirs = changed(PICTURE, _0=attached(a="aaaa")), changed(PICTURE, _0=attached(a="xxxx"))
    merge = merge_notebooks(PICTURE, ours, theirs)
    cell = merge.notebook.cells[0]
    assert {name: bundle["image/png"] for name, bundle in cell.attachments.items()} == {
        "a.png": "aaaa",
        "a-remote.png": "xxxx",
    }
    assert cell.source.split("\n") == [
        "text",
        "<<<<<<< local",
        "![a](attachment:a.png)",
        "=======",
        "![a](attachment:a-remote.png)",
        ">>>>>>> remote",
        "more",
    ]
    assert [each.kind for each in merge.conflicts] == ["attachment"]
    nbformat.validate(merge.notebook.raw)


def test_an_attachment_that_no_line_shows_is_shown_to_be_decided_upon():
    plain = changed(PICTURE, _0={"source": "nothing to see"})
    merge = merge_notebooks(plain, changed(plain, _0=attached(a="1")), changed(plain, _0=attached(a="2")))
    assert "![a.png](attachment:a-remote.png)" in merge.notebook.cells[0].source


def test_an_attachment_that_one_changed_and_one_deleted_is_kept():
    merge = merge_notebooks(
        PICTURE, changed(PICTURE, _0=attached(b="BBBB")), changed(PICTURE, _0=attached(a="x", b="BBBB"))
    )
    assert merge.notebook.cells[0].attachments.keys() == {"a.png", "b.png"}
    assert [each.chosen for each in merge.decisions] == ["remote"]


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("sources", (SOURCE, 5, "ours")),
        ("outputs", ("theirs()", 5, "old")),
        ("details", ("theirs()", 1, "ours")),
    ],
)
def test_ignored_parts_stay_as_in_the_base(part, expected):
    theirs = changed(BASE, _0={"source": "theirs()"}, _1={"source": "y"})
    merge = merge_notebooks(BASE, OURS, theirs, Policy(ignored=frozenset([part])))
    cell = merge.notebook.cells[0]
    assert (cell.source, cell.execution_count, printed(merge)[1]) == expected


def test_an_old_format_is_told():
    old = notebook({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": []}]})
    merge = merge_notebooks(old, made("x"), made("x", "y"))
    assert merge.decisions[0].what == "base has nbformat 3, merged in nbformat 4's form"
