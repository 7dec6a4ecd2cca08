"""What changed between two notebooks: immutable values that renderers, drivers and the merge read.

::

    NotebookDiff
    ├── fields: JsonChange…             nbformat, metadata, and what else stands at the top
    └── cells: CellEntry…               every cell of both notebooks, in the order to show them
        └── change: CellChange | None
            ├── source: TextDiff | None
            ├── fields: JsonChange…     cell_type, id, execution_count, metadata, …
            ├── attachments: AttachmentChange…  └── mimes: MimeChange…
            └── outputs: OutputChange…
                ├── text: TextDiff | None       a stream's text, an error's traceback
                ├── mimes: MimeChange…          a display's mimebundle
                └── fields: JsonChange…
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from nbhotel.notebook.model import Json, Notebook
from nbhotel.records import NamedTuple

#: Of a JSON value, a mime type, an attachment: whether it is only in the new, only in the old, or in both.
ChangeKind: TypeAlias = Literal["added", "removed", "changed"]
OutputKind: TypeAlias = Literal["same", "added", "removed", "changed"]
CellKind: TypeAlias = Literal["same", "added", "removed", "changed", "split", "joined"]


class Op(NamedTuple):
    """`old[i1:i2]` became `new[j1:j2]`; tags as in difflib."""

    tag: Literal["equal", "insert", "delete", "replace"]
    i1: int
    i2: int
    j1: int
    j2: int


class TextDiff(NamedTuple):
    """Two texts as lines (split at line feeds, without them) and the ops that cover both, in order."""

    old: tuple[str, ...]
    new: tuple[str, ...]
    ops: tuple[Op, ...]

    @property
    def added(self) -> int:
        """The number of lines that are only in the new text."""
        return sum(op.j2 - op.j1 for op in self.ops if op.tag != "equal")

    @property
    def removed(self) -> int:
        """The number of lines that are only in the old text."""
        return sum(op.i2 - op.i1 for op in self.ops if op.tag != "equal")


class JsonChange(NamedTuple):
    """The value at `path` (keys from the object that the change is in); an absent side is None."""

    path: tuple[str, ...]
    kind: ChangeKind
    old: Json
    new: Json


class MimeChange(NamedTuple):
    """One mime type of a mimebundle. `old` and `new` are as in the file: base64, text or its lines, JSON.

    `text` compares them by line if both are texts; images are compared on demand by `diff.images`.
    """

    mime: str
    kind: ChangeKind
    old: Json
    new: Json
    text: TextDiff | None


class AttachmentChange(NamedTuple):
    """An attached file: its mimebundle. What is not a mimebundle is one mime type ""."""

    name: str
    kind: ChangeKind
    mimes: tuple[MimeChange, ...]


class OutputChange(NamedTuple):
    """One output; `old` and `new` are indexes into the cells' outputs, None where there is none."""

    kind: OutputKind
    old: int | None
    new: int | None
    text: TextDiff | None = None
    mimes: tuple[MimeChange, ...] = ()
    fields: tuple[JsonChange, ...] = ()


class CellChange(NamedTuple):
    """What changed within a cell. `outputs` is empty if no output changed, else it lists all of them."""

    source: TextDiff | None = None
    fields: tuple[JsonChange, ...] = ()
    attachments: tuple[AttachmentChange, ...] = ()
    outputs: tuple[OutputChange, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return any(self)


class CellEntry(NamedTuple):
    """One cell's fate. `old` and `new` are indexes into the notebooks' cells.

    ======== ======== ======== =======================================================
    kind     old      new      change
    ======== ======== ======== =======================================================
    same     one      one      None
    changed  one      one      what changed
    added    none     one      None
    removed  one      none     None
    split    one      several  source against all the parts' lines joined; else empty
    joined   several  one      all the parts' lines joined against source; else empty
    ======== ======== ======== =======================================================

    `moved` says that the cell (same or changed) stands in another order than its neighbours.
    """

    kind: CellKind
    old: tuple[int, ...]
    new: tuple[int, ...]
    moved: bool = False
    change: CellChange | None = None

    @property
    def differs(self) -> bool:
        """Whether there is anything to show."""
        return self.kind != "same" or self.moved


class NotebookDiff(NamedTuple):
    """The whole comparison; false if nothing changed (of what was compared)."""

    old: Notebook
    new: Notebook
    fields: tuple[JsonChange, ...]
    cells: tuple[CellEntry, ...]

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.fields) or any(entry.differs for entry in self.cells)


class Compared(NamedTuple):
    """What a comparison looks at; what is switched off is as if it were the same on both sides.

    `details` are prompt numbers and nbformat's minor version; `ids` are cells' ids (as content: matching
    uses them either way). `noise` off means that memory addresses, timings and the like in outputs' texts
    don't count as changes. `chunks` off means that it does not matter in how many pieces the kernel sent a
    stream's text, as long as the text is the same.
    """

    sources: bool = True
    outputs: bool = True
    attachments: bool = True
    metadata: bool = True
    ids: bool = True
    details: bool = True
    noise: bool = True
    chunks: bool = True


#: Everything: what `apply` needs to make the new notebook from the old one.
EVERYTHING = Compared()
#: What people are shown unless they ask for more: not the ids, nor how a stream was cut.
BY_DEFAULT = Compared(ids=False, chunks=False)
