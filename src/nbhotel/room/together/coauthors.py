"""Who wrote in the notebooks that are about to be committed, as trailers of the commit's message.

Source: https://git-scm.com/docs/git-interpret-trailers; the trailer is the one that code hosts read.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

from nbhotel.room.together.file import Author, Kept

if TYPE_CHECKING:
    from nbhotel.git.calls import Git

#: The hook gets the whole message: of one that is empty git makes no commit, and a trailer would fill it.
HOOK = "commit-msg"


def coauthors(git: Git, kept: Kept, itself: str) -> list[Author]:
    """Return who else wrote in the staged notebooks since each one's last commit, by name.

    `itself` is the name that the hotel has for the one who commits. Raises InputError, MissingPart and
    sqlite3.Error.
    """
    top = os.path.realpath(git.top())
    found: dict[str, Author] = {}
    for path in git.listed("diff", "--cached", "--name-only", "--no-renames", "-z", "--", ":/*.ipynb"):
        since = float(git.ask("log", "-1", "--format=%ct", "--", f":/{path}") or 0)
        for author in kept.authors(os.path.join(top, path)):
            if author.wrote > since and author.user != itself:
                found[author.user] = author
    return sorted(found.values(), key=lambda author: author.name)


def trailer(author: Author, host: str) -> str:
    """Return the line of a message. A hotel knows no addresses of mail: git's own .mailmap may give them."""
    name = _plain(author.name) or _plain(author.user)
    return f"Co-authored-by: {name} <{_plain(author.user).replace(' ', '.')}@{host}>"


def add_to_message(git: Git, file: str, trailers: Sequence[str]) -> None:
    """Add trailers to the message in a file, unless it is empty or has them. Raises InputError."""
    comment = git.ask("config", "core.commentChar") or "#"
    with open(file, encoding="utf-8", errors="surrogateescape") as opened:
        if trailers and any(line.strip() and not line.startswith(comment) for line in opened):
            words = [f"--trailer={each}" for each in trailers]
            git.run("interpret-trailers", "--in-place", "--if-exists=addIfDifferent", *words, "--", file)


def hook_lines(program: str) -> list[str]:
    """Return the hook's lines: a message without trailers is better than no commit."""
    found = f'nbhotel={shlex.quote(program)}; test -x "$nbhotel" || nbhotel=nbhotel; '
    return [f'{found}"$nbhotel" coauthors --message "$1" || :']


def _plain(text: str) -> str:
    """Return a name as one that can't end its line or its address."""
    return " ".join("".join(" " if each in "<>" or not each.isprintable() else each for each in text).split())
