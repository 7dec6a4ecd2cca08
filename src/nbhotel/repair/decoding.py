"""From a file's bytes to its text: UTF-8 without a byte order mark, line feeds at the ends of lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nbhotel.repair.values import Finding, Hopeless

_GZIP = b"\x1f\x8b"
_LFS = b"version https://git-lfs.github.com/spec/"
#: A notebook of so many bytes can't be opened anyway; what unpacks to more is probably meant to fill a disk.
_LARGEST = 1 << 30
#: The longer marks first: UTF-32's begins with UTF-16's.
_MARKS = (
    (b"\xff\xfe\0\0", "utf-32-le", "UTF-32"),
    (b"\0\0\xfe\xff", "utf-32-be", "UTF-32"),
    (b"\xff\xfe", "utf-16-le", "UTF-16"),
    (b"\xfe\xff", "utf-16-be", "UTF-16"),
)
_STRAY = re.compile("[\udc80-\udcff]+")
_NO_TEXT = re.compile("[\0-\x08\x0e-\x1a\x1c-\x1f]")


class Text:
    """A file's text, and what was found on the way to it."""

    def __init__(self, data: bytes) -> None:
        """Decode. Raises NoText."""
        self.findings: list[Finding] = []
        self.text = self._with_newlines(self._decoded(self._unpacked(data)))

    def _tell(self, what: str, line: int = 0) -> None:
        self.findings.append(Finding("encoding", what, line=line))

    def _unpacked(self, data: bytes) -> bytes:
        if data.startswith(_LFS):
            raise NoText("is a pointer of Git LFS (get the notebook with `git lfs pull`)")
        if not data.startswith(_GZIP):
            return data
        self._tell("was compressed by gzip")
        return b"".join(_members(data))

    def _decoded(self, data: bytes) -> str:
        for mark, encoding, name in _MARKS:
            if data.startswith(mark):
                self._tell(f"was {name}; now UTF-8")
                return data[len(mark) :].decode(encoding, "replace")
        if data.startswith(b"\xef\xbb\xbf"):
            self._tell("started with a byte order mark")
            data = data[3:]
        if _is_wide(data):
            self._tell("was UTF-16; now UTF-8")
            return data.decode("utf-16-be" if data[:1] == b"\0" else "utf-16-le", "replace")
        return self._from_utf_8(self._without_zeros(data))

    def _without_zeros(self, data: bytes) -> bytes:
        """A machine that went down while it wrote leaves zeros where the rest should be."""
        kept = data.rstrip(b"\0")
        if len(kept) < len(data):
            self._tell(f"ended with {len(data) - len(kept):,} zero bytes")
        return kept

    def _from_utf_8(self, data: bytes) -> str:
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            first = error
        if first.end == len(data) and first.reason == "unexpected end of data":
            return data[: first.start].decode()  # cut within a character: what is left out is no character
        text = data.decode("utf-8", "surrogateescape")
        if len(_NO_TEXT.findall(text, 0, 8192)) * 50 > len(text[:8192]):
            raise NoText("is a binary file")
        line = data.count(b"\n", 0, first.start) + 1
        self._tell(f"was not UTF-8 (byte 0x{data[first.start]:02x}); read as Windows-1252", line)
        return _STRAY.sub(_western, text)

    def _with_newlines(self, text: str) -> str:
        if "\r" not in text:
            return text
        self._tell("had CRLF line ends" if "\r\n" in text else "had CR line ends")
        return text.replace("\r\n", "\n").replace("\r", "\n")


class NoText(Exception):
    """The file holds no text; `args[0]` says what it is."""


def decoded(data: bytes) -> Text | Hopeless:
    """Return a file's text and what was wrong with its bytes; or why there is no text in it."""
    try:
        return Text(data)
    except NoText as error:
        return Hopeless(str(error))


def _members(data: bytes) -> Iterator[bytes]:
    """Yield what each member of a gzip file holds, of which there may be several (RFC 1952, 2.2)."""
    import zlib

    left = _LARGEST
    while data.startswith(_GZIP):
        unzip = zlib.decompressobj(wbits=31)
        try:
            content = unzip.decompress(data, left)
        except zlib.error as error:
            raise NoText(f"is compressed by gzip, and damaged ({error})") from None
        left -= len(content)
        if unzip.unconsumed_tail or left < 1:
            raise NoText("is compressed by gzip, and too large")
        yield content
        data = unzip.unused_data.lstrip(b"\0")  # tape drives fill up with zeros
    yield data


def _is_wide(data: bytes) -> bool:
    """Whether it is UTF-16 without its mark: JSON begins with ASCII, so that each second byte is zero."""
    start = data[:64].rstrip(b"\0")
    return len(start) > 3 and not (any(start[0::2]) and any(start[1::2]))


def _western(found: re.Match[str]) -> str:
    data = found[0].encode("utf-8", "surrogateescape")
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in data)
