"""Attached files by name. Nobody can put markers into an image: if both sides changed one, both are kept."""

from __future__ import annotations

from collections.abc import Sequence

from nbhotel.merge.textmerge import Agreed, Hunk, Lines, Piece
from nbhotel.merge.values import Policy
from nbhotel.notebook.equality import same
from nbhotel.notebook.model import Json
from nbhotel.records import NamedTuple

_ABSENT = object()


class AttachmentsMerge(NamedTuple):
    """The merged attachments.

    `doubled`: name -> the name under which remote's version is kept besides local's. `chosen`: name -> the
    side whose version was kept, where the policy or the rule that nothing gets lost decided.
    """

    value: dict[str, Json]
    doubled: dict[str, str]
    chosen: dict[str, str]


def merge_attachments(
    base: dict[str, Json], local: dict[str, Json], remote: dict[str, Json], policy: Policy
) -> AttachmentsMerge:
    """Merge the attachments of three cells."""
    value: dict[str, Json] = {}
    doubled: dict[str, str] = {}
    chosen: dict[str, str] = {}
    for name in dict.fromkeys((*local, *remote)):
        sides = {"base": base.get(name, _ABSENT), "local": local.get(name, _ABSENT)}
        sides["remote"] = remote.get(name, _ABSENT)
        side = _winner(sides)
        if side:
            value[name] = sides[side]
        elif policy.sources in {"local", "remote", "base"}:
            chosen[name] = policy.sources
            value[name] = sides[policy.sources]
        elif _ABSENT in (sides["local"], sides["remote"]):  # deleted by one side, changed by the other
            chosen[name] = "remote" if sides["local"] is _ABSENT else "local"
            value[name] = sides[chosen[name]]
        else:
            doubled[name] = _other_name(name, {*base, *local, *remote, *doubled.values()})
            value |= {name: sides["local"], doubled[name]: sides["remote"]}
    return AttachmentsMerge({k: each for k, each in value.items() if each is not _ABSENT}, doubled, chosen)


def show_both(pieces: Sequence[Piece], doubled: dict[str, str]) -> list[Piece]:
    """Make each line that shows a doubled attachment a hunk that shows both; or add one that does."""
    result = list(pieces)
    for name, other in doubled.items():
        result = _show(result, f"attachment:{name}", f"attachment:{other}", name)
    return result


def _winner(sides: dict[str, Json]) -> str:
    """The side that needs no question; "" if there is none."""
    if _equal(sides["local"], sides["remote"]) or _equal(sides["remote"], sides["base"]):
        return "local"
    return "remote" if _equal(sides["local"], sides["base"]) else ""


def _equal(a: Json, b: Json) -> bool:
    return a is b or (a is not _ABSENT and b is not _ABSENT and same(a, b))


def _other_name(name: str, taken: set[str]) -> str:
    stem, dot, suffix = name.rpartition(".")
    if not stem:
        stem, dot, suffix = name, "", ""
    candidate, number = f"{stem}-remote{dot}{suffix}", 2
    while candidate in taken:
        candidate, number = f"{stem}-remote{number}{dot}{suffix}", number + 1
    return candidate


def _show(pieces: Sequence[Piece], reference: str, other: str, name: str) -> list[Piece]:
    result: list[Piece] = []
    shown = False
    for piece in pieces:
        if isinstance(piece, Hunk):
            shown = shown or any(reference in line for line in piece.remote)
            result.append(piece._replace(remote=_renamed(piece.remote, reference, other)))
            continue
        for line in piece.lines:
            if reference in line:
                shown = True
                result.append(Hunk((line,), (line,), _renamed((line,), reference, other)))
            else:
                result.append(Agreed((line,)))
    if not shown:
        result.append(Hunk((), (f"![{name}]({reference})",), (f"![{name}]({other})",)))
    return result


def _renamed(lines: Lines, reference: str, other: str) -> Lines:
    return tuple(line.replace(reference, other) for line in lines)
