"""The check of `nbhotel git doctor` on the vault: its rights, its file, and the room on its disk.

What mends loses no outputs: rights are given back, a file is taken over whole, or put aside and what can be
read of it saved.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress

from nbhotel.database import DAMAGED, FULL
from nbhotel.errors import VaultError
from nbhotel.git.places import common_dir, vault_file
from nbhotel.git.setup.doctor import Finding, Mend, Scene
from nbhotel.git.setup.scopes import name_of
from nbhotel.git.vault.rebuild import BESIDE, rebuild
from nbhotel.git.vault.store import Damaged, Vault

#: In bytes: with less room on the disk the outputs of many a notebook can't be kept.
_ROOM = 1_000_000
_READ_AND_WRITE = stat.S_IRUSR | stat.S_IWUSR


def check_vault(scene: Scene) -> Iterator[Finding]:
    """Look at the vault, if there is one: who may write it, whether it is sound, whether it may grow."""
    file = vault_file(common_dir(os.path.join(scene.git.folder, scene.git.run("rev-parse", "--git-dir"))))
    if not os.path.exists(os.path.dirname(file)):
        return
    is_refused = False
    for finding in _refused(scene, file):
        is_refused = True
        yield finding
    if not is_refused:
        yield from _unsound(scene, file) if os.path.exists(file) else ()
        yield from _without_room(scene, os.path.dirname(file))


def _refused(scene: Scene, file: str) -> Iterator[Finding]:
    """What of it this user may not read or not write."""
    folder = os.path.dirname(file)
    for path in (folder, *(f"{file}{suffix}" for suffix in ("", *BESIDE))):
        wanted = os.R_OK | os.W_OK | (os.X_OK if path == folder else 0)
        if not os.path.exists(path) or os.access(path, wanted):
            continue
        status, name = os.stat(path), name_of(scene.git, path)
        if status.st_uid == os.geteuid():
            yield _finding(f"{name} can't be read and written", "give yourself the right", _giving(path))
            continue
        what = f"{name} belongs to {_user(status.st_uid)}, and you may not read and write it"
        remedy = f"`sudo chown -R {_user(os.geteuid())} {name_of(scene.git, folder)}`"
        takes = path != folder and os.access(path, os.R_OK)
        yield _finding(what, remedy, _taking_over(file) if takes else None)
        return


def _finding(what: str, remedy: str, mend: Mend | None = None) -> Finding:
    return Finding("vault", f"outputs are neither kept nor put back: {what}", remedy, mend)


def _giving(path: str) -> Mend:
    more = _READ_AND_WRITE | (stat.S_IXUSR if os.path.isdir(path) else 0)
    return lambda: os.chmod(path, stat.S_IMODE(os.stat(path).st_mode) | more)


def _taking_over(file: str) -> Mend:
    """Put copies in the place of files that are somebody else's: nobody else's git uses this name."""

    def mend() -> None:
        from shutil import copyfile

        for path in (f"{file}{suffix}" for suffix in ("", *BESIDE)):
            if os.path.exists(path):
                fresh = f"{path}.own"
                try:
                    copyfile(path, fresh)
                    os.chmod(fresh, _READ_AND_WRITE)
                    os.replace(fresh, path)
                except OSError:
                    with suppress(FileNotFoundError):
                        os.unlink(fresh)
                    raise

    return mend


def _unsound(scene: Scene, file: str) -> Iterator[Finding]:
    try:
        with Vault(file) as vault:
            next(vault.alike(path="", blob="", features=[]), None)
            with vault.guarded():
                told = vault.database.execute("PRAGMA quick_check(1)").fetchone()[0]
                if told != "ok":
                    raise Damaged(" ".join(told.split()))
    except VaultError as error:
        # The file is put aside, and what can be read of it is saved: nothing gets lost by mending.
        mend = (lambda: rebuild(file)) if error.what.startswith(DAMAGED) else None
        yield _finding(f"{name_of(scene.git, file)} {error.what}", error.remedy, mend)


def _without_room(scene: Scene, folder: str) -> Iterator[Finding]:
    """Whether the disk, or this user's share of it, is full."""
    from tempfile import TemporaryFile

    try:
        with TemporaryFile(dir=folder) as probe:
            probe.write(b"\0" * _ROOM)
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        what = f"{FULL}, {name_of(scene.git, folder)}: {why}"
        yield _finding(what, "make some, perhaps by `nbhotel vault gc --size 100M`")


def _user(uid: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
