"""Where the bootstrap puts things, and which Python it builds on. Standard library only."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import pwd
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

CHECKOUT = Path(__file__).resolve().parent.parent
MINIMUM = (3, 11)
PROBE = """
import json, os, sys
print(json.dumps([sys.version_info[:2], sys._base_executable, os.path.dirname(os.__file__)]))
"""


class CannotSetUp(Exception):
    """Something can't be had; the message is one line that says what and how to get it."""


class Places(NamedTuple):
    """Where the bootstrap keeps things."""

    environment: Path
    #: uv, the lock file and the log.
    workshop: Path

    @property
    def python(self) -> Path:
        return self.environment / "bin" / "python"

    @property
    def uv(self) -> Path:
        return self.workshop / "uv" / "bin" / "uv"

    @property
    def stamp(self) -> Path:
        return self.environment / "nbhotel-stamp.json"

    @property
    def log(self) -> Path:
        return self.workshop / "bootstrap.log"


def choose_places() -> Places:
    """An environment in the checkout where that is right, else one that belongs to this user alone."""
    fits = is_safe_for_guests(CHECKOUT) if is_root() else os.access(CHECKOUT, os.W_OK)
    if fits:
        return Places(CHECKOUT / ".venv", CHECKOUT / ".build")
    key = hashlib.sha256(os.fsencode(CHECKOUT)).hexdigest()[:12]
    base = Path("/opt/nbhotel") if is_root() else home() / ".cache" / "nbhotel"
    return Places(base / key / "venv", base / key)


def is_root() -> bool:
    """Whether this run may install things for other users."""
    return os.geteuid() == 0


def home() -> Path:
    """The home of the user we run as: under sudo, HOME may be somebody else's."""
    return Path(pwd.getpwuid(os.geteuid()).pw_dir)


def is_readable_by_all(path: Path) -> bool:
    """Whether every user may read `path` and enter each directory down to it, links followed."""
    resolved = path.resolve()
    wanted = stat.S_IROTH | (stat.S_IXOTH if resolved.is_dir() or os.access(resolved, os.X_OK) else 0)
    return resolved.stat().st_mode & wanted == wanted and all(
        parent.stat().st_mode & stat.S_IXOTH
        for step in {resolved, Path(os.path.abspath(path))}  # noqa: PTH100 - resolve() would follow the links
        for parent in step.parents
    )


def is_safe_for_guests(directory: Path) -> bool:
    """Whether everybody can read a directory, and only root can change or replace it."""

    def only_root_changes(path: Path) -> bool:
        status = path.stat()
        shared = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not status.st_mode & stat.S_ISVTX
        return status.st_uid == 0 and not shared

    return is_readable_by_all(directory) and all(map(only_root_changes, (directory, *directory.parents)))


@contextlib.contextmanager
def only_one(workshop: Path) -> Iterator[None]:
    """Hold the lock of the workshop: a second run waits, and then finds everything done."""
    try:
        workshop.mkdir(parents=True, exist_ok=True)
        lock = (workshop / "lock").open("w")
    except OSError as error:
        raise CannotSetUp(
            f"{workshop} is not writable ({error.strerror}): make it so, or use another checkout"
        ) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("waiting for another run")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# -- the interpreter --------------------------------------------------------------------------------


def choose_interpreter() -> Path:
    """The first Python on PATH that is new enough and, for root, that the guests can run, too."""
    for candidate in interpreter_candidates():
        found = probe(candidate)
        if found is not None:
            return found
    kind = "that every user can read and run" if is_root() else "here"
    raise CannotSetUp(f"no Python >= 3.11 {kind}: install one, e.g. apt-get install python3 python3-pip")


def interpreter_candidates() -> Iterator[Path]:
    """`python3` and its versioned names, along PATH and then in the system's own directories."""
    names = ["python3", *(f"python3.{minor}" for minor in range(16, MINIMUM[1] - 1, -1))]
    directories = [*os.environ.get("PATH", "").split(os.pathsep), "/usr/bin", "/usr/local/bin"]
    seen = set()
    for directory in filter(None, directories):
        for name in names:
            path = Path(directory, name)
            if path not in seen and os.access(path, os.X_OK):
                seen.add(path)
                yield path


def probe(candidate: Path) -> Path | None:
    """The interpreter behind a name (a shim, an environment's link), or None if it won't do."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    try:
        done = subprocess.run(
            [candidate, "-Ic", PROBE], env=environment, capture_output=True, check=True, timeout=60
        )
        version, executable, library = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    if tuple(version) < MINIMUM:
        return None
    if is_root() and not (is_readable_by_all(Path(executable)) and is_readable_by_all(Path(library))):
        return None
    return Path(executable)


def tell(text: str) -> None:
    """Tell what takes a while."""
    print(f"bootstrap: {text}", file=sys.stderr, flush=True)
