"""When JSON values, and notebooks, are the same."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbhotel.notebook.equality import frozen, same, same_notebook
from tests.strategies import json_values, notebooks, read, thorough

NAN = float("nan")
CELL: dict[str, Any] = {
    "cell_type": "code",
    "source": "a\nb",
    "metadata": {},
    "outputs": [],
    "execution_count": None,
}

ALIKE = [
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    (float("nan"), NAN),
    ([{"x": NAN}], [{"x": float("nan")}]),
]
DIFFERENT = [
    (1, True),
    (0, False),
    (1, 1.0),
    (None, False),
    ("", None),
    ("1", 1),
    ([], {}),
    ([1, 2], [2, 1]),
    (["a"], "a"),
    ({"a": None}, {}),
    ({"a": 1}, {"a": 1.0}),
    (NAN, "NaN"),
    ("int", 0),
    (-0.0, 0.0),
]


@pytest.mark.parametrize(("a", "b"), ALIKE)
def test_the_same(a, b):
    assert same(a, b)
    assert frozen(a) == frozen(b)
    assert hash(frozen(a)) == hash(frozen(b))


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_not_the_same(a, b):
    assert not same(a, b)
    assert not same(b, a)
    assert frozen(a) != frozen(b)


def test_lines_are_a_text_only_where_asked():
    assert frozen(["a\n", "b"], text=True) == frozen("a\nb", text=True)
    assert frozen(["a\n", "b"]) != frozen("a\nb")
    assert frozen(["a", 1], text=True) != frozen("a1", text=True)


@thorough
@given(json_values, json_values)
def test_frozen_agrees_with_same(a, b):
    assert same(a, copy.deepcopy(a))
    assert frozen(a) == frozen(json.loads(json.dumps(a)))
    assert same(a, b) == same(b, a) == (frozen(a) == frozen(b))


@thorough
@given(json_values, st.data())
def test_one_changed_value_makes_a_difference(value, data):
    holder = {"a": [value, {"b": value}]}
    other = data.draw(json_values)
    changed = {"a": [value, {"b": other}]}
    assert same(holder, changed) == same(value, other)


@thorough
@given(notebooks)
def test_a_notebook_is_the_same_as_itself_and_its_copy(notebook):
    assert same_notebook(notebook, notebook)
    assert same_notebook(notebook, read(json.loads(json.dumps(notebook.raw))))


@pytest.mark.parametrize(
    ("change", "alike"),
    [
        ({"source": ["a\n", "b"]}, True),
        ({"source": ["a\nb"]}, True),
        ({"source": "a\nb\n"}, False),
        ({"metadata": {"tags": ["x", "y"]}}, False),
        ({"outputs": [{}]}, False),
        ({"outputs": None}, False),
        ({"execution_count": 1}, False),
        ({"id": "a"}, False),
    ],
)
def test_of_a_cell_only_the_cut_of_texts_may_differ(change, alike):
    before, after = read({"cells": [CELL]}), read({"cells": [CELL | change]})
    assert same_notebook(before, after) is alike


def test_notebooks_differ_by_what_stands_at_their_top():
    assert not same_notebook(read({"cells": [], "metadata": {}}), read({"cells": []}))
    assert not same_notebook(read({"cells": [], "x": ["a"]}), read({"cells": [], "x": "a"}))
    assert not same_notebook(read({"cells": [CELL]}), read({"cells": [CELL, CELL]}))


def test_metadata_of_a_cell_is_not_a_text():
    before, after = ({"cells": [CELL | {"metadata": {"a": each}}]} for each in (["x", "y"], "xy"))
    assert not same_notebook(read(before), read(after))
