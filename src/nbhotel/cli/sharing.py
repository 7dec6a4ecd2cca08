"""What the actions of `nbhotel share` have in common: the host, the token, and the question about secrets."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from nbhotel.errors import ShareError

if TYPE_CHECKING:
    import argparse

    from nbhotel.share.hosts.host import Token
    from nbhotel.share.hosts.kinds import Kind
    from nbhotel.share.pieces import Suspicion

#: What `--host` stands for if it isn't said, for people.
_DEFAULTS = {
    "github": "default: $GH_HOST, else github.com",
    "gitlab": "default: $GITLAB_HOST, else gitlab.com",
    "gitea": "default: $GITEA_HOST",
}


def add_host(parser: argparse.ArgumentParser, kind: str = "") -> None:
    """Add which host, and how patient with it; `kind` is what it is, "" to ask for that too."""
    parser.add_argument("--host", default="", help=f"a name, or an address; {_DEFAULTS[kind or 'github']}")
    if kind:
        parser.set_defaults(kind=kind)
    else:
        parser.add_argument(
            "--kind", choices=tuple(_DEFAULTS), help="what the host is; default: by its name, else github"
        )
    parser.add_argument(
        "--timeout",
        type=_seconds,
        default=60.0,
        metavar="SECONDS",
        help="give up after so many seconds without an answer; default: 60",
    )


def add_secrets(parser: argparse.ArgumentParser) -> None:
    """Add what to do about secrets."""
    parser.add_argument(
        "--allow-secrets", action="store_true", help="share also what looks like a password, key or token"
    )


def _seconds(word: str) -> float:
    seconds = float(word)
    if not 0 < seconds <= 3600:
        raise ValueError
    return seconds


def host_of(args: argparse.Namespace) -> tuple[Kind, str]:
    """Return the host's kind, and its name, or its address if it has another than https://NAME.

    Raises UsageError.
    """
    from nbhotel.share.hosts.kinds import KINDS, host_for

    return host_for(KINDS[args.kind] if args.kind else None, args.host, os.environ)


def token_for(kind: Kind, host: str) -> Token:
    """Return the token for a host. Raises ShareError."""
    from nbhotel.share.tokens import find_token

    return find_token(host, os.environ, kind)


def ask_about_secrets(found: Sequence[Suspicion], *, allowed: bool) -> None:
    """Tell what looks like a secret and ask whether it may leave. Raises ShareError if it may not."""
    if not found or allowed:
        return
    from nbhotel.render.terminal.safe import safe

    for each in found:
        print(safe(f"{each.path}: {each.what}"), file=sys.stderr)
    if sys.stdin.isatty() and sys.stderr.isatty():
        print("This looks secret. Share it nevertheless? [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() in {"y", "yes"}:
            return
    what, them = (
        ("this looks like a secret", "it")
        if len(found) == 1
        else (f"{len(found)} things look like secrets", "them")
    )
    raise ShareError(f"nothing was sent: {what}", remedy=f"take {them} out, or --allow-secrets")
