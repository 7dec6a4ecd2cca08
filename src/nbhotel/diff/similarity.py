"""How alike two cells' sources are, and which cells are worth asking about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

from nbhotel.notebook.model import Cell

#: Signs stand in all code, so they don't count.
_WORD = re.compile(r"\w+")
#: Of long sources, this many characters from the start and from the end are looked at.
_LOOKED_AT = 8_000
#: A word that more cells have than this says nothing on which two belong together.
_COMMON_WORD = 8
#: A cell asks this many others, those that share most rare words with it.
_VOTES = 5


class Profile:
    """A cell's words, counted once."""

    __slots__ = ("kind", "total", "words")

    def __init__(self, cell: Cell) -> None:
        source = cell.source
        if len(source) > 2 * _LOOKED_AT:
            source = source[:_LOOKED_AT] + source[-_LOOKED_AT:]
        self.kind = cell.kind
        self.words = Counter(_WORD.findall(source) if source.isascii() else _words()(source))
        self.total = sum(self.words.values())


@cache
def _words() -> Callable[[str], list[str]]:
    """Chinese and Japanese have no blanks between words. Compiled when needed, as that takes 2 ms."""
    return re.compile(r"[\u3040-\u9fff]|[^\W\u3040-\u9fff]+").findall


def similarity(a: Profile, b: Profile) -> float:
    """Return 0 (nothing in common) to 1 (the same words): Sørensen and Dice's coefficient of the words.

    Cells of another kind are somewhat less alike, so that a cell of the same kind is preferred.
    """
    if not a.total or not b.total:
        return 0.0
    few, many = (a.words, b.words) if len(a.words) <= len(b.words) else (b.words, a.words)
    shared = sum(min(count, many[word]) for word, count in few.items() if word in many)
    alike = 2 * shared / (a.total + b.total)
    return alike if a.kind == b.kind else alike * 0.8


def candidates(old: dict[int, Profile], new: dict[int, Profile]) -> Iterator[tuple[int, int]]:
    """Yield pairs that share rare words, without looking at all pairs; linear in the number of words."""
    rare = _rare_words(old.values()) & _rare_words(new.values())
    having: dict[str, list[int]] = {}
    for j, profile in new.items():
        for word in profile.words.keys() & rare:
            having.setdefault(word, []).append(j)
    for i, profile in old.items():
        votes = Counter(j for word in profile.words.keys() & rare for j in having[word])
        for j, _ in sorted(votes.items(), key=lambda vote: (-vote[1], vote[0]))[:_VOTES]:
            yield i, j


def _rare_words(profiles: Iterable[Profile]) -> set[str]:
    counts: Counter[str] = Counter()
    for profile in profiles:
        counts.update(profile.words.keys())
    return {word for word, count in counts.items() if count <= _COMMON_WORD}


def best_in_order(scores: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """Choose pairs (i, j), both rising, with the highest sum of scores; a score of 0 never pairs.

    Time and memory are the product of the sides (Needleman and Wunsch's dynamic programme).
    """
    n, m = len(scores), len(scores[0]) if scores else 0
    best = [[0.0] * (m + 1) for _ in range(n + 1)]
    for i in range(n - 1, -1, -1):
        row, below, score = best[i], best[i + 1], scores[i]
        for j in range(m - 1, -1, -1):
            paired = score[j] + below[j + 1] if score[j] else 0.0
            row[j] = max(paired, below[j], row[j + 1])
    return _choose(scores, best, n, m)


def _choose(
    scores: Sequence[Sequence[float]], best: list[list[float]], n: int, m: int
) -> list[tuple[int, int]]:
    pairs, i, j = [], 0, 0
    while i < n and j < m:
        if scores[i][j] and best[i][j] == scores[i][j] + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs
