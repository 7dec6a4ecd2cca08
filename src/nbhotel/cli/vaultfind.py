"""`nbhotel vault find`: the way back to outputs."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from typing import NamedTuple

from nbhotel.cli.vaults import Place, when
from nbhotel.errors import InputError
from nbhotel.git.vault import Vault
from nbhotel.git.vaultlook import Original, originals, outputs, spellings
from nbhotel.render.terminal.safe import safe
from nbhotel.render.terminal.sizes import in_bytes

#: So much of a name is shown, and so much must be typed.
_SHOWN, _TYPED = 10, 4


class Query(NamedTuple):
    """Which originals: of these paths or names (of all, if there is no word), with this text in them."""

    words: tuple[str, ...]
    containing: str | None


class _Found(NamedTuple):
    original: Original
    content: bytes


def print_found(place: Place, query: Query, *, limit: int, as_json: bool) -> int:
    """List what is found; 1 if that is nothing."""
    prefix = _prefix(place)
    found: list[_Found] = []
    more = False
    if place.exists:
        with Vault(place.file) as vault:
            for each in _search(vault, query, place, prefix):
                if len(found) == limit:
                    more = True
                    break
                found.append(each)
    if as_json:
        _print_json(found)
    else:
        _print_table(found, prefix)
    if not found and not as_json:
        print("nbhotel: the vault has nothing like that", file=sys.stderr)
    if more and not as_json:
        print("… and more: see --limit", file=sys.stderr)
    return 0 if found else 1


def write_out(place: Place, query: Query, out: str, *, force: bool) -> int:
    """Write the one original that is found to a file. Raises InputError if there are none, or several."""
    if out != "-" and os.path.lexists(out) and not force:
        raise InputError("is there already", where=out, remedy="--force writes over it")
    found: dict[str, bytes] = {}
    if place.exists:
        with Vault(place.file) as vault:
            for each in _search(vault, query, place, _prefix(place)):
                found[each.original.name] = each.content
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
    for original in originals(vault):
        if wanted and not any(_matches(original, path, name) for path, name in wanted):
            continue
        content = vault.read(original.id)
        if content is not None and (not texts or any(text in content for text in texts)):
            yield _Found(original, content)


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


def _print_table(found: list[_Found], prefix: str) -> None:
    if not found:
        return
    head = ("name", "stored", "used", "size", "outputs", "path")
    rows = [head, *(_row(each, prefix) for each in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head) - 1)]
    for row in rows:
        name, stored, used, size, count = (
            cell.rjust(width) if column in {3, 4} else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=False))
        )
        print(name, stored, used, size, count, row[-1], sep="  ")


def _row(found: _Found, prefix: str) -> tuple[str, ...]:
    original = found.original
    count = outputs(found.content)
    return (
        original.name[:_SHOWN],
        when(original.stored),
        when(original.used),
        in_bytes(original.size),
        "-" if count is None else str(count),
        safe(os.path.relpath(original.path, prefix or ".")),
    )


def _print_json(found: list[_Found]) -> None:
    import json

    rows = [
        {key: value for key, value in each.original._asdict().items() if key != "id"}
        | {"outputs": outputs(each.content)}
        for each in found
    ]
    print(json.dumps({"originals": rows}, indent=2))
