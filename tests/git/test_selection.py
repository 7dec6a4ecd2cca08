"""Which cell is meant: `git.selection`."""

from __future__ import annotations

import pytest

from nbhotel.errors import InputError, UsageError
from nbhotel.git.selection import place_of
from nbhotel.notebook.model import EMPTY, Notebook, cell_of


def cells(*sources: str, ids: tuple[str, ...] = ()) -> Notebook:
    raws = [{"cell_type": "code", "source": source} for source in sources]
    for raw, identity in zip(raws, ids, strict=False):
        raw["id"] = identity
    return EMPTY._replace(cells=tuple(map(cell_of, raws)))


def test_which_cell_is_meant():
    three = cells("import os", "def fit():\n    pass", "fit()", ids=("a1", "b2", "b3"))
    meant = {"1": 0, "3": 2, "b3": 2, "a": 0, "/^def/": 1, "/import/": 0, "/pass$/": 1}
    assert {word: place_of(word, three, "x") for word in meant} == meant


def test_an_id_may_look_like_a_number():
    three = cells("a", "b", "c", ids=("12345678", "2", "31415926"))
    meant = {"12345678": 0, "123": 0, "2": 1, "31": 2, "3": 2}
    assert {word: place_of(word, three, "x") for word in meant} == meant


@pytest.mark.parametrize(
    ("word", "line"),
    [
        ("", "x: there is no cell '' (there are the cells 1 to 3, with the ids a1, b2, b3)"),
        ("4", "x: there is no cell 4 (there are the cells 1 to 3, with the ids a1, b2, b3)"),
        ("0", "x: there is no cell 0 (there are the cells 1 to 3, with the ids a1, b2, b3)"),
        ("zz", "x: there is no cell zz (there are the cells 1 to 3, with the ids a1, b2, b3)"),
        ("/nothing/", "x: there is no cell /nothing/ (there are the cells 1 to 3, with the ids a1, b2, b3)"),
        ("/fit/", "x: /fit/ is in the cells 2, 3 (name one by its number)"),
        ("b", "x: b is in the cells 2, 3 (name one by its number)"),
        (
            "9" * 5000,
            f"x: there is no cell {'9' * 5000} (there are the cells 1 to 3, with the ids a1, b2, b3)",
        ),
    ],
)
def test_a_cell_that_is_not_there_or_not_alone(word, line):
    three = cells("import os", "def fit():\n    pass", "fit()", ids=("a1", "b2", "b3"))
    with pytest.raises(InputError) as error:
        place_of(word, three, "x")
    assert str(error.value) == line


def test_cells_without_ids_and_no_cells():
    with pytest.raises(InputError, match=r"there is one cell, without ids"):
        place_of("2", cells("x"), "x")
    with pytest.raises(InputError, match="it has no cells"):
        place_of("1", EMPTY, "x")
    with pytest.raises(UsageError, match="is no regular expression"):
        place_of("/(/", cells("x"), "x")
