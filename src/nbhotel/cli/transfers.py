"""What `nbhotel put` and `nbhotel get` share: token, proxy, progress bar, and a question."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from nbhotel.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from nbhotel.share.transfer.address import Address
    from nbhotel.share.transfer.http import Proxy
    from nbhotel.share.transfer.stock import Files

#: Where a token is looked for if neither the address nor --token gives one.
_VARIABLES = ("NBHOTEL_TOKEN", "JUPYTER_TOKEN", "JUPYTERHUB_API_TOKEN")
_WIDTH = 24


def add_options(parser: argparse.ArgumentParser, verb: str) -> None:
    """Add the options that both have."""
    parser.add_argument("-r", "--recursive", action="store_true", help=f"{verb} folders with all in them")
    parser.add_argument("--overwrite", action="store_true", help="replace other files without a question")
    parser.add_argument(
        "--token",
        metavar="TOKEN",
        default="",
        help="default: the address' own (?token=), $NBHOTEL_TOKEN, $JUPYTER_TOKEN or $JUPYTERHUB_API_TOKEN",
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="say nothing but what went wrong")


def connected(address: Address, args: argparse.Namespace) -> tuple[Files, str]:
    """Return the files of the address' server, and which is meant. Raises TransferError."""
    from nbhotel.share.transfer.connect import connect

    given = (os.environ.get(name, "") for name in _VARIABLES)
    return connect(address, args.token or next(filter(None, given), ""), _proxy(address))


def _proxy(address: Address) -> Proxy | None:
    """Return the proxy that the environment names for a server, if it does."""
    if not any(name.lower() in {"http_proxy", "https_proxy", "all_proxy"} for name in os.environ):
        return None
    from urllib.parse import urlsplit
    from urllib.request import getproxies, proxy_bypass

    from nbhotel.share.transfer.http import Proxy

    known = getproxies()
    found = known.get(address.scheme) or known.get("all", "")
    if not found or proxy_bypass(address.host):
        return None
    parts = urlsplit(found if "://" in found else f"http://{found}")
    if parts.scheme != "http" or not parts.hostname or parts.username:
        raise UsageError(
            "only a plain HTTP proxy without a password will do", where=f"{address.scheme}_proxy"
        )
    return Proxy(parts.hostname, parts.port or 80)


def may_replace(args: argparse.Namespace) -> Callable[[str], bool]:
    """Return what asks whether something may be replaced: the user, if there is one at a terminal."""

    def asked(shown: str) -> bool:
        if args.overwrite:
            return True
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            return False
        print(f"\r\x1b[K{shown} is another file. Replace it? [y/N] ", end="", file=sys.stderr, flush=True)
        return sys.stdin.readline().strip().lower() in {"y", "yes"}

    return asked


class Bar:
    """One file's progress on a terminal, and a line when it is there."""

    def __init__(self, name: str, *, quiet: bool) -> None:
        """`name` is what the file is called in the lines."""
        from nbhotel.render.terminal.safe import safe

        self._name = safe(name)
        self._quiet = quiet
        self._is_drawn = sys.stderr.isatty() and not quiet
        self._began = self._next = time.monotonic()
        self._first = -1
        self._size = 0

    def __call__(self, done: int, size: int) -> None:
        """Tell how many bytes are done, and of how many."""
        self._size = size
        if self._first < 0:
            self._first = done
        now = time.monotonic()
        if self._is_drawn and (now >= self._next or done == size):
            self._next = now + 0.1
            print(f"\r\x1b[K{self._line(done, size, now)}", end="", file=sys.stderr, flush=True)

    def end(self, note: str = "") -> None:
        """Take the bar away; with a note, leave a line with it."""
        if self._is_drawn:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
        if note and not self._quiet:
            took = time.monotonic() - self._began
            print(f"{self._name}: {note}, {told_size(self._size)} in {took:.1f} s", flush=True)

    def _line(self, done: int, size: int, now: float) -> str:
        share = done / size if size else 1.0
        bar = "█" * int(share * _WIDTH) + "░" * (_WIDTH - int(share * _WIDTH))
        rate = (done - self._first) / max(now - self._began, 0.001)
        left = f"{_clock((size - done) / rate)} left" if rate and done < size else ""
        told = f"{told_size(done)} of {told_size(size)}  {told_size(int(rate))}/s"
        return f"{self._name[-30:]}  {bar} {share:4.0%}  {told}  {left}"


def told_size(size: int) -> str:
    """Return a size for people: decimal units, as disks have them."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size} B"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
