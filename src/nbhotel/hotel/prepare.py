"""What must be so before a hotel's processes start: directories, users, rights, files for the processes."""

from __future__ import annotations

import json
import os
import secrets
import stat
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from nbhotel.errors import MissingPart, SettingsError, StateError
from nbhotel.hotel.layout import SOCKET_PATH_LIMIT, Layout
from nbhotel.hotel.people import People, Person
from nbhotel.hotel.settings import Settings, write_resolved
from nbhotel.hotel.zygote import cgroup

_MARK = "nbhotel-state"
_LONGEST_NAME = 32  # bytes of a login name (`man 8 useradd`)


def prepare_state(layout: Layout, people: People) -> None:
    """Make the state directory with the right owners and modes; raise StateError if it can't be ours."""
    _check_length(layout)
    _claim(layout.state, people)
    owner, hub, proxy, group = people.owner, people.hub, people.proxy, people.group
    try:
        _directory(layout.hub_dir, hub, 0o700)
        _directory(layout.invitations_dir, hub, 0o700)
        _directory(layout.proxy_dir, proxy, 0o700)
        _directory(layout.log_dir, owner, 0o750)
        _directory(layout.room_log_dir, owner, 0o700)
        _directory(layout.www_dir, proxy, 0o755)
        _directory(layout.public_dir, hub, 0o750, group)
        _directory(layout.run_dir, owner, 0o711)
        _directory(layout.hub_socket.parent, hub, 0o755)
        _directory(layout.routes_dir, hub, 0o750, group)
        _directory(layout.proxy_run_dir, proxy, 0o700)
        _directory(layout.rooms_dir, owner, 0o711)
        if not people.root:
            _directory(layout.homes_dir, owner, 0o700)
    except OSError as error:
        raise StateError(
            f"the state directory can't be prepared: {error}", where=str(layout.state)
        ) from error


def _check_length(layout: Layout) -> None:
    # A named server with a long name may still not fit: its start then fails with the reason. Asking for room
    # for both names would refuse the default directory below an ordinary user's home.
    longest = len(os.fsencode(layout.room_socket("x" * _LONGEST_NAME)))
    if longest > SOCKET_PATH_LIMIT:
        raise StateError(
            f"the path is {longest - SOCKET_PATH_LIMIT} bytes too long for the sockets below it",
            where=str(layout.state),
            remedy="choose a shorter state directory with --state or `state`",
        )


def _claim(state: Path, people: People) -> None:
    """Make the directory ours, or find it to be so; never take over a directory with other things in it."""
    where = str(state)
    try:
        state.mkdir(mode=0o711, parents=True, exist_ok=True)
        if state.stat().st_uid != people.owner.uid:
            owner = state.stat().st_uid
            raise StateError(f"the state directory belongs to uid {owner}", where=where, remedy="use --state")
        mark = state / _MARK
        if not mark.exists() and any(state.iterdir()):
            remedy = "choose an empty one with --state or `state`"
            raise StateError(
                "the directory holds other things than a hotel's state", where=where, remedy=remedy
            )
        mark.touch(mode=0o644)
        state.chmod(0o711)
    except OSError as error:
        reason = f"the state directory can't be written: {error.strerror}"
        raise StateError(reason, where=where, remedy="choose another with --state or `state`") from error


def _directory(path: Path, person: Person, mode: int, group: int | None = None) -> None:
    path.mkdir(mode=0o700, exist_ok=True)
    # Not by its name: a hub that was taken over may have put a link into its directory.
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        if os.getuid() == 0:
            os.fchown(fd, person.uid, person.gid if group is None else group)
        os.fchmod(fd, mode)
    finally:
        os.close(fd)


def write_private(path: Path, text: str, person: Person, mode: int, group: int | None = None) -> None:
    """Write a file atomically for one of the hotel's people and, with ``group``, for the group to read."""
    draft = path.with_name(f".{path.name}.new")
    with suppress(FileNotFoundError):
        draft.unlink()
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        if os.getuid() == 0:
            os.fchown(file.fileno(), person.uid, person.gid if group is None else group)
        os.fchmod(file.fileno(), mode)
    draft.replace(path)


def write_files(layout: Layout, people: People, settings: Settings, caddy: dict[str, object]) -> None:
    """Write what the hub and the proxy read when they start. Raise StateError if that fails (a full disk)."""
    try:
        write_resolved(settings, layout.settings_file)
        if people.root:
            # For the hub to read, not to write: root's own commands believe what stands in it.
            os.chown(layout.settings_file, 0, people.hub.gid)
            layout.settings_file.chmod(0o640)
        write_private(layout.caddy_file, json.dumps(caddy, indent=1), people.proxy, 0o600)
        if not layout.admin_token_file.exists():
            write_private(layout.admin_token_file, secrets.token_hex(32), people.hub, 0o600)
    except OSError as error:
        raise StateError(
            f"the hotel's files can't be written: {error.strerror}", where=str(layout.state)
        ) from error


def check_limits(settings: Settings) -> None:
    """Raise SettingsError if the limits of the settings can't be enforced on this machine."""
    limits = cgroup.Limits(settings.rooms.memory, settings.rooms.cpu)
    reason = cgroup.unsupported(limits, cgroup.find() if limits else None)
    if reason:
        remedy = "run as root, or under systemd with Delegate=yes, or remove the limit"
        raise SettingsError(reason, where="rooms", remedy=remedy)


def check_interpreter(people: People) -> None:
    """As root: raise MissingPart unless guests can run this Python, for every kernel is started with it."""
    if not people.root:
        return
    paths = {Path(sys.executable), Path(sys.base_prefix), Path(sysconfig.get_path("purelib")), Path(__file__)}
    for path in sorted({*paths, *(path.resolve() for path in paths)}):
        closed = next(_closed(path), None)
        if closed:
            raise MissingPart(
                f"guests can't read {closed}, and their kernels need the Python below it",
                where=str(path),
                remedy="install nbhotel with a Python that all users can read, such as /usr/bin/python3",
            )


def _closed(path: Path) -> Iterator[Path]:
    """Yield what other users can't read (files) or enter (directories) on the way to the path."""
    for part in (*reversed(path.parents), path):
        mode = part.stat().st_mode
        needed = stat.S_IXOTH if stat.S_ISDIR(mode) else stat.S_IROTH
        if not mode & needed:
            yield part
