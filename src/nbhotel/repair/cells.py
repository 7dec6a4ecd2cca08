"""A cell as the format has it, of whatever stands where a cell should.

Source: the schemas of nbformat 4.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from nbhotel.notebook.ids import is_valid
from nbhotel.notebook.model import Json
from nbhotel.records import NamedTuple
from nbhotel.repair import metadata
from nbhotel.repair.notes import Leftovers, Notes, Plain, as_text, is_count, is_multiline
from nbhotel.repair.oldcells import is_old, modern
from nbhotel.repair.outputs import Outputs
from nbhotel.repair.scalars import Members, object_of
from nbhotel.repair.whole import is_cell

KINDS = ("code", "markdown", "raw")


class Version(NamedTuple):
    """What the notebook will claim: nbformat 4.minor; `is_old`: it claimed an earlier one."""

    minor: int
    is_old: bool = False

    @property
    def relaxed(self) -> bool:
        """Whether it is later than those that are known, and may have types and keys of its own."""
        return self.minor > 5


def raw_cell(value: Json) -> dict[str, Json]:
    """Return a raw cell of what is no cell: text as it is, other values as their JSON."""
    text = value if isinstance(value, str) else json.dumps(value, indent=1, ensure_ascii=False)
    return {"cell_type": "raw", "metadata": {}, "source": text.splitlines(keepends=True)}


def pieces(value: dict[str, Json]) -> Iterator[dict[str, Json]]:
    """Yield the cells that one object is made of, if the line between two of them was lost.

    A source that stands there twice begins another cell with the first key that is there again; objects
    without a key that are cells themselves follow it.
    """
    if not isinstance(value, Members):
        yield value
        return
    orphans = [each for key, each in value.pairs if key is None and is_cell(each)]
    pairs = [pair for pair in value.pairs if not (pair[0] is None and is_cell(pair[1]))]
    groups: list[list[tuple[str | None, Json]]] = [[]]
    known: set[str | None] = set()
    for key, each in pairs:
        if key is not None and key in known:
            groups.append([])
            known.clear()
        groups[-1].append((key, each))
        known.add(key)
    texts = [json.dumps(each, sort_keys=True) for key, each in pairs if key == "source"]
    if len(texts) > 1 and len(groups) == len(texts) and len(set(texts)) > 1:
        yield from map(object_of, groups)
    else:
        yield object_of(pairs)
    for orphan in orphans:
        yield from pieces(orphan)


class CellMender:
    """Mends the cells of one notebook."""

    def __init__(self, notes: Notes, version: Version) -> None:
        self._notes = notes
        self._version = version

    def mended(self, value: Json) -> dict[str, Json]:
        """Return the cell; the same object if nothing was wrong. Its id is not looked at."""
        leftovers = Leftovers(self._notes)
        cell = self._object(value, leftovers)
        kind = self._kind(cell, leftovers)
        if kind not in KINDS:  # a later version's
            kept = leftovers.added_to(cell["metadata"])
            return cell if kept is cell["metadata"] else cell | {"metadata": kept}
        result: dict[str, Json] = {"cell_type": kind, "source": self._source(cell)}
        result["metadata"] = metadata.of_cell(cell, kind, self._version.minor, self._notes, leftovers)
        result |= self._run(cell, kind, leftovers)
        if is_valid(cell.get("id")):
            result["id"] = cell["id"]
        for key in [key for key in cell if key not in result]:
            if self._version.relaxed and key not in {"attachments", "id"}:
                result[key] = cell[key]
            elif key == "id":
                leftovers.keep(key, cell[key], "its id was none that the format allows")
            else:
                leftovers.keep(key, cell[key], f"{key} has no place in a {kind} cell")
        result["metadata"] = leftovers.added_to(result["metadata"])
        if result.keys() == cell.keys() and all(result[key] is cell[key] for key in result):
            return cell
        keys = dict.fromkeys((*cell, *result))
        return {
            key: result[key]
            for key in (sorted(keys) if list(cell) == sorted(cell) else keys)
            if key in result
        }

    def _object(self, value: Json, leftovers: Leftovers) -> dict[str, Json]:
        if not isinstance(value, dict):
            self._notes.tell("type", "a cell was no object; now a raw cell")
            return raw_cell(Plain(self._notes, leftovers).value(value, "cell"))
        if isinstance(value, Members) and "source" not in value:
            value = self._of_stray_lines(value)
        cell: dict[str, Json] = Plain(self._notes, leftovers).value(value, "")
        if not is_old(cell):
            return cell
        if not self._version.is_old:
            self._notes.tell("format", "was a cell of an old format")
        return modern(cell, leftovers)

    def _of_stray_lines(self, value: Members) -> dict[str, Json]:
        """Lines that stand in a cell without a source are its source: the line with the key was lost."""
        lines = [each for key, each in value.pairs if key is None and isinstance(each, str)]
        if not lines:
            return value
        self._notes.tell("missing", "source was missing; its lines stood there without it")
        rest = [(key, each) for key, each in value.pairs if key is not None or not isinstance(each, str)]
        return object_of([*rest, ("source", lines)])

    def _kind(self, cell: dict[str, Json], leftovers: Leftovers) -> str:
        kind = cell.get("cell_type")
        if isinstance(kind, str) and (
            kind in KINDS or (self._version.relaxed and isinstance(cell.get("metadata"), dict))
        ):
            return kind
        found = next(
            (known for known in KINDS if kind and isinstance(kind, str) and known.startswith(kind)), None
        )
        if found is None:
            found = "code" if {"outputs", "execution_count"} & cell.keys() else "raw"
        if "cell_type" not in cell:
            self._notes.tell("missing", f"cell_type was missing; now {found}")
            return found
        self._notes.tell("type", f"cell_type was {json.dumps(kind)[:40]}; now {found}")
        if kind and not found.startswith(str(kind)):
            leftovers.keep("cell_type", kind, "the format has no such cell_type")
        return found

    def _source(self, cell: dict[str, Json]) -> Json:
        source = cell.get("source")
        if is_multiline(source):
            return source
        if "source" in cell:
            self._notes.tell("type", f"source was {_named(source)}; now text")
        else:
            self._notes.tell("missing", "source was missing")
        return as_text(source).splitlines(keepends=True)

    def _run(self, cell: dict[str, Json], kind: str, leftovers: Leftovers) -> dict[str, Json]:
        """The fields that only one kind of cell has."""
        outputs = Outputs(self._notes, leftovers, relaxed=self._version.relaxed)
        if kind != "code":
            attachments = cell.get("attachments")
            if not isinstance(attachments, dict):
                return {}
            made = {name: outputs.bundle(each, f"attachments.{name}") for name, each in attachments.items()}
            same = all(made[name] is attachments[name] for name in made)
            return {"attachments": attachments if same else made}
        if "outputs" not in cell:
            self._notes.tell("missing", "outputs was missing")
        if "execution_count" not in cell:
            self._notes.tell("missing", "execution_count was missing")
        count = self._count(cell.get("execution_count"), leftovers)
        return {"execution_count": count, "outputs": outputs.mended(cell.get("outputs", []))}

    def _count(self, value: Json, leftovers: Leftovers) -> Json:
        if is_count(value):
            return value
        text = str(value).removesuffix(".0") if isinstance(value, float | str) else ""
        if text.isdecimal() and len(text) < 10:
            self._notes.tell("type", "execution_count was no whole number; now it is")
            return int(text)
        leftovers.keep("execution_count", value, "execution_count was no number")
        return None


def _named(value: Json) -> str:
    if value is None:
        return "null"
    names = {bool: "a truth value", int: "a number", float: "a number", dict: "an object"}
    return names.get(type(value), "a list of not only text")
