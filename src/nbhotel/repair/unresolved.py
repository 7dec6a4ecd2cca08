"""The conflicts that stand in a notebook between markers, as a merge has left them: read back as values.

Whoever decides may do it in several sittings, here or in Jupyter: what is decided is no conflict any more, so
the notebook itself says what is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nbhotel.merge.markers import CONFLICTS_KEY
from nbhotel.merge.values import Conflict, ConflictKind, Labels, Where
from nbhotel.notebook.model import Cell, Json, Notebook, multiline
from nbhotel.records import NamedTuple

_MARKER = re.compile(r"(<{7,}|\|{7,}|={7,}|>{7,})(?: (.*))?")
_GONE = " (deleted this cell)"
_OF_KIND = re.compile(r"(?:(.*) )?\((code|markdown|raw)\)")
_WHAT: dict[ConflictKind, str] = {
    "source": "both sides changed these lines",
    "inserted": "both sides inserted cells here",
    "kind": "both sides made another kind of cell of it",
    "outputs": "both sides ran the cell with other results",
}


class Open(NamedTuple):
    """A conflict that waits for a decision.

    `conflict.where.merged` is the cell that it is in, or begins in; None: it is in the notebook's metadata.
    `start` and `end` say where: lines of the source (from 0, without the end), outputs, or, for inserted
    cells, the cells with the first and the last marker. `kinds` are the sides' kinds, if they differ.
    """

    conflict: Conflict
    labels: Labels
    start: int = 0
    end: int = 0
    kinds: tuple[str, str] | None = None

    @property
    def cell(self) -> int | None:
        """The cell that the conflict is in, or begins in."""
        return self.conflict.where.merged


class Block(NamedTuple):
    """Markers and what stands between them: places in a sequence; `base` is None if no base is shown."""

    start: int
    base: int | None
    middle: int
    end: int
    labels: Labels


def unresolved(notebook: Notebook) -> list[Open]:
    """Return what is left to decide, in the notebook's order; incomplete markers are no conflict."""
    found = list(_in_metadata(notebook.metadata, None))
    blocks = {block.start: block for block in _cell_blocks(notebook.cells)}
    for index, cell in enumerate(notebook.cells):
        if index in blocks:
            found.append(_inserted(notebook, blocks[index]))
        found += _in_source(cell, index)
        found += _in_outputs(cell, index)
        found += _in_metadata(cell.metadata, index)
    return found


def blocks_in(lines: Sequence[str]) -> Iterator[Block]:
    """Yield the complete conflicts among lines."""
    start: int | None = None
    base: int | None = None
    middle: int | None = None
    names: dict[str, str] = {}
    size = 0
    for place, line in enumerate(lines):
        found = _MARKER.fullmatch(line.rstrip())
        if found is None or (found[1][0] != "<" and len(found[1]) != size):
            continue
        sign = found[1][0]
        if sign == "<":
            start, base, middle, size = place, None, None, len(found[1])
            names = {}
        elif sign == "|" and start is not None and middle is None:
            base = place
        elif sign == "=" and start is not None and middle is None:
            middle = place
        elif sign == ">" and start is not None and middle is not None:
            names[sign] = found[2] or ""
            labels = Labels(names["<"], names.get("|", ""), names[">"], size)
            yield Block(start, base, middle, place, labels)
            start = None
        names[sign] = found[2] or ""


def _cell_blocks(cells: Sequence[Cell]) -> Iterator[Block]:
    """Yield the conflicts whose markers are cells: each a Markdown cell that begins with one."""
    firsts = [_first_line(cell) if cell.kind == "markdown" else "" for cell in cells]
    return blocks_in(firsts)


def _first_line(cell: Cell) -> str:
    """The marker that a cell consists of; the first one has advice below it."""
    first, _, rest = cell.source.partition("\n")
    is_marker = first.startswith("<<<<<<<") or not rest.strip()
    return first if is_marker and not any(blocks_in(cell.source.split("\n"))) else ""


