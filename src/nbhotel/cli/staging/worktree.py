"""Changes taken back in the worktree's own file, which has outputs that git doesn't: `discard`."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from pathlib import Path

from nbhotel.cli.notebooks import why
from nbhotel.cli.rewrite import replace
from nbhotel.errors import InputError
from nbhotel.git.staging import discarded
from nbhotel.git.staging.applying import applied
from nbhotel.git.staging.carrying import carried
from nbhotel.git.staging.leaves import Edit, Leaf
from nbhotel.git.staging.pairs import Pair, Version, made
from nbhotel.git.staging.repository import Place
from nbhotel.notebook.model import Broken, Notebook
from nbhotel.notebook.reading import read_notebook
from nbhotel.notebook.rewriting import rewritten
from nbhotel.records import NamedTuple


class File(NamedTuple):
    """A file of the worktree as it was read."""

    status: os.stat_result
    data: bytes


def read(place: Place) -> File | None:
    """Read the file; None if it is gone. Raises InputError."""
    try:
        path = Path(place.file)
        return File(path.stat(), path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(why(error), where=place.name) from None


def write(
    place: Place,
    file: File | None,
    pair: Pair,
    taken: Collection[Leaf],
    edits: Sequence[Edit],
    revision: str | None,
) -> str:
    """Give the worktree's file the new side of what is `taken` and the old side of the rest.

    Return where the file is kept as it was; "" if there was none, and it is brought back. Raises InputError,
    StateError.
    """
    if file is None:
        place.bring_back(revision)
        return ""
    version = made(pair, taken, edits)
    content = _content(place, file.data, pair, version, taken, edits)
    kept = discarded.keep(place.git, place.path, file.data)
    if content != file.data:
        replace(place.file, content, file.status)
    if version.mode != pair.new.mode:
        _set_mode(Path(place.file), executable=version.mode.endswith("755"))
    return kept


def _content(
    place: Place, data: bytes, pair: Pair, version: Version, taken: Collection[Leaf], edits: Sequence[Edit]
) -> bytes:
    clean = version.data or b""
    if data == pair.new.data:  # nothing is cleaned here
        return clean
    original, plain = read_notebook(data), read_notebook(clean)
    if isinstance(original, Broken) or isinstance(plain, Broken):
        what = (
            "its parts can't be told, since git converts it" if isinstance(original, Broken) else "is broken"
        )
        raise InputError(what, where=place.name, remedy="`git restore` takes back all of it")
    result = applied(pair.diff, taken, edits)
    final = carried(result, original, pair.diff.new, _restored(place, clean, plain))
    # With everything taken back it is the version that git has, as it is written there.
    base = (clean, plain) if clean == pair.old.data else (data, original)
    return rewritten(base[0], base[1].raw, final.raw)


def _restored(place: Place, clean: bytes, plain: Notebook) -> Notebook:
    """The clean version with the outputs that the vault has for it."""
    if not place.is_filtered():
        return plain
    from nbhotel.cli.filtering import repository_filter

    notebooks = repository_filter(place.top)
    try:
        found = read_notebook(notebooks.smudge(place.path, clean))
    finally:
        notebooks.close()
    return plain if isinstance(found, Broken) else found


def _set_mode(path: Path, *, executable: bool) -> None:
    mode = path.stat().st_mode
    readers = (mode & 0o444) >> 2
    path.chmod(mode | readers if executable else mode & ~0o111)
