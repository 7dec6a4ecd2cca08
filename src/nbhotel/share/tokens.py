"""A token for a code host, from where people keep one already. We write it nowhere.

In this order: the environment, as GitHub's own `gh` reads it; `gh`; git's credential helper; the system's
keyring, if the package `keyring` is there. Nobody is asked for anything.
Sources: https://cli.github.com/manual/gh_help_environment, gitcredentials(7), git-credential(1).
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from nbhotel.errors import ShareError
from nbhotel.share.hosts.host import Token

PUBLIC = ("GH_TOKEN", "GITHUB_TOKEN")
ENTERPRISE = ("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")
#: Seconds for a helper: one that waits for somebody would wait for ever.
_PATIENCE = 15.0
#: The name of ours in the keyring: `keyring set nbhotel github.com`.
_SERVICE = "nbhotel"


def find_token(host: str, environment: Mapping[str, str]) -> Token:
    """Return the first token that there is for a host, such as "github.com". Raises ShareError."""
    found = (
        _of_environment(host, environment)
        or _of_gh(host, environment)
        or _of_git(host, environment)
        or _of_keyring(host)
    )
    if found is None:
        name = variables(host)[0]
        remedy = f"`gh auth login`, or set ${name}"
        raise ShareError("there is no token for it", where=host, remedy=remedy)
    return found


def variables(host: str) -> tuple[str, ...]:
    """Return the variables that may hold a token for a host: a token of one must not get to another."""
    return PUBLIC if host == "github.com" or host.endswith(".ghe.com") else ENTERPRISE


def _of_environment(host: str, environment: Mapping[str, str]) -> Token | None:
    for name in variables(host):
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


def _of_keyring(host: str) -> Token | None:
    from importlib import import_module

    try:
        keyring = import_module("keyring")
        value = keyring.get_password(_SERVICE, host)
    except Exception:  # noqa: BLE001 - not installed, locked, no such service: each back end has its own errors
        return None
    return Token(value, "the keyring") if value else None


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
