"""How choices are called and drawn, whatever notebooks hold, and what `--cell` and the tree make of them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbhotel.cli.staging.choosing import completed, offered, without
from nbhotel.cli.staging.outline import Outline
from nbhotel.cli.staging.previews import preview
from nbhotel.cli.staging.report import Outcome, tell
from nbhotel.cli.staging.titles import part_title, title
from nbhotel.cli.staging.verbs import STAGE, Choice
from nbhotel.errors import InputError, UsageError
from nbhotel.git.staging.leaves import Leaf
from nbhotel.git.staging.pairs import Pair, Version, pair_of
from nbhotel.git.staging.tree import Node, nodes_of
from nbhotel.notebook.writing import dump_notebook
from nbhotel.render.terminal.brush import Brush
from nbhotel.render.terminal.spans import Look
from tests.git.sandbox import notebook
from tests.strategies import pairs, thorough


def of(*documents: object) -> Pair:
    files = [Version("a", json.dumps(each).encode(), "100644") for each in documents]
    return pair_of(files[0], files[1])


def all_nodes(nodes: tuple[Node, ...]) -> list[Node]:
    return [each for node in nodes for each in (node, *all_nodes(node.children))]


@thorough
@given(pairs(), st.sampled_from([("none", 80), ("256", 40)]))
def test_every_node_has_a_name_and_lines_that_are_safe(drawn, look):
    depth, width = look
    whole = pair_of(*(Version("a.ipynb", dump_notebook(each), "100644") for each in drawn))
    nodes = nodes_of(whole.diff, whole.leaves)
    assert [leaf for node in nodes for leaf in node.leaves] == list(whole.leaves)
    brush = Brush(Look(depth=depth, width=width))
    for node in all_nodes(nodes):
        if node.children:
            assert [leaf for child in node.children for leaf in child.leaves] == list(node.leaves)
        assert title(whole, node).strip(" ·")
        assert part_title(whole, node)
        lines = list(preview(whole, node, brush))
        assert lines
        assert "\n" not in "".join(lines)
        assert depth != "none" or "\x1b" not in "".join(lines)


@thorough
@given(
    pairs(),
    st.lists(st.sampled_from(["toggle", "expand", "collapse", "toggle_all", "up", "down"]), max_size=30),
)
def test_any_keys_leave_the_cursor_on_a_row_and_a_choice_of_what_is_offered(drawn, keys):
    whole = pair_of(*(Version("a.ipynb", dump_notebook(each), "100644") for each in drawn))
    if not whole.leaves:
        return
    outline = Outline(whole, nodes_of(whole.diff, whole.leaves), takes_back=bool(len(keys) % 2))
    for key in keys:
        if key in {"up", "down"}:
            outline.move(-1 if key == "up" else 1)
        else:
            getattr(outline, key)()
        assert outline.line(outline.row())
        assert outline.chosen <= set(whole.leaves)
        assert (
            outline.chosen
            == completed(outline.chosen, whole, takes_back=outline.takes_back) & outline.offered
        )


def test_an_added_cell_and_its_outputs():
    whole = of(notebook("x = 1"), notebook("x = 1", "y = 2", ran=True))
    cell, outputs = Leaf(1, "cell"), Leaf(1, "outputs")
    assert {cell, outputs} <= set(whole.leaves)
    assert completed({outputs}, whole, takes_back=False) == {cell, outputs}
    assert completed({cell}, whole, takes_back=False) == {cell}
    assert completed({cell}, whole, takes_back=True) == {cell, outputs}
    assert without({cell, outputs}, {cell}, takes_back=False) == set()
    assert without({cell, outputs}, {outputs}, takes_back=False) == {cell}
    assert without({cell, outputs}, {outputs}, takes_back=True) == set()


def cells_of(whole: Pair, *words: str) -> list[int]:
    return sorted({leaf.entry for leaf in offered(whole, words, (), "a.ipynb")})


def test_cells_by_number_id_and_pattern():
    old = notebook("import os", "x = compute(1)", "# Notes on it", "print(x)")
    new = notebook("import os", "x = compute(2)", "print(x)", "entirely = 'new'")
    for place, identity in enumerate(("one", "two", "three", "four")):
        old["cells"][place]["id"] = identity
    for place, identity in enumerate(("one", "two", "four", "five")):
        new["cells"][place]["id"] = identity
    whole = of(old, new)
    kinds = [(entry.kind, entry.old, entry.new) for entry in whole.diff.cells]
    assert kinds == [
        ("same", (0,), (0,)),
        ("changed", (1,), (1,)),
        ("removed", (2,), ()),
        ("same", (3,), (2,)),
        ("added", (), (3,)),
    ]
    assert cells_of(whole, "2") == cells_of(whole, "two") == cells_of(whole, "/compute/") == [1]
    assert cells_of(whole, "3") == [2]  # the one that a diff shows under this number
    assert cells_of(whole, "2", "/^entirely/") == [1, 4]
    assert cells_of(whole, "1") == []
    assert cells_of(whole, "fi") == [4]
    with pytest.raises(UsageError, match="2 cells have ids that begin with f"):
        offered(whole, ["f"], (), "a.ipynb")
    for word in ("0", "5", "six", "/nothing of it/"):
        with pytest.raises(InputError):
            offered(whole, [word], (), "a.ipynb")
    with pytest.raises(UsageError):
        offered(whole, ["/(/"], (), "a.ipynb")


def test_a_number_that_two_cells_have_is_asked_back():
    whole = of(notebook("# The one", "x = 1"), notebook("y = compute()", "x = 1"))
    with pytest.raises(UsageError, match=r"cell 1 may be .*removed.*name one by its id"):
        offered(whole, ["1"], (), "a.ipynb")


def test_what_a_file_is_called_and_holds_is_told_safely(capsys):
    from types import SimpleNamespace

    old, new = notebook("x = 1"), notebook("x = 2")
    new["cells"][0]["cell_type"] = old["cells"][0]["cell_type"] = "co\x1b[31mde"
    whole = of(old, new)
    choice = Choice(frozenset(whole.leaves))
    args = SimpleNamespace(json=False, dry_run=False, notebooks=[])
    tell([Outcome("a\x1b[31m.ipynb", whole, whole.leaves, choice)], STAGE, args)  # type: ignore[arg-type]
    assert "\x1b" not in capsys.readouterr().out
