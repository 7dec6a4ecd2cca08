"""Is this machine fit for the hotel? One finding for each thing that the hotel needs."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nbhotel.errors import NbhotelError
from nbhotel.hotel import prepare
from nbhotel.hotel.layout import Layout
from nbhotel.hotel.people import People, Person
from nbhotel.hotel.proxy import caddy
from nbhotel.hotel.proxy.bind import parse_bind
from nbhotel.hotel.proxy.listeners import open_listeners
from nbhotel.hotel.settings import Settings
from nbhotel.hotel.supervisor import read_state
from nbhotel.hotel.zygote import cgroup

Grade = Literal["ok", "warning", "problem"]

_LITTLE_SPACE = 500 * 2**20  # bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what to do."""

    grade: Grade
    what: str


def examine(settings: Settings) -> list[Finding]:
    """Look at everything without changing anything; never raises for what it finds."""
    checks: list[Callable[[Settings], Iterator[Finding]]] = [
        _interpreter,
        _proxy,
        _address,
        _state,
        _limits,
        _pam,
        _guests,
    ]
    return [finding for check in checks for finding in check(settings)]


def _interpreter(_: Settings) -> Iterator[Finding]:
    owner = Person(os.getuid(), os.getgid())
    yield _try(
        lambda: prepare.check_interpreter(People(owner, owner, owner, owner.gid)),
        "guests can run this Python",
    )


def _proxy(_: Settings) -> Iterator[Finding]:
    yield _try(caddy.find_caddy, "the proxy, Caddy, is installed")


def _address(settings: Settings) -> Iterator[Finding]:
    url = parse_bind(settings.bind).url
    state = read_state(Layout(settings.state)) if os.access(settings.state, os.X_OK) else None
    if state:
        yield Finding("ok", f"a hotel runs on {settings.state}, at {state['address']}")
        return

    def bind_and_let_go() -> None:
        for listener in open_listeners(parse_bind(settings.bind)):
            listener.close()

    yield _try(bind_and_let_go, f"the address {url} is free and ours to take")


def _state(settings: Settings) -> Iterator[Finding]:
    place = next(path for path in (settings.state, *settings.state.parents) if path.exists())
    free = shutil.disk_usage(place).free
    grade: Grade = "ok" if free > _LITTLE_SPACE else "problem"
    yield Finding(grade, f"{free / 2**30:.1f} GB are free for {settings.state}")
    if not os.access(place, os.W_OK):
        yield Finding("problem", f"{place} can't be written: use --state or `state`")


def _limits(settings: Settings) -> Iterator[Finding]:
    cgroups = cgroup.find()
    if cgroups is None:
        grade: Grade = "problem" if settings.rooms.memory or settings.rooms.cpu else "warning"
        yield Finding(grade, "no cgroup is writable: limits of memory and CPU can't be enforced")
        return
    parts = [name for name in ("memory", "cpu") if getattr(cgroups, name)]
    yield Finding("ok", f"limits of {' and '.join(parts)} can be enforced (cgroup v{cgroups.version})")


def _pam(settings: Settings) -> Iterator[Finding]:
    if settings.auth != "pam":
        return
    service = Path("/etc/pam.d") / settings.pam_service
    if service.exists():
        yield Finding("ok", f"PAM has the service {settings.pam_service}")
    else:
        yield Finding("problem", f"PAM has no service {settings.pam_service}: {service} is missing")


def _guests(settings: Settings) -> Iterator[Finding]:
    if settings.auth == "pam" and not settings.allow and not settings.admins:
        yield Finding(
            "warning", "nobody may enter: `allow` and `admins` are empty (`nbhotel users allow NAME`)"
        )
    for name in (*settings.allow, *settings.admins):
        if name.startswith("@"):
            if not _exists(lambda name=name: grp.getgrnam(name[1:])):  # type: ignore[misc]
                yield Finding("warning", f"allow names the group {name[1:]}, which does not exist")
        elif settings.auth == "pam" and not _exists(lambda name=name: pwd.getpwnam(name)):  # type: ignore[misc]
            yield Finding("warning", f"{name} may enter but has no account on this machine")


def _exists(look_up: Callable[[], object]) -> bool:
    try:
        look_up()
    except (KeyError, ValueError):
        return False
    return True


def _try(check: Callable[[], object], good: str) -> Finding:
    try:
        check()
    except NbhotelError as error:
        return Finding("problem", str(error))
    return Finding("ok", good)
