"""The longest sensible common subsequence of two sequences, in near-linear time.

Three steps, each on what the one before left over: trim what is common at both ends; split at items that
occur once on both sides (patience diff, https://bramcohen.livejournal.com/73318.html); within the gaps, the
greedy algorithm of Myers (https://doi.org/10.1007/BF01840446) as far as a budget goes, then the k-th
occurrence of an item with the k-th. Worst case: O(n log n) for the anchors plus, in each gap of g items, O(g)
for Myers, whose number of edits is held to about the root of g.

The result is the same, mirrored, when the two sequences change places.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import pairwise
from math import isqrt

from nbhotel.diff.values import Op

Pair = tuple[int, int]


def ops(old: Sequence[Hashable], new: Sequence[Hashable]) -> tuple[Op, ...]:
    """Return the ops that lead from `old` to `new`; they cover both wholly, in order."""
    return ops_of_pairs(common(old, new), len(old), len(new))


def common(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Pair]:
    """Return the pairs (i, j), both rising, of items that stay."""
    if _comes_first(new, old):
        return [(i, j) for j, i in _common(new, old)]
    return _common(old, new)


def ops_of_pairs(pairs: Iterable[Pair], n: int, m: int) -> tuple[Op, ...]:
    """Turn rising pairs into ops over sequences of lengths `n` and `m`."""
    result: list[Op] = []
    i = j = start_i = start_j = 0  # an equal run is under way since start
    for pi, pj in (*pairs, (n, m)):
        if (pi, pj) != (i, j) or pi == n or pj == m:
            if i > start_i:
                result.append(Op("equal", start_i, i, start_j, j))
            if pi > i or pj > j:
                tag = "replace" if pi > i and pj > j else "delete" if pi > i else "insert"
                result.append(Op(tag, i, pi, j, pj))  # type: ignore[arg-type]
            start_i, start_j = pi, pj
        i, j = pi + 1, pj + 1
    return tuple(result)


def rising(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the longest run of pairs (given sorted by i, all j different) whose j rises too."""
    if all(x[1] < y[1] for x, y in pairwise(pairs)):
        return list(pairs)
    tails: list[int] = []  # tails[k]: the smallest j that ends a rising run of k + 1 pairs
    ends: list[int] = []  # the index of that pair
    before: list[int] = []  # for each pair, the index of its predecessor in its best run
    for index, (_, j) in enumerate(pairs):
        k = bisect_left(tails, j)
        before.append(ends[k - 1] if k else -1)
        tails[k : k + 1] = [j]
        ends[k : k + 1] = [index]
    run: list[Pair] = []
    index = ends[-1] if ends else -1
    while index >= 0:
        run.append(pairs[index])
        index = before[index]
    return run[::-1]


def _comes_first(a: Sequence[Hashable], b: Sequence[Hashable]) -> bool:
    """An order between two sequences, whatever their items are, so that a swap gives the mirrored result."""
    if len(a) != len(b):
        return len(a) < len(b)
    for x, y in zip(a, b, strict=True):
        if x != y:
            return _less(x, y)
    return False


def _less(x: Hashable, y: Hashable) -> bool:
    try:
        return bool(x < y)  # type: ignore[operator]
    except TypeError:  # tuples of different make
        return repr(x) < repr(y)


