"""JSON objects, key by key."""

from __future__ import annotations

import copy
import json

from hypothesis import given
from hypothesis import strategies as st

from nbhotel.diff.fields import apply_fields, diff_fields
from nbhotel.diff.values import JsonChange
from nbhotel.notebook.equality import same
from tests.strategies import any_text, json_values, thorough

objects = st.dictionaries(st.sampled_from(["a", "b", "", "é"]) | any_text, json_values, max_size=4)
nested = st.recursive(
    objects,
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner | json_values, max_size=3),
    max_leaves=6,
)


@thorough
@given(nested, nested)
def test_applied_to_the_old_object_they_give_the_new_one(old, new):
    before = json.dumps(old)
    assert same(apply_fields(diff_fields(old, new), old), new)
    assert json.dumps(old) == before  # nothing was changed in place


@given(nested)
def test_an_object_and_its_copy_have_no_changes(value):
    assert diff_fields(value, copy.deepcopy(value)) == ()


@thorough
@given(nested, nested)
def test_changes_are_mirrored(old, new):
    def said(changes: tuple[JsonChange, ...]) -> list[tuple[object, ...]]:
        return sorted((change.path, change.kind) for change in changes)

    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    there = [(path, turned[str(kind)]) for path, kind in said(diff_fields(old, new))]
    assert sorted(there) == said(diff_fields(new, old))


def test_nested_objects_are_compared_by_key():
    old = {"kernelspec": {"name": "a", "language": "python"}, "x": [1], "gone": None}
    new = {"kernelspec": {"name": "b", "language": "python", "new": 1}, "x": [1, 2]}
    assert diff_fields(old, new) == (
        JsonChange(("kernelspec", "name"), "changed", "a", "b"),
        JsonChange(("kernelspec", "new"), "added", None, 1),
        JsonChange(("x",), "changed", [1], [1, 2]),
        JsonChange(("gone",), "removed", None, None),
    )


def test_null_is_not_absence():
    assert [change.kind for change in diff_fields({"a": None}, {})] == ["removed"]
    assert [change.kind for change in diff_fields({}, {"a": None})] == ["added"]


def test_numbers_of_another_type_are_a_change():
    assert len(diff_fields({"a": 1, "b": 1, "c": 0}, {"a": True, "b": 1.0, "c": False})) == 3


def test_left_out_keys_are_those_at_the_top():
    old, new = {"cells": 1, "a": {"cells": 1}}, {"cells": 2, "a": {"cells": 2}}
    assert [change.path for change in diff_fields(old, new, but={"cells"})] == [("a", "cells")]
