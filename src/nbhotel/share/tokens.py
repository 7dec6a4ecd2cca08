"""A token for a code host, from where people keep one already.

In this order: the environment, as the hosts' own programs read it; GitHub's `gh`; git's credential helper;
the system's keyring, where `nbhotel share login` puts one. Nobody is asked for anything.
Sources: https://cli.github.com/manual/gh_help_environment, gitcredentials(7), git-credential(1).
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from nbhotel.errors import ShareError
from nbhotel.share.hosts.host import Token
from nbhotel.share.hosts.kinds import GITHUB, Kind, name_of
from nbhotel.share.renewing import kept_token

#: Seconds for a helper: one that waits for somebody would wait for ever.
_PATIENCE = 15.0


def find_token(host: str, environment: Mapping[str, str], kind: Kind = GITHUB) -> Token:
    """Return the first token that there is for a host, as `kinds.host_for` returns it.

    Raises ShareError, and MissingPart if the keyring does not take one that had to be renewed.
    """
    name = name_of(host)
    found = (
        _of_environment(name, environment, kind)
        or (_of_gh(name, environment) if kind is GITHUB else None)
        or _of_git(name, environment)
        or kept_token(host, kind)
    )
    if found is None:
        raise ShareError("there is no token for it", where=name, remedy=_remedy(host, environment, kind))
    return found


def variables(host: str, environment: Mapping[str, str], kind: Kind = GITHUB) -> tuple[str, ...]:
    """Return the variables that may hold a token for a host: a token of one must not get to another."""
    if kind is GITHUB and host.endswith(".ghe.com"):
        return kind.tokens
    theirs = kind.public if kind is GITHUB else _named(environment, kind) or kind.public
    return kind.tokens if not theirs or host == theirs else kind.elsewhere


def _remedy(host: str, environment: Mapping[str, str], kind: Kind) -> str:
    names = variables(name_of(host), environment, kind)
    if names:
        return f"{kind.login(host)}, or set ${names[0]}"
    whose = _named(environment, kind) or kind.public
    return (
        f"{kind.login(host)}; ${kind.tokens[0]} is for {whose} unless ${kind.variable} says {name_of(host)}"
    )


def _named(environment: Mapping[str, str], kind: Kind) -> str:
    """The host that the environment names, as we call hosts here."""
    return environment.get(kind.variable, "").rpartition("://")[2].rstrip("/")


def _of_environment(host: str, environment: Mapping[str, str], kind: Kind) -> Token | None:
    for name in variables(host, environment, kind):
        value = environment.get(name, "").strip()
        if value:
            return Token(value, f"${name}")
    return None


def _of_gh(host: str, environment: Mapping[str, str]) -> Token | None:
    value = _answer(["gh", "auth", "token", "--hostname", host], environment)
    return Token(value.strip(), "`gh`") if value.strip() else None


def _of_git(host: str, environment: Mapping[str, str]) -> Token | None:
    quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "", "GCM_INTERACTIVE": "never"}
    asked = f"protocol=https\nhost={host}\n\n"
    answer = _answer(["git", "credential", "fill"], {**environment, **quiet}, asked)
    for line in answer.splitlines():
        key, _, value = line.partition("=")
        if key == "password" and value:
            return Token(value, "git's credential helper")
    return None


def _answer(command: list[str], environment: Mapping[str, str], data: str = "") -> str:
    """What a program says, or "" if it isn't there, has nothing to say or takes too long."""
    from shutil import which
    from subprocess import DEVNULL, PIPE, SubprocessError, run

    program = which(command[0], path=environment.get("PATH", os.defpath))
    if not program:
        return ""
    try:
        done = run(
            [program, *command[1:]],
            input=data,
            stdout=PIPE,
            stderr=DEVNULL,  # a helper's complaints are not ours, and may tell too much
            env=dict(environment),
            timeout=_PATIENCE,
            text=True,
            check=False,
            start_new_session=True,  # without a terminal to ask at
        )
    except (OSError, SubprocessError):
        return ""
    return done.stdout if done.returncode == 0 else ""
