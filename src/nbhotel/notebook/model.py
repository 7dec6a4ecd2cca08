"""A notebook as a light, immutable value.

The JSON as it was read stays in `raw`, whatever it holds, so that what nbhotel does not understand is
written back as it was. Nothing may change a `raw` in place: make a new dict.

Source of the format: https://nbformat.readthedocs.io/en/latest/format_description.html
"""

from __future__ import annotations

from typing import Any, TypeAlias, TypeGuard

from nbhotel.records import NamedTuple

#: Any JSON value, as the `json` module gives it.
Json: TypeAlias = Any


class Cell(NamedTuple):
    """One cell. `kind` is "code", "markdown", "raw" or what the file says; `id` is None if it has none."""

    raw: dict[str, Json]
    kind: str
    source: str
    id: str | None

    @property
    def metadata(self) -> dict[str, Json]:
        """The cell's metadata; empty if there is none, or if it is not an object."""
        return _dict(self.raw.get("metadata"))

    @property
    def attachments(self) -> dict[str, Json]:
        """Attached files: name -> mimebundle."""
        return _dict(self.raw.get("attachments"))

    @property
    def outputs(self) -> list[dict[str, Json]]:
        """The outputs of a code cell; empty if they are not a list of objects."""
        outputs: Json = self.raw.get("outputs")
        return outputs if is_list_of_objects(outputs) else []

    @property
    def execution_count(self) -> int | None:
        """The prompt number, or None."""
        count = self.raw.get("execution_count")
        return count if isinstance(count, int) and not isinstance(count, bool) else None


class Notebook(NamedTuple):
    """A notebook in nbformat 4's form.

    `format` is what the file claims, (major, minor); older ones than 4 are converted, and then `raw` is the
    converted form. `oddities` are sentences on what is unusual about the file but could be read.
    """

    raw: dict[str, Json]
    cells: tuple[Cell, ...]
    format: tuple[int, int] = (4, 5)
    oddities: tuple[str, ...] = ()

    @property
    def metadata(self) -> dict[str, Json]:
        """The notebook's metadata; empty if there is none, or if it is not an object."""
        return _dict(self.raw.get("metadata"))

    @property
    def language(self) -> str:
        """The kernel's programming language in lower case, such as "python"; "" if the file doesn't say."""
        for table, key in (("language_info", "name"), ("kernelspec", "language")):
            name = _dict(self.metadata.get(table)).get(key)
            if isinstance(name, str) and name:
                return name.lower()
        return ""


class Broken(NamedTuple):
    """A file that can't be read as a notebook: `what` is wrong with it, and in which line (from 1, 0 = none).

    `text` is the file as text, with undecodable bytes replaced, for a line-by-line comparison.
    """

    what: str
    line: int
    text: str

    @property
    def message(self) -> str:
        """One sentence fragment, such as "line 12: has conflict markers"."""
        return f"line {self.line}: {self.what}" if self.line else self.what


#: A notebook without a cell: what a file that does not exist is compared as.
EMPTY = Notebook(raw={"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, cells=())


def multiline(value: Json) -> str | None:
    """Join a multi-line string of the format (a string or a list of strings); None if it is neither."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        try:
            return "".join(value)
        except TypeError:  # not all of them are strings
            return None
    return None


def cell_of(raw: dict[str, Json]) -> Cell:
    """Make a cell from its JSON object, in nbformat 4's form."""
    kind, identity = raw.get("cell_type"), raw.get("id")
    return Cell(
        raw=raw,
        kind=kind if isinstance(kind, str) else "",
        source=multiline(raw.get("source")) or "",
        id=identity if isinstance(identity, str) else None,
    )


def is_list_of_objects(value: Json) -> TypeGuard[list[dict[str, Json]]]:
    """Whether `value` is a list of nothing but objects."""
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _dict(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}
