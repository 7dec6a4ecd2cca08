"""Which id each cell of a merged notebook gets. An id that changed on one side only is no change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from nbhotel.notebook.ids import fresh_id, is_valid, with_id
from nbhotel.notebook.model import Json, Notebook, cell_of


class Claim(NamedTuple):
    """A merged cell that wants an id, and those that it has in the three notebooks."""

    raw: dict[str, Json]
    base: str | None
    local: str | None
    remote: str | None

    @property
    def wanted(self) -> tuple[str, ...]:
        """The ids it would keep, best first: what both sides agree on, the base's, local's, remote's."""
        agreed = self.local if self.local == self.remote else None
        return tuple(each for each in (agreed, self.base, self.local, self.remote) if each is not None)


def with_ids(
    claims: Sequence[Claim], notebooks: Iterable[Notebook], *, required: bool
) -> list[dict[str, Json]]:
    """Return the cells, each with an id of its own; without `required`, one that has none stays without.

    Cells of the base choose first, so that one which was inserted with a taken id gives way.
    """
    chosen: dict[int, str] = {}
    given: set[str] = set()
    for old in (True, False):
        for index, claim in enumerate(claims):
            if (claim.base is not None) is old:
                free = (each for each in claim.wanted if is_valid(each) and each not in given)
                chosen[index] = next(free, "")
                given.add(chosen[index])
    taken = given | {cell.id for notebook in notebooks for cell in notebook.cells if cell.id is not None}
    cells = []
    for index, claim in enumerate(claims):
        identity = chosen[index]
        if not identity and (required or "id" in claim.raw):
            cell = cell_of(claim.raw)
            identity = fresh_id(f"{cell.kind}\n{cell.source}", taken)
            taken.add(identity)
        cells.append(
            with_id(claim.raw, identity) if identity and (required or "id" in claim.raw) else claim.raw
        )
    return cells
