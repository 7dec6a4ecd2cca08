"""No phantom dirt: a notebook of which only the outputs changed is not "modified".

git takes a file whose size differs from the one in its index for modified, and does not ask the filter. For
an index entry of size 0, which is what git itself writes when it can't trust the clock ("racy git",
https://git-scm.com/docs/racy-git), it does ask. So after each change of the index, the entries of notebooks
are written anew without a size, by git's own `update-index --index-info`. The price is that git cleans these
notebooks once at each `git status`; that is bounded by taking only the most recent ones.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from nbhotel.git.calls import Git

#: A hook that writes the index is called for that as well.
GUARD = "NBHOTEL_INDEX_WRITTEN"
#: The most recently changed notebooks, no more than so many and so many bytes, are looked at by content.
_NOTEBOOKS, _BYTES = 64, 32_000_000


class Entry(NamedTuple):
    """One file of the index, as `git ls-files --stage` has it."""

    mode: str
    blob: str
    path: str


def look_at_contents(top: str, environment: Mapping[str, str]) -> int:
    """Have git look at the content of recent notebooks, not at their size; return how many.

    `environment` is the hook's. Does nothing while another index than the worktree's own is written, and
    nothing when the index is locked: then the next change will do.
    """
    if environment.get(GUARD) or environment.get("GIT_INDEX_FILE", "index").endswith(".lock"):
        return 0
    git = Git(top, {**environment, GUARD: "1"})
    entries = _recent(top, _filtered(git))
    if entries:
        lines = "".join(f"{entry.mode} {entry.blob}\t{entry.path}\0" for entry in entries)
        git.ask("update-index", "-z", "--index-info", data=lines)
    return len(entries)


def _filtered(git: Git) -> list[Entry]:
    """Return the files that our filter stands before, conflicted ones left out."""
    listed = git.ask("ls-files", "--stage", "-z", "--", ":(attr:filter=nbhotel)") or ""
    entries = []
    for line in listed.split("\0")[:-1]:
        head, _, path = line.partition("\t")
        mode, blob, stage = head.split()
        if stage == "0" and mode.startswith("100"):
            entries.append(Entry(mode, blob, path))
    return entries


def _recent(top: str, entries: Iterable[Entry]) -> list[Entry]:
    found = []
    for entry in entries:
        try:
            status = os.lstat(os.path.join(top, entry.path))
        except OSError:
            continue
        found.append((-status.st_mtime_ns, status.st_size, entry))
    chosen: list[Entry] = []
    size = 0
    for _, its_size, entry in sorted(found)[:_NOTEBOOKS]:
        size += its_size
        if size > _BYTES and chosen:
            break
        chosen.append(entry)
    return chosen