def _inserted(notebook: Notebook, block: Block) -> Open:
    local = [cell.raw for cell in notebook.cells[block.start + 1 : block.middle]]
    remote = [cell.raw for cell in notebook.cells[block.middle + 1 : block.end]]
    where = Where(merged=block.start)
    conflict = Conflict("inserted", _WHAT["inserted"], where, (), None, local, remote)
    return Open(conflict, _named(block.labels), block.start, block.end)


def _in_source(cell: Cell, index: int) -> Iterator[Open]:
    if "<<<<<<<" not in cell.source:
        return
    lines = cell.source.split("\n")
    for block in blocks_in(lines):
        is_whole = block.start == 0 and block.end == len(lines) - 1
        local = lines[block.start + 1 : block.middle if block.base is None else block.base]
        base = None if block.base is None else lines[block.base + 1 : block.middle]
        remote = lines[block.middle + 1 : block.end]
        found = _Read(block.labels, local, remote)
        if is_whole:
            found = _as_deletion(found) or _with_kinds(found) or found
        found = found._replace(labels=_named(found.labels))
        conflict = Conflict(
            found.kind, found.what, Where(merged=index), ("source",), base, found.local, found.remote
        )
        yield Open(conflict, found.labels, block.start, block.end + 1, found.kinds)


def _named(labels: Labels) -> Labels:
    """Give sides a name that the markers have none for."""
    return labels._replace(local=labels.local or "ours", remote=labels.remote or "theirs")


class _Read(NamedTuple):
    """What stands between two markers of a source."""

    labels: Labels
    local: list[str] | None
    remote: list[str] | None
    kind: ConflictKind = "source"
    what: str = _WHAT["source"]
    kinds: tuple[str, str] | None = None


def _as_deletion(found: _Read) -> _Read | None:
    labels = found.labels
    if labels.local.endswith(_GONE):
        names = _named(labels._replace(local=labels.local.removesuffix(_GONE)))
        what = f"{names.local} deleted the cell, {names.remote} edited it"
        return found._replace(labels=names, local=None, kind="deleted", what=what)
    if labels.remote.endswith(_GONE):
        names = _named(labels._replace(remote=labels.remote.removesuffix(_GONE)))
        what = f"{names.remote} deleted the cell, {names.local} edited it"
        return found._replace(labels=names, remote=None, kind="deleted", what=what)
    return None


def _with_kinds(found: _Read) -> _Read | None:
    local, remote = _OF_KIND.fullmatch(found.labels.local), _OF_KIND.fullmatch(found.labels.remote)
    if local is None or remote is None or local[2] == remote[2]:
        return None
    names = _named(found.labels._replace(local=local[1] or "", remote=remote[1] or ""))
    return found._replace(labels=names, kind="kind", what=_WHAT["kind"], kinds=(local[2], remote[2]))


def _in_outputs(cell: Cell, index: int) -> Iterator[Open]:
    texts = [
        (multiline(output.get("text")) or "").strip() if output.get("name") == "stderr" else ""
        for output in cell.outputs
    ]
    for block in blocks_in(texts):
        local = cell.outputs[block.start + 1 : block.middle]
        remote = cell.outputs[block.middle + 1 : block.end]
        where = Where(merged=index)
        conflict = Conflict("outputs", _WHAT["outputs"], where, ("outputs",), None, local, remote)
        yield Open(conflict, _named(block.labels), block.start, block.end + 1)


def _in_metadata(metadata: dict[str, Json], index: int | None) -> Iterator[Open]:
    recorded = metadata.get(CONFLICTS_KEY)
    for key, sides in recorded.items() if isinstance(recorded, dict) else ():
        if isinstance(sides, dict):
            values = tuple(sides.get(name) for name in ("base", "local", "remote"))
            conflict = Conflict.of(
                "metadata", f"both sides changed metadata.{key}", ("metadata", key), values
            )
            yield Open(conflict._replace(where=Where(merged=index)), _named(Labels("", "", "")))
