"""When two JSON values are the same. Python's `==` is not it: `1 == True == 1.0`, and NaN is not itself."""

from __future__ import annotations

import json
import marshal
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from nbhotel.notebook.model import Json, Notebook, multiline

_Item = TypeVar("_Item")
_STRING = frozenset([str])


def same(a: Json, b: Json) -> bool:
    """Whether two JSON values are the same, the order of keys left aside."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(value, b[key]) for key, value in a.items())
    if isinstance(a, list):
        if _STRING.issuperset(map(type, a)):  # the lines of a text, compared in C
            return bool(a == b)
        return len(a) == len(b) and all(map(same, a, b))
    # A float's repr is exact, and tells what `==` does not: NaN is NaN, -0.0 is not 0.0.
    return repr(a) == repr(b) if isinstance(a, float) else bool(a == b)


def identical(a: Json, b: Json) -> bool:
    """Whether two JSON values are the same, and the keys of objects in the same order; in C.

    marshal's version 2 writes values alone, type by type; later ones also write which objects are one.
    """
    return marshal.dumps(a, 2) == marshal.dumps(b, 2)


def frozen(value: Json, *, text: bool = False) -> Hashable:
    """Return a hashable stand-in that is equal for the same values.

    With `text`, a list of strings is equal to its lines joined, as the format has it for sources and outputs.
    """
    if isinstance(value, str):
        return value
    if not text or not isinstance(value, dict | list):
        return ("JSON", json.dumps(value, sort_keys=True))  # in C
    if isinstance(value, dict):
        return ("{}", tuple(sorted((key, frozen(each, text=True)) for key, each in value.items())))
    joined = multiline(value)
    return ("[]", tuple(frozen(each, text=True) for each in value)) if joined is None else joined


def kept(
    old: Sequence[_Item], new: Sequence[_Item], is_kept: Callable[[_Item, _Item], bool]
) -> dict[int, int]:
    """Return old index -> new index of the items that a filter kept: filters keep the order.

    `is_kept(old, new)` says whether one is the other; of two lists of the same length all items are.
    """
    if len(old) == len(new):
        return dict(enumerate(range(len(new))))
    pairs = {}
    start = 0
    for index, item in enumerate(new):
        here = next((i for i in range(start, len(old)) if is_kept(old[i], item)), None)
        if here is not None:
            pairs[here] = index
            start = here + 1
    return pairs


def same_notebook(a: Notebook, b: Notebook) -> bool:
    """Whether two notebooks are the same, however their multi-line strings are cut into lists."""
    tops = [{key: each for key, each in notebook.raw.items() if key != "cells"} for notebook in (a, b)]
    if not same(*tops) or len(a.cells) != len(b.cells):
        return False
    return all(_canonical(old.raw) == _canonical(new.raw) for old, new in zip(a.cells, b.cells, strict=True))


def _canonical(cell: dict[str, Json]) -> dict[str, Hashable]:
    return {
        key: frozen(value, text=key in {"source", "outputs", "attachments"}) for key, value in cell.items()
    }
