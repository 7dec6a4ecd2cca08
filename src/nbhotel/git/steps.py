"""Whether a git command that works in several steps is in its last one.

Such a command refreshes the index once, by content, and then looks at the sizes of files alone. Where the
index has entries without a size (see `dirt`) it takes them for changed: "stash failed", "local changes would
be overwritten". So until its last step nothing may be changed in its index; each step writes it, and the hook
`post-index-change` is told whether the worktree was updated: before the first step it is not.
"""

from __future__ import annotations

import os
import re

#: Where each command keeps what it has still to do, below the git directory.
_TODO = {
    "cherry-pick": "sequencer/todo",
    "rebase": "rebase-merge/git-rebase-todo",
    "revert": "sequencer/todo",
}
_STEP = re.compile(r"^\s*[a-z]", re.MULTILINE)


def is_under_way(command: str, git_dir: str, *, updated: bool) -> bool:
    """Whether a command goes on to compare the worktree with the index that it has just written.

    `command` is git's, such as "merge"; `updated` is the hook's first flag.
    """
    if command == "am":
        return _has_more_mails(f"{git_dir}/rebase-apply")
    if command == "merge":
        return not updated
    return command in _TODO and (not updated or _has_more_steps(command, git_dir))


def _has_more_mails(folder: str) -> bool:
    """`git am` does not tell what it has updated; the message of a patch is there while it is applied."""
    if not os.path.exists(f"{folder}/final-commit"):
        return True
    return _number(f"{folder}/next") < _number(f"{folder}/last")


def _has_more_steps(command: str, git_dir: str) -> bool:
    steps = len(_STEP.findall(_text(f"{git_dir}/{_TODO[command]}")))
    # A rebase takes a step off its list before it does it, the others afterwards.
    return steps > (0 if command == "rebase" else 1)


def _number(file: str) -> int:
    text = _text(file).strip()
    return int(text) if text.isdecimal() else 0


def _text(file: str) -> str:
    try:
        with open(file, encoding="utf-8", errors="replace") as opened:
            return opened.read()
    except OSError:
        return ""
