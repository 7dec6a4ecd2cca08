"""What was shared from here, and where it is: remembered beside the repository, never in a notebook.

A file `nbhotel/shared.json` in the git directory that all worktrees share, else in the user's state::

    {"version": 1, "gists": [{"host": "github.com", "id": "…", "address": "https://…", "public": false,
                              "files": {"report.ipynb": "analysis/report.ipynb"}, "shared": "2026-01-31T…"}]}

`files` leads from names in the gist to files: relative to the repository, absolute outside of one. The newest
stands first. Only its owner may read it: who has the address of a secret gist can read that.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from typing import Any

from nbhotel.errors import InputError, ShareError
from nbhotel.git.calls import Git
from nbhotel.git.places import common_dir, git_dir
from nbhotel.records import NamedTuple
from nbhotel.share.hosts.host import Snippet

_NAME = os.path.join("nbhotel", "shared.json")


class Link(NamedTuple):
    """One gist that was made from here; `shared` is when, as ISO 8601 in UTC."""

    host: str
    id: str
    address: str
    public: bool
    files: Mapping[str, str]
    shared: str


class Place(NamedTuple):
    """Where links are remembered, and what names in them are relative to ("": they are absolute)."""

    file: str
    root: str

    def called(self, path: str) -> str:
        """Return what a file is called in links."""
        path = os.path.realpath(path)
        return os.path.relpath(path, self.root) if self.root else path


def place_of(path: str, environment: Mapping[str, str], state: str) -> Place:
    """Return where links of a file are remembered; `state` is the user's state directory."""
    folder = os.path.dirname(os.path.realpath(path))
    try:
        common = common_dir(git_dir(folder, environment))
    except InputError:
        return Place(os.path.join(state, _NAME), "")
    return Place(os.path.join(common, _NAME), os.path.realpath(Git(folder, environment).top() or folder))


def links_in(place: Place) -> list[Link]:
    """Return what is remembered, the newest first. Raises ShareError."""
    try:
        with open(place.file, encoding="utf-8") as file:
            entries = json.load(file)["gists"]
        return [_link(entry) for entry in entries]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise _unusable(place, f"can't be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise _unusable(place, "is damaged") from None


def link_of(place: Place, host: str, paths: Iterable[str]) -> Link | None:
    """Return the newest link on a host that has one of the files, or None. Raises ShareError."""
    wanted = set(map(place.called, paths))
    known = (link for link in links_in(place) if link.host == host)
    return next((link for link in known if wanted & set(link.files.values())), None)


def remember(place: Place, snippet: Snippet, files: Mapping[str, str]) -> None:
    """Remember a snippet; `files` leads from names in it to paths. Raises ShareError.

    What is known of files that are still in it, and were not sent this time, stays.
    """
    links = links_in(place)
    before = next((link for link in links if _same(link, snippet)), None)
    known = {**(before.files if before else {}), **{name: place.called(files[name]) for name in files}}
    kept = {name: known[name] for name in snippet.files if name in known}
    link = Link(snippet.host, snippet.id, snippet.address, snippet.public, kept, _now())
    _write(place, [link, *(each for each in links if not _same(each, snippet))])


def _link(entry: Any) -> Link:
    link = Link(**{key: entry[key] for key in Link._fields})
    return link._replace(files=dict(link.files))


def _same(link: Link, snippet: Snippet) -> bool:
    return (link.host, link.id) == (snippet.host, snippet.id)


def _write(place: Place, links: list[Link]) -> None:
    from tempfile import mkstemp

    content: dict[str, Any] = {"version": 1, "gists": [link._asdict() for link in links]}
    folder = os.path.dirname(place.file)
    try:
        os.makedirs(folder, exist_ok=True)
        handle, name = mkstemp(prefix=".shared-", dir=folder)  # for the owner alone
        with open(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=1, ensure_ascii=False)
            file.write("\n")
        os.replace(name, place.file)
    except OSError as error:
        raise _unusable(place, f"can't be written: {error.strerror}") from None


def _now() -> str:
    from datetime import UTC, datetime

    return datetime.now(UTC).isoformat(timespec="seconds")


def _unusable(place: Place, what: str) -> ShareError:
    return ShareError(what, where=place.file, remedy="it remembers what was shared; mend or remove it")
