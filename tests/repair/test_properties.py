"""Whatever stands in the file: the result opens, is a fixed point, and nothing is thrown away."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from typing import Any

import nbformat
from hypothesis import given
from hypothesis import strategies as st

from nbhotel.repair.files import repair
from nbhotel.repair.values import Hopeless
from tests.repair.damage import everything, repaired
from tests.strategies import json_values, notebook_json, thorough

Json = Any
files = (notebook_json | json_values).map(json.dumps)


@given(notebook_json | json_values, st.sampled_from([None, 1, 2]))
@thorough
def test_any_json(value, indent):
    data = json.dumps(value, indent=indent).encode()
    found = repaired(data)
    assert found.sound or not is_fine(value)


def is_fine(value: Json) -> bool:
    """Whether nbformat has nothing to say against it, and it is JSON."""
    if not isinstance(value, dict) or value.get("nbformat") != 4 or value.get("nbformat_minor", 9) > 5:
        return False
    try:
        data = json.dumps(value, allow_nan=False)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            nbformat.validate(nbformat.reads(data, as_version=nbformat.NO_CONVERT))
    except Exception:
        return False
    return True


def test_positive_control_some_drawn_notebooks_are_fine():
    assert is_fine({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    assert not is_fine({"cells": [], "metadata": [], "nbformat": 4, "nbformat_minor": 5})


@given(notebook_json)
@thorough
def test_no_text_is_thrown_away(value):
    kept = everything(repaired(json.dumps(value).encode()))
    kept += "\n" + json.dumps(kept, ensure_ascii=False)
    for text in texts(value):
        spelled = json.dumps(text, ensure_ascii=False)[1:-1]
        words = [text, spelled, " ".join(text.splitlines()), text.strip()]
        assert any(word in kept for word in words) or all(tag.strip() in kept for tag in text.split(","))


#: What the old format calls things by; the new one has other words.
OLD_WORDS = {"pyout", "pyerr", "heading", "html", "text", "code"}


def texts(value: Json) -> Iterator[str]:
    """All texts that are a value, not a key."""
    if isinstance(value, str) and value not in OLD_WORDS:
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


@given(files, st.data())
@thorough
def test_damaged_text(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 30)))
    repaired((text[:start] + data.draw(st.text(max_size=5)) + text[end:]).encode("utf-8", "replace"))


@given(st.binary() | st.text().map(str.encode))
@thorough
def test_any_bytes(content):
    if not isinstance(repair(content), Hopeless):
        repaired(content)
