"""Notebooks, and what chance makes of them: JSON values and bytes changed, dropped, doubled, swapped."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from typing import Any

from tests.fuzz.material import ODD, OLD, RICH
from tests.realistic import notebook_json

Json = Any
Path = tuple[str | int, ...]
#: Changes a JSON value, or bytes, in place of which it returns the new one.
Mutation = Callable[[Any], Any]


def bases(rng: random.Random) -> bytes:
    """Draw the file of a notebook to start from."""
    kind = rng.random()
    value = RICH if kind < 0.45 else OLD if kind < 0.52 else notebook_json(rng, rng.choice((1, 4, 12)))
    return written(copy.deepcopy(value))


def written(value: Json) -> bytes:
    """Write JSON as Jupyter does, half surrogate pairs as escapes."""
    try:
        return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()
    except UnicodeEncodeError:
        return json.dumps(value, indent=1).encode()


def mutated(data: bytes, mutations: list[Mutation]) -> bytes:
    """Apply mutations; those of JSON do nothing where the bytes are no JSON any more."""
    for mutation in mutations:
        data = mutation(data)
    return data


def mutations(rng: random.Random) -> list[Mutation]:
    """Draw some mutations, mostly of JSON. Each has a generator of its own, so that it can be left out."""
    count = rng.choice((1, 1, 2, 3, 5, 8))
    return [
        _of_bytes(rng.getrandbits(32)) if rng.random() < 0.06 else _of_json(rng.getrandbits(32))
        for _ in range(count)
    ]


def _of_json(seed: int) -> Mutation:
    def mutate(data: bytes) -> bytes:
        rng = random.Random(seed)
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            return data
        if not isinstance(value, dict | list):
            return data
        rng.choice(_EDITS)(rng, value)
        return written(value)

    return mutate


def _of_bytes(seed: int) -> Mutation:
    def mutate(data: bytes) -> bytes:
        rng = random.Random(seed)
        start, end = sorted(rng.choices(range(len(data) + 1), k=2))
        junk = rng.choice(
            (rng.randbytes(3), b"\0", b"\xff\xfe", b"\r\n", b"<<<<<<< HEAD\n", b"[" * 2000, b'"', b"{")
        )
        return rng.choice(
            (
                data[:start],
                data[:start] + junk + data[start:],
                data[:start] + data[end:] if end - start < 50 else data[:start] + junk + data[start + 3 :],
                data[:end] + data[start:],
                b"\xef\xbb\xbf" + data,
                data.replace(b"\n", b"\r\n"),
                data.decode("utf-8", "replace").encode("utf-16"),
            )
        )

    return mutate


def _places(value: Json, path: Path = ()) -> list[Path]:
    found = [path]
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        found += _places(each, (*path, key))
    return found


def _holder(rng: random.Random, value: Json) -> tuple[Json, Any]:
    """Draw a place: what holds it, and its key or index."""
    places = _places(value)[1:]
    if not places:
        return [value], 0
    # Near the top there are few places, but what they hold matters most.
    deepest = max(map(len, places))
    depth = max(rng.randint(1, deepest), rng.randint(1, deepest))
    path = rng.choice([each for each in places if len(each) <= depth])
    for key in path[:-1]:
        value = value[key]
    return value, path[-1]


def _replace(rng: random.Random, value: Json) -> None:
    holder, key = _holder(rng, value)
    holder[key] = copy.deepcopy(rng.choice(ODD))


def _drop(rng: random.Random, value: Json) -> None:
    holder, key = _holder(rng, value)
    del holder[key]


def _double(rng: random.Random, value: Json) -> None:
    holder, key = _holder(rng, value)
    if isinstance(holder, list):
        holder.insert(rng.randint(0, len(holder)), copy.deepcopy(holder[key]))
    else:
        holder[rng.choice(("x", "id", "source", "data", "metadata", "text", "\u202e"))] = copy.deepcopy(
            holder[key]
        )


def _swap(rng: random.Random, value: Json) -> None:
    (one, key), (other, other_key) = _holder(rng, value), _holder(rng, value)
    here, there = copy.deepcopy(one[key]), copy.deepcopy(other[other_key])
    other[other_key] = here
    if other is not one or type(key) is type(other_key):
        one[key] = there


def _rename(rng: random.Random, value: Json) -> None:
    holder, key = _holder(rng, value)
    if isinstance(holder, dict):
        new = rng.choice(
            (
                "",
                "text/plain",
                "image/png",
                "text/html",
                "\ud800",
                "é",
                "application/json",
                "a/b/c",
                "x" * 300,
            )
        )
        holder[new] = holder.pop(key)


def _wrap(rng: random.Random, value: Json) -> None:
    holder, key = _holder(rng, value)
    for _ in range(rng.choice((1, 1, 2, 30, 150))):
        holder[key] = rng.choice(([holder[key]], {"a": holder[key]}))


def _text(rng: random.Random, value: Json) -> None:
    """Change a string: cut it, double it, put something odd into it, split it into lines or join them."""
    holder, key = _holder(rng, value)
    text = holder[key]
    if isinstance(text, list) and all(isinstance(each, str) for each in text):
        holder[key] = "".join(text)
    elif isinstance(text, str):
        at = rng.randint(0, len(text))
        odd = rng.choice([each for each in ODD if isinstance(each, str)])
        holder[key] = rng.choice(
            (
                text[:at],
                text[at:] + text[:at],
                text * 3,
                text[:at] + odd + text[at:],
                list(text),
                text.splitlines(True),
            )
        )


def _shuffle(rng: random.Random, value: Json) -> None:
    lists = [
        holder[key]
        for holder, key in (_holder(rng, value) for _ in range(8))
        if isinstance(holder[key], list)
    ]
    for each in lists[:1]:
        rng.shuffle(each)


_EDITS: tuple[Callable[[random.Random, Json], None], ...] = (
    *(_replace, _replace, _replace, _drop, _drop, _double, _swap, _rename, _wrap, _text, _text, _shuffle),
)
