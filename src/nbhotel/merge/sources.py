"""The sources of a cell's three sides to one, and what both sides changed in them."""

from __future__ import annotations

from collections.abc import Sequence

from nbhotel.merge.breaks import is_break
from nbhotel.merge.markers import block, written
from nbhotel.merge.textmerge import Agreed, Hunk, Lines, Piece, lines_of, merge_three, merge_two, settle
from nbhotel.merge.values import Labels, Policy
from nbhotel.records import NamedTuple


class SourceMerge(NamedTuple):
    """The merged source; the hunks that a person decides about, and those that the policy settled."""

    text: str
    hunks: tuple[Hunk, ...] = ()
    settled: tuple[Hunk, ...] = ()


def merge_sources(base: str | None, local: str, remote: str) -> list[Piece]:
    """Merge three texts, or two if there is no base. Borders of parts vanish where the sides disagree."""
    return [_without_breaks(piece) for piece in _pieces(base, local, remote)]


def _pieces(base: str | None, local: str, remote: str) -> list[Piece]:
    if local in {remote, base}:
        return [Agreed(lines_of(remote))]
    if remote == base:
        return [Agreed(lines_of(local))]
    if base is None:
        return merge_two(lines_of(local), lines_of(remote))
    return merge_three(lines_of(base), lines_of(local), lines_of(remote), gentle=_is_border)


def settled(pieces: Sequence[Piece], policy: Policy, labels: Labels) -> SourceMerge:
    """Write merged pieces as the policy has it."""
    hunks = tuple(piece for piece in pieces if isinstance(piece, Hunk))
    if policy.sources == "markers":
        return SourceMerge("\n".join(written(pieces, labels, policy.style)), hunks)
    lines: list[str] = []
    for piece in pieces:
        lines += piece.lines if isinstance(piece, Agreed) else _chosen(piece, policy)
    return SourceMerge("\n".join(lines), (), hunks)


def whole(base: str | None, local: str | None, remote: str | None, policy: Policy, labels: Labels) -> str:
    """Put a cell's sources side by side between markers, even if they are equal; None is no cell."""
    sides = [() if text is None else lines_of(text) for text in (base, local, remote)]
    return "\n".join(block(Hunk(*sides), labels, with_base=policy.style != "merge" and base is not None))


def _without_breaks(piece: Piece) -> Piece:
    if isinstance(piece, Agreed):
        return piece
    if _is_border(piece.local, piece.remote):  # both sides changed this border, and no line
        return Agreed(piece.local)
    base, local, remote = (tuple(line for line in side if not is_break(line)) for side in piece)
    return settle(base, local, remote)


def _is_border(old: Lines, new: Lines) -> bool:
    """Whether nothing but borders of parts, and blank lines around them, changed here."""
    return any(map(is_break, old + new)) and all(is_break(line) or not line.strip() for line in old + new)


def _chosen(hunk: Hunk, policy: Policy) -> Lines:
    if policy.sources == "union":
        return hunk.local + hunk.remote
    return {"base": hunk.base, "local": hunk.local, "remote": hunk.remote}[policy.sources]
