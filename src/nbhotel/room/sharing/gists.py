"""A notebook of the room, and data beside it, as a gist."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from stat import S_ISREG
from typing import Any

from nbhotel.room.sharing.hosts import Chosen, opened_for_snippets
from nbhotel.room.sharing.jobs import Asking, Job
from nbhotel.room.sharing.tokens import Tokens
from nbhotel.room.sharing.words import hidden
from nbhotel.share import gist
from nbhotel.share.gist import GistWish
from nbhotel.share.hosts.opening import snippets_of
from nbhotel.share.links import Link, Place, link_of, place_of
from nbhotel.share.pieces import Suspicion, suspicions
from nbhotel.userdirs import state_home

#: Files beside a notebook that are offered, and their largest size in bytes: what people can look through.
_OFFERED = 100
_SMALL = 1_000_000


def known_gist(path: str, host: Chosen, environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the newest gist that a notebook was shared as, and the data that might go with it.

    Raises ShareError, UsageError.
    """
    limits = snippets_of(*host)
    place = place_of(path, environment, state_home(environment))
    link = link_of(place, host.name, [path])
    told = {"address": link.address, "public": link.public, "shared": link.shared} if link else None
    words = {"word": limits.word, "hidden": hidden(limits.hidden)}
    return {"gist": told, "beside": list(_beside(path, place, link)), **words}


def share_gist(
    wish: GistWish,
    host: Chosen,
    allowed: frozenset[Suspicion],
    root: str,
    environment: Mapping[str, str],
    tokens: Tokens,
    job: Job,
) -> dict[str, Any]:
    """Make or update a gist; `wish` has absolute paths, the notebook first, and `root` is the server's.

    `allowed` are the findings that may leave although they look secret, as they were told.
    Raises Asking, and whatever NbhotelError there is.
    """
    ready = gist.draft(wish, *host, environment)
    found = [each._replace(path=os.path.relpath(each.path, root)) for each in suspicions(ready.pieces)]
    if not allowed.issuperset(found):
        raise Asking(found)
    job.steps.append(f"looked for secrets in {_files(len(ready.pieces))}")
    with opened_for_snippets(host, tokens.find(host, environment), job.wait) as opened:
        done = gist.send(wish, ready, opened)
    job.steps.append(f"{'updated' if wish.update else 'made'} the {ready.limits.word}")
    return {"address": done.address, "public": done.public, "files": [*done.files]}


def _beside(path: str, place: Place, link: Link | None) -> Iterator[dict[str, Any]]:
    """Small text files in the notebook's folder; `shared`: it is in the gist."""
    folder, shared = os.path.dirname(path), set(link.files.values()) if link else set()
    offered = 0
    for name in sorted(os.listdir(folder)):
        file = os.path.join(folder, name)
        size = 0 if file == path or offered == _OFFERED else _offered_size(file)
        if size:
            offered += 1
            yield {"name": name, "size": size, "shared": place.called(file) in shared}


def _offered_size(path: str) -> int:
    """The bytes of a file that may go with a notebook; 0 for one that may not, or can't be read."""
    try:
        told = os.lstat(path)
        if os.path.basename(path).startswith(".") or not S_ISREG(told.st_mode) or told.st_size > _SMALL:
            return 0
        with open(path, "rb") as file:
            return 0 if b"\0" in file.read(1000) else told.st_size
    except OSError:
        return 0


def _files(number: int) -> str:
    return "1 file" if number == 1 else f"{number} files"
