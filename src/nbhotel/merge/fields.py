"""Three JSON objects to one, key by key: metadata, and fields that nbhotel does not know."""

from __future__ import annotations

from nbhotel.notebook.equality import same
from nbhotel.notebook.model import Json
from nbhotel.records import NamedTuple

#: Objects that only make sense as a whole: a kernel's name of one side with the other's language would lie.
_WHOLE = {"kernelspec", "language_info", "execution"}
_TAGS = "tags"
_ABSENT = object()


class Clash(NamedTuple):
    """A key that both sides changed, each in its own way; None is a side that doesn't have it."""

    path: tuple[str, ...]
    base: Json
    local: Json
    remote: Json
    chosen: str


class FieldsMerge(NamedTuple):
    """The merged object, and what was settled in `prefer`'s favour (or united)."""

    value: dict[str, Json]
    clashes: tuple[Clash, ...]


def merge_fields(
    base: dict[str, Json],
    local: dict[str, Json],
    remote: dict[str, Json],
    *,
    prefer: str,
    unite_tags: bool = True,
) -> FieldsMerge:
    """Merge three objects; `prefer` ("local", "remote" or "base") decides where both sides changed a key.

    Keys keep the order that they have in local; remote's own ones follow.
    """
    clashes: list[Clash] = []
    merged = _Merger(prefer, unite_tags, clashes).merge(base, local, remote, ())
    return FieldsMerge(merged, tuple(clashes))


class _Merger:
    def __init__(self, prefer: str, unite_tags: bool, clashes: list[Clash]) -> None:
        self.prefer, self.unite_tags, self.clashes = prefer, unite_tags, clashes

    def merge(
        self, base: dict[str, Json], local: dict[str, Json], remote: dict[str, Json], path: tuple[str, ...]
    ) -> dict[str, Json]:
        merged: dict[str, Json] = {}
        for key in dict.fromkeys((*local, *remote, *base)):
            sides = tuple(side.get(key, _ABSENT) for side in (base, local, remote))
            value = self._value(sides, (*path, key))
            if value is not _ABSENT:
                merged[key] = value
        if list(local) == sorted(local) and list(remote) == sorted(remote):
            return dict(sorted(merged.items()))
        return merged

    def _value(self, sides: tuple[Json, ...], path: tuple[str, ...]) -> Json:
        base, local, remote = sides
        if _equal(local, remote) or _equal(remote, base):
            return local
        if _equal(local, base):
            return remote
        if path[-1] not in _WHOLE and isinstance(local, dict) and isinstance(remote, dict):
            return self.merge(base if isinstance(base, dict) else {}, local, remote, path)
        return self._clash(base, local, remote, path)

    def _clash(self, base: Json, local: Json, remote: Json, path: tuple[str, ...]) -> Json:
        value, chosen = {"base": base, "local": local, "remote": remote}[self.prefer], self.prefer
        if self.unite_tags and path[-1] == _TAGS and isinstance(local, list) and isinstance(remote, list):
            value, chosen = _united(base, local, remote), "union"
        given = [None if each is _ABSENT else each for each in (base, local, remote)]
        self.clashes.append(Clash(path, given[0], given[1], given[2], chosen))
        return value


def _equal(a: Json, b: Json) -> bool:
    return a is b or (a is not _ABSENT and b is not _ABSENT and same(a, b))


def _united(base: Json, local: list[Json], remote: list[Json]) -> list[Json]:
    """Return both sides' tags but those that a side took away; each once, as the format has it."""
    old = base if isinstance(base, list) else []
    gone = [tag for tag in old if not (_has(local, tag) and _has(remote, tag))]
    result: list[Json] = []
    for tag in (*local, *remote):
        if not _has(gone, tag) and not _has(result, tag):
            result.append(tag)
    return result


def _has(tags: list[Json], tag: Json) -> bool:
    return any(same(tag, each) for each in tags)
