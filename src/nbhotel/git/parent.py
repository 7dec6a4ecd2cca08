"""Which git command called us: git tells a filter which file, but not what for.

Outputs come back from the vault only where git writes somebody's worktree. `git archive`,
`git cat-file --filters` and the temporary files of an external diff ask for the same smudge, and must get the
clean version.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from nbhotel.records import NamedTuple

#: The commands that write worktrees. Others get the clean version.
_WRITE_WORKTREES = """
am apply bisect checkout checkout--worker checkout-index cherry-pick citool clone filter-branch gui merge
merge-recursive merge-tree pull read-tree rebase rebase--interactive replay reset restore revert sequencer
sparse-checkout stash submodule submodule--helper subtree svn switch update-index worktree
"""
#: git's own options that take a word of their own.
_WITH_WORD = frozenset(
    {"-C", "-c", "--git-dir", "--work-tree", "--namespace", "--exec-path", "--super-prefix"}
)
_GENERATIONS = 6


class Command(NamedTuple):
    """A git command that runs: its name, such as "checkout", the words after it, and who called it."""

    name: str
    words: tuple[str, ...] = ()
    caller: str = ""


def writes_worktree(pid: int | None = None) -> bool:
    """Whether the git command above this process (or above `pid`) writes a worktree."""
    for command in git_commands(pid)[:1]:
        is_export = command.name == "checkout-index" and any(map(_is_prefix, command.words))
        return command.name in _WRITE_WORKTREES.split() and not is_export
    return False


def _is_prefix(word: str) -> bool:
    return word.startswith("--prefix")


def git_command(pid: int | None = None) -> str:
    """Return the nearest git command above a process, such as "checkout"; "" if there is none to be seen."""
    for words in _ancestors(os.getppid() if pid is None else pid):
        command, _ = _parsed(words)
        if command:
            return command
    return ""


def git_commands(pid: int | None = None) -> list[Command]:
    """Return the git commands above a process: the nearest, the one that called it, and so on."""
    lines = list(_ancestors(os.getppid() if pid is None else pid))
    found = []
    for words, caller in zip(lines, [*lines[1:], []], strict=False):
        name, rest = _parsed(words)
        if name:
            found.append(Command(name, tuple(rest), os.path.basename(caller[0]) if caller else ""))
    return found


def shows_file(pid: int | None = None) -> bool:
    """Whether the git command above is `git show REV:PATH` or `git cat-file`, for one version of one file.

    That is how VS Code, GitLens, JetBrains' IDEs and others read versions. They ask for `--textconv`, but
    want the notebook: to them, our text would be a broken one.
    """
    for words in _ancestors(os.getppid() if pid is None else pid):
        command, rest = _parsed(words)
        if command:
            named = any(":" in word and not word.startswith("-") for word in rest)
            return command == "cat-file" or (command == "show" and named)
    return False


def _parsed(words: list[str]) -> tuple[str, list[str]]:
    """The git command that a command line is, and the words after it; "" if it is none."""
    name = os.path.basename(words[0]).removesuffix(".exe") if words else ""
    if name.startswith("git-"):
        return name.removeprefix("git-"), words[1:]
    if name != "git":
        return "", []
    rest = iter(words[1:])
    for word in rest:
        if word in _WITH_WORD:
            next(rest, None)
        elif not word.startswith("-"):
            return word, list(rest)
    return "", []


def _ancestors(pid: int) -> Iterator[list[str]]:
    """Yield the command lines of a process, its parent, and so on."""
    for _ in range(_GENERATIONS):
        if pid <= 1:
            return
        words, pid = _process(pid)
        yield words


def _process(pid: int) -> tuple[list[str], int]:
    """Return a process's command line and its parent's pid; nothing and 0 if it can't be seen."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            words = [os.fsdecode(word) for word in file.read().split(b"\0")[:-1]]
        with open(f"/proc/{pid}/stat", "rb") as file:
            parent = int(file.read().rpartition(b")")[2].split()[1])
    except OSError:
        return _asked(pid)
    return words, parent


def _asked(pid: int) -> tuple[list[str], int]:
    """The same from ps, where there is no /proc (macOS). No word that matters here has a space in it."""
    from subprocess import run

    if os.path.exists("/proc/self/stat"):
        return [], 0
    listed = run(["ps", "-o", "ppid=,command=", "-p", str(pid)], capture_output=True, check=False, text=True)
    words = listed.stdout.split()
    return (words[1:], int(words[0])) if words else ([], 0)
