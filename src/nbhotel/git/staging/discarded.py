"""Files as they were before changes in them were discarded: the way back."""

from __future__ import annotations

import os
import time

from nbhotel.errors import StateError
from nbhotel.git.calls import Git
from nbhotel.git.places import common_dir

#: Kept for so long, in seconds; as long as what the vault keeps.
AGE = 180 * 86_400.0


def keep(git: Git, path: str, content: bytes) -> str:
    """Keep a file's content below the git directory that all worktrees share, and return where.

    What was kept more than `AGE` ago is removed. Raises StateError if the file can't be written.
    """
    root = os.path.join(common_dir(git.run("rev-parse", "--absolute-git-dir")), "nbhotel", "discarded")
    try:
        os.makedirs(root, mode=0o700, exist_ok=True)
        _forget_old(root)
        file = os.path.join(_new_folder(root), path)
        os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
        with open(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as opened:
            opened.write(content)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        what = f"can't keep the file as it was, so nothing was discarded: {why}"
        raise StateError(what, where=root) from None
    return file


def _new_folder(root: str) -> str:
    """A folder named after now; of two within one second, the second one gets a number."""
    name = time.strftime("%Y-%m-%dT%H%M%S")
    number = 1
    while True:
        folder = os.path.join(root, name if number == 1 else f"{name}.{number}")
        try:
            os.mkdir(folder, mode=0o700)
        except FileExistsError:
            number += 1
            continue
        return folder


def _forget_old(root: str) -> None:
    from shutil import rmtree

    for entry in os.scandir(root):
        if entry.stat(follow_symlinks=False).st_mtime < time.time() - AGE:
            rmtree(entry.path, ignore_errors=True)
