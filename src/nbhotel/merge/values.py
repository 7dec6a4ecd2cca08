"""What a merge is: immutable values that renderers, commands and drivers read.

::

    Merge
    ├── notebook                the merged notebook; conflicts stand in it, marked
    ├── conflicts: Conflict…    what a person has to decide
    └── decisions: Decision…    what both sides changed and was settled without asking, and how
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from nbhotel.notebook.model import Json, Notebook
from nbhotel.records import NamedTuple

ConflictKind: TypeAlias = Literal[
    "source",  # both sides changed the same lines; or both inserted a similar cell, and these lines differ
    "deleted",  # one side deleted the cell, the other one edited it
    "inserted",  # both sides inserted other cells at the same place
    "kind",  # both sides made another kind of cell of it
    "attachment",  # both sides changed the same attached file
    "outputs",  # both sides ran it with other results (only if asked for)
    "metadata",  # both sides changed the same key (only if asked for)
]
#: How conflicting sources are settled. "markers" leaves them to a person, "union" keeps both, local first.
Sources: TypeAlias = Literal["markers", "local", "remote", "base", "union"]
#: How outputs that both sides changed are settled. "auto": as the side has them whose source was kept, else
#: as local has them; "remove" keeps what both have, "clear" nothing, "union" all; "conflict" marks both.
Outputs: TypeAlias = Literal["auto", "local", "remote", "base", "union", "remove", "clear", "conflict"]
#: How metadata that both sides changed is settled. "auto": as with outputs, and tags united.
Metadata: TypeAlias = Literal["auto", "local", "remote", "base", "conflict"]
#: What stands between markers: both sides; also the base; also the base, but not what both sides share.
Style: TypeAlias = Literal["merge", "diff3", "zdiff3"]
#: What can be left out of a merge: it stays as it is in the base.
Part: TypeAlias = Literal["sources", "outputs", "attachments", "metadata", "id", "details"]


class Labels(NamedTuple):
    """What markers call the sides, and how many characters they are long (git's %L)."""

    local: str = "local"
    base: str = "base"
    remote: str = "remote"
    size: int = 7


class Policy(NamedTuple):
    """How to settle what both sides changed. Cells' sources conflict by default; nothing else ever blocks."""

    sources: Sources = "markers"
    outputs: Outputs = "auto"
    metadata: Metadata = "auto"
    style: Style = "merge"
    ignored: frozenset[Part] = frozenset()


class Where(NamedTuple):
    """Indexes of a cell in the three notebooks and in the merged one; all None: the notebook as a whole."""

    base: int | None = None
    local: int | None = None
    remote: int | None = None
    merged: int | None = None


class Conflict(NamedTuple):
    """Something that a person has to decide; None is a side that has no such thing.

    Sources are lists of lines; of inserted cells, `local` and `remote` are lists of cells. `path` leads
    from the cell (or the notebook) to what the sides disagree on. `what` is a sentence without a full stop.
    """

    kind: ConflictKind
    what: str
    where: Where = Where()
    path: tuple[str, ...] = ()
    base: Json = None
    local: Json = None
    remote: Json = None

    @classmethod
    def of(cls, kind: ConflictKind, what: str, path: tuple[str, ...], sides: tuple[Json, ...]) -> Conflict:
        """Make a conflict on `path` from the values of base, local and remote."""
        base, local, remote = sides
        return cls(kind, what, path=path, base=base, local=local, remote=remote)


class Decision(NamedTuple):
    """Something that both sides changed, settled without asking: at `path`, the value of `chosen` was kept.

    `chosen` is a side, or "union", "clear" and the like. `what` is a sentence without a full stop.
    """

    what: str
    chosen: str
    where: Where = Where()
    path: tuple[str, ...] = ()


class Merge(NamedTuple):
    """The outcome. It is never missing: where the sides disagree, the notebook holds both, marked."""

    notebook: Notebook
    conflicts: tuple[Conflict, ...] = ()
    decisions: tuple[Decision, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether nobody has to decide anything."""
        return not self.conflicts
