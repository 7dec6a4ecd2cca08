"""A cell that both sides changed, merged field by field."""

from __future__ import annotations

from nbhotel.merge.attachments import AttachmentsMerge, merge_attachments, show_both
from nbhotel.merge.clashes import recorded, reported
from nbhotel.merge.fields import merge_fields
from nbhotel.merge.outputs import FIELDS as RUN_FIELDS
from nbhotel.merge.outputs import merge_run
from nbhotel.merge.sources import merge_sources, settled, whole
from nbhotel.merge.textmerge import Hunk, Piece
from nbhotel.merge.values import Conflict, Decision, Labels, Policy
from nbhotel.notebook.equality import same
from nbhotel.notebook.model import Cell, Json, cell_of
from nbhotel.notebook.writing import source_lines
from nbhotel.records import NamedTuple

#: Fields with rules of their own; all others, metadata among them, are merged key by key.
_SPECIAL = {"cell_type", "id", "source", "attachments", *RUN_FIELDS}
_NOTHING = cell_of({})


class CellMerge(NamedTuple):
    """A merged cell's JSON object. The conflicts' and decisions' places are filled in by the caller."""

    raw: dict[str, Json]
    conflicts: tuple[Conflict, ...] = ()
    decisions: tuple[Decision, ...] = ()


def merge_fieldwise(
    base: Cell | None, local: Cell, remote: Cell, policy: Policy, labels: Labels
) -> CellMerge:
    """Merge a cell, whatever its sides hold; `base` is None if both inserted it."""
    return _Fieldwise(base, local, remote, policy, labels).merge()


def as_in(cell: Cell, text: str) -> Json:
    """Return the text as the cell's file has it: as a list of lines, which is Jupyter's way, or a string."""
    return text if isinstance(cell.raw.get("source"), str) else source_lines(text)


