"""Commits and what they did to one file, as `git log --raw -z` tells it (git-log(1), "Raw output format")."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nbhotel.records import NamedTuple

#: git-log(1), "Pretty formats"; `%B` comes last, as it may hold newlines. No field holds a NUL.
FORMAT = "%H%x00%P%x00%aN%x00%aE%x00%at%x00%aI%x00%ad%x00%B"
_FIELDS = FORMAT.count("%x00") + 1
_ABBREVIATED = 8


class Commit(NamedTuple):
    """A commit. `parents` are the nearest ancestors that touch the file, as git simplifies history.

    `authored` is in seconds since 1970; `date` is how the reader wants it, `iso` is ISO 8601.
    """

    id: str
    parents: tuple[str, ...]
    author: str
    email: str
    authored: int
    iso: str
    date: str
    message: str

    @property
    def short(self) -> str:
        """The beginning of the id."""
        return self.id[:_ABBREVIATED]

    @property
    def subject(self) -> str:
        """The first paragraph of the message on one line, as git has it."""
        return " ".join(self.message.strip().split("\n\n")[0].split())


class Touched(NamedTuple):
    """A commit, the file's blob in it ("" if it is removed), and those of its parents, in their order.

    `blob` and `sides` are None of a merge that git shows without a change (in ranges): then ask for them. Of
    a commit without a parent there is one side, "".
    """

    commit: Commit
    blob: str | None
    sides: list[str] | None


def parsed(items: Iterable[str]) -> Iterator[Touched]:
    """Read the items of `git log -z --raw -c --no-abbrev --format=FORMAT`, as they come."""
    words = (item.removeprefix("\n") for item in items)
    head: list[str] = []
    raw: Touched | None = None
    for word in words:
        if word.startswith(":") and len(head) == _FIELDS:
            next(words)  # the path
            raw = _touched(word, _commit(head))
        elif len(head) < _FIELDS:
            head.append(word)
        elif word:
            yield raw or Touched(_commit(head), None, None)
            head, raw = [word], None
    if head:
        yield raw or Touched(_commit(head), None, None)


def _commit(fields: list[str]) -> Commit:
    name, parents, author, email, seconds, iso, date, message = fields
    authored = int(seconds) if seconds.lstrip("-").isdecimal() else 0  # a broken commit has none
    return Commit(name, tuple(parents.split()), author, email, authored, iso, date, message)


def _touched(head: str, commit: Commit) -> Touched:
    """Read `:mode mode blob blob status`; a merge has a colon, a mode and a blob for each parent."""
    parents = len(head) - len(head.lstrip(":"))
    words = head[parents:].split(" ")
    modes, blobs = words[: parents + 1], words[parents + 1 : 2 * parents + 2]
    *olds, new = (_file(mode, blob) for mode, blob in zip(modes, blobs, strict=True))
    return Touched(commit, new, olds)


def _file(mode: str, blob: str) -> str:
    """What is a symbolic link or a submodule is no file."""
    return blob if mode.startswith("100") else ""
