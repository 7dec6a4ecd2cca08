"""The commits of a notebook, and the history of one of its cells from what is open now."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from nbhotel.diff.align import match_cells
from nbhotel.diff.values import BY_DEFAULT
from nbhotel.errors import InputError
from nbhotel.git.history.commits import Commit
from nbhotel.git.history.walk import Before, History, Step
from nbhotel.git.setup.drivers import NAME
from nbhotel.notebook.model import Broken, Notebook
from nbhotel.room.changes.sides import cleaner

if TYPE_CHECKING:
    from nbhotel.git.history.versions import Versions
    from nbhotel.render.chronicle import Entry
    from nbhotel.room.changes.places import Place

#: Stands for the blob of the open notebook, which git has not.
_LIVE = "live"
#: As git log has it; in the time zone of who committed.
_DATE = "format:%Y-%m-%d %H:%M"
#: To run a cell again is no change of it.
_VIEW = BY_DEFAULT._replace(details=False)


def commits(place: Place, skip: int, limit: int) -> dict[str, Any]:
    """Return `limit` commits that touched the notebook, the newest first. Raises InputError."""
    steps = History(place.repository, date=_DATE).steps(place.newest_path(), ())
    try:
        found = list(islice(steps, skip, skip + limit + 1))
    finally:
        steps.close()
    return {"commits": [_commit(step.commit) for step in found[:limit]], "more": len(found) > limit}


def of_cell(place: Place, live: Notebook, cell: int, limit: int) -> dict[str, Any]:
    """Return the history of the cell at a place of the open notebook, as a page and as a list.

    Raises InputError, MissingPart, ConfigError.
    """
    from nbhotel.render.chronicle import Followed
    from nbhotel.render.html.history import log_page

    if not 0 <= cell < len(live.cells):
        raise InputError(f"has no cell {cell + 1}", where=place.name)
    entries, more = _entries(place, live, cell, limit)
    followed = Followed(live.cells[cell], cell)
    return {
        "commits": [_commit(each.commit) for each in entries],
        "more": more,
        "page": log_page(place.name, followed, entries, framed=True),
    }


def _entries(place: Place, live: Notebook, cell: int, limit: int) -> tuple[list[Entry], bool]:
    from nbhotel.git.history.follow import changes_of_cell
    from nbhotel.git.history.versions import Readable
    from nbhotel.render.chronicle import Entry

    steps = History(place.repository, date=_DATE).steps(place.newest_path(), ())
    compared = cleaner(place)(live) if place.filter == NAME else live
    with place.versions() as versions:
        try:
            found = _from_here(place, _readable(compared), iter(Readable(steps, versions)), versions)
            changes = changes_of_cell(found, versions, _VIEW, _place_in(compared, live, cell, place))
            first = list(islice(changes, limit + 1))
        finally:
            steps.close()
    entries = [Entry(each.step.commit, each.step.path, each.old_path, each.diff) for each in first[:limit]]
    return entries, len(first) > limit


def _from_here(place: Place, live: Notebook, steps: Iterator[Step], versions: Versions) -> Iterator[Step]:
    """Put the open notebook before the versions that git has."""
    versions.put(_LIVE, live)
    first = next(steps, None)
    before = (Before(first.path, first.blob, first.commit.id),) if first else ()
    now = Commit("0" * 40, (), "you", "", 0, "", "now", "Not committed yet")
    return chain([Step(now, place.path, _LIVE, before)], [first] if first else [], steps)


def _readable(side: Notebook | Broken) -> Notebook:
    assert isinstance(side, Notebook)  # noqa: S101 - it was sent as one
    return side


def _place_in(compared: Notebook | Broken, live: Notebook, cell: int, place: Place) -> int:
    if len(_readable(compared).cells) == len(live.cells):
        return cell
    found = match_cells(live.cells, _readable(compared).cells).get(cell)
    if found is None:
        raise InputError("this cell is left out of what is committed, so it has no history", where=place.name)
    return found


def _commit(commit: Commit) -> dict[str, Any]:
    return {
        "id": commit.id,
        "short": commit.short,
        "subject": commit.subject,
        "author": commit.author,
        "date": commit.date,
        "iso": commit.iso,
    }
