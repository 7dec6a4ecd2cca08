"""A changed notebook in the bytes of its file: what did not change stays as it was written, to the byte.

The old text is walked beside the old and the new value; each difference becomes an edit of the text, in the
file's own style. In an indented file, as Jupyter writes them, a member begins on a line of its own, and ends
at the next bracket that stands as far left as it began: so it is found without looking at anything else. That
is a guess about how the file is written, so the result is read again. If the guess was wrong, the walk takes
each member in turn, and skips what both values share by the standard library's scanner, which is in C.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from json.encoder import encode_basestring
from operator import itemgetter
from typing import Any

from nbhotel.notebook.equality import kept, same
from nbhotel.notebook.model import Json
from nbhotel.notebook.style import spelled, style_of
from nbhotel.notebook.writing import encoded
from nbhotel.records import NamedTuple

_KEY = re.compile(r'\s*"((?:[^"\\]|\\.)*)"\s*:\s*')
_NEXT = re.compile(r"\s*([,\]}])\s*")
_SPACE = re.compile(r"\s*")
_SCAN: Any = json.JSONDecoder().scan_once  # type: ignore[attr-defined]  # since Python 2.6
_BOM = b"\xef\xbb\xbf"
#: Where a member stands: start and end in the text.
_Span = tuple[int, int]


class Edit(NamedTuple):
    """What to replace in a text, places counted in characters, and by what."""

    start: int
    end: int
    by: str


def rewritten(data: bytes, old: Json, new: Json) -> bytes:
    """Return the file `data`, which holds `old`, with `new` in it, as `edits` has it."""
    return data if old is new else applied(data, edits(data, old, new))


def edits(data: bytes, old: Json, new: Json) -> list[Edit]:
    """Return what makes of the file `data`, which holds `old`, one that holds `new`, from front to back.

    `old` must be what the JSON text in `data` holds, as `read_notebook` returned it in `raw`. If it is not
    (old formats are converted when they are read), the whole text is written anew in the file's style. A byte
    order mark and the presence of a last line end are kept.
    """
    text = data.decode("utf-8-sig")
    found = _edits(text, old, new, guess=True)
    if found is None:
        found = _edits(text, old, new, guess=False)
    if found is None:
        body = text.strip()
        start = text.index(body)
        found = [Edit(start, start + len(body), spelled(new, style_of(body), 0))]
    return found


def applied(data: bytes, found: Sequence[Edit]) -> bytes:
    """Return the file with the edits made, which must be in order."""
    text = data.decode("utf-8-sig")
    return (_BOM if data.startswith(_BOM) else b"") + encoded(_applied(text, found))


def _applied(text: str, found: Sequence[Edit]) -> str:
    parts = []
    position = 0
    for start, end, by in found:
        parts += [text[position:start], by]
        position = end
    return "".join(parts) + text[position:]


def _edits(text: str, old: Json, new: Json, *, guess: bool) -> list[Edit] | None:
    """Return the edits; None if the text isn't what `old` says, or a guess was wrong."""
    walk = _Walk(text, guess=guess)
    try:
        walk.value(_end(_SPACE, text, 0), old, new, 0)
        found = sorted(walk.found, key=itemgetter(0, 1))
        return found if not walk.guessed or json.loads(_applied(text, found)) == new else None
    except (ValueError, StopIteration, LookupError):
        return None


