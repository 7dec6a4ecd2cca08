"""Who the hotel's processes run as: two system users that root makes, or a hotel's one user without root."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass

from nbhotel.errors import MissingPart

HUB_USER = "nbhotel-hub"
PROXY_USER = "nbhotel-proxy"
GROUP = "nbhotel"


@dataclass(frozen=True, slots=True)
class Person:
    """A uid with its own group and the group that it shares with the other part of the hotel."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class People:
    """The hotel's users. ``group`` is the gid that hub and proxy share; guests are not in it."""

    owner: Person
    hub: Person
    proxy: Person
    group: int

    @property
    def root(self) -> bool:
        """Whether root owns the hotel, so that each guest has an account of their own."""
        return self.owner.uid == 0


def people() -> People:
    """Return whom the hotel runs as; as root, first make the system users, or raise MissingPart."""
    owner = Person(os.getuid(), os.getgid())
    if owner.uid != 0:
        return People(owner, owner, owner, owner.gid)
    group = _group(GROUP)
    hub, proxy = (_person(name) for name in (HUB_USER, PROXY_USER))
    return People(owner, hub, proxy, group)


def _group(name: str) -> int:
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        _run("groupadd", "--system", name)
        return grp.getgrnam(name).gr_gid


def _person(name: str) -> Person:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        home = "/nonexistent"
        _run(
            "useradd",
            "--system",
            "--user-group",
            "--no-create-home",
            "-d",
            home,
            "-s",
            "/usr/sbin/nologin",
            name,
        )
        entry = pwd.getpwnam(name)
    return Person(entry.pw_uid, entry.pw_gid)


def _run(program: str, *arguments: str) -> None:
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
    if path is None:
        raise MissingPart(
            f"{program} is not there to make the hotel's system users", remedy="install: passwd"
        )
    done = subprocess.run([path, *arguments], capture_output=True, text=True, check=False)
    # 9: another hotel that starts at this moment has made it
    if done.returncode not in (0, 9):
        raise MissingPart(f"{program} could not make {arguments[-1]}: {done.stderr.strip()}")
