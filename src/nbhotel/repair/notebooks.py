"""A notebook as nbformat 4 has it, of whatever JSON stands in a notebook's file."""

from __future__ import annotations

import json
from collections.abc import Iterator

from nbhotel.notebook.ids import SINCE_MINOR, fresh_id, is_valid, with_id
from nbhotel.notebook.model import Json, Notebook, cell_of
from nbhotel.records import NamedTuple
from nbhotel.repair import metadata
from nbhotel.repair.cells import CellMender, Version, pieces, raw_cell
from nbhotel.repair.cutting import cut_cell
from nbhotel.repair.lenient import Path
from nbhotel.repair.notes import Leftovers, Notes, Plain
from nbhotel.repair.scalars import Members, object_of, pairs_of
from nbhotel.repair.values import Finding
from nbhotel.repair.whole import is_cell

_KEYS = ("cells", "metadata", "nbformat", "nbformat_minor")
#: What a file without cells has that is a notebook nonetheless.
_TELLING = {"nbformat", "nbformat_minor", "worksheets"}
_MANY = 50
_NO_ID = "had no valid id"


class Mended(NamedTuple):
    """A notebook's JSON as the format has it; the very object that was given, if nothing was wrong."""

    raw: dict[str, Json]
    findings: tuple[Finding, ...] = ()
    lost: tuple[str, ...] = ()


def is_notebook(value: Json) -> bool:
    """Whether a value is meant as a notebook."""
    return isinstance(value, dict) and ("cells" in value or bool(_TELLING & value.keys()))


def salvaged(value: Json) -> Iterator[dict[str, Json]]:
    """Yield the cells that are somewhere in a value, in order."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if is_cell(each):
            yield from pieces(each)
        elif isinstance(each, Members):
            waiting += [inner for _, inner in reversed(each.pairs)]
        elif isinstance(each, dict):
            waiting += reversed(each.values())
        elif isinstance(each, list):
            waiting += reversed(each)


def notebook_of(raw: dict[str, Json]) -> Notebook:
    """Return the notebook of mended JSON."""
    return Notebook(raw, tuple(map(cell_of, raw["cells"])), (4, raw["nbformat_minor"]))


def mended(value: Json, cut: Path | None = None) -> Mended:
    """Mend a notebook's JSON; `cut` is where its text ended too early, None if it was whole."""
    notes = Notes()
    mender = _Mender(notes, cut)
    raw = mender.mended(value)
    return Mended(
        raw, tuple(each for each in notes.findings if not mender.goes_without_saying(each)), tuple(notes.lost)
    )


