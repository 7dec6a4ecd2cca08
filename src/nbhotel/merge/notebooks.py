"""Three notebooks to one. Never raises: what the sides disagree on is in the result, marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nbhotel.diff.align import match_cells
from nbhotel.merge.breaks import Matched, cut, put_together
from nbhotel.merge.cells import edited, keep_edited, merge_cell, same_cell
from nbhotel.merge.chunks import Block, Item, Questions, Triple, plan
from nbhotel.merge.fieldwise import CellMerge
from nbhotel.merge.identities import Claim, ids_of, with_ids
from nbhotel.merge.ignoring import without
from nbhotel.merge.markers import closing, middle, opening
from nbhotel.merge.matching import match_for_merge
from nbhotel.merge.order import Order, Side, merged_order
from nbhotel.merge.top import merge_top, told_formats
from nbhotel.merge.values import Conflict, Decision, Labels, Merge, Policy, Where
from nbhotel.notebook.equality import same_notebook
from nbhotel.notebook.model import Cell, Json, Notebook, cell_of

#: What the first of the three marker cells tells whoever finds it.
_ADVICE = "*Both sides added cells here. Keep what is right, and delete the three cells with the markers.*"
_AS_IT_COMES, _MARKED = Policy(), Labels()


def merge_notebooks(
    base: Notebook,
    local: Notebook,
    remote: Notebook,
    policy: Policy = _AS_IT_COMES,
    labels: Labels = _MARKED,
) -> Merge:
    """Merge what `local` and `remote` made of `base`; for lack of one, give `notebook.model.EMPTY`.

    If only one side differs from the base, the result is that side as it is.
    """
    told = told_formats(base, local, remote)
    if policy.ignored:
        local, remote = without(policy.ignored, base, local), without(policy.ignored, base, remote)
    if same_notebook(local, remote) or same_notebook(remote, base):
        return Merge(local, (), told)
    if same_notebook(local, base):
        return Merge(remote, (), told)
    return _Merger(base, local, remote, policy, labels).merge(told)


class _Merger:
    """A merge under way: cells are added in order, and what is told of each gets its place."""

    def __init__(
        self, base: Notebook, local: Notebook, remote: Notebook, policy: Policy, labels: Labels
    ) -> None:
        self.base, self.local, self.remote = base, local, remote
        self.policy, self.labels = policy, labels
        self.conflicts: list[Conflict] = []
        self.decisions: list[Decision] = []
        self.claims: list[Claim] = []
        self.sides = put_together(
            base.cells,
            Matched(local.cells, match_for_merge(base.cells, local.cells)),
            Matched(remote.cells, match_for_merge(base.cells, remote.cells)),
        )
        old = self.sides.base.cells
        self.local_ids = ids_of(self.sides.local.cells, old, self.sides.local_pairs)
        self.remote_ids = ids_of(self.sides.remote.cells, old, self.sides.remote_pairs)

    def merge(self, told: tuple[Decision, ...]) -> Merge:
        top = merge_top(self.base, self.local, self.remote, self.policy)
        for item in self._plan():
            if isinstance(item, Block):
                self._add_block(item)
            else:
                self._add_cell(item)
        cells = with_ids(self.claims, (self.base, self.local, self.remote), required=top.version >= (4, 5))
        raw = top.raw | {"cells": cells}
        notebook = Notebook(raw, tuple(map(cell_of, cells)), top.version)
        decisions = (*told, *top.decisions, *self.decisions)
        return Merge(notebook, (*top.conflicts, *self.conflicts), decisions)

    def _plan(self) -> Iterator[Item]:
        local = Side(len(self.sides.local.cells), self.sides.local_pairs)
        remote = Side(len(self.sides.remote.cells), self.sides.remote_pairs)
        order = merged_order(len(self.sides.base.cells), local, remote)
        self._tell_deleted(local, remote)
        self._tell_moved(order, local, remote)
        return plan(order, local, remote, Questions(self._survives, self._alike, self._matters))

    def _survives(self, triple: Triple) -> bool:
        base, local, remote = self._cells(triple)
        side = local or remote
        return base is not None and side is not None and edited(base, side)

    def _alike(self, ours: Sequence[int], theirs: Sequence[int]) -> dict[int, int]:
        here = [self.sides.local.cells[i] for i in ours]
        there = [self.sides.remote.cells[j] for j in theirs]
        pairs = match_cells(here, there)
        return {ours[x]: theirs[y] for x, y in pairs.items() if here[x].kind == there[y].kind}

    def _matters(self, triple: Triple) -> bool:
        return any(cell.source.strip() for cell in self._cells(triple) if cell is not None)

    def _cells(self, triple: Triple) -> tuple[Cell | None, Cell | None, Cell | None]:
        return (
            None if triple.base is None else self.sides.base.cells[triple.base],
            None if triple.local is None else self.sides.local.cells[triple.local],
            None if triple.remote is None else self.sides.remote.cells[triple.remote],
        )

    def _add_cell(self, triple: Triple) -> None:
        base, local, remote = self._cells(triple)
        if local is not None and remote is not None:
            self._add(merge_cell(base, local, remote, self.policy, self.labels), triple)
        elif base is None:
            side = local or remote
            self._add(None if side is None else CellMerge(side.raw), triple)
        elif local is not None:
            self._add(keep_edited(base, local, "local", self.policy, self.labels), triple)
        elif remote is not None:
            self._add(keep_edited(base, remote, "remote", self.policy, self.labels), triple)

    def _add(self, merged: CellMerge | None, triple: Triple) -> None:
        where = self._where(triple, None if merged is None else len(self.claims))
        if merged is None:
            return
        self.conflicts += [each._replace(where=where) for each in merged.conflicts]
        self.decisions += [each._replace(where=where) for each in merged.decisions]
        base = None if triple.base is None else self.sides.base.cells[triple.base].id
        local = None if triple.local is None else self.local_ids[triple.local]
        remote = None if triple.remote is None else self.remote_ids[triple.remote]
        parts = self._parts(triple)
        for part, raw in cut(merged.raw, parts) if parts else [(None, merged.raw)]:
            self.claims.append(
                Claim(raw, None, part.id, part.id) if part else Claim(raw, base, local, remote)
            )

    def _parts(self, triple: Triple) -> dict[str, Cell]:
        """The cells that this one was put together from, by the names of their borders."""
        ours = {} if triple.local is None else self.sides.local.parts.get(triple.local, {})
        theirs = {} if triple.remote is None else self.sides.remote.parts.get(triple.remote, {})
        return theirs | ours

    def _where(self, triple: Triple, merged: int | None) -> Where:
        return Where(
            None if triple.base is None else self.sides.base.origins[triple.base],
            None if triple.local is None else self.sides.local.origins[triple.local],
            None if triple.remote is None else self.sides.remote.origins[triple.remote],
            merged,
        )

    def _add_block(self, block: Block) -> None:
        what = "both sides inserted cells here"
        sides = {"local": block.local, "remote": block.remote}
        if self.policy.sources == "markers":
            raws = {name: [self._only(triple).raw for triple in triples] for name, triples in sides.items()}
            where = Where(merged=len(self.claims))
            self.conflicts.append(Conflict("inserted", what, where, (), None, raws["local"], raws["remote"]))
            self._add_marker(f"{opening(self.labels)}\n\n{_ADVICE}")
            self._add_all(block.local)
            self._add_marker(middle(self.labels))
            self._add_all(block.remote)
            self._add_marker(closing(self.labels))
            return
        self.decisions.append(Decision(what, self.policy.sources, Where(merged=len(self.claims))))
        for name, triples in sides.items():
            if self.policy.sources in {name, "union"}:
                self._add_all(triples)

    def _add_all(self, triples: Sequence[Triple]) -> None:
        for triple in triples:
            if triple.local is not None and triple.remote is not None:
                self._add_cell(triple)
            else:
                self._add(CellMerge(self._only(triple).raw), triple)

    def _only(self, triple: Triple) -> Cell:
        _, local, remote = self._cells(triple)
        cell = local or remote
        return cell_of({}) if cell is None else cell

    def _add_marker(self, text: str) -> None:
        raw: dict[str, Json] = {
            "cell_type": "markdown",
            "metadata": {},
            "source": text.splitlines(keepends=True),
        }
        self.claims.append(Claim(raw, None, None, None))

    def _tell_deleted(self, local: Side, remote: Side) -> None:
        """Tell of cells that one side deleted while the other one ran them, or changed their metadata."""
        names = (("local", local, self.sides.local, remote), ("remote", remote, self.sides.remote, local))
        for name, side, mine, other in names:
            for i in sorted(side.pairs.keys() - other.pairs.keys()):
                old, new = self.sides.base.cells[i], mine.cells[side.pairs[i]]
                if not edited(old, new) and not same_cell(old, new):
                    chosen = "remote" if name == "local" else "local"
                    what = f"{chosen} deleted the cell, {name} only ran it or changed its metadata"
                    triple = Triple(i, local.pairs.get(i), remote.pairs.get(i))
                    self.decisions.append(Decision(what, chosen, self._where(triple, None)))

    def _tell_moved(self, order: Order, local: Side, remote: Side) -> None:
        """Tell of cells that both sides moved, each somewhere else."""
        for i in sorted(order.disputed):
            where = self._where(Triple(i, local.pairs.get(i), remote.pairs.get(i)), None)
            self.decisions.append(Decision("both sides moved the cell", "local", where))