def _common(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[Pair]:
    pairs: list[Pair] = []
    todo = [(0, len(a), 0, len(b))]
    while todo:
        i1, i2, j1, j2 = todo.pop()
        first, last = _trimmed(a, b, i1, i2, j1, j2)
        pairs += zip(range(i1, i1 + first), range(j1, j1 + first), strict=True)
        pairs += zip(range(i2 - last, i2), range(j2 - last, j2), strict=True)
        i1, i2, j1, j2 = i1 + first, i2 - last, j1 + first, j2 - last
        if i1 == i2 or j1 == j2:
            continue
        anchors = _anchors(a, b, i1, i2, j1, j2)
        if not anchors:
            pairs += _gap(a, b, i1, i2, j1, j2)
            continue
        pairs += anchors
        for i, j in (*anchors, (i2, j2)):
            if i - i1 == 1 and j - j1 == 1:  # most often: one line was edited
                pairs += [(i1, j1)] if a[i1] == b[j1] else []
            elif i > i1 and j > j1:
                todo.append((i1, i, j1, j))
            i1, j1 = i + 1, j + 1
    pairs.sort()
    return pairs


def _trimmed(
    a: Sequence[Hashable], b: Sequence[Hashable], i1: int, i2: int, j1: int, j2: int
) -> tuple[int, int]:
    """How many items agree at the start, and how many of the others at the end."""
    most = min(i2 - i1, j2 - j1)
    first = _length(most, lambda n, m: a[i1 + n : i1 + m] == b[j1 + n : j1 + m])
    last = _length(most - first, lambda n, m: a[i2 - m : i2 - n] == b[j2 - m : j2 - n])
    return first, last


def _length(most: int, agree: Callable[[int, int], bool]) -> int:
    """The length of a run, of which `agree(n, m)` compares items n to m: in C, since they are slices."""
    found, step = 0, 1
    while found < most:
        end = min(found + step, most)
        if agree(found, end):
            found, step = end, 2 * step
        elif end == found + 1:
            break
        else:
            step = max(1, step // 8)
    return found


def _anchors(a: Sequence[Hashable], b: Sequence[Hashable], i1: int, i2: int, j1: int, j2: int) -> list[Pair]:
    in_a, in_b = Counter(a[i1:i2]), Counter(b[j1:j2])
    place = {b[j]: j for j in range(j1, j2) if in_b[b[j]] == 1 and in_a[b[j]] == 1}
    return rising([(i, place[a[i]]) for i in range(i1, i2) if a[i] in place])


def _gap(a: Sequence[Hashable], b: Sequence[Hashable], i1: int, i2: int, j1: int, j2: int) -> list[Pair]:
    """Match what has no unique item: only items that are on both sides take part."""
    shared = set(a[i1:i2]) & set(b[j1:j2])
    if not shared:
        return []
    left = [i for i in range(i1, i2) if a[i] in shared]
    right = [j for j in range(j1, j2) if b[j] in shared]
    kept = _myers([a[i] for i in left], [b[j] for j in right])
    return [(left[x], right[y]) for x, y in kept]


def _myers(a: list[Hashable], b: list[Hashable]) -> list[Pair]:
    n, m = len(a), len(b)
    limit = min(n + m, isqrt(20 * (n + m) + 2500))
    reach = {1: 0}  # diagonal -> furthest x
    trace: list[dict[int, int]] = []
    for edits in range(limit + 1):
        trace.append(dict(reach))
        for k in range(-edits, edits + 1, 2):
            down = k == -edits or (k != edits and reach.get(k - 1, -1) < reach.get(k + 1, -1))
            x = reach[k + 1] if down else reach[k - 1] + 1
            while x < n and x - k < m and a[x] == b[x - k]:
                x += 1
            reach[k] = x
            if x >= n and x - k >= m:
                return _backtrack(trace, n, m)
    return _by_occurrence(a, b)


def _backtrack(trace: list[dict[int, int]], x: int, y: int) -> list[Pair]:
    pairs: list[Pair] = []
    for edits in range(len(trace) - 1, -1, -1):
        reach, k = trace[edits], x - y
        down = k == -edits or (k != edits and reach.get(k - 1, -1) < reach.get(k + 1, -1))
        before = k + 1 if down else k - 1
        start_x = reach[before]
        start_y = start_x - before
        first_x = start_x if down else start_x + 1
        while x > first_x and y > 0 and x > 0:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        x, y = start_x, start_y
    return pairs[::-1]


def _by_occurrence(a: list[Hashable], b: list[Hashable]) -> list[Pair]:
    places: dict[Hashable, list[int]] = {}
    for j in range(len(b) - 1, -1, -1):
        places.setdefault(b[j], []).append(j)
    return rising([(i, places[item].pop()) for i, item in enumerate(a) if places.get(item)])