class _Fieldwise:
    def __init__(self, base: Cell | None, local: Cell, remote: Cell, policy: Policy, labels: Labels) -> None:
        self.old_source = None if base is None else base.source
        self.base, self.local, self.remote = base or _NOTHING, local, remote
        self.policy, self.labels = policy, labels
        self.conflicts: list[Conflict] = []
        self.decisions: list[Decision] = []

    def merge(self) -> CellMerge:
        kind, kinds_clash = self._kind()
        attachments = merge_attachments(
            self.base.attachments, self.local.attachments, self.remote.attachments, self.policy
        )
        text = self._both_kinds() if kinds_clash else self._source(attachments)
        fields = self._fields(text)
        fields["source"] = as_in(self.local, text)
        if kind is not None:
            fields["cell_type"] = kind
        self._add_run(fields, text)
        self._add_attachments(fields, attachments)
        return CellMerge(self._ordered(fields), tuple(self.conflicts), tuple(self.decisions))

    def _kind(self) -> tuple[Json, bool]:
        """Return the cell's type, and whether a person has to decide about it."""
        kinds = {name: side.raw.get("cell_type") for name, side in self._sides().items()}
        if same(kinds["local"], kinds["remote"]) or same(kinds["remote"], kinds["base"]):
            return kinds["local"], False
        if same(kinds["local"], kinds["base"]):
            return kinds["remote"], False
        what = "both sides made another kind of cell of it"
        if self.policy.sources == "markers":
            self.conflicts.append(Conflict.of("kind", what, ("cell_type",), tuple(kinds.values())))
            return kinds["local"], True
        chosen = "local" if self.policy.sources == "union" else self.policy.sources
        self.decisions.append(Decision(what, chosen, path=("cell_type",)))
        return kinds[chosen], False

    def _sides(self) -> dict[str, Cell]:
        return {"base": self.base, "local": self.local, "remote": self.remote}

    def _both_kinds(self) -> str:
        labels = self.labels._replace(
            local=f"{self.labels.local} ({self.local.kind})".lstrip(),
            remote=f"{self.labels.remote} ({self.remote.kind})".lstrip(),
        )
        return whole(self.old_source, self.local.source, self.remote.source, self.policy, labels)

    def _source(self, attachments: AttachmentsMerge) -> str:
        pieces = merge_sources(self.old_source, self.local.source, self.remote.source)
        self._tell_hunks(pieces)
        self._tell_attachments(attachments)
        return settled(show_both(pieces, attachments.doubled), self.policy, self.labels).text

    def _tell_hunks(self, pieces: list[Piece]) -> None:
        what = "both sides changed these lines"
        if self.old_source is None:
            what = "both sides inserted this cell, with other lines"
        for hunk in (piece for piece in pieces if isinstance(piece, Hunk)):
            if self.policy.sources == "markers":
                self.conflicts.append(Conflict.of("source", what, ("source",), tuple(map(list, hunk))))
            else:
                self.decisions.append(Decision(what, self.policy.sources, path=("source",)))

    def _tell_attachments(self, attachments: AttachmentsMerge) -> None:
        for name, other in attachments.doubled.items():
            path, what = ("attachments", name), f"both sides changed {name}; remote's is now {other}"
            if self.policy.sources == "markers":
                values = tuple(cell.attachments.get(name) for cell in self._sides().values())
                self.conflicts.append(Conflict.of("attachment", what, path, values))
            else:
                self.decisions.append(Decision(what, "union", path=path))
        for name, chosen in attachments.chosen.items():
            what = f"both sides changed or deleted the attached {name}"
            self.decisions.append(Decision(what, chosen, path=("attachments", name)))

    def _fields(self, text: str) -> dict[str, Json]:
        """Merge metadata and unknown fields; if both changed one, prefer the side whose source was kept."""
        sides = [
            {key: value for key, value in cell.raw.items() if key not in _SPECIAL}
            for cell in self._sides().values()
        ]
        kept = "remote" if self.remote.source == text != self.local.source else "local"
        prefer = kept if self.policy.metadata in {"auto", "conflict"} else self.policy.metadata
        merged = merge_fields(*sides, prefer=prefer, unite_tags=self.policy.metadata in {"auto", "conflict"})
        conflicts, decisions = reported(merged.clashes, self.policy)
        self.conflicts += conflicts
        self.decisions += decisions
        return recorded(merged.value, conflicts)

    def _add_run(self, fields: dict[str, Json], text: str) -> None:
        kind = cell_of(fields).kind
        if kind in {"markdown", "raw"} or not (
            kind == "code" or any(key in cell.raw for cell in (self.local, self.remote) for key in RUN_FIELDS)
        ):
            return
        run = merge_run(self.base, self.local, self.remote, text, self.policy.outputs, self.labels)
        fields["execution_count"] = run.execution_count
        fields["outputs"] = [] if run.outputs is None else run.outputs
        if run.marked:
            what = "both sides ran the cell with other results"
            values = tuple(cell.outputs for cell in self._sides().values())
            self.conflicts.append(Conflict.of("outputs", what, ("outputs",), values))
        elif run.chosen:
            self.decisions.append(Decision("both sides ran the cell", run.chosen, path=("outputs",)))

    def _add_attachments(self, fields: dict[str, Json], attachments: AttachmentsMerge) -> None:
        was_there = any("attachments" in cell.raw for cell in (self.local, self.remote))
        if was_there and fields.get("cell_type") != "code":
            fields["attachments"] = attachments.value

    def _ordered(self, fields: dict[str, Json]) -> dict[str, Json]:
        """Put the fields into the order that local has them in; sorted, if it has them sorted."""
        keys = dict.fromkeys((*self.local.raw, *self.remote.raw, *fields))
        if list(self.local.raw) == sorted(self.local.raw):
            keys = dict.fromkeys(sorted(keys))
        known = fields | {"id": self.local.raw["id"]} if "id" in self.local.raw else fields
        return {key: known[key] for key in keys if key in known}
