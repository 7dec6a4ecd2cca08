"""No phantom dirt: a notebook of which only the outputs changed is not "modified".

git takes a file whose size differs from the one in its index for modified, and does not ask the filter. For
an index entry of size 0, which is what git itself writes when it can't trust the clock ("racy git",
https://git-scm.com/docs/racy-git), it does ask. So after each change of the index, the entries of notebooks
lose their size (`sizes`). The price is that git cleans these notebooks once at each `git status`; that is
bounded by taking only the most recent ones.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from nbhotel.git.calls import Git
from nbhotel.git.filter.sizes import Entry, take_out_sizes, without_sizes
from nbhotel.git.places import git_dir

#: A hook that writes the index is called for that as well.
GUARD = "NBHOTEL_INDEX_WRITTEN"
#: Else the hook would be called for what it writes itself.
_WITHOUT_HOOKS = ("-c", "core.hooksPath=/dev/null")
#: The most recently changed notebooks, no more than so many and so many bytes, are looked at by content.
_NOTEBOOKS, _BYTES = 64, 32_000_000
#: Their `--abort` is a `git reset --merge`, which looks at the sizes of files that the merge has changed.
_MERGING = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD")


def look_at_contents(top: str, environment: Mapping[str, str]) -> int:
    """Have git look at the content of recent notebooks, not at their size; return how many.

    `environment` is the hook's. Does nothing while another index than the worktree's own is written, and
    nothing when the index is locked: then the next change will do.
    """
    if _is_not_ours(environment):
        return 0
    git = _git(top, environment)
    staged = _staged(git) if _is_merging(git, environment) else frozenset()
    entries = _recent(top, (entry for entry in _filtered(git) if entry.path not in staged))
    if entries and not take_out_sizes(_index(top, environment), entries):
        lines = "".join(f"{entry.mode} {entry.blob}\t{entry.path}\0" for entry in entries)
        git.ask(*_WITHOUT_HOOKS, "update-index", "-z", "--index-info", data=lines)
    return len(entries)


def look_at_content_of(path: str, environment: Mapping[str, str]) -> bool:
    """Have git look at the content of one file, not at its size; return if it is one that our filter cleans.

    For who has just written the file, whose index nobody changed: stages nothing, whatever the file has.
    Raises MissingPart, OSError.
    """
    git = Git(os.path.dirname(path), environment)
    top = git.top()
    if not top:
        return False
    git = _git(top, environment)
    entries = _filtered(git, f":(top,literal,attr:filter=nbhotel){os.path.relpath(path, top)}")
    if not entries or (_is_merging(git, environment) and entries[0].path in _staged(git)):
        return False
    index = _index(top, environment)
    with open(index, "rb") as file:
        content = file.read()
    # As a rule the hook has done it: then the index is not locked, where somebody's git would run into it.
    return without_sizes(content, entries) == content or take_out_sizes(index, entries)


def look_at_sizes(top: str, environment: Mapping[str, str]) -> None:
    """Give the index the sizes of all files of which only outputs changed.

    `git sparse-checkout` looks at nothing else, and asks people to run it again if a file was in its way.
    """
    if not _is_not_ours(environment):
        _git(top, environment).ask(*_WITHOUT_HOOKS, "update-index", "-q", "--refresh")


def _is_not_ours(environment: Mapping[str, str]) -> bool:
    is_other = environment.get("GIT_INDEX_FILE", "index").endswith(".lock")
    return is_other or bool(environment.get(GUARD))


def _index(top: str, environment: Mapping[str, str]) -> str:
    return os.path.join(top, environment.get("GIT_INDEX_FILE") or f"{git_dir(top, environment)}/index")


def _git(top: str, environment: Mapping[str, str]) -> Git:
    return Git(top, {**environment, GUARD: "1"})


def _is_merging(git: Git, environment: Mapping[str, str]) -> bool:
    """Whether a merge is to be concluded; before git says so by one of its files, there are conflicts."""
    folder = git_dir(git.folder, environment)
    return any(os.path.exists(f"{folder}/{name}") for name in _MERGING) or bool(
        git.ask("ls-files", "--unmerged")
    )


def _staged(git: Git) -> frozenset[str]:
    """Return the files that the next commit changes."""
    return frozenset(git.listed("diff-index", "--cached", "--name-only", "-z", "HEAD"))


def _filtered(git: Git, where: str = ":(attr:filter=nbhotel)") -> list[Entry]:
    """Return the files that our filter stands before, conflicted ones left out."""
    listed = git.ask("ls-files", "--stage", "-z", "--", where) or ""
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
