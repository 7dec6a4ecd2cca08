"""What each step of a chain would change: told with the cell's place in the notebook that was looked at."""

from __future__ import annotations

from hypothesis import given

from nbhotel.chain.config import load_chain
from nbhotel.chain.findings import Finding, find
from nbhotel.chain.model import Chain
from nbhotel.chain.registry import CHAINS, step
from nbhotel.notebook.model import Notebook
from tests.chain.made import code, notebook, stream, text
from tests.strategies import notebooks, thorough


def test_cells_keep_their_number_when_others_are_dropped():
    chain = Chain(
        "x",
        (step("drop-cells", {"empty": True}), step("execution-counts", {}), step("ids", {"mode": "drop"})),
    )
    nb = notebook(code(""), text("a"), code(" "), code("b", count=3))
    found = find(chain, nb)
    assert found[:3] == (
        Finding("drop-cells", 0, "cell0", "", "the cell is left out"),
        Finding("drop-cells", 2, "cell2", "", "the cell is left out"),
        Finding("execution-counts", 3, "cell3", "execution_count", "has prompt number 3"),
    )
    assert [(each.cell, each.path) for each in found[3:]] == [(1, "id"), (3, "id"), (None, "nbformat_minor")]


def test_what_is_changed_is_told_by_its_path():
    chain = Chain(
        "x", (step("noise", {}), step("cell-metadata", {"drop": ["a.b"]}), step("kernelspec", {"name": "k"}))
    )
    nb = notebook(code("1", stream("0x7f3a2b1c4d5e"), a={"b": 1, "c": 2}), kernelspec={"name": "mine"})
    assert [(each.cell, each.path, each.reason) for each in find(chain, nb)] == [
        (0, "outputs", "has outputs that are changed"),
        (0, "metadata.a.b", "has metadata.a.b"),
        (None, "metadata.kernelspec.name", "metadata.kernelspec.name is changed"),
    ]


class Complainer:
    """A filter that tells itself what it finds."""

    def __call__(self, nb: Notebook) -> Notebook:
        return nb

    def findings(self, nb: Notebook) -> list[Finding]:
        return [Finding("mine", index, cell.id, "source", "no") for index, cell in enumerate(nb.cells)]


def test_a_filter_may_speak_for_itself():
    nb = notebook(code(""), code("x"))
    chain = load_chain("vcs", None)._replace(filters=(step("drop-cells", {"empty": True}),))
    chain = chain._replace(filters=(*chain.filters, step("ids", {"mode": "keep"})._replace(run=Complainer())))
    assert [(each.step, each.cell) for each in find(chain, nb)] == [("drop-cells", 0), ("mine", 1)]


@thorough
@given(notebooks)
def test_nothing_is_found_exactly_where_nothing_changes(nb):
    for name in CHAINS:
        chain = load_chain(name, None)
        cleaned = chain.clean(nb)
        found = [each for each in find(chain, nb) if not each.secret]
        assert bool(found) == (cleaned is not nb)
        assert not [each for each in find(chain, cleaned) if not each.secret]
        assert all(each.cell is None or 0 <= each.cell < len(nb.cells) for each in found)
