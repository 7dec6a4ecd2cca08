"""A push to a code host: git's own, with our token, which stands in no address, no file and no argument."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from nbhotel.errors import ShareError
from nbhotel.share.hosts.host import Token
from nbhotel.share.hosts.kinds import Kind
from nbhotel.share.lfs import is_used

_VARIABLE = "NBHOTEL_SHARE_TOKEN"
#: A credential helper in the shell's words: git runs it and reads what it prints.
_HELPER = f'!f() {{{{ test "$1" != get || printf "username={{}}\\npassword=%s\\n" "${_VARIABLE}"; }}}}; f'
#: what git and hosts say -> what that means, and what to do; {} is the right that a token needs
_LARGE = ("a file in the history is too large", "Git LFS, or another history")
_MEANINGS = {
    "GH006": ("the branch is protected", "--branch ANOTHER"),
    "protected branch": ("the branch is protected", "--branch ANOTHER"),
    "exceeds GitHub's file size limit": _LARGE,
    "blobs which exceed the": _LARGE,
    "exceeds maximum allowed size": _LARGE,
    "returned error: 413": ("the host takes no push as large as this", "Git LFS, or smaller files"),
    "fetch first": ("the branch there has commits that are not here", "`git pull`, then again"),
    "non-fast-forward": ("the branch there has commits that are not here", "`git pull`, then again"),
    "Authentication failed": ("the token is not accepted for a push", "it needs the right `{}`"),
    "returned error: 403": (
        "the token may not push there",
        "it needs the right `{}`, and you that of writing",
    ),
    "' not found": ("there is no such repository, or not for the token", ""),
    "Could not resolve host": ("the host can't be reached", "is there a network?"),
    "Failed to connect": ("the host can't be reached", "is there a network?"),
    "RPC failed": ("the connection broke", "try again"),
    "hung up unexpectedly": ("the connection broke", "try again"),
}


def push(root: str, environment: Mapping[str, str], url: str, branch: str, token: Token, kind: Kind) -> bool:
    """Push what is checked out to a branch of the repository at `url`; return whether that changed it.

    A repository without a remote gets this one as `origin`. Raises ShareError.
    """
    from nbhotel.git.calls import Git

    git = Git(root, environment)
    target, words = url, ["push", "--porcelain"]
    if git.ask("remote", "get-url", "origin") is None:
        git.run("remote", "add", "origin", url)
    if git.run("remote", "get-url", "origin") == url:
        target = "origin"
        if (
            git.ask("rev-parse", "@{upstream}") is None
            and git.ask("symbolic-ref", "--short", "HEAD") == branch
        ):
            words.append("--set-upstream")
    if is_used(git):  # its own hook does it too, if it is there; pushed twice is pushed once
        _run(root, environment, ["lfs", "push", target, "HEAD"], url, token, kind)
    out = _run(root, environment, [*words, target, f"HEAD:refs/heads/{branch}"], url, token, kind)
    return not any(line.startswith("=") for line in out.splitlines())


def _run(
    root: str, environment: Mapping[str, str], words: list[str], url: str, token: Token, kind: Kind
) -> str:
    from subprocess import DEVNULL, run

    parts = urlsplit(url)
    ours = f"credential.{parts.scheme}://{parts.netloc}.helper={_HELPER.format(kind.push_as)}"
    quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "", "LC_ALL": "C", _VARIABLE: token.value}
    done = run(
        ["git", "-C", root, "-c", "credential.helper=", "-c", ours, *words],
        env={**environment, **quiet},
        stdin=DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise _refusal(os.fsdecode(done.stderr + done.stdout), url, token, kind)
    return os.fsdecode(done.stdout)


def _refusal(said: str, url: str, token: Token, kind: Kind) -> ShareError:
    said = said.replace(token.value, "…")
    for words, (what, remedy) in _MEANINGS.items():
        if words in said:
            return ShareError(f"can't push: {what}", where=url, remedy=remedy.format(kind.right))
    lines = [line for line in said.splitlines() if line.startswith(("remote:", "fatal:", "error:", "!"))]
    told = (lines or said.splitlines() or ["git did not say why"])[0]
    return ShareError(f"can't push: {' '.join(told.split())}", where=url)