class _Walk:
    """A walk through a text, beside the old and the new value."""

    def __init__(self, text: str, *, guess: bool) -> None:
        self.text = text
        self.style = style_of(text)
        self.found: list[Edit] = []
        self.guessed = False
        self._may_guess = guess and self.style.indent is not None
        self._newline, self._indent = self.style.newline, self.style.indent or ""

    def value(self, start: int, old: Json, new: Json, depth: int) -> int:
        """Note what makes `new` of the value that begins at `start`; return its end."""
        if old is not new and old and new:
            before = len(self.found)
            if isinstance(old, dict) and isinstance(new, dict):
                end = self._object(start, old, new, depth)
            elif _are_objects(old) and _are_objects(new):
                end = self._list(start, old, new, depth)
            else:
                end = 0
            if end:
                return end
            del self.found[before:]
        end = self._end(start, depth)
        if old is not new and not same(old, new):
            self.found.append(Edit(start, end, spelled(new, self.style, depth)))
        return end

    def _lead(self, depth: int) -> str:
        """What a line begins with that stands `depth` levels deep, the end of the line before included."""
        return f"{self._newline}{self._indent * depth}"

    def _end(self, start: int, depth: int) -> int:
        return self._guessed_end(start, depth) or int(_SCAN(self.text, start)[1])

    def _guessed_end(self, start: int, depth: int) -> int:
        """Return where an object or a list of some lines probably ends; 0 if that can't be guessed."""
        closing = _CLOSING.get(self.text[start])
        if not self._may_guess or closing is None or not self.text.startswith(self._newline, start + 1):
            return 0
        closing = f"{self._lead(depth)}{closing}"
        self.guessed = True
        return self.text.index(closing, start) + len(closing)

    def _object(self, start: int, old: dict[str, Json], new: dict[str, Json], depth: int) -> int:
        """Do it for an object; 0 if it has to be written as a whole."""
        end = self._guessed_end(start, depth) if old.keys() == new.keys() else 0
        if not end:
            return self._walked_object(start, old, new, depth)
        self._changed_members(start, end, old, new, depth + 1)
        return end

    def _changed_members(
        self, start: int, end: int, old: dict[str, Json], new: dict[str, Json], depth: int
    ) -> None:
        """Look only for the members that changed of an object with the same keys; they stand `depth` deep."""
        lead = self._lead(depth)
        for key, before in old.items():
            after = new[key]
            if before is after:
                continue
            name = f"{lead}{encode_basestring(key)}{self.style.colon}"
            at = self.text.index(name, start, end) + len(name)
            if after is None or after == []:  # most of what filters write
                if before != after:
                    self.found.append(Edit(at, self._end(at, depth), "[]" if after == [] else "null"))
            else:
                self.value(at, before, after, depth)

    def _walked_object(self, start: int, old: dict[str, Json], new: dict[str, Json], depth: int) -> int:
        text, scan, spans = self.text, _SCAN, {}
        position = start + 1
        while True:
            found = _KEY.match(text, position)
            if found is None:
                raise ValueError(position)
            key = found[1] if "\\" not in found[1] else json.loads(f'"{found[1]}"')
            if key in spans:  # twice, as JSON allows it
                return 0
            before, after = old[key], new.get(key, _GONE)
            if before is after or after is _GONE:
                end = scan(text, found.end())[1]
            else:
                end = self.value(found.end(), before, after, depth + 1)
            spans[key] = (found.start(1) - 1, end)
            mark = _NEXT.match(text, end)
            if mark is None:
                raise ValueError(end)
            position = mark.end()
            if mark[1] == "}":
                break
        if spans.keys() != old.keys():
            raise LookupError
        if spans.keys() != new.keys() and not self._members(spans, new, depth):
            return 0
        return mark.end(1)

    def _list(self, start: int, old: list[Json], new: list[Json], depth: int) -> int:
        if self._may_guess and len(old) == len(new):
            before = len(self.found)
            end = self._guessed_list(start, old, new, depth)
            if end:
                return end
            del self.found[before:]
        return self._walked_list(start, old, new, depth)

    def _guessed_list(self, start: int, old: list[Json], new: list[Json], depth: int) -> int:
        """Go from item to item by the lines on which they begin and end; 0 if they are not written so."""
        text, lead = self.text, self._lead(depth + 1)
        opening, closing = f"{lead}{{", f"{lead}}}"
        position = start + 1
        self.guessed = True
        for before, after in zip(old, new, strict=True):
            if not text.startswith(opening, position):
                return 0
            end = text.index(closing, position) + len(closing)
            if before is not after:
                begin = position + len(lead)
                if before.keys() == after.keys():
                    self._changed_members(begin, end, before, after, depth + 2)
                elif self.value(begin, before, after, depth + 1) != end:
                    return 0
            position = end + 1  # behind the comma
        closing = f"{self._lead(depth)}]"
        return position - 1 + len(closing) if text.startswith(closing, position - 1) else 0

    def _walked_list(self, start: int, old: list[Json], new: list[Json], depth: int) -> int:
        pairs = kept(old, new, _belong)
        spans: dict[Json, _Span] = {}
        position = after = _end(_SPACE, self.text, start + 1)
        for index, before in enumerate(old):
            to = pairs.get(index)
            end = self.value(position, before, before if to is None else new[to], depth + 1)
            spans[("gone", index) if to is None else to] = (position, end)
            mark = _NEXT.match(self.text, end)
            if mark is None or (mark[1] == "]") != (index == len(old) - 1):
                raise ValueError(end)
            position = mark.end()
            after = mark.end(1)
        if len(pairs) < max(len(old), len(new)) and not self._members(spans, dict(enumerate(new)), depth):
            return 0
        return after

    def _members(self, spans: dict[Json, _Span], new: dict[Json, Json], depth: int) -> bool:
        """Take members out and put others in; False if nothing stays, or not in the order that it had."""
        stay = [key for key in spans if key in new]
        if not stay or stay != [key for key in new if key in spans]:
            return False
        self._take_out(spans, set(stay))
        self._put_in(spans, new, stay[0], depth)
        return True

    def _take_out(self, spans: dict[Json, _Span], stay: set[Json]) -> None:
        previous = None  # the end of the member before; None as long as none was kept
        first = next(iter(spans.values()))[0]
        for key, (start, end) in spans.items():
            if key in stay:
                if previous is None and start > first:
                    self.found.append(Edit(first, start, ""))
                previous = end
            elif previous is not None:
                self.found.append(Edit(previous, end, ""))
                previous = end

    def _put_in(self, spans: dict[Json, _Span], new: dict[Json, Json], first: Json, depth: int) -> None:
        lead = self.style.lead(depth + 1)
        place = None  # behind which member
        for key, value in new.items():
            if key in spans:
                place = spans[key][1]
                continue
            text = spelled(value, self.style, depth + 1)
            if isinstance(key, str):
                text = spelled(key, self.style, 0) + self.style.colon + text
            if place is None:
                start = spans[first][0]
                self.found.append(Edit(start, start, text + lead))
            else:
                self.found.append(Edit(place, place, lead + text))


_GONE: Any = object()
_CLOSING = {"{": "}", "[": "]"}


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    found = pattern.match(text, position)
    return found.end() if found else position


def _are_objects(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _belong(old: dict[str, Json], new: dict[str, Json]) -> bool:
    """Whether one is the other, changed by a filter: a cell with its source, an output with its content."""
    if old is new:
        return True
    keys = ("cell_type", "id", "source") if "cell_type" in new else ("output_type", "name", "data", "text")
    return all(same(old.get(key), new.get(key)) for key in keys)
