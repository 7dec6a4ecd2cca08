"""Ops between sequences: they cover both, are valid, small, mirrored, and quick in the worst cases."""

from __future__ import annotations

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbhotel.diff.sequence import common, ops, rising

few = st.lists(st.sampled_from("abcde"), max_size=40)
many = st.lists(st.integers(0, 1000), max_size=40)
edited = st.one_of(st.tuples(few, few), st.tuples(many, many))


def mirror(tag: str) -> str:
    return {"insert": "delete", "delete": "insert"}.get(tag, tag)


@given(edited)
def test_ops_cover_both_sequences_in_order(sides):
    a, b = sides
    i = j = 0
    for op in ops(a, b):
        assert (op.i1, op.j1) == (i, j)
        i, j = op.i2, op.j2
    assert (i, j) == (len(a), len(b))


@given(edited)
def test_each_op_is_what_it_says(sides):
    a, b = sides
    for op in ops(a, b):
        old, new = a[op.i1 : op.i2], b[op.j1 : op.j2]
        assert {
            "equal": old == new and bool(old),
            "insert": not old and bool(new),
            "delete": bool(old) and not new,
            "replace": bool(old) and bool(new),
        }[op.tag]


@given(edited)
def test_equal_ops_and_changes_take_turns(sides):
    assert all((x.tag == "equal") != (y.tag == "equal") for x, y in pairwise(ops(*sides)))


@given(edited)
def test_a_swap_gives_the_mirrored_ops(sides):
    a, b = sides
    mirrored = [(mirror(tag), j1, j2, i1, i2) for tag, i1, i2, j1, j2 in ops(b, a)]
    assert [tuple(op) for op in ops(a, b)] == mirrored


@given(st.lists(st.integers()))
def test_equal_sequences_have_one_op(items):
    assert [op.tag for op in ops(items, list(items))] == (["equal"] if items else [])


def longest(a: list[str], b: list[str]) -> int:
    """The length of the longest common subsequence, by the textbook."""
    row = [0] * (len(b) + 1)
    for x in a:
        diagonal = 0
        for j, y in enumerate(b, start=1):
            diagonal, row[j] = row[j], diagonal + 1 if x == y else max(row[j], row[j - 1])
    return row[-1]


def test_little_in_common_is_missed_where_items_repeat():
    """Anchors and trimmed ends may cost an item; over many sequences of few letters it is very little."""
    rng = random.Random(0)
    found = best = 0
    for _ in range(400):
        a, b = ([rng.choice("abcde") for _ in range(rng.randint(0, 30))] for _ in range(2))
        found, best = found + len(common(a, b)), best + longest(a, b)
    assert best > 2000
    assert found >= 0.9 * best


@given(st.lists(st.integers(0, 30), unique=True), st.randoms(use_true_random=False))
def test_rising_is_a_longest_rising_run(items, rng):
    shuffled = list(items)
    rng.shuffle(shuffled)
    pairs = list(enumerate(shuffled))
    run = rising(pairs)
    assert all(x[0] < y[0] and x[1] < y[1] for x, y in pairwise(run))
    assert set(run) <= set(pairs)
    assert len(run) == longest([str(j) for j in shuffled], [str(j) for j in sorted(shuffled)])


def test_sides_without_anything_in_common():
    assert ops([], []) == ()
    assert [tuple(op) for op in ops("ab", "xyz")] == [("replace", 0, 2, 0, 3)]
    assert [tuple(op) for op in ops("", "xyz")] == [("insert", 0, 0, 0, 3)]
    assert [tuple(op) for op in ops("ab", "")] == [("delete", 0, 2, 0, 0)]


def shapes(count: int) -> dict[str, tuple[list[str], list[str]]]:
    """What has driven other tools into quadratic time."""
    rng = random.Random(0)
    numbers = [str(k) for k in range(count)]
    few = [rng.choice("abcdefgh") for _ in range(count)]
    shuffled = rng.sample(numbers, count)
    return {
        "reversed": (numbers, numbers[::-1]),
        "shuffled": (numbers, shuffled),
        "nothing in common": (numbers, ["-" + k for k in numbers]),
        "two letters against two letters": (rng.choices("ab", k=count), rng.choices("ab", k=count)),
        "few letters, shuffled": (few, rng.sample(few, count)),
        "all the same, other length": (["x"] * count, ["x"] * (count // 2)),
        "every other one changed": (numbers, [k if int(k) % 2 else "+" + k for k in numbers]),
        "each line twice": (numbers + numbers, shuffled + numbers),
        "a block moved": (numbers, numbers[count // 2 :] + numbers[: count // 2]),
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", shapes(1))
def test_time_grows_nearly_linearly(name):
    """Not a timing in seconds: twenty times the items may take no more than sixty times as long."""

    def seconds(count: int) -> float:
        a, b = shapes(count)[name]
        return min(timed(a, b) for _ in range(3))

    def timed(a: list[str], b: list[str]) -> float:
        began = time.process_time()
        ops(a, b)
        return time.process_time() - began

    assert seconds(20_000) < 60 * max(seconds(1_000), 0.001)
