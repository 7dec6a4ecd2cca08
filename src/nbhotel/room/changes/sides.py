"""The two notebooks of a comparison: what is open in the room, and the version it is compared with."""

from __future__ import annotations

from collections.abc import Callable

from nbhotel.diff.align import match_cells
from nbhotel.diff.values import BY_DEFAULT, Compared
from nbhotel.errors import InputError
from nbhotel.git.revisions import NEWEST
from nbhotel.git.setup.drivers import NAME
from nbhotel.notebook.model import Broken, Json, Notebook, cell_of, is_list_of_objects
from nbhotel.notebook.reading import is_nested_too_deeply, read_notebook
from nbhotel.records import NamedTuple
from nbhotel.room.changes.places import Place


class Sides(NamedTuple):
    """What is compared: `new` with `old`.

    `live` is the open notebook, `new` what git would store of it. In the same way `then` is `old` with what
    git does not store, as far as it is known. `shows_outputs`: it is not git's rules that say which count.
    """

    old_name: str
    old: Notebook | Broken
    new: Notebook | Broken
    live: Notebook | Broken
    then: Notebook | Broken
    parts: Compared
    shows_outputs: bool


def live_notebook(value: Json, name: str) -> Notebook:
    """Return the notebook that a client sent, as it would be saved. Raises InputError."""
    cells = value.get("cells") if isinstance(value, dict) else None
    if not is_list_of_objects(cells) or is_nested_too_deeply(value):
        raise InputError("what was sent is no notebook in nbformat 4's form", where=name)
    ready = tuple(cell_of(_as_saved(cell)) for cell in cells)
    return Notebook({**value, "cells": [cell.raw for cell in ready]}, ready)


def saved(name: str, file: str) -> Notebook | Broken:
    """Return the notebook on disk. Raises InputError if it can't be opened."""
    try:
        with open(file, "rb") as opened:
            return read_notebook(opened.read())
    except FileNotFoundError:
        raise InputError("is not on disk: it was never saved, or it was removed", where=name) from None
    except OSError as error:
        raise InputError(f"can't be read: {(error.strerror or str(error)).lower()}", where=name) from None


def since_save(name: str, file: str, live: Notebook | Broken, outputs: bool | None) -> Sides:
    """Compare with the file on disk; `outputs` None: with outputs. Raises InputError."""
    old = saved(name, file)
    wanted = outputs is not False
    return Sides("last save", old, live, live, old, parts_with(outputs=wanted), shows_outputs=wanted)


def since_commit(
    place: Place, revision: str, live: Notebook | Broken, outputs: bool | None, *, then: bool
) -> Sides:
    """Compare with a commit; `outputs` None: as git would compare them; `then`: what it was then is needed.

    Raises InputError, MissingPart, ConfigError.
    """
    blob = place.committed(revision)
    name = "last commit" if revision == NEWEST else f"commit {revision[:8]}"
    if place.filter == NAME and not outputs:
        old = read_notebook(place.content(blob))
        was = read_notebook(place.checked_out(blob)) if then else old
        clean = cleaner(place)
        parts = parts_with(outputs=outputs is None)
        return Sides(name, clean(old), clean(live), live, was, parts, shows_outputs=False)
    # Another program's filter may take outputs out as well; it is not run for each look.
    wanted = not place.filter if outputs is None else outputs
    old = read_notebook(place.checked_out(blob) if place.filter else place.content(blob))
    return Sides(name, old, live, live, old, parts_with(outputs=wanted), shows_outputs=wanted)


def cleaner(place: Place) -> Callable[[Notebook | Broken], Notebook | Broken]:
    """Return what takes out of a notebook what git is not to store of it: the repository's chain `vcs`.

    Raises ConfigError.
    """
    from nbhotel.chain.config import load_chain

    chain = load_chain("vcs", place.folder)
    return lambda side: side if isinstance(side, Broken) else chain.clean(side)


def parts_with(*, outputs: bool) -> Compared:
    """Return what to look at: without outputs, prompt numbers don't count either."""
    return BY_DEFAULT._replace(outputs=outputs, details=outputs)


def origins(new: Notebook, live: Notebook) -> dict[int, int]:
    """Return from the places of cells in a cleaned notebook the places that they have in the live one."""
    if len(new.cells) == len(live.cells):
        return {at: at for at in range(len(new.cells))}
    return match_cells(new.cells, live.cells)


def _as_saved(cell: dict[str, Json]) -> dict[str, Json]:
    """Lab notes in the open notebook which cells may run scripts; that is never written."""
    metadata = cell.get("metadata")
    if not isinstance(metadata, dict) or "trusted" not in metadata:
        return cell
    return {**cell, "metadata": {key: value for key, value in metadata.items() if key != "trusted"}}
