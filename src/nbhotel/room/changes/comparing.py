"""The comparison of an open notebook as a client shows it, with what it needs to take a change back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbhotel.diff.values import CellEntry, NotebookDiff
from nbhotel.notebook.model import Cell, Json, Notebook, cell_of, multiline
from nbhotel.render.subjects import Comparison, compare
from nbhotel.room.changes.sides import Sides, origins

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What a run leaves in a cell.
_OF_A_RUN = ("outputs", "execution_count")


def told(name: str, sides: Sides, *, page: bool) -> dict[str, Any]:
    """Return the answer as JSON (see openapi/changes.json); `page`: with the page to show, and old cells."""
    found = _without_kernels_word(compare(sides.old_name, sides.old, name, sides.new, sides.parts))
    answer: dict[str, Any] = {
        "against": sides.old_name,
        "outputs": sides.shows_outputs,
        "same": not found,
        "note": found.note,
        "cells": [],
    }
    if found.diff is not None and isinstance(sides.live, Notebook):
        answer["cells"] = list(_Cells(found.diff, sides, sides.live).told(olds=page))
    if page:
        answer["page"] = _page(found)
    return answer


def nothing(why: str) -> dict[str, Any]:
    """Return the answer where there is nothing to compare with."""
    return {"against": "", "outputs": False, "same": True, "note": "", "cells": [], "unavailable": why}


def _without_kernels_word(found: Comparison) -> Comparison:
    """Leave out what Lab notes of the kernel's language whenever somebody opens the notebook."""
    if found.diff is None:
        return found
    fields = (each for each in found.diff.fields if each.path[:2] != ("metadata", "language_info"))
    return found._replace(diff=found.diff._replace(fields=tuple(fields)))


def _page(found: Comparison) -> str:
    """What did not change stands beside it, in the notebook itself."""
    from nbhotel.render.html.pages import diff_page

    if found.diff is not None:
        changed = tuple(entry for entry in found.diff.cells if entry.differs)
        found = found._replace(diff=found.diff._replace(cells=changed))
    return diff_page([found], framed=True)


class _Cells:
    """The cells that differ, by their places in the live notebook."""

    def __init__(self, diff: NotebookDiff, sides: Sides, live: Notebook) -> None:
        self._diff = diff
        self._live = live
        self._outputs = sides.parts.outputs
        then = sides.then.cells if isinstance(sides.then, Notebook) else ()
        self._then = then if len(then) == len(diff.old.cells) else diff.old.cells
        self._origin = origins(diff.new, live)
        kept = (entry for entry in diff.cells if entry.old and entry.new and not entry.moved)
        self._kept = {i: entry.new[-1] for entry in kept for i in entry.old}

    def told(self, *, olds: bool) -> Iterator[dict[str, Any]]:
        """Yield each; `olds`: with what it was before."""
        for entry in self._diff.cells:
            if not entry.differs:
                continue
            one: dict[str, Any] = {
                "kind": entry.kind,
                "moved": entry.moved,
                "new": [self._origin[j] for j in entry.new if j in self._origin],
                "after": self._before(entry),
            }
            if olds:
                one["anchor"] = _anchor(entry)
                one["old"] = [_as_opened(self._old(i, entry)) for i in entry.old]
            yield one

    def _before(self, entry: CellEntry) -> int | None:
        """Where the nearest cell stands that came before it and is still in its order; None: nowhere."""
        for i in range(min(entry.old, default=0) - 1, -1, -1):
            if i in self._kept and self._kept[i] in self._origin:
                return self._origin[self._kept[i]]
        return None

    def _old(self, i: int, entry: CellEntry) -> dict[str, Json]:
        """The old cell; what git does not store of it is as it is now, or as it was if that is known."""
        old, then = self._diff.old.cells[i], self._then[i]
        is_one = entry.kind in {"same", "changed"} and entry.new[0] in self._origin
        now = self._live.cells[self._origin[entry.new[0]]] if is_one else None
        if now is None:
            return then.raw
        compared = self._diff.new.cells[entry.new[0]]
        more = {key: value for key, value in now.metadata.items() if key not in compared.metadata}
        run = (
            now
            if (now.kind, now.source) == (old.kind, old.source) and self._left_out(now, compared)
            else then
        )
        raw = {key: value for key, value in old.raw.items() if key not in _OF_A_RUN}
        raw |= {key: run.raw[key] for key in _OF_A_RUN if key in run.raw}
        return {**raw, "metadata": old.metadata | more}

    def _left_out(self, now: Cell, compared: Cell) -> bool:
        """Whether outputs are no part of the comparison."""
        return not self._outputs or now.outputs != compared.outputs


def _anchor(entry: CellEntry) -> str:
    """The id that the page gives to a cell (`render.html.entries`)."""
    return f"n1-c{entry.new[0] + 1}" if entry.new else f"n1-o{entry.old[0] + 1}"


def _as_opened(raw: dict[str, Json]) -> dict[str, Json]:
    """A cell as the contents API gives it: texts in one piece; and it may not say that it is trusted."""
    cell = cell_of(raw)
    metadata = {key: value for key, value in cell.metadata.items() if key != "trusted"}
    whole = {**raw, "source": cell.source, "metadata": metadata}
    if cell.kind == "code":
        whole |= {
            "outputs": [_joined(each) for each in cell.outputs],
            "execution_count": cell.execution_count,
        }
    if "attachments" in raw:
        whole["attachments"] = {name: _bundle(each) for name, each in cell.attachments.items()}
    return whole


def _joined(output: dict[str, Json]) -> dict[str, Json]:
    made = dict(output)
    if "text" in made:
        made["text"] = multiline(made["text"]) or ""
    if "data" in made:
        made["data"] = _bundle(made["data"])
    return made


def _bundle(bundle: Json) -> Json:
    if not isinstance(bundle, dict):
        return {}
    return {
        mime: value if "json" in mime or multiline(value) is None else multiline(value)
        for mime, value in bundle.items()
    }
