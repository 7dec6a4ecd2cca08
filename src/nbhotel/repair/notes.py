"""What is noted while a notebook is mended: findings, what is lost, and what is kept in the metadata."""

from __future__ import annotations

import json

from nbhotel.notebook.model import Json
from nbhotel.repair.scalars import Members, NoNumber
from nbhotel.repair.values import LEFTOVERS_KEY, Finding, Kind


class Notes:
    """Findings in the order in which they are made; `cell` is the index of the cell that is being mended."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.lost: list[str] = []
        self.cell: int | None = None

    def tell(self, kind: Kind, what: str) -> None:
        """Note what was wrong here; the same is noted once for a cell."""
        finding = Finding(kind, what, self.cell)
        if finding not in self.findings[-20:]:
            self.findings.append(finding)


class Leftovers:
    """Values of a cell, or of the notebook, that have no place in it: they go into its metadata."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._values: dict[str, Json] = {}
        self._numbers: dict[str, int] = {}

    def keep(self, path: str, value: Json, why: str) -> None:
        """Keep a value; `why` tells what was wrong with it."""
        if value in (None, "", [], {}):
            self._notes.tell("place", f"{why}; it was empty, and is gone")
            return
        self._values[self._free(path, self._values)] = value
        self._notes.tell("place", f"{why}; kept in metadata.{LEFTOVERS_KEY}")

    def added_to(self, metadata: dict[str, Json]) -> dict[str, Json]:
        """Return the metadata with what was kept, and what an earlier repair has kept there."""
        if not self._values:
            return metadata
        earlier = metadata.get(LEFTOVERS_KEY, {})
        kept: dict[str, Json] = dict(earlier) if isinstance(earlier, dict) else {LEFTOVERS_KEY: earlier}
        for path, value in self._values.items():
            kept[self._free(path, kept)] = value
        return metadata | {LEFTOVERS_KEY: kept}

    def _free(self, path: str, taken: dict[str, Json]) -> str:
        """Return the path, with a number if it is taken."""
        number = self._numbers.get(path, 2)
        free = path
        while free in taken:
            free, number = f"{path} ({number})", number + 1
        self._numbers[path] = number
        return free


class Plain:
    """Makes plain values of what was read: one value for each key, and numbers that JSON has."""

    def __init__(self, notes: Notes, leftovers: Leftovers) -> None:
        self._notes = notes
        self._leftovers = leftovers

    def value(self, value: Json, path: str) -> Json:
        """Return the value with nothing odd in it; the same object if there was nothing odd."""
        if isinstance(value, Members):
            value = self._members(value, path)
        if isinstance(value, dict):
            new = {key: self.value(each, f"{path}.{key}".lstrip(".")) for key, each in value.items()}
            return new if any(each is not value[key] for key, each in new.items()) else value
        if isinstance(value, list):
            items = [self.value(each, f"{path}.{index}") for index, each in enumerate(value)]
            return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
        if isinstance(value, NoNumber):
            self._notes.tell("numbers", f"{path} held {_short(value)}, which is no JSON; now text")
            return str(value)
        return value

    def _members(self, members: Members, path: str) -> dict[str, Json]:
        left = dict(members)
        for key, value in members.pairs:
            where = f"{path}.{key or '?'}".lstrip(".")
            if key is None:
                self._leftovers.keep(
                    where, self.value(value, where), f"a value stood in {path or 'it'} without a key"
                )
            elif value is not members[key]:
                self._doubled(where, value, members[key])
        return left

    def _doubled(self, where: str, value: Json, last: Json) -> None:
        if json.dumps(value, sort_keys=True) == json.dumps(last, sort_keys=True):
            self._notes.tell("keys", f"{where} stood there twice, and was the same")
            return
        self._notes.tell("keys", f"{where} stood there twice; the last one counts")
        self._leftovers.keep(where, self.value(value, where), f"another {where} stood there")


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"a number of {len(text):,} characters"


def as_text(value: Json) -> str:
    """Return a value as text: a string as it is, a list's items joined, anything else as its JSON."""
    if isinstance(value, str):
        return str(value)
    if value is None:
        return ""
    if isinstance(value, list):
        return "".join(map(as_text, value))
    return json.dumps(value, ensure_ascii=False)


def is_multiline(value: Json) -> bool:
    """Whether it is a multi-line string: a string, or a list of strings."""
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(each, str) for each in value)
    )


def is_count(value: Json) -> bool:
    """Whether it may be a prompt number."""
    return value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0)
