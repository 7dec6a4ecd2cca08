"""Which cell of the new notebook is which cell of the old one.

In this order, each step on what the steps before left over: ids where they tell the truth; sources that occur
once on both sides; equal sources in order, within the gaps between the cells matched so far; similar cells
within gaps; similar cells anywhere (moved and changed). Ids that were regenerated, doubled or are missing
cost nothing: the other steps do without them.

Worst case: all pairs of a gap are compared up to `_ALL_PAIRS`; in larger gaps pairs that share rare words are
asked first, then what is left is cut into pieces of `_PIECE` cells. So the number of comparisons is linear in
the number of cells, and everything else is linear or n log n.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from nbhotel.diff.sequence import common, rising
from nbhotel.diff.similarity import Profile, best_in_order, candidates, similarity
from nbhotel.notebook.model import Cell

#: A gap is compared pair by pair if it has no more pairs than this; else it is cut, and each piece is.
_ALL_PAIRS = 400
_PIECE = 12
#: How alike cells must be: in order within a gap; anywhere; with the same id, if ids seem to tell the truth.
_ALIKE, _ALIKE_ELSEWHERE, _ALIKE_BY_ID = 0.45, 0.65, 0.1
#: A source that is shorter is not said to have moved: it may as well be another one like it.
_WORTH_MOVING = 8
#: Ids that a tool counts ("3", "cell-12") fall on other cells when one is inserted: they are never asked.
_COUNTED = re.compile(r"[A-Za-z_-]*\d{1,5}")

Key = tuple[str, str]


def match_cells(old: Sequence[Cell], new: Sequence[Cell], *, sure: int = 0) -> dict[int, int]:
    """Return old index -> new index of the cells that are the same cell, changed or not.

    `sure` is how many cells were left out whose ids told the truth. Swapping the sides mirrors the result.
    """
    a, b = [_key(cell) for cell in old], [_key(cell) for cell in new]
    if (len(b), b) < (len(a), a):
        return dict(sorted((i, j) for j, i in _Matcher(new, old, b, a).run(sure).items()))
    return dict(sorted(_Matcher(old, new, a, b).run(sure).items()))


def in_order(pairs: dict[int, int]) -> set[int]:
    """Return the old indexes of the matched cells that kept their order; the others have moved."""
    return {i for i, _ in rising(sorted(pairs.items()))}


def _key(cell: Cell) -> Key:
    return (cell.kind, cell.source)


class _Matcher:
    """The state of one matching: pairs found so far, and who is left."""

    def __init__(self, old: Sequence[Cell], new: Sequence[Cell], a: list[Key], b: list[Key]) -> None:
        self.old, self.new, self.a, self.b = old, new, a, b
        self.pairs: dict[int, int] = {}
        self.taken: set[int] = set()
        self.sure: set[int] = set()  # old indexes matched by id
        self._old_profiles: dict[int, Profile] = {}
        self._new_profiles: dict[int, Profile] = {}

    def run(self, sure: int) -> dict[int, int]:
        if self.a == self.b and _ids(self.old) == _ids(self.new):
            return {i: i for i in range(len(self.a))}
        self._by_id(sure)
        self._unique()
        self._forget_trivial_moves()
        for gap in self._gaps():
            self._equal_in(*gap)
        large = [gap for gap in self._gaps() if _is_large(*gap)]
        for gap in large:
            self._best_candidates(*gap, _ALIKE)
        for gap in self._gaps():
            self._similar_in(*gap)
        if len(large) != 1 or self.pairs:  # else all have been asked already, wherever they stand
            self._similar_anywhere()
        return self.pairs

    def _pair(self, i: int, j: int) -> None:
        self.pairs[i] = j
        self.taken.add(j)

    def _free_old(self) -> list[int]:
        return [i for i in range(len(self.a)) if i not in self.pairs]

    def _free_new(self) -> list[int]:
        return [j for j in range(len(self.b)) if j not in self.taken]

    def _by_id(self, sure: int) -> None:
        """Pair cells of one id: first those whose source agrees, then the others if ids can be trusted."""
        pairs = [(i, j) for i, j in _same_id(self.old, self.new)]
        for i, j in pairs:
            if self.a[i] == self.b[j]:
                self._pair(i, j)
                self.sure.add(i)
        partners = dict(_once_on_both(self.a, self.b, range(len(self.a)), range(len(self.b))))
        claimed = set(partners.values())
        lies = sum(partners.get(i, j) != j for i, j in pairs)
        trusted = sure + len(self.sure) >= lies
        for i, j in pairs:
            if i in self.pairs or j in self.taken or not trusted:
                continue
            if self._id_tells_truth(i, j, elsewhere=i in partners or j in claimed):
                self._pair(i, j)
                self.sure.add(i)

    def _id_tells_truth(self, i: int, j: int, *, elsewhere: bool) -> bool:
        """Whether two cells of one id are one cell, though an equal source stands `elsewhere`.

        Who copies a cell and edits the first one leaves an equal source elsewhere.
        """
        if _COUNTED.fullmatch(self.old[i].id or ""):
            return False
        if elsewhere:
            return self._alike(i, j) >= _ALIKE
        return self.a[i][0] == self.b[j][0] or self._alike(i, j) >= _ALIKE_BY_ID

    def _unique(self) -> None:
        """Pair sources that occur once on both sides, wherever they stand; then of whatever kind."""
        free_old, free_new = self._free_old(), self._free_new()
        for i, j in _once_on_both(self.a, self.b, free_old, free_new):
            self._pair(i, j)
        free_old, free_new = self._free_old(), self._free_new()
        sources = [("", source) for _, source in self.a], [("", source) for _, source in self.b]
        for i, j in _once_on_both(*sources, free_old, free_new):
            if len(self.a[i][1]) >= _WORTH_MOVING:
                self._pair(i, j)

    def _forget_trivial_moves(self) -> None:
        kept = in_order(self.pairs)
        for i in [i for i in self.pairs if i not in kept and i not in self.sure]:
            if len(self.a[i][1].strip()) < _WORTH_MOVING:
                self.taken.discard(self.pairs.pop(i))

    def _gaps(self) -> Iterator[tuple[list[int], list[int]]]:
        """Yield the free cells of both sides between two neighbours that kept their order."""
        anchors = rising(sorted(self.pairs.items()))
        start_i = start_j = 0
        for i, j in (*anchors, (len(self.a), len(self.b))):
            between = i > start_i and j > start_j  # most often there is nothing
            olds = [k for k in range(start_i, i) if k not in self.pairs] if between else []
            news = [k for k in range(start_j, j) if k not in self.taken] if between else []
            start_i, start_j = i + 1, j + 1
            if olds and news:
                yield olds, news

    def _equal_in(self, olds: list[int], news: list[int]) -> None:
        for x, y in common([self.a[i] for i in olds], [self.b[j] for j in news]):
            self._pair(olds[x], news[y])

    def _similar_in(self, olds: list[int], news: list[int]) -> None:
        for some_old, some_new in _pieces(olds, news):
            scores = [[self._score(i, j) for j in some_new] for i in some_old]
            for x, y in best_in_order(scores):
                self._pair(some_old[x], some_new[y])

    def _score(self, i: int, j: int) -> float:
        alike = self._alike(i, j)
        return alike if alike >= _ALIKE else 0.0

    def _similar_anywhere(self) -> None:
        worth: Callable[[Key], bool] = lambda key: len(key[1].strip()) >= 4 * _WORTH_MOVING  # noqa: E731
        olds = [i for i in self._free_old() if worth(self.a[i])]
        news = [j for j in self._free_new() if worth(self.b[j])]
        if olds and news:
            self._best_candidates(olds, news, _ALIKE_ELSEWHERE)

    def _best_candidates(self, olds: list[int], news: list[int], enough: float) -> None:
        proposed = candidates({i: self._old(i) for i in olds}, {j: self._new(j) for j in news})
        scored = sorted((-self._alike(i, j), i, j) for i, j in proposed)
        for alike, i, j in scored:
            if -alike >= enough and i not in self.pairs and j not in self.taken:
                self._pair(i, j)

    def _alike(self, i: int, j: int) -> float:
        return similarity(self._old(i), self._new(j))

    def _old(self, i: int) -> Profile:
        if i not in self._old_profiles:
            self._old_profiles[i] = Profile(self.old[i])
        return self._old_profiles[i]

    def _new(self, j: int) -> Profile:
        if j not in self._new_profiles:
            self._new_profiles[j] = Profile(self.new[j])
        return self._new_profiles[j]


def _is_large(olds: list[int], news: list[int]) -> bool:
    return len(olds) * len(news) > _ALL_PAIRS


def _pieces(olds: list[int], news: list[int]) -> Iterator[tuple[list[int], list[int]]]:
    """Cut a gap that is too large to compare all its pairs, both sides in proportion."""
    count = max(len(olds), len(news)) // _PIECE + 1 if _is_large(olds, news) else 1
    for k in range(count):
        part = [side[len(side) * k // count : len(side) * (k + 1) // count] for side in (olds, news)]
        if part[0] and part[1]:
            yield part[0], part[1]


def _ids(cells: Sequence[Cell]) -> list[str | None]:
    return [cell.id for cell in cells]


def _same_id(old: Sequence[Cell], new: Sequence[Cell]) -> Iterator[tuple[int, int]]:
    counts_old, counts_new = Counter(_ids(old)), Counter(_ids(new))
    place = {cell.id: j for j, cell in enumerate(new) if counts_new[cell.id] == 1}
    for i, cell in enumerate(old):
        if cell.id is not None and counts_old[cell.id] == 1 and cell.id in place:
            yield i, place[cell.id]


def _once_on_both(
    a: Sequence[Key], b: Sequence[Key], olds: Sequence[int], news: Sequence[int]
) -> list[tuple[int, int]]:
    in_a, in_b = Counter(a[i] for i in olds), Counter(b[j] for j in news)
    place = {b[j]: j for j in news if in_b[b[j]] == 1}
    return [(i, place[a[i]]) for i in olds if in_a[a[i]] == 1 and a[i] in place]
