"""Lines of ours in files of other people: between two marks, so that they can be taken out again."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Sequence

from nbhotel.errors import MissingPart

_BEGIN, _END = "# >>> nbhotel >>>", "# <<< nbhotel <<<"
_NOTE = "# Made by `nbhotel git enable`; `nbhotel git disable` takes it out again."
#: Seconds to wait for somebody else who edits the same file.
_PATIENCE = 5.0


def block_of(text: str) -> list[str] | None:
    """Return the lines between the marks, without the note; None if there are no marks."""
    start, end = _marks(text)
    if end < 0:
        return None
    lines = [line.removesuffix("\r") for line in text[start:end].split("\n")[1:-1]]
    return [line for line in lines if line != _NOTE]


def without_block(text: str) -> str:
    """Return the text without the marks and what is between them."""
    start, end = _marks(text)
    if end < 0:
        return text
    rest = text[end:].removeprefix(_END).removeprefix("\r").removeprefix("\n")
    return text[:start] + rest


def with_block(text: str, lines: Sequence[str], *, first: bool = False) -> str:
    """Return the text with these lines in place of the block it has; without one, at its end.

    `first` puts a new block below the first line, which says what runs the file.
    """
    block = "".join(f"{line}\n" for line in (_BEGIN, _NOTE, *lines, _END))
    start, end = _marks(text)
    if end >= 0:
        return text[:start] + block + text[end:].removeprefix(_END).removeprefix("\r").removeprefix("\n")
    if text and not text.endswith("\n") and not (first and "\n" in text):
        text += "\n"
    head, newline, rest = text.partition("\n") if first else (text, "", "")
    return f"{head}{newline}{block}{rest}"


def edit(path: str, change: Callable[[str], str], *, mode: int = 0o644) -> bool:
    """Change a file's text, whole or not at all, so that nobody else's edit is lost; return if it changed.

    An empty result removes the file. `mode` is that of a new file. It is locked by `path.lock`, as git locks
    its files. Raises MissingPart if it can't be written.
    """
    path = os.path.realpath(path)
    text = read(path)
    if change(text) == text:
        return False
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        lock = _locked(path)
        try:
            _replace(path, lock, change(read(path)), mode)
        except BaseException:
            os.unlink(lock)
            raise
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise MissingPart(f"can't be written: {why}", where=path, remedy="make it writable") from None
    return True


def read(path: str) -> str:
    """Return a file's text, "" if there is no such file. Raises MissingPart if it can't be read."""
    try:
        with open(path, "rb") as file:
            return os.fsdecode(file.read())
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        raise MissingPart(f"can't be read: {(error.strerror or str(error)).lower()}", where=path) from None


def _marks(text: str) -> tuple[int, int]:
    """Where the first mark begins and where the second one does; -1 each if they aren't there."""
    start = text.find(_BEGIN)
    return (start, text.find(_END, start)) if start >= 0 else (-1, -1)


def _locked(path: str) -> str:
    """Make the lock file and return its name. Raises FileExistsError when somebody else keeps it."""
    lock = f"{path}.lock"
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        except FileExistsError:
            if time.monotonic() > until:
                remedy = f"if nobody edits it, remove {lock}"
                raise MissingPart("somebody else edits it", where=path, remedy=remedy) from None
            time.sleep(0.02)
        else:
            return lock


def _replace(path: str, lock: str, text: str, mode: int) -> None:
    """Put the text in the file's place, by which the lock is gone."""
    if not text:
        if os.path.exists(path):
            os.unlink(path)
        os.unlink(lock)
        return
    with open(lock, "wb") as file:
        file.write(os.fsencode(text))
    if os.path.exists(path):
        mode = stat.S_IMODE(os.stat(path).st_mode)
    os.chmod(lock, mode)
    os.replace(lock, path)
