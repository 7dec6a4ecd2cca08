"""git's hooks that tell of a new index: ours beside whatever hook is there already.

`post-index-change` is called while `git commit -a` still holds the index, so `post-commit` is needed as well.
Both call `git-index-written`, by which notebooks of which only the outputs changed do not look modified. In a
hook that is a shell script our lines come first, as nobody knows where it ends; a hook of another kind, or
one that is switched off, is put aside under another name, and called by ours if it can be. Source:
githooks(5).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence

from nbhotel.errors import MissingPart
from nbhotel.git.calls import Git
from nbhotel.git.setup.blocks import block_of, edit, read, with_block, without_block

HOOKS = ("post-index-change", "post-commit")
_ASIDE = ".before-nbhotel"
_SHELLS = ("sh", "bash", "dash", "zsh", "ksh")
_CHAIN = f'before="$0{_ASIDE}"; test ! -x "$before" || "$before" "$@"'


def hook_files(git: Git) -> tuple[str, ...]:
    """Return where git looks for the hooks, core.hooksPath included."""
    return tuple(os.path.join(git.path("hooks"), name) for name in HOOKS)


def is_shared(git: Git, file: str) -> bool:
    """Whether the hook would lie in a folder that is committed: no place for a path of this machine."""
    top, hook = os.path.realpath(git.top() or os.devnull), os.path.realpath(file)
    if not hook.startswith(top + os.sep):
        return False
    common = os.path.realpath(os.path.join(git.folder, git.run("rev-parse", "--git-common-dir")))
    return not hook.startswith(common + os.sep) and git.ask("check-ignore", "-q", "--", file) is None


def add(file: str, lines: Sequence[str]) -> bool:
    """Put our lines into the hook; return whether that changed anything. Raises MissingPart."""
    text = read(file)
    ours = block_of(text)
    if ours is None and text and not (_is_shell(text) and os.access(file, os.X_OK)):
        _put_aside(file)
        lines = [_CHAIN, *lines]
    elif ours and ours[0] == _CHAIN:
        lines = [_CHAIN, *lines]
    changed = edit(file, lambda text: with_block(text or "#!/bin/sh\n", lines, first=True), mode=0o755)
    return _make_executable(file) or changed


def remove(file: str) -> bool:
    """Take our lines out of the hook, and put back what was put aside; return whether anything changed.

    Raises MissingPart.
    """
    if block_of(read(file)) is None:
        return False
    edit(file, _without)
    if not os.path.exists(file) and os.path.lexists(file + _ASIDE):
        os.replace(file + _ASIDE, file)
    return True


def is_there(file: str) -> bool:
    """Whether our lines are in the hook, and git runs it."""
    return block_of(read(file)) is not None and os.access(file, os.X_OK)


def state(file: str, lines: Sequence[str]) -> str:
    """Say what is wrong with our part of the hook: "missing", "stale", "not executable"; "" for nothing."""
    found = block_of(read(file))
    if found is None:
        return "missing"
    if [line for line in found if line != _CHAIN] != list(lines):
        return "stale"
    return "" if os.access(file, os.X_OK) else "not executable"


def _without(text: str) -> str:
    rest = without_block(text)
    return "" if rest.strip() in {"", "#!/bin/sh"} else rest


def _is_shell(text: str) -> bool:
    first, _, _ = text.partition("\n")
    name = first.removeprefix("#!").strip().removeprefix("/usr/bin/env ").split(" ")[0].rpartition("/")[2]
    return first.startswith("#!") and name in _SHELLS


def _put_aside(file: str) -> None:
    aside = file + _ASIDE
    if os.path.lexists(aside):
        raise MissingPart("another hook was put aside there before", where=aside, remedy="remove one of them")
    try:
        os.replace(file, aside)
    except OSError as error:
        raise MissingPart(f"can't be renamed: {(error.strerror or str(error)).lower()}", where=file) from None


def _make_executable(file: str) -> bool:
    mode = stat.S_IMODE(os.stat(file).st_mode)
    if mode & 0o111:
        return False
    try:
        os.chmod(file, mode | (mode & 0o444) >> 2)
    except OSError as error:
        raise MissingPart(f"can't be made executable: {(error.strerror or '').lower()}", where=file) from None
    return True
