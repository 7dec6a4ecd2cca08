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
from nbhotel.git.staging.leaves import leaves_of
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
