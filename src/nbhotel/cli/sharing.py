"""What the actions of `nbhotel share` have in common: the host, the token, and the question about secrets."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from nbhotel.errors import ShareError

if TYPE_CHECKING:
    import argparse

    from nbhotel.share.gist import Suspicion
    from nbhotel.share.hosts.github import GitHub


def add_host_options(parser: argparse.ArgumentParser) -> None:
    """Add which host, and how patient with it."""
    parser.add_argument(
        "--host", default="", help="a GitHub Enterprise server; default: $GH_HOST, else github.com"
    )
    parser.add_argument(
        "--timeout",
        type=_seconds,
        default=60.0,
        metavar="SECONDS",
        help="give up after so many seconds without an answer; default: 60",
    )
    parser.add_argument(
        "--allow-secrets", action="store_true", help="share also what looks like a password, key or token"
    )


def _seconds(word: str) -> float:
    seconds = float(word)
    if not 0 < seconds <= 3600:
        raise ValueError
    return seconds


def host_of(args: argparse.Namespace) -> str:
    """Return the host's name, or its address if it has another than https://NAME. Raises UsageError."""
    from nbhotel.share.hosts.github import api_of

    host: str = args.host or os.environ.get("GH_HOST", "") or "github.com"
    api_of(host)
    return host.removeprefix("https://").rstrip("/")


def connected(host: str, args: argparse.Namespace) -> GitHub:
    """Return the host with a token for it. Raises ShareError, MissingPart."""
    from nbhotel.cli.waiting import wait
    from nbhotel.share.hosts.github import GitHub
    from nbhotel.share.tokens import find_token

    token = find_token(host.removeprefix("http://"), os.environ)
    return GitHub(host, token, wait, silence=args.timeout)


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
