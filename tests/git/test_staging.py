"""Choices applied to notebooks: any of them makes a valid notebook, all of them the new one, none the old."""

from __future__ import annotations

import json
from typing import Any

import nbformat
from hypothesis import given
from hypothesis import strategies as st

from nbhotel.diff.notebooks import diff_notebooks
from nbhotel.diff.values import EVERYTHING
from nbhotel.git.staging.applying import applied
from nbhotel.git.staging.leaves import NOTEBOOK, Edit, leaves_of
from nbhotel.git.staging.pairs import Pair, Version, made, pair_of
from nbhotel.notebook.equality import same_notebook
from nbhotel.notebook.writing import dump_notebook
from tests.git.valid import valid_pairs
from tests.strategies import pairs, thorough


def pair(old: Any, new: Any) -> Pair:
    files = [json.dumps(each, indent=1).encode() + b"\n" for each in (old, new)]
    return pair_of(Version("index:a.ipynb", files[0], "100644"), Version("a.ipynb", files[1], "100644"))


@thorough
@given(pairs())
def test_of_nothing_comes_the_old_notebook_of_everything_the_new_one(drawn):
    old, new = drawn
    diff = diff_notebooks(old, new, EVERYTHING)
    assert same_notebook(applied(diff, ()).notebook, old)
    assert same_notebook(applied(diff, leaves_of(diff)).notebook, new)


@thorough
@given(pairs(), st.data())
def test_the_rest_of_any_choice_leads_to_the_very_bytes(drawn, data):
    files = [Version(name, dump_notebook(each), "100644") for name, each in zip("ab", drawn, strict=True)]
    whole = pair_of(*files)
    assert made(whole, ()).data == files[0].data
    assert made(whole, whole.leaves).data == files[1].data
    some = data.draw(st.sets(st.sampled_from(whole.leaves))) if whole.leaves else set()
    part = made(whole, some)
    rest = pair_of(part, files[1])
    assert made(rest, rest.leaves).data == files[1].data


@thorough
@given(valid_pairs(), st.data())
def test_any_choice_of_two_valid_notebooks_is_valid(drawn, data):
    whole = pair(*drawn)
    some = data.draw(st.sets(st.sampled_from(whole.leaves))) if whole.leaves else set()
    result = json.loads(made(whole, some).data or b"")
    nbformat.validate(result)
    ids = [cell["id"] for cell in result["cells"] if "id" in cell]
    assert len(ids) == len(set(ids))


def cell(source: str, identity: str = "", **more: Any) -> dict[str, Any]:
    named = {"id": identity} if identity else {}
    return {
        "cell_type": "code",
        "execution_count": None,
        **named,
        "metadata": {},
        "outputs": [],
        "source": source,
        **more,
    }


def document(*cells: dict[str, Any], minor: int = 5, **metadata: Any) -> dict[str, Any]:
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": minor}


def chosen(whole: Pair, *wanted: tuple[int, str], edits: tuple[Edit, ...] = ()) -> Any:
    """The notebook that some leaves make; each is named by its entry and its part."""
    leaves = [leaf for leaf in whole.leaves if (leaf.entry, leaf.part) in wanted]
    assert len({(leaf.entry, leaf.part) for leaf in leaves}) == len(wanted)
    result = json.loads(made(whole, leaves, edits).data or b"")
    nbformat.validate(result)
    return result


def sources(result: Any) -> list[str]:
    return ["".join(each["source"]) for each in result["cells"]]


A, B, C = "first = 1\nprint(first)", "second = 2\nprint(second)", "third = 3\nprint(third)"


def test_a_move_and_an_edit_are_two_choices():
    edited = B.replace("2", "22")
    whole = pair(
        document(cell(A, "a"), cell(B, "b"), cell(C, "c")),
        document(cell(edited, "b"), cell(A, "a"), cell(C, "c")),
    )
    (at,) = {leaf.entry for leaf in whole.leaves if leaf.part == "source"}
    moved = [leaf for leaf in whole.leaves if leaf.part == "move"]
    assert sources(chosen(whole, (at, "source"))) == [A, edited, C]
    (mover,) = moved
    assert sources(chosen(whole, (mover.entry, "move"))) == [B, A, C]


