"""`nbhotel share login` and `logout`: a token into the system's keyring, and out of it again."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbhotel.errors import ShareError, UsageError

if TYPE_CHECKING:
    import argparse

    from nbhotel.share.hosts.kinds import Kind
    from nbhotel.share.login import Code, Grant

_VARIABLE = "NBHOTEL_CLIENT_ID"


def login(args: argparse.Namespace) -> int:
    """Get a token, see whose it is, and keep it."""
    from nbhotel.cli.sharing import host_of
    from nbhotel.share import keeping
    from nbhotel.share.hosts.kinds import name_of
    from nbhotel.share.renewing import keep_grant

    kind, host = host_of(args)
    keeping.check()
    grant = _given() if args.token_stdin else _granted(kind, host, args)
    user = _user(kind, host, grant.value, args.timeout)
    keep_grant(host, grant)
    _tell(f"logged in to {name_of(host)} as {user}; the token is in the system's keyring")
    if grant.lasts:
        then = "then it is renewed" if grant.refresh else "then log in again"
        _tell(f"it holds for {_spoken(grant.lasts)}; {then}")
    return 0


def logout(args: argparse.Namespace) -> int:
    """Forget a token."""
    from nbhotel.cli.sharing import host_of
    from nbhotel.share import keeping
    from nbhotel.share.hosts.kinds import name_of

    kind, host = host_of(args)
    if not keeping.forget(host):
        raise ShareError("the system's keyring has no token for it", where=name_of(host))
    _tell(f"the token for {name_of(host)} is forgotten here")
    _tell(f"it holds on until you take it back there: {_page(host)}{kind.page}")
    return 0


def _given() -> Grant:
    from nbhotel.share.login import Grant

    value = sys.stdin.readline().strip()
    if not value or not value.isascii() or not value.isprintable() or " " in value:
        raise UsageError("the first line of the input is no token", where="--token-stdin")
    return Grant(value, None)


def _granted(kind: Kind, host: str, args: argparse.Namespace) -> Grant:
    from nbhotel.share.login import Login

    if kind.device is None:
        what = f"{kind.title} has no login by code"
        remedy = f"make a token at {_page(host)}{kind.page}, then --token-stdin"
        raise UsageError(what, where=host, remedy=remedy)
    client = _client_id(kind, host, args.client_id)
    with Login(host, kind.device, client, silence=args.timeout) as asking:
        code = asking.begin()
        _show(code)
        return asking.wait_for(code)


def _client_id(kind: Kind, host: str, given: str) -> str:
    from nbhotel.share.hosts.kinds import name_of
    from nbhotel.share.settings import client_id_of

    found = given or os.environ.get(_VARIABLE, "") or client_id_of(name_of(host), os.getcwd())  # noqa: PTH109
    if not found:
        other = "`gh auth login` needs none" if kind.name == "github" else "--token-stdin needs none"
        remedy = f"--client-id, ${_VARIABLE}, or [share.client-ids] in nbhotel.toml; {other}"
        raise UsageError("a login by code needs the id of an application there", where=host, remedy=remedy)
    return found


def _show(code: Code) -> None:
    from nbhotel.render.terminal.safe import safe

    _tell(f"type {safe(code.typed)} at {safe(code.address)} (the code holds for {_spoken(code.lasts)})")


def _user(kind: Kind, host: str, value: str, silence: float) -> str:
    """Whose token it is: one that is wrong is not kept."""
    from nbhotel.cli.waiting import wait
    from nbhotel.share.hosts.host import Token
    from nbhotel.share.hosts.opening import open_host

    with open_host(kind, host, Token(value, "this login"), wait, silence=silence) as opened:
        return opened.user()


def _page(host: str) -> str:
    return host if "://" in host else f"https://{host}"


def _spoken(seconds: float) -> str:
    minutes = max(1, round(seconds / 60))
    return f"{minutes} minutes" if minutes < 120 else f"{round(minutes / 60)} hours"


def _tell(line: str) -> None:
    print(f"nbhotel: {line}", file=sys.stderr, flush=True)