class _Mender:
    def __init__(self, notes: Notes, cut: Path | None) -> None:
        self.notes = notes
        self.cut = cut
        self.leftovers = Leftovers(notes)
        self.last: int | None = None  # the cell that is cut off
        self.is_made_up = False

    def goes_without_saying(self, finding: Finding) -> bool:
        """Whether something is missing because the file ends too early, or was no notebook."""
        if finding.kind != "missing" and finding.what != _NO_ID:
            return False
        return self.is_made_up or (self.cut is not None and finding.cell in {None, self.last})

    def mended(self, value: Json) -> dict[str, Json]:
        top = self._modern(value)
        cells = list(self._cells(top))
        rest = self._rest(top)
        version = self._version(rest, cells)
        raw: dict[str, Json] = {
            "nbformat": 4,
            "nbformat_minor": version.minor,
            "cells": self._mended_cells(cells, version),
        }
        self.notes.cell = None
        raw["metadata"] = metadata.of_notebook(rest, version.minor, self.notes, self.leftovers)
        for key, each in rest.items():
            if key not in _KEYS and version.relaxed:
                raw[key] = each
            elif key not in _KEYS:
                self.leftovers.keep(key, each, f"{key} has no place in a notebook")
        raw["metadata"] = self.leftovers.added_to(raw["metadata"])
        if isinstance(value, dict) and not self.notes.findings:
            return value
        return {key: raw[key] for key in dict.fromkeys((*rest, *sorted(raw))) if key in raw}

    def _modern(self, value: Json) -> dict[str, Json]:
        """Return the notebook in nbformat 4's form, or a notebook around what is none."""
        if not isinstance(value, dict) or not (is_notebook(value) or is_cell(value)):
            return self._around(value)
        if is_cell(value) and "cells" not in value:
            self.notes.tell("content", "was a cell without a notebook")
            return {"cells": [value]}
        if "worksheets" in value:
            return self._without_sheets(value)
        for key, each in value.items() if "cells" not in value else ():
            if isinstance(each, list) and each and all(map(is_cell, each)):
                self.notes.tell("syntax", f"the cells stood under the key {key[:40]!r}")
                return object_of(
                    [("cells" if name == key else name, inner) for name, inner in pairs_of(value)]
                )
        return value

    def _without_sheets(self, value: dict[str, Json]) -> dict[str, Json]:
        """Return a notebook of nbformat 2 or 3 with all its cells in one list."""
        cells: list[Json] = []
        sheets = value["worksheets"]
        for index, sheet in enumerate(sheets if isinstance(sheets, list) else [sheets]):
            cells += self._of_sheet(sheet, f"worksheets.{index}")
        cells += value["cells"] if isinstance(value.get("cells"), list) else []
        known = value.get("metadata") or {}
        languages = (cell.get("language") for cell in _objects(cells))
        language = next((each for each in languages if isinstance(each, str)), None)
        if language and isinstance(known, dict) and "language_info" not in known:
            value = value | {"metadata": known | {"language_info": {"name": language}}}
        elif language and not isinstance(known, dict):
            self.leftovers.keep("language", language, "the cells' language")
        return {key: each for key, each in value.items() if key != "worksheets"} | {"cells": cells}

    def _of_sheet(self, sheet: Json, where: str) -> list[Json]:
        if not isinstance(sheet, dict):
            self.leftovers.keep(where, sheet, "a worksheet was none")
            return []
        cells = sheet.get("cells", [])
        listed = isinstance(cells, list)
        found: list[Json] = cells if listed else list(salvaged(cells))
        for key in [key for key in sheet if sheet[key] and (key != "cells" or not (listed or found))]:
            self.leftovers.keep(f"{where}.{key}", sheet[key], "worksheets are gone")
        return found

    def _around(self, value: Json) -> dict[str, Json]:
        found = list(salvaged(value))
        if not found and value not in ({}, [], None, ""):
            self.is_made_up = True
            found = [raw_cell(Plain(self.notes, self.leftovers).value(value, ""))]
            self.notes.tell("content", "was no notebook; its text is in a raw cell")
        elif found:
            self.notes.tell("content", "was no notebook, but cells")
        else:
            self.notes.tell("content", "was empty; now a notebook without cells")
        return {"cells": found, "metadata": {}, "nbformat": 4, "nbformat_minor": SINCE_MINOR}

    def _cells(self, top: dict[str, Json]) -> Iterator[Json]:
        """Yield what stands where cells should, and cells that lost their place."""
        lists = [top.get("cells")]
        strays: list[Json] = []
        if isinstance(top, Members):
            lists = _different([each for key, each in top.pairs if key == "cells"])
            strays = [cell for key, each in top.pairs if key is None for cell in salvaged(each)]
            if len(lists) > 1:
                self.notes.tell("keys", "there were several lists of cells; now one")
        for each in lists:
            yield from self._listed(each)
        yield from strays
        if strays:
            self.notes.tell("syntax", "cells stood outside of the list of cells")

    def _listed(self, value: Json) -> Iterator[Json]:
        if value is None:
            self.notes.tell("missing", "cells were missing")
        elif isinstance(value, list):
            for each in value:
                found = list(pieces(each) if isinstance(each, dict) else self._strange(each))
                if len(found) > 1:
                    self.notes.tell("syntax", "the line between two cells was missing")
                yield from found
        else:
            self.notes.tell("type", "cells were no list")
            yield from salvaged(value) if any(salvaged(value)) else [value]

    def _strange(self, value: Json) -> Iterator[Json]:
        if value is None or value == []:
            self.notes.tell("type", "something empty stood among the cells, and is gone")
            return
        found = list(salvaged(value))
        if found:
            self.notes.tell("syntax", "cells stood in a list within the list of cells")
        yield from found or [value]

    def _rest(self, top: dict[str, Json]) -> dict[str, Json]:
        """Return the notebook without its cells, plain."""
        pairs = [(key, each) for key, each in pairs_of(top) if key is not None or not any(salvaged(each))]
        left = object_of([(key, [] if key == "cells" else each) for key, each in _once(pairs)])
        rest: dict[str, Json] = Plain(self.notes, self.leftovers).value(left, "")
        return rest

    def _version(self, rest: dict[str, Json], cells: list[Json]) -> Version:
        with_ids = any(isinstance(cell, dict) and "id" in cell for cell in cells)
        major: Json = rest.get("nbformat")
        minor: Json = rest.get("nbformat_minor")
        known = isinstance(minor, int) and not isinstance(minor, bool) and minor >= 0
        fallback = SINCE_MINOR if with_ids or not cells else SINCE_MINOR - 1
        if major != 4 or isinstance(major, bool | float):
            self._tell_version("nbformat", rest, "4")
            known = known and not isinstance(major, int)
        if not known:
            if major == 4 or "nbformat_minor" not in rest:
                self._tell_version("nbformat_minor", rest, str(fallback))
            return Version(fallback, is_old=isinstance(major, int) and major < 4)
        if with_ids and minor < SINCE_MINOR:
            self.notes.tell("format", f"cells had ids, which nbformat 4.{minor} has not; now 4.{SINCE_MINOR}")
            return Version(SINCE_MINOR)
        return Version(minor)

    def _tell_version(self, key: str, rest: dict[str, Json], now: str) -> None:
        if key in rest:
            self.notes.tell("format", f"{key} was {json.dumps(rest[key])[:40]}; now {now}")
        else:
            self.notes.tell("missing", f"{key} was missing; now {now}")

    def _mended_cells(self, cells: list[Json], version: Version) -> list[dict[str, Json]]:
        if self.cut is not None and "cells" in self.cut:
            self.notes.cell = self.last = len(cells) - 1
            cells = cut_cell(cells, self.cut[self.cut.index("cells") + 1 :], self.notes)
        mender = CellMender(self.notes, version)
        result = []
        for index, cell in enumerate(cells):
            self.notes.cell = index
            result.append(mender.mended(cell))
        return result if version.minor < SINCE_MINOR else self._identified(result)

    def _identified(self, cells: list[dict[str, Json]]) -> list[dict[str, Json]]:
        """Give each cell an id of its own; the first of those that share one keeps it."""
        taken = {cell["id"] for cell in cells if is_valid(cell.get("id"))}
        seen: set[str] = set()
        alike: dict[str, int] = {}
        result = []
        for index, raw in enumerate(cells):
            self.notes.cell = index
            identity: Json = raw.get("id")
            if not is_valid(identity) or identity in seen:
                self._tell_id(identity)
                cell = cell_of(raw)
                content = f"{cell.kind}\n{cell.source}"
                number = alike[content] = alike.get(content, 0) + 1
                if number > _MANY:  # thousands of equal cells: each would try all ids of those before it
                    content += f"\n{number}"
                identity = fresh_id(content, taken)
                taken.add(identity)
            seen.add(identity)
            result.append(with_id(raw, identity))
        return result

    def _tell_id(self, identity: Json) -> None:
        self.notes.tell(
            "ids", _NO_ID if identity is None else f"had the id {identity}, which another cell has"
        )


def _objects(value: Json) -> list[dict[str, Json]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _different(values: list[Json]) -> list[Json]:
    """Leave out what is there again."""
    return list({json.dumps(each, sort_keys=True): each for each in values}.values())


def _once(pairs: list[tuple[str | None, Json]]) -> list[tuple[str | None, Json]]:
    """Leave out all lists of cells but the first."""
    first = next((pair for pair in pairs if pair[0] == "cells"), None)
    return [pair for pair in pairs if pair[0] != "cells" or pair is first]
