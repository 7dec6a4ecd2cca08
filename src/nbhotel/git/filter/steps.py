"""Whether a git command that works in several steps is in its last one.

Such a command refreshes the index once, by content, and then looks at the sizes of files alone. Where the
index has entries without a size (see `dirt`) it takes them for changed: "stash failed", "local changes would
be overwritten". So until its last step nothing may be changed in its index; each step writes it, and the hook
`post-index-change` is told whether the worktree was updated: before the first step it is not.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from nbhotel.git.parent import Command

#: Where each command keeps what it has still to do, below the git directory.
_TODO = {
    "cherry-pick": "sequencer/todo",
    "rebase": "rebase-merge/git-rebase-todo",
    "revert": "sequencer/todo",
}
_STEP = re.compile(r"^\s*[a-z]", re.MULTILINE)
#: What `git stash push` does last, by other commands. `stash pop` and its like do it themselves.
_LAST_OF_STASH = ("reset", "apply", "checkout")
_UNSTASHING = ("pop", "apply", "branch")
#: What the older strategies of `git merge` consist of.
_PARTS_OF_MERGE = ("read-tree", "update-index", "merge-index", "checkout-index")
_SHELLS = ("sh", "bash", "dash", "zsh", "ksh", "-sh", "-bash", "-zsh")


def is_under_way(commands: Sequence[Command], git_dir: str, *, updated: bool | None) -> bool:
    """Whether a command goes on to compare the worktree with the index that it has just written.

    `commands` are git's: the one that wrote the index, the one that called it, and so on. `updated` is the
    first flag of the hook `post-index-change`; None for another hook.
    """
    if not commands:
        return False
    writer, *callers = commands
    return _goes_on(writer, git_dir, updated) or any(_waits(each, writer, git_dir) for each in callers)


def _goes_on(command: Command, git_dir: str, updated: bool | None) -> bool:
    if command.name == "am":
        return _has_more_mails(f"{git_dir}/rebase-apply")
    if command.name == "merge":
        return updated is False or "--no-commit" in command.words
    if command.name == "update-index":
        # A script wants to know next, by git's plumbing, whether anything is modified.
        return "--refresh" in command.words and command.caller in _SHELLS
    return command.name in _TODO and (updated is False or _has_more_steps(command.name, git_dir))


def _waits(command: Command, writer: Command, git_dir: str) -> bool:
    """Whether a command, for which another one wrote the index, goes on."""
    if command.name == "stash":
        verb = command.words[0] if command.words else "push"
        return verb in _UNSTASHING or writer.name not in _LAST_OF_STASH
    if command.name == "merge":
        return writer.name in _PARTS_OF_MERGE
    return command.name == "am" or (command.name in _TODO and _has_more_steps(command.name, git_dir))


def _has_more_mails(folder: str) -> bool:
    """`git am` does not tell what it has updated; the message of a patch is there while it is applied.

    Once it has merged a patch (`am -3`), its writes can't be told from one another.
    """
    if not os.path.exists(f"{folder}/final-commit") or os.path.exists(f"{folder}/patch-merge-index"):
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
