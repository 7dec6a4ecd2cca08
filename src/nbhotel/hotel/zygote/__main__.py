"""``python -m nbhotel.hotel.zygote``: started by the supervisor or systemd with a clean environment."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import setproctitle

from nbhotel.hotel.imports import skip_slow_imports
from nbhotel.hotel.layout import Layout
from nbhotel.hotel.logline import log
from nbhotel.hotel.zygote import cgroup, pam, privileges
from nbhotel.hotel.zygote.birth import Setting
from nbhotel.hotel.zygote.server import Zygote
from nbhotel.hotel.zygote.warm import warm_up


def main() -> None:
    """Bind the socket, warm up, serve."""
    options = _options()
    if options.die_with_parent:
        privileges.die_with_parent(signal.SIGTERM)
    # Also makes room for the titles of rooms, which must be done before the environment changes.
    setproctitle.setproctitle(f"nbhotel: zygote of {options.state}")
    layout = Layout(options.state)
    listener = _listen(layout.zygote_socket, options.group)
    setting = Setting(
        layout=layout,
        group=options.group,
        session=options.pam_service if os.getuid() == 0 else "",
        cgroups=cgroup.find(),
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the supervisor's business
    zygote = Zygote(listener, setting, frozenset({options.hub_uid, os.getuid()}))
    if setting.session:
        pam.load_modules(setting.session)
    skip_slow_imports()
    with modest():
        modules = warm_up(together=options.together)
    log("zygote", f"warm with {modules} modules")
    zygote.run()


@contextmanager
def modest() -> Iterator[None]:
    """Let the hub, which people wait for, have the processor first; only root can take that back."""
    if os.getuid() == 0:
        os.setpriority(os.PRIO_PROCESS, 0, 10)
    yield
    if os.getuid() == 0:
        os.setpriority(os.PRIO_PROCESS, 0, 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="nbhotel-zygote")
    parser.add_argument("state", type=Path)
    parser.add_argument("--hub-uid", type=int, required=True)
    parser.add_argument("--group", type=int, required=True)
    parser.add_argument("--pam-service", default="login")
    parser.add_argument("--together", action="store_true")
    parser.add_argument("--die-with-parent", action="store_true")
    return parser.parse_args()


def _listen(path: Path, group: int) -> socket.socket:
    with suppress(FileNotFoundError):
        path.unlink()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    previous = os.umask(0o777)
    listener.bind(os.fspath(path))
    os.umask(previous)
    if os.getuid() == 0:
        os.chown(path, 0, group)
    path.chmod(0o660)
    listener.listen(256)
    return listener


if __name__ == "__main__":
    main()