def test_what_is_added_between_what_is_removed_and_stays():
    added, more = "fresh = 'new'", "entirely other"
    whole = pair(
        document(cell(A, "a"), cell(B, "b"), cell(C, "c")),
        document(cell(A, "a"), cell(added, "x"), cell(C, "c"), cell(more, "y")),
    )
    kinds = {entry.kind: at for at, entry in enumerate(whole.diff.cells) if entry.new != (3,)}
    assert sources(chosen(whole, (kinds["added"], "cell"))) == [A, B, added, C]
    assert sources(chosen(whole, (kinds["removed"], "cell"))) == [A, C]
    assert sources(chosen(whole, (len(whole.diff.cells) - 1, "cell"))) == [A, B, C, more]


def test_a_split_is_one_choice_wherever_it_stands():
    whole = pair(
        document(cell(f"{A}\n{B}", "a"), cell(C, "c")),
        document(cell(A, "a"), cell(B, "b"), cell(C + "\n4", "c")),
    )
    assert [leaf.part for leaf in whole.leaves] == ["cell", "source"]
    assert sources(chosen(whole, (0, "cell"))) == [A, B, C]
    assert sources(chosen(whole, (1, "source"))) == [f"{A}\n{B}", C + "\n4"]


def test_ids_come_with_the_format_and_not_before():
    old = document(cell(A), cell(B), minor=4)
    new = document(cell(A, "a"), cell(B.replace("2", "22"), "b"), cell(C, "c"))
    whole = pair(old, new)
    assert [leaf.part for leaf in whole.leaves] == ["format", "source", "cell"]
    part = chosen(whole, (1, "source"), (2, "cell"))
    assert (part["nbformat_minor"], ["id" in each for each in part["cells"]]) == (4, [False] * 3)
    part = chosen(whole, (NOTEBOOK, "format"))
    assert (part["nbformat_minor"], [each["id"] for each in part["cells"]]) == (5, ["a", "b"])
    part = chosen(pair(new, old), (NOTEBOOK, "format"))
    assert (part["nbformat_minor"], len(part["cells"])) == (4, 3)


def test_a_removed_cell_without_an_id_gets_one_where_the_format_has_them():
    whole = pair(document(cell(A), cell(B), minor=4), document(cell(A, "a")))
    part = chosen(whole, (NOTEBOOK, "format"))
    assert part["cells"][0]["id"] == "a"
    assert len(part["cells"][1]["id"]) == 8
    assert part == chosen(whole, (NOTEBOOK, "format"))  # the same again


def test_an_id_that_another_cell_has_already_is_made_anew():
    whole = pair(document(cell(A, "a"), cell(B, "b")), document(cell(A, "z"), cell(B, "b"), cell(C, "a")))
    part = chosen(whole, (2, "cell"))
    assert [each["id"] for each in part["cells"]][:2] == ["a", "b"]
    assert part["cells"][2]["id"] not in {"a", "b"}
    assert [each["id"] for each in chosen(whole, (2, "cell"), (NOTEBOOK, "format"))["cells"]] == [
        "z",
        "b",
        "a",
    ]


def test_an_old_minor_version_is_raised_for_what_it_does_not_know():
    picture = {"a.png": {"image/png": "iVBORw0KGgo="}}
    text = {
        "cell_type": "markdown",
        "metadata": {},
        "source": "![](attachment:a.png)",
        "attachments": picture,
    }
    whole = pair(document(cell(A), minor=0), document(cell(A, "a"), {**text, "id": "t"}))
    part = chosen(whole, (1, "cell"))
    assert (part["nbformat_minor"], part["cells"][1]) == (4, text)


def test_a_type_changes_with_all_that_depends_on_it():
    text = {"cell_type": "markdown", "id": "a", "metadata": {"tags": ["t"]}, "source": A + "\nmore"}
    whole = pair(document(cell(A, "a"), cell(B, "b")), document(text, cell(B, "b")))
    assert [leaf.part for leaf in whole.leaves] == ["source", "type"]
    assert chosen(whole, (0, "type"))["cells"][0] == {**text, "source": A}
    assert chosen(whole, (0, "source"))["cells"][0] == cell(A + "\nmore", "a")


