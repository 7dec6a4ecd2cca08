"""Three texts, as lines, to one: diff3 (Khanna, Kunal, Pierce: A Formal Investigation of Diff3, 2007).

Regions that one side changed are taken from it; regions that both changed alike are taken once; where
changes overlap or touch, both sides stand in a hunk. Touching ones conflict as in git: nobody has seen the
two changes together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from nbhotel.diff.sequence import ops
from nbhotel.records import NamedTuple

Lines: TypeAlias = tuple[str, ...]

#: Hunks with no more common lines between them are one hunk, as in git's xmerge: easier to read.
_CLOSE = 3


class Agreed(NamedTuple):
    """Lines that nobody has to decide about."""

    lines: Lines


class Hunk(NamedTuple):
    """Lines that the sides disagree on."""

    base: Lines
    local: Lines
    remote: Lines


Piece: TypeAlias = Agreed | Hunk


class _Change(NamedTuple):
    """`base[i1:i2]` became `side[j1:j2]`; a gentle change may touch others without a conflict."""

    i1: int
    i2: int
    j1: int
    j2: int
    gentle: bool


def _never(_old: Lines, _new: Lines) -> bool:
    return False


def lines_of(text: str) -> Lines:
    """Split a text at line feeds; joining the lines with them gives it back."""
    return tuple(text.split("\n"))


def merge_three(
    base: Lines, local: Lines, remote: Lines, gentle: Callable[[Lines, Lines], bool] = _never
) -> list[Piece]:
    """Merge line by line. `gentle` tells of old and new lines whether this change may touch another one."""
    pieces: list[Piece] = []
    at = 0
    for mine, theirs in _groups(_changes(base, local, gentle), _changes(base, remote, gentle)):
        low = min(change.i1 for change in mine + theirs)
        high = max(change.i2 for change in mine + theirs)
        ours, others = _span(base, local, mine, low, high), _span(base, remote, theirs, low, high)
        pieces += [Agreed(base[at:low]), settle(base[low:high], ours, others)]
        at = high
    pieces.append(Agreed(base[at:]))
    return _tidy(pieces)


def merge_two(local: Lines, remote: Lines) -> list[Piece]:
    """Merge two texts without a base: common lines once, all others in hunks."""
    pieces: list[Piece] = []
    for op in ops(local, remote):
        here, there = local[op.i1 : op.i2], remote[op.j1 : op.j2]
        pieces.append(Agreed(here) if op.tag == "equal" else Hunk((), here, there))
    return _tidy(pieces)


def narrowed(hunk: Hunk) -> list[Piece]:
    """Take the lines that both sides share out of a hunk; its base goes, since nobody knows its parts."""
    pieces: list[Piece] = []
    for piece in merge_two(hunk.local, hunk.remote):
        pieces.append(piece)
        match pieces[-3:]:
            case [Hunk() as before, Agreed(between), Hunk() as after] if len(between) <= _CLOSE:
                local = before.local + between + after.local
                pieces[-3:] = [Hunk((), local, before.remote + between + after.remote)]
    return pieces


def trimmed(hunk: Hunk) -> list[Piece]:
    """Take the lines that both sides share at its start and end out of a hunk, as git's zdiff3 does."""
    local, remote = hunk.local, hunk.remote
    shorter = min(len(local), len(remote))
    head = next((k for k in range(shorter) if local[k] != remote[k]), shorter)
    rest = shorter - head
    tail = next((k for k in range(rest) if local[-1 - k] != remote[-1 - k]), rest)
    middle = Hunk(hunk.base, local[head : len(local) - tail], remote[head : len(remote) - tail])
    return _tidy([Agreed(local[:head]), middle, Agreed(local[len(local) - tail :])])


def _changes(base: Lines, side: Lines, gentle: Callable[[Lines, Lines], bool]) -> list[_Change]:
    return [
        _Change(op.i1, op.i2, op.j1, op.j2, gentle(base[op.i1 : op.i2], side[op.j1 : op.j2]))
        for op in ops(base, side)
        if op.tag != "equal"
    ]


def _groups(mine: list[_Change], theirs: list[_Change]) -> Iterator[tuple[list[_Change], list[_Change]]]:
    """Yield the changes of both sides that overlap or touch, together; in order."""
    tagged = sorted([(change, 0) for change in mine] + [(change, 1) for change in theirs])
    group: tuple[list[_Change], list[_Change]] = ([], [])
    end, gentle = -1, False  # where the group ends, and whether what ends there is gentle
    for change, side in tagged:
        apart = change.i1 > end or (change.i1 == end and change.gentle != gentle)
        if apart and any(group):
            yield group
            group = ([], [])
        group[side].append(change)
        if change.i2 > end or apart:
            end, gentle = change.i2, change.gentle
        elif change.i2 == end:
            gentle = gentle and change.gentle
    if any(group):
        yield group


def _span(base: Lines, side: Lines, changes: Sequence[_Change], low: int, high: int) -> Lines:
    """Return what the side has for `base[low:high]`."""
    if not changes:
        return base[low:high]
    first, last = changes[0], changes[-1]
    return side[first.j1 - (first.i1 - low) : last.j2 + (high - last.i2)]


def settle(base: Lines, local: Lines, remote: Lines) -> Piece:
    """Return what three versions of a region come to."""
    if local in {remote, base}:
        return Agreed(remote)
    return Agreed(local) if remote == base else Hunk(base, local, remote)


def _tidy(pieces: list[Piece]) -> list[Piece]:
    """Join neighbouring agreed lines and leave out empty pieces."""
    result: list[Piece] = []
    for piece in pieces:
        before = result[-1] if result else None
        if isinstance(piece, Agreed) and isinstance(before, Agreed):
            result[-1] = Agreed(before.lines + piece.lines)
        elif any(piece):
            result.append(piece)
    return result
