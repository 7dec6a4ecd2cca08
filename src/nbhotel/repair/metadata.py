"""Metadata: an object, of which a few keys have a type that the format prescribes.

Source: the schemas of nbformat 4.0 to 4.5.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from nbhotel.notebook.model import Json
from nbhotel.repair.notes import Leftovers, Notes

_Check: TypeAlias = Callable[[Json], bool]


def _is_text(value: Json) -> bool:
    return isinstance(value, str)


def _is_object(value: Json) -> bool:
    return isinstance(value, dict)


def _are_tags(value: Json) -> bool:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        return False
    return len(set(value)) == len(value) and all(_is_tag(each) for each in value)


def _is_tag(text: str) -> bool:
    return bool(text) and "," not in text


def _is_name(value: Json) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(".+", value))


def _has_texts(value: Json, *required: str) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(key), str) for key in required)


def _is_kernel(value: Json) -> bool:
    return _has_texts(value, "name", "display_name")


def _is_language(value: Json) -> bool:
    if not _has_texts(value, "name"):
        return False
    if not isinstance(value.get("codemirror_mode", ""), str | dict):
        return False
    return all(
        isinstance(value.get(key, ""), str) for key in ("file_extension", "mimetype", "pygments_lexer")
    )


def _is_execution(value: Json) -> bool:
    return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())


def _is_version(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


#: key -> since which minor version, and what it must be
_OF_NOTEBOOK: dict[str, tuple[int, _Check]] = {
    "kernelspec": (0, _is_kernel),
    "language_info": (0, _is_language),
    "orig_nbformat": (0, _is_version),
    "title": (2, _is_text),
    "authors": (2, lambda value: isinstance(value, list)),
}
_OF_CELL: dict[str, tuple[int, _Check]] = {
    "name": (0, _is_name),
    "tags": (0, _are_tags),
    "jupyter": (3, _is_object),
}
_OF_KIND: dict[str, dict[str, tuple[int, _Check]]] = {
    "raw": {"format": (0, _is_text)},
    "code": {
        "collapsed": (0, lambda value: isinstance(value, bool)),
        "scrolled": (0, lambda value: isinstance(value, bool) or value == "auto"),
        "execution": (4, _is_execution),
    },
}


def of_notebook(raw: dict[str, Json], minor: int, notes: Notes, leftovers: Leftovers) -> dict[str, Json]:
    """Return the notebook's metadata as the format has it."""
    return _mended(raw, _OF_NOTEBOOK, minor, notes, leftovers)


def of_cell(
    raw: dict[str, Json], kind: str, minor: int, notes: Notes, leftovers: Leftovers
) -> dict[str, Json]:
    """Return a cell's metadata as the format has it."""
    return _mended(raw, _OF_CELL | _OF_KIND.get(kind, {}), minor, notes, leftovers)


def _mended(
    raw: dict[str, Json], rules: dict[str, tuple[int, _Check]], minor: int, notes: Notes, leftovers: Leftovers
) -> dict[str, Json]:
    metadata = raw.get("metadata")
    if not isinstance(metadata, dict):
        if "metadata" not in raw:
            notes.tell("missing", "metadata was missing")
        else:
            leftovers.keep("metadata", metadata, "metadata was no object")
        return {}
    result: dict[str, Json] = {}
    for key, value in metadata.items():
        since, fits = rules.get(key, (0, None))
        saved = value if fits is None or minor < since or fits(value) else _saved(key, value)
        if saved is not None or (value is None and fits is None):
            result[key] = saved
        else:
            leftovers.keep(f"metadata.{key}", value, f"metadata.{key} was not as the format has it")
        if saved is not None and saved is not value:
            notes.tell("type", f"metadata.{key} was not as the format has it; mended")
    return (
        metadata
        if result.keys() == metadata.keys() and all(result[k] is metadata[k] for k in result)
        else result
    )


def _saved(key: str, value: Json) -> Json:
    """Return what was meant; None if that can't be told."""
    if key == "tags":
        return _tags(value)
    if key == "kernelspec" and _has_texts(value, "name"):
        return value | {"display_name": value["name"]}
    if key == "kernelspec" and _has_texts(value, "display_name"):
        return value | {"name": value["display_name"]}
    return None


def _tags(value: Json) -> Json:
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(each, str) for each in words):
        return None
    tags = [tag.strip() for each in words for tag in each.split(",")]
    return list(dict.fromkeys(tag for tag in tags if tag))
