"""JSON objects compared key by key: metadata, and whatever else stands in a notebook, a cell or an output."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from nbhotel.diff.values import JsonChange
from nbhotel.notebook.equality import same
from nbhotel.notebook.model import Json


def diff_fields(
    old: dict[str, Json], new: dict[str, Json], *, but: Collection[str] = ()
) -> tuple[JsonChange, ...]:
    """Compare two objects, nested objects by key, everything else as a whole; `but` leaves out top keys."""
    return tuple(_changes(old, new, (), but))


def apply_fields(changes: Collection[JsonChange], old: dict[str, Json]) -> dict[str, Json]:
    """Make the new object from the old one, which stays as it is."""
    result = dict(old)
    for change in changes:
        _set(result, change.path, change)
    return result


def _changes(
    old: dict[str, Json], new: dict[str, Json], path: tuple[str, ...], but: Collection[str] = ()
) -> Iterator[JsonChange]:
    for key, value in old.items():
        if key in but:
            continue
        if key not in new:
            yield JsonChange((*path, key), "removed", value, None)
        elif isinstance(value, dict) and isinstance(new[key], dict):
            yield from _changes(value, new[key], (*path, key))
        elif not same(value, new[key]):
            yield JsonChange((*path, key), "changed", value, new[key])
    for key, value in new.items():
        if key not in old and key not in but:
            yield JsonChange((*path, key), "added", None, value)


def _set(result: dict[str, Json], path: tuple[str, ...], change: JsonChange) -> None:
    """Set or remove one value; the objects on the way are copied, since others may hold them."""
    for key in path[:-1]:
        result[key] = dict(result[key])
        result = result[key]
    if change.kind == "removed":
        del result[path[-1]]
    else:
        result[path[-1]] = change.new
