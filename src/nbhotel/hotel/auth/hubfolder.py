"""The hub's own folder, read and written by the hub and, with more rights, by the command line.

The command line may be root while the folder belongs to the unprivileged hub. So nothing here follows a
link or trusts a path below the folder: a hub that was taken over must not steer what root writes.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from nbhotel.errors import StateError

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# O_NONBLOCK: a pipe that was put in a file's place must not hold us up.
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Folder:
    """An open folder. All names are names in it, without a slash."""

    path: Path
    fd: int

    def read(self, name: str) -> bytes | None:
        """Return what is in the file; None if there is no such file."""
        try:
            fd = os.open(name, _READ, dir_fd=self.fd)
        except FileNotFoundError:
            return None
        with os.fdopen(fd, "rb") as file:
            if not stat.S_ISREG(os.fstat(fd).st_mode):
                raise OSError(f"{name} is no file")
            return file.read()

    def write(self, name: str, data: bytes) -> None:
        """Write the file atomically, 0600, for the folder's owner."""
        draft = f".{name}.{secrets.token_hex(4)}"
        fd = os.open(draft, _NEW, 0o600, dir_fd=self.fd)
        try:
            with os.fdopen(fd, "wb") as file:
                self._give(fd)
                file.write(data)
                file.flush()
                os.fsync(fd)
            os.rename(draft, name, src_dir_fd=self.fd, dst_dir_fd=self.fd)
        except BaseException:
            self.remove(draft)
            raise

    def move(self, old: str, new: str) -> bool:
        """Rename a file; return False if another was quicker and it is no longer there."""
        try:
            os.rename(old, new, src_dir_fd=self.fd, dst_dir_fd=self.fd)
        except FileNotFoundError:
            return False
        return True

    def remove(self, name: str) -> None:
        """Remove the file if it is there."""
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=self.fd)

    def names(self) -> list[str]:
        """Return the names of all files, sorted."""
        return sorted(os.listdir(self.fd))  # noqa: PTH208 - a Path would follow links

    def version(self, name: str) -> tuple[int, ...] | None:
        """Return what changes whenever the file is written anew; None if there is none."""
        try:
            status = os.stat(name, dir_fd=self.fd, follow_symlinks=False)
        except FileNotFoundError:
            return None
        return status.st_ino, status.st_mtime_ns, status.st_size

    def make(self, name: str) -> None:
        """Make a folder (0700) in this one, unless it is there."""
        with suppress(FileExistsError):
            os.mkdir(name, 0o700, dir_fd=self.fd)
            if os.geteuid() == 0:
                owner = os.fstat(self.fd)
                os.chown(name, owner.st_uid, owner.st_gid, dir_fd=self.fd, follow_symlinks=False)

    def lock(self) -> None:
        """Wait until nobody else changes what is in the folder; the lock ends with the folder's use."""
        fcntl.flock(self.fd, fcntl.LOCK_EX)

    def _give(self, fd: int) -> None:
        if os.geteuid() == 0:
            owner = os.fstat(self.fd)
            os.fchown(fd, owner.st_uid, owner.st_gid)


@contextmanager
def open_folder(path: Path, inner: str = "") -> Iterator[Folder]:
    """Open the hub's folder, or the folder `inner` in it (made if missing).

    Raises StateError, with the reason, for whatever goes wrong with the folder and the files in it.
    """
    fds: list[int] = []
    try:
        fds.append(os.open(path, _FOLDER))
        if inner:
            Folder(path, fds[0]).make(inner)
            fds.append(os.open(inner, _FOLDER, dir_fd=fds[0]))
        yield Folder(path / inner, fds[-1])
    except FileNotFoundError:
        raise StateError(
            "there is no hotel here yet", where=str(path.parent), remedy="run `nbhotel up`"
        ) from None
    except PermissionError:
        remedy = "run the command as the one who runs the hotel"
        raise StateError("the hotel is somebody else's", where=str(path), remedy=remedy) from None
    except OSError as error:
        raise StateError(
            f"the hub's folder can't be used: {error.strerror or error}", where=str(path)
        ) from error
    finally:
        for fd in fds:
            os.close(fd)
