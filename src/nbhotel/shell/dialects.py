"""How each kind of shell is started so that it says when it is at its prompt, and with which status.

All of them read the person's own settings first, and then a few lines of ours: a prompt that is nothing but
a mark (see `marks`), no line editor, no history. A cell is a file that the shell sources, so what it does to
the shell (`cd`, variables, functions) stays, programs read the terminal and not the cell, and no part of a
cell can be taken for the next one.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from nbhotel.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

#: Pagers would wait for keys at each screenful.
_VARIABLES = {"TERM": "xterm-256color", "PAGER": "cat", "GIT_PAGER": "cat", "MANPAGER": "cat"}


class Start(NamedTuple):
    """What starts a shell."""

    argv: list[str]
    #: Files to be written before, by name, into a folder of the shell's own.
    files: dict[str, str]
    #: Added to the environment.
    variables: dict[str, str]
    #: Whether the shell draws the line that is typed for it itself, with more than the line's own letters.
    draws: bool = False


def start_of(program: str, folder: str, mark: str) -> Start:
    """Return how `program` is started.

    `folder` is where `Start.files` will lie; `mark` is what precedes the marks' own words. A program whose
    kind is unknown is taken for a POSIX shell, as all others are that have been a login shell.
    """
    name = program.rsplit("/", 1)[-1].lstrip("-")
    maker: Callable[[str, str, str], Start] = _KINDS.get(name, _posix)
    return maker(program, folder, mark)


def line_of(program: str, path: str) -> str:
    """Return the line that makes the shell do what stands in the file at `path`."""
    word = "source" if program.endswith("fish") else "."
    return f" __nbhotel; {word} {shlex.quote(path)}\n"


def _bash(program: str, folder: str, mark: str) -> Start:
    own = (
        "[ -r ~/.bashrc ] && . ~/.bashrc\n"
        + _posix_lines(mark)
        # What changes the prompt (conda, a virtual environment) would hide the mark.
        + "__nbhotel_prompt=$PS1\nPROMPT_COMMAND='PS1=$__nbhotel_prompt'\n"
        + "unset PS0 HISTFILE\nset +o history\n"
    )
    rc = f"{folder}/rc"
    return Start([program, "--noediting", "--rcfile", rc, "-i"], {"rc": own}, _VARIABLES)


def _zsh(program: str, folder: str, mark: str) -> Start:
    own = (
        "ZDOTDIR=$HOME\n[ -r ~/.zshrc ] && . ~/.zshrc\nunsetopt zle prompt_cr prompt_sp\n"
        "unset HISTFILE RPS1 RPROMPT\nsetopt interactive_comments prompt_percent no_prompt_subst\n"
        + _posix_lines(mark, status="%?")
        + "__nbhotel_prompt=$PS1\n__nbhotel_precmd() { PS1=$__nbhotel_prompt; RPS1= }\n"
        + "precmd_functions=(__nbhotel_precmd)\npreexec_functions=()\n"
        + "unfunction precmd preexec 2>/dev/null\n"
    )
    environment = "[ -r ~/.zshenv ] && . ~/.zshenv\nZDOTDIR=" + shlex.quote(folder) + "\n"
    return Start([program, "-i"], {".zshrc": own, ".zshenv": environment}, {**_VARIABLES, "ZDOTDIR": folder})


def _posix(program: str, folder: str, mark: str) -> Start:
    rc = f"{folder}/rc"
    return Start([program, "-i"], {"rc": _posix_lines(mark)}, {**_VARIABLES, "ENV": rc})


def _posix_lines(mark: str, status: str = "$?") -> str:
    """A prompt that tells the status, and a command that says that a cell starts and keeps the status."""
    return (
        f"PS1='\x1b]{mark}end;{status}\x07'\nPS2=\n"
        f"__nbhotel() {{ __nbhotel_status=$?; printf '\\033]%s\\007' '{mark}start'; "
        "return $__nbhotel_status; }\n"
    )


def _fish(program: str, folder: str, mark: str) -> Start:
    own = (
        f"function fish_prompt; printf '\\e]%s%s\\a' '{mark}end;' $status; end\n"
        "function fish_right_prompt; end\nfunction fish_mode_prompt; end\nfunction fish_title; end\n"
        "set -g fish_greeting\nset -g fish_autosuggestion_enabled 0\nset -g fish_private_mode 1\n"
        # Before its prompt fish draws more, so it says by itself when a command is done.
        f"function __nbhotel_done --on-event fish_postexec; printf '\\e]%s%s\\a' '{mark}done;' $status; end\n"
        f"function __nbhotel; set -l status_was $status; printf '\\e]%s\\a' '{mark}start'; "
        "return $status_was; end\n"
    )
    argv = [program, "--private", "--interactive", "--init-command", f"source {shlex.quote(folder)}/rc"]
    return Start(argv, {"rc": own}, _VARIABLES, draws=True)


_KINDS = {"bash": _bash, "zsh": _zsh, "fish": _fish, "rbash": _bash}
