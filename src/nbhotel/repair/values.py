"""What a repair is: immutable values that commands and reports read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from nbhotel.records import NamedTuple

if TYPE_CHECKING:
    from nbhotel.merge.values import Conflict
    from nbhotel.notebook.model import Notebook

Kind: TypeAlias = Literal[
    "encoding",  # bytes: byte order mark, line ends, UTF-16, Latin-1, compressed, zeros at the end
    "markers",  # conflict markers in the JSON
    "truncated",  # the file ends too early
    "syntax",  # it is no JSON for another reason
    "keys",  # a key stands twice in an object
    "numbers",  # numbers that JSON does not have: NaN, Infinity
    "format",  # an old or unknown version of the format
    "ids",  # missing, invalid or doubled ids
    "missing",  # something that the format requires
    "type",  # a value of a type that the format does not allow
    "place",  # something that the format has no place for
    "content",  # no notebook at all: what there was is in a cell
]
#: The metadata under which that is kept for which the format has no place.
LEFTOVERS_KEY = "nbhotel-repair"


class Finding(NamedTuple):
    """One thing that was wrong, and what was done about it: `what` is a sentence without a full stop.

    `cell` is the index of the cell in the repaired notebook (from 0); `line` the line of the broken file
    (from 1). None and 0: no cell, no line.
    """

    kind: Kind
    what: str
    cell: int | None = None
    line: int = 0


class Stages(NamedTuple):
    """What git's index has of a conflicted file; None where a side has no such file.

    `stored` are the same versions as git merged them, if a filter made others of them for the worktree.
    """

    base: bytes | None
    ours: bytes | None
    theirs: bytes | None
    stored: tuple[bytes, ...] = ()


class Repaired(NamedTuple):
    """The outcome. `content` is the file's own bytes if there was nothing to mend.

    `lost` are sentences on what could not be saved. `conflicts` are those of the merge that was made of
    conflict markers; they stand in the notebook.
    """

    content: bytes
    notebook: Notebook
    findings: tuple[Finding, ...] = ()
    lost: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether there was nothing to mend."""
        return not self.findings and not self.lost


class Hopeless(NamedTuple):
    """A file that no notebook can be made of; `what` says why, such as "is a pointer of Git LFS"."""

    what: str
