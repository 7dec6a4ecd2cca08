"""A notebook made again of what was run in it."""

from __future__ import annotations

import nbformat
import pytest

from nbhotel.errors import InputError
from nbhotel.journal.rebuild import cells_of, notebook_of, rebuilt
from nbhotel.journal.store import Journal
from nbhotel.journal.values import Query, Run


def history(*steps: str, kernel: str = "k", now: float = 0.0) -> list[Run]:
    """Runs of "cell" or "cell=code", one a minute; what a "+" precedes follows the one before at once."""
    runs = []
    for number, step in enumerate(steps):
        now += 1.01 if step.startswith("+") else 60.0
        cell, _, code = step.lstrip("+").partition("=")
        runs.append(Run(f"{kernel}{number}", now, code or cell, 1.0, False, cell=cell, kernel=kernel))
    return runs


@pytest.mark.parametrize(
    ("steps", "codes"),
    [
        ("a b c", "a b c"),
        ("a b=1 c b=2", "a 2 c"),
        ("a b c a", "a b c"),
        # A new cell may need all that ran before it.
        ("a b c a x", "a b c x"),
        ("a b c a +x +b", "a x b c"),
        # Run at a go: x stands before b.
        ("a b c x +b +c", "a x b c"),
        ("a b c d x a +b +x +c +d", "a b x c d"),
        # One after the other by hand says nothing of the kind.
        ("a b c x b", "a b c x"),
    ],
)
def test_cells_stand_where_they_probably_stood(steps, codes):
    assert [run.code for run in cells_of(history(*steps.split()))] == codes.split()


def test_without_ids_the_same_code_is_the_same_cell():
    runs = [run._replace(cell="") for run in history("a", "b", "a", "c")]
    assert [run.code for run in cells_of(runs)] == ["a", "b", "c"]


def test_ids_that_were_given_anew_when_the_notebook_was_opened_again():
    runs = history("a", "b", kernel="k") + history("n=a", "m=b", "m=b2", kernel="l", now=9999.0)
    assert [(run.cell, run.code) for run in cells_of(runs)] == [("n", "a"), ("m", "b2")]


def test_cells_with_the_same_code_stay_two_in_one_session():
    assert [run.cell for run in cells_of(history("a=show()", "b", "c=show()"))] == ["a", "b", "c"]


def test_the_notebook_is_a_valid_one():
    runs = history("a=x = 1\nx", "vscode-cell:#W0=2", "b")
    document = notebook_of(cells_of(run._replace(spec="ir", language="R") for run in runs))
    nbformat.validate(document)
    assert [cell["source"] for cell in document["cells"]] == [["x = 1\n", "x"], ["2"], ["b"]]
    assert [cell["id"] for cell in document["cells"]] == ["a", "rebuilt-1", "b"]
    assert document["metadata"]["kernelspec"]["name"] == "ir"


def test_of_nothing_nothing_is_made(tmp_path):
    with Journal(str(tmp_path / "journal.sqlite")) as journal:
        journal.write(history("a"))
        assert len(rebuilt(journal, Query())["cells"]) == 1
        with pytest.raises(InputError, match="no such runs"):
            rebuilt(journal, Query(notebook="other.ipynb"))
