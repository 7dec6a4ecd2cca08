"""The version and the ids of a notebook that is made of parts of two: what mixing could make invalid.

Whatever was wrong within one of the two stays as it is: only what mixing them brings is settled here.
Source: https://nbformat.readthedocs.io/en/latest/changelog.html (4.1: attachments, 4.2: JSON of any kind as
output, 4.5: ids).
"""

from __future__ import annotations

from collections.abc import Sequence

from nbhotel.notebook.ids import SINCE_MINOR, fresh_id, is_valid, with_id
from nbhotel.notebook.model import Cell, Json, Notebook, cell_of
from nbhotel.records import NamedTuple

#: From here on the versions of nbformat 4 differ in ids alone.
_SETTLED_MINOR = 4


class Made(NamedTuple):
    """A cell of the mix, and the cells that it comes from: indexes into the two notebooks' cells."""

    raw: dict[str, Json]
    old: int | None
    new: int | None


def version(old: Notebook, new: Notebook, *, is_new: bool, is_mixed: bool) -> tuple[int, int]:
    """Return nbformat's (major, minor): the chosen side's, or for a mix one that both sides' cells obey."""
    one, other = (_version(new), _version(old)) if is_new else (_version(old), _version(new))
    if not is_mixed or one[0] != 4 or other[0] != 4 or min(one[1], other[1]) >= _SETTLED_MINOR:
        return one
    if _has_ids(one) == _has_ids(other):
        return max(one, other)
    return one if _has_ids(one) else (4, _SETTLED_MINOR)


def settled(
    made: Sequence[Made],
    old: Notebook,
    new: Notebook,
    target: tuple[int, int],
    *,
    new_ids: bool,
    is_mixed: bool,
) -> tuple[Cell, ...]:
    """Give the cells their ids for a notebook of version `target`, unique ones; none if it knows no ids.

    Of a cell that stands on both sides it is the new one's if `new_ids`. Where in a mix an old cell and a new
    one have the same, the new one gets another.
    """
    owners = [_owners(each, old, new, new_ids=new_ids) for each in made]
    ids = [_id(each, target) for each in owners]
    are_old = [is_mixed and each[0][1] is old for each in owners]
    olds = {each for each, is_old in zip(ids, are_old, strict=True) if is_old and isinstance(each, str)}
    taken = {each for each in ids if isinstance(each, str)}
    cells = []
    for each, identity, is_old in zip(made, ids, are_old, strict=True):
        is_taken = isinstance(identity, str) and identity in olds and not is_old
        if is_taken or identity is _WANTED:
            fresh = fresh_id(cell_of(each.raw).source, taken)
            taken.add(fresh)
            cells.append(cell_of(with_id(each.raw, fresh)))
        else:
            cells.append(cell_of(_named(each.raw, identity)))
    return tuple(cells)


#: No id, and an id that must be there and has still to be made.
_NONE: Json = object()
_WANTED: Json = object()
#: A cell's JSON and the notebook that it stands in.
_Owner = tuple[dict[str, Json], Notebook]


def _owners(made: Made, old: Notebook, new: Notebook, *, new_ids: bool) -> list[_Owner]:
    """The cells that an id can be taken from, the one whose it should be first."""
    found = [(old.cells[made.old].raw, old)] if made.old is not None else []
    found += [(new.cells[made.new].raw, new)] if made.new is not None else []
    return found[::-1] if new_ids else found


def _id(owners: list[_Owner], target: tuple[int, int]) -> Json:
    raw, notebook = owners[0]
    if _has_ids(_version(notebook)) == _has_ids(target):
        return raw.get("id", _NONE)
    if not _has_ids(target):
        return _NONE
    return next((raw["id"] for raw, _ in owners if is_valid(raw.get("id"))), _WANTED)


def _named(raw: dict[str, Json], identity: Json) -> dict[str, Json]:
    if identity is _NONE:
        return {key: value for key, value in raw.items() if key != "id"} if "id" in raw else raw
    return with_id(raw, identity)


def _version(notebook: Notebook) -> tuple[int, int]:
    """As the JSON says it, which is converted where the file was older."""
    return notebook.raw.get("nbformat", 4), notebook.raw.get("nbformat_minor", 0)


def _has_ids(form: tuple[int, int]) -> bool:
    return form >= (4, SINCE_MINOR)
