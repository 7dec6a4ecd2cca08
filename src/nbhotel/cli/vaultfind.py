"""`nbhotel vault find`: the way back to outputs."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from itertools import islice

from nbhotel.cli.progress import Progress
from nbhotel.cli.vaults import Place, when
from nbhotel.errors import InputError
from nbhotel.git.vault.look import Original, originals, outputs, spellings
from nbhotel.git.vault.store import Vault
from nbhotel.records import NamedTuple
from nbhotel.render.terminal.safe import safe
from nbhotel.render.terminal.sizes import in_bytes

#: So much of a name is shown, and so much must be typed.
_SHOWN, _TYPED = 10, 4


class Query(NamedTuple):
    """Which originals: of these paths or names (of all, if there is no word), with this text in them."""

    words: tuple[str, ...]
    containing: str | None


_Found = tuple[Original, bytes]


class _Row(NamedTuple):
    original: Original
    outputs: int | None


def print_found(place: Place, query: Query, *, limit: int, as_json: bool) -> int:
    """List what is found; 1 if that is nothing."""
    prefix = _prefix(place)
    rows: list[_Row] = []
    if place.exists:
        with Vault(place.file) as vault:
            found = islice(_search(vault, query, place, prefix), limit + 1)
            rows = [_Row(original, outputs(content)) for original, content in found]
    if as_json:
        _print_json(rows[:limit])
    else:
        _print_table(rows[:limit], prefix)
        if not rows:
            print("nbhotel: the vault has nothing like that", file=sys.stderr)
        if len(rows) > limit:
            print("… and more: see --limit", file=sys.stderr)
    return 0 if rows else 1


def write_out(place: Place, query: Query, out: str, *, force: bool) -> int:
    """Write the one original that is found to a file. Raises InputError if there are none, or several."""
    if out != "-" and os.path.lexists(out) and not force:
        raise InputError("is there already", where=out, remedy="--force writes over it")
    found: dict[str, bytes] = {}
    if place.exists:
        with Vault(place.file) as vault:
            for original, content in _search(vault, query, place, _prefix(place)):
                found[original.name] = content
                if len(found) > 1:
                    remedy = "name one, by the first column of the list without --out"
                    raise InputError("several originals are like that", remedy=remedy)
    if not found:
        raise InputError("the vault has nothing like that", remedy="see `nbhotel vault find`")
    (content,) = found.values()
    if out == "-":
        sys.stdout.buffer.write(content)
    else:
        from nbhotel.cli.emit import save

        save(content, out)
    return 0


def _search(vault: Vault, query: Query, place: Place, prefix: str) -> Iterator[_Found]:
    wanted = [(_path(word, place, prefix), _name(word)) for word in query.words]
    texts = tuple(spellings(query.containing)) if query.containing else ()
    of = [each for each in originals(vault) if not wanted or any(_matches(each, *both) for both in wanted)]
    with Progress() as tell:
        for done, original in enumerate(of):
            tell("looking", done, len(of))
            content = vault.read(original.id)
            if content is not None and (not texts or any(text in content for text in texts)):
                yield original, content


def _prefix(place: Place) -> str:
    """The working directory below the top of the worktree; "" there, and where there is none."""
    return (place.git.ask("rev-parse", "--show-prefix") or "").removesuffix("/")


def _path(word: str, place: Place, prefix: str) -> str:
    """A path below the top, "." for all of it."""
    if word.startswith("/"):
        return os.path.relpath(os.path.realpath(word), place.git.top() or place.common)
    return os.path.normpath(f"{prefix}/{word}" if prefix else word)


def _name(word: str) -> str | None:
    return word if re.fullmatch(f"[0-9a-f]{{{_TYPED},16}}", word) else None


def _matches(original: Original, path: str, name: str | None) -> bool:
    if name and original.name.startswith(name):
        return True
    return path in {".", original.path} or original.path.startswith(f"{path}/")


def _print_table(rows: list[_Row], prefix: str) -> None:
    if not rows:
        return
    head = ("name", "stored", "used", "size", "outputs", "path")
    lines = [head, *(_cells(each, prefix) for each in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head) - 1)]
    for line in lines:
        name, stored, used, size, count = (
            cell.rjust(width) if column in {3, 4} else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=False))
        )
        print(name, stored, used, size, count, line[-1], sep="  ")


def _cells(row: _Row, prefix: str) -> tuple[str, ...]:
    original, count = row
    return (
        original.name[:_SHOWN],
        when(original.stored),
        when(original.used),
        in_bytes(original.size),
        "-" if count is None else str(count),
        safe(os.path.relpath(original.path, prefix or ".")),
    )


def _print_json(rows: list[_Row]) -> None:
    import json

    documents = [{**each.original._asdict(), "outputs": each.outputs} for each in rows]
    for document in documents:
        del document["id"]
    print(json.dumps({"originals": documents}, indent=2))
