"""The driver `nbhotel`: every key that git needs for it, as values for git's configuration.

Each key reaches other git commands (gitattributes(5)), so all of them are set. git runs the values by a
shell, and each of them must do something sensible when nbhotel has moved or is gone: a `diff.command` that
fails ends `git diff`, a merge driver that fails looks like a conflict in which nothing was merged.
"""

from __future__ import annotations

import re

from nbhotel.records import NamedTuple

#: What `git-merge` exits with when conflicts remain: not 1, as a Python that can't find nbhotel exits with 1.
CONFLICTS = 17
#: The name of the driver, and of its section in each part of the configuration.
NAME = "nbhotel"
SECTIONS = tuple(f"{part}.{NAME}" for part in ("filter", "diff", "merge", "mergetool", "difftool"))
#: Words of git's own for verbs of ours, where somebody wants them: `git nblog` is `nbhotel log`.
ALIASES = {
    f"alias.nb{verb}": verb for verb in ("log", "blame", "stage", "unstage", "discard", "repair", "resolve")
}
#: Where git keeps what the textconv printed.
CACHE = f"refs/notes/textconv/{NAME}"

#: What git shows behind the @@ of a hunk: the definition or the heading that it is in.
_FUNCTIONS = (
    "^(#{2,6} .*|[ \t]*(async[ \t]+def|def|class|function|struct|module)[ \t].*"
    "|[A-Za-z_.][A-Za-z0-9_.]*[ \t]*(<-|=)[ \t]*function[ \t]*[(].*)$"
)
#: Ctrl-C ends git, and reaches what git has called as well. That sees by itself that git is gone, and ends
#: without a Python's traceback and not in the middle of something.
_DEAF = "trap '' INT; "
_PROGRAM = re.compile(r"nbhotel=('(?:[^']|'\\'')*'); ")


class Merging(NamedTuple):
    """What the merge driver is called with: paths, the marker's size, labels (from git 2.44 on)."""

    base: str
    local: str
    remote: str
    size: str
    path: str
    base_label: str
    local_label: str
    remote_label: str


#: The keys in whose values git looks for placeholders, so that a % is written twice.
_WITH_PLACEHOLDERS = {"filter.nbhotel.clean", "filter.nbhotel.smudge", "merge.nbhotel.driver"}
#: git's placeholders for these, in order.
_PLACEHOLDERS = "%O %A %B %L %P %S %X %Y"


def driver(program: str, *, form: str, cache: bool = False) -> dict[str, str]:
    """Return the keys and values of the driver.

    `program` is the absolute path of `nbhotel`. `form` stands for what the textconv does: git drops what it
    has cached when the command changes.
    """
    find = _find(program)
    call = find + _DEAF
    in_format = _find(program.replace("%", "%%")) + _DEAF
    plain = "git diff --no-index --no-ext-diff --no-textconv"
    merge = f'"$nbhotel" git-merge {_PLACEHOLDERS}; case $? in 0) exit 0;; {CONFLICTS}) exit 1;; esac'
    text_merge = "git merge-file --marker-size=%L -L ours -L base -L theirs %A %O %B"
    return {
        "filter.nbhotel.process": f'{call}exec "$nbhotel" git-filter',
        "filter.nbhotel.clean": f'{in_format}exec "$nbhotel" git-clean %f',
        "filter.nbhotel.smudge": f'{in_format}exec "$nbhotel" git-smudge %f',
        "filter.nbhotel.required": "true",
        "diff.nbhotel.command": f'{call}f() {{ "$nbhotel" git-diff "$@" || {plain} -- "$2" "$5"; true; }}; f',
        "diff.nbhotel.textconv": f'{call}f() {{ "$nbhotel" git-textconv {form} "$1" || cat "$1"; }}; f',
        "diff.nbhotel.cachetextconv": "true" if cache else "false",
        "diff.nbhotel.xfuncname": _FUNCTIONS,
        "merge.nbhotel.name": "notebooks, cell by cell (nbhotel)",
        "merge.nbhotel.driver": f"{in_format}{merge}; {text_merge}",
        "mergetool.nbhotel.cmd": f'{find}"$nbhotel" git-mergetool "$BASE" "$LOCAL" "$REMOTE" "$MERGED"',
        "mergetool.nbhotel.trustexitcode": "true",
        "difftool.nbhotel.cmd": f'{find}"$nbhotel" diff "$LOCAL" "$REMOTE"',
        "difftool.nbhotel.trustexitcode": "true",
    }


def aliases(program: str) -> dict[str, str]:
    """Return the keys and values of the aliases. git runs them at the top; people name files from below.

    In a linked worktree git sets GIT_DIR for them, and then takes the folder that it is in for the top.
    """
    find = _find(program)
    place = 'test -z "$GIT_DIR" || export GIT_DIR="$(git rev-parse --absolute-git-dir)" GIT_WORK_TREE="$PWD"'
    below = f'test -z "$GIT_PREFIX" || {{ {place}; cd -- "$GIT_PREFIX" || exit; }}'
    return {key: f'!{find}f() {{ {below}; "$nbhotel" {verb} "$@"; }}; f' for key, verb in ALIASES.items()}


def hook(program: str) -> list[str]:
    """Return the lines of the hooks: what happens in them must not stop git."""
    return [f'{_find(program)}({_DEAF}"$nbhotel" git-index-written "$@") || :']


def program_of(key: str, value: str) -> str:
    """Return the program that a value of the driver calls; "" if the value is not one of ours."""
    found = _PROGRAM.match(value.removeprefix("!"))
    program = found[1][1:-1].replace("'\\''", "'") if found else ""
    return program.replace("%%", "%") if key in _WITH_PLACEHOLDERS else program


def _find(program: str) -> str:
    """Shell that sets $nbhotel to the program or, if it is not there any more, to the one on PATH."""
    return f'nbhotel={_quoted(program)}; test -x "$nbhotel" || nbhotel=nbhotel; '


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
