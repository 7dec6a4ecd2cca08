"""Sizes of files in git's index, taken out in place, as git does it itself with entries it can't trust.

`git update-index` could do it, but whatever writes an index has to look at each file of the same second, and
right after a checkout these are all that it wrote. Here four bytes per entry change, the checksum at the end,
and nothing else; the file keeps its time, by which git tells later whom to trust. What this module does not
know (an index of another version, a split one, entries that aren't found) is left to git.

Source: gitformat-index(5), versions 2 and 3.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from nbhotel.records import NamedTuple

_KNOWN = (b"DIRC\0\0\0\2", b"DIRC\0\0\0\3")
#: Bytes of an object's name -> how it is hashed.
_HASHES = {20: "sha1", 32: "sha256"}
_SIZE = 4
#: Bytes of flags between an object's name and the path, and the bit that says that there are more than two.
_FLAGS = ((2, 0), (4, 0x4000))
#: The flags have the length of the path, up to this.
_LONGEST = 0xFFF
#: What `git update-index --assume-unchanged` sets.
_ASSUME_VALID = 0x8000


class Entry(NamedTuple):
    """One file of the index, as `git ls-files --stage` has it."""

    mode: str
    blob: str
    path: str


def take_out_sizes(index: str, entries: Iterable[Entry]) -> bool:
    """Write 0 as the size of these entries; False if nothing was written because git has to do it.

    An index that somebody is writing just now is left alone, and that is True: the next change will do.
    """
    if os.path.islink(index):
        return False
    with _undisturbed():
        return _replace(index, entries)


def without_sizes(content: bytes, entries: Iterable[Entry]) -> bytes | None:
    """Return an index's content with 0 as the size of these entries; None if one of them isn't found."""
    if not content.startswith(_KNOWN):
        return None
    changed = bytearray(content)
    length = 0
    for blob, path in ((bytes.fromhex(entry.blob), os.fsencode(entry.path)) for entry in entries):
        place = _place(content, blob, path)
        if not place:
            return None
        changed[place - _SIZE : place] = bytes(_SIZE)
        length = len(blob)
    if changed == content:
        return content
    return _checked(content, changed, length)


def _replace(index: str, entries: Iterable[Entry]) -> bool:
    lock = f"{index}.lock"
    try:
        before = os.stat(index)
        descriptor = os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, before.st_mode & 0o777)
    except FileExistsError:
        return True
    except OSError:
        return False
    try:
        with open(descriptor, "wb") as file:
            content = _read(index)
            changed = without_sizes(content, entries)
            file.write(changed or b"")
        if changed is not None and changed != content:
            os.utime(lock, ns=(before.st_atime_ns, os.stat(index).st_mtime_ns))
            os.replace(lock, index)
            return True  # from here on the lock may be somebody else's
    except OSError:
        changed = None
    os.unlink(lock)
    return changed is not None


def _place(content: bytes, blob: bytes, path: bytes) -> int:
    """Return where the name of the object stands in the entry of a path; 0 if nowhere."""
    end = content.find(path + b"\0")
    while end >= 0:
        for width, extended in _FLAGS:
            start = end - width - len(blob)
            flags = int.from_bytes(content[end - width : end - width + 2], "big") & ~_ASSUME_VALID
            if flags == extended | min(len(path), _LONGEST) and content.startswith(blob, max(start, 0)):
                return start
        end = content.find(path + b"\0", end + 1)
    return 0


def _checked(content: bytes, changed: bytearray, length: int) -> bytes | None:
    """Return the changed content with its checksum; None if the old one had another than its own."""
    from hashlib import new

    before, end = content[-length:], len(content) - length
    if not any(before):  # index.skipHash
        return bytes(changed)
    name = _HASHES[length]
    if new(name, content[:end], usedforsecurity=False).digest() != before:
        return None
    changed[end:] = new(name, changed[:end], usedforsecurity=False).digest()
    return bytes(changed)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Whoever interrupts us must not leave a lock behind, since git then refuses to work."""
    import signal  # git was called before: it is loaded

    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _read(file: str) -> bytes:
    with open(file, "rb") as opened:
        return opened.read()
