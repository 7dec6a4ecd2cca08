"""What did not change stays as it was written, whoever wrote it and however."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbhotel.notebook.equality import same
from nbhotel.notebook.rewriting import rewritten
from tests.strategies import json_values, thorough

Json = Any

VALUE: dict[str, Json] = {
    "cells": [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["# é\n", "text"]},
        {
            "cell_type": "code",
            "execution_count": 7,
            "id": "b",
            "metadata": {"collapsed": True, "tags": ["x"], "deep": {"one": 1.0, "two": [1, 2]}},
            "outputs": [{"name": "stdout", "output_type": "stream", "text": ["1\n"]}],
            "source": "print(1)",
        },
        {"cell_type": "raw", "id": "c", "metadata": {}, "source": []},
    ],
    "metadata": {"kernelspec": {"name": "python3"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


def jupyter(value: Json) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


#: Everybody's way to write a notebook.
WAYS: dict[str, Callable[[Json], str]] = {
    "Jupyter": jupyter,
    "two spaces": lambda value: json.dumps(value, indent=2, ensure_ascii=False),
    "tabs, ASCII, CRLF": lambda value: json.dumps(value, indent="\t").replace("\n", "\r\n") + "\r\n",
    "compact": lambda value: json.dumps(value, separators=(",", ":"), ensure_ascii=False),
    "one line": json.dumps,
    "byte order mark": lambda value: "\ufeff" + jupyter(value),
    "line ends around": lambda value: "\n\n" + jupyter(value) + "\n\n",
}


def changed(value: Json, *path: str | int, to: Json) -> Json:
    """A copy in which only the containers on the way to the change are new."""
    key, *rest = path
    result: Json = dict(value) if isinstance(value, dict) else list(value)
    result[key] = changed(value[key], *rest, to=to) if rest else to
    return result


def without(value: Json, *path: str | int) -> Json:
    *way, last = path
    inner = value
    for key in way:
        inner = inner[key]
    if isinstance(inner, dict):
        kept: Json = {key: each for key, each in inner.items() if key != last}
    else:
        kept = [each for index, each in enumerate(inner) if index != last]
    return changed(value, *way, to=kept) if way else kept


CHANGES: dict[str, Callable[[Json], Json]] = {
    "stripped": lambda v: changed(
        changed(v, "cells", 1, "outputs", to=[]), "cells", 1, "execution_count", to=None
    ),
    "first key gone": lambda v: without(v, "cells", 1, "metadata", "collapsed"),
    "middle key gone": lambda v: without(v, "cells", 1, "metadata", "tags"),
    "last key gone": lambda v: without(v, "cells", 1, "metadata", "deep"),
    "all keys gone": lambda v: changed(v, "cells", 1, "metadata", to={}),
    "first cell gone": lambda v: without(v, "cells", 0),
    "middle cell gone": lambda v: without(v, "cells", 1),
    "last cell gone": lambda v: without(v, "cells", 2),
    "no cells left": lambda v: changed(v, "cells", to=[]),
    "key at the end": lambda v: changed(v, "metadata", "title", to="é"),
    "key in front": lambda v: changed(v, "metadata", to={"a": {"b": [1]}, **v["metadata"]}),
    "key between": lambda v: {"cells": v["cells"], "new": 1, **without(v, "cells")},
    "first cell": lambda v: changed(v, "cells", to=[{"cell_type": "raw", "source": "é"}, *v["cells"]]),
    "cell between": lambda v: changed(
        v, "cells", to=[v["cells"][0], {"cell_type": "raw", "source": []}, *v["cells"][1:]]
    ),
    "another kind": lambda v: changed(v, "cells", 1, "outputs", to={"no": "list"}),
    "a source": lambda v: changed(v, "cells", 0, "source", to=["ü\n", "new"]),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_notebook_that_does_not_change_keeps_its_bytes(way):
    data = WAYS[way](VALUE).encode()
    assert rewritten(data, VALUE, VALUE) == data
    assert rewritten(data, VALUE, copy.deepcopy(VALUE)) == data


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_looks_as_if_its_author_had_written_it(way, change):
    new = CHANGES[change](VALUE)
    data = rewritten(WAYS[way](VALUE).encode(), VALUE, new)
    assert data.decode() == WAYS[way](new)


def test_the_order_of_keys_is_the_files():
    data = jupyter(VALUE).encode()
    assert rewritten(data, VALUE, dict(reversed(VALUE.items()))) == data


def test_what_no_style_explains_stays_all_the_same():
    text = '{"cells":[ {"source":["a\\/b" ,"\\u00e9é"],\n\n "outputs" : [1,2], "n":1.50e1}  ],"nbformat":4 }'
    old = json.loads(text)
    new = changed(old, "cells", 0, "outputs", to=[])
    assert rewritten(text.encode(), old, new).decode() == text.replace("[1,2]", "[]")


def test_a_key_that_is_there_twice():
    text = '{"a": {"k": 1, "k": 2, "x": [1,  2]}, "b":  0}'
    old = json.loads(text)
    data = rewritten(text.encode(), old, changed(old, "a", "k", to=3))
    assert data == b'{"a": {"k": 3, "x": [1, 2]}, "b":  0}'


def test_keys_with_escapes():
    text = '{"\\u0061\\"": 1, "b": {"c": 1}}'
    old = json.loads(text)
    assert (
        rewritten(text.encode(), old, changed(old, "b", "c", to=2)) == text.replace(": 1}}", ": 2}}").encode()
    )


def test_a_value_that_is_not_the_files_is_written_whole_in_its_style():
    old: Json = {"worksheets": [{"cells": []}]}
    data = json.dumps(old, indent=2).encode() + b"\n"
    assert rewritten(data, {"cells": [1]}, {"cells": []}) == b'{\n  "cells": []\n}\n'


edits = st.lists(
    st.tuples(st.integers(0, 50), st.sampled_from(["drop", "set", "add"]), json_values), max_size=4
)


def edited(value: Json, number: int, kind: str, by: Json) -> Json:
    """Change something somewhere, as `number` says."""
    if isinstance(value, dict) and value:
        key = sorted(value)[number % len(value)]
        if kind == "drop":
            return {name: each for name, each in value.items() if name != key}
        if kind == "add":
            return {**value, "added": by}
        return {**value, key: edited(value[key], number // 2, kind, by)}
    if isinstance(value, list) and value:
        place = number % len(value)
        if kind == "drop":
            return value[:place] + value[place + 1 :]
        if kind == "add":
            return [*value[:place], by, *value[place:]]
        return [*value[:place], edited(value[place], number // 2, kind, by), *value[place + 1 :]]
    return by


@thorough
@given(json_values, edits, st.sampled_from(list(WAYS)))
def test_any_change_of_any_value_in_any_style_arrives(value, changes, way):
    text = WAYS[way](value)
    old = json.loads(text.removeprefix("\ufeff"))
    new = old
    for number, kind, by in changes:
        new = edited(new, number, kind, by)
    data = (
        text.encode("utf-8", "surrogatepass") if way != "byte order mark" else text.encode("utf-8", "replace")
    )
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return  # half a surrogate pair, which no file holds
    old = json.loads(data.decode("utf-8-sig"))
    result = json.loads(rewritten(data, old, new).decode("utf-8-sig"))
    assert same(result, new)