def test_outputs_metadata_and_attachments_are_chosen_apart():
    output = {"output_type": "stream", "name": "stdout", "text": "1\n"}
    ran = cell(A, "a", outputs=[output], execution_count=3, metadata={"tags": ["t"]})
    whole = pair(document(cell(A, "a")), document(ran, cell(C, "c", outputs=[output]), kernel="k"))
    assert chosen(whole, (0, "outputs"))["cells"] == [{**ran, "metadata": {}}]
    assert chosen(whole, (0, "metadata"))["cells"] == [cell(A, "a", metadata={"tags": ["t"]})]
    assert chosen(whole, (NOTEBOOK, "metadata"))["metadata"] == {"kernel": "k"}
    assert chosen(whole, (1, "cell"))["cells"][1] == cell(C, "c")
    assert chosen(whole, (1, "cell"), (1, "outputs"))["cells"][1] == cell(C, "c", outputs=[output])


def test_keys_of_metadata_are_chosen_apart():
    old = cell(A, "a", metadata={"tags": ["t"], "gone": 1, "same": {"a": 1}})
    new = cell(A, "a", metadata={"tags": ["u"], "same": {"a": 1, "b": 2}, "fresh": True})
    whole = pair(document(old, kernelspec={"name": "p", "display_name": "P"}), document(new, title="Rain"))
    named = {(leaf.entry, leaf.key): leaf for leaf in whole.leaves}
    assert set(named) == {
        *((NOTEBOOK, key) for key in ("kernelspec", "title")),
        *((0, key) for key in ("tags", "gone", "same", "fresh")),
    }

    def of(*keys: tuple[int, str]) -> tuple[Any, Any]:
        result = json.loads(made(whole, [named[key] for key in keys]).data or b"")
        return result["metadata"], result["cells"][0]["metadata"]

    kernel = {"kernelspec": {"name": "p", "display_name": "P"}}
    assert of((0, "tags"))[1] == {"tags": ["u"], "gone": 1, "same": {"a": 1}}
    assert of((0, "gone"), (0, "same"))[1] == {"tags": ["t"], "same": {"a": 1, "b": 2}}
    assert of((0, "fresh"), (NOTEBOOK, "title"))[0] == {**kernel, "title": "Rain"}
    assert of((NOTEBOOK, "kernelspec"))[0] == {}


def test_runs_of_lines_and_lines_that_somebody_wrote():
    lines = [f"line {number}" for number in range(20)]
    new = ["zero", *lines[1:10], "ten", "more", *lines[11:]]
    whole = pair(document(cell("\n".join(lines), "a")), document(cell("\n".join(new), "a")))
    first, second = whole.leaves
    assert sources(json.loads(made(whole, [second]).data or b"")) == ["\n".join([*lines[:10], *new[10:]])]
    edit = Edit(0, first.op, first.op, ("by hand",))
    part = json.loads(made(whole, [second], [edit]).data or b"")
    assert sources(part) == ["\n".join(["by hand", *new[1:]])]


def test_a_part_is_written_as_the_file_is():
    old, new = document(cell(A, "a"), cell(B, "b")), document(cell(A + "\n4", "a"), cell(B + "\n5", "b"))
    text = json.dumps(old, indent=4, ensure_ascii=True).replace("\n", "\r\n")
    whole = pair_of(Version("a", text.encode(), "100644"), Version("b", json.dumps(new).encode(), "100644"))
    assert made(whole, [whole.leaves[0]]).data == text.replace(r"print(first)", r"print(first)\n4").encode()


@thorough
@given(valid_pairs(), st.data())
def test_a_cell_left_alone_is_the_very_same(drawn, data):
    whole = pair(*drawn)
    some = data.draw(st.sets(st.sampled_from(whole.leaves))) if whole.leaves else set()
    untouched = {at for at in range(len(whole.diff.cells)) if all(leaf.entry != at for leaf in some)}
    result = applied(whole.diff, some)
    kept = [each for each in result.made if each.old is not None]
    for at in untouched:
        for place in whole.diff.cells[at].old:
            (found,) = (each for each in kept if each.old == place)
            assert json.dumps(found.raw) == json.dumps(whole.diff.old.cells[place].raw)
