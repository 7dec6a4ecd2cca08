"""JSON as accidents leave it: cut off, a line lost, a bracket too many. Whatever can be read is read.

What strict readers stop at is settled by what people and Jupyter write: a notebook's JSON is indented, so
that the place of a bracket or a key at the start of its line tells what it belongs to. Where that tells
nothing, the nearest thing that fits is taken. Nothing recurses: a hostile file may nest as deep as it likes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from nbhotel.notebook.model import Json
from nbhotel.records import NamedTuple
from nbhotel.repair.frames import Frame, matching
from nbhotel.repair.scalars import NoNumber, as_number, cut_string, unquoted
from nbhotel.repair.whole import Whole

_SPACE = re.compile("[\\s\0\ufeff\u200b]*")
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_OPEN_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*\\?')
_KEY = re.compile(r'"(?:[^"\\\n]|\\.)*"(?=\s*:)')
#: A key that has lost one of its quotes.
_BARE_KEY = re.compile(r'"?([A-Za-z_][\w.+/-]*)"?(?=\s*:\s*(?:["{[\d-]|true|false|null))')
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?(?![\w.])")
_WORD = re.compile(r"[-+]?\w+")
_REST_OF_LINE = re.compile(r"[^\n]+")
_STRAY = re.compile(r'[^\n"{}[\],]+')
_WORDS: dict[str, Json] = {"true": True, "false": False, "null": None}
_WORDS |= {"True": True, "False": False, "None": None}
_WORDS |= {word: NoNumber(word) for word in ("NaN", "Infinity", "-Infinity")}
#: Deeper values are kept as text: the bound of `notebook.reading` is twice as deep.
_DEEPEST = 100

Path: TypeAlias = tuple["str | int", ...]


class Slip(NamedTuple):
    """A line (from 1) that is no JSON, and why."""

    line: int
    what: str


class Loose(NamedTuple):
    """What was read: values that stand one after the other (JSON has one), and text that is no JSON.

    `cut` leads to the value in which the text ends too early; None if it is whole.
    """

    documents: tuple[Json, ...]
    slips: tuple[Slip, ...] = ()
    skipped: tuple[Slip, ...] = ()
    cut: Path | None = None


def read_loosely(text: str, whole: Sequence[Whole] = ()) -> Loose:
    """Read JSON, however broken; `whole` are values in it that are known to be cells, in order."""
    return _Reader(text, whole).read()


class _Reader:
    def __init__(self, text: str, whole: Sequence[Whole]) -> None:
        self.text = text
        self.whole = list(reversed(whole))
        self.limit = self.whole[-1].start if whole else len(text)  # where the next whole cell begins
        self.at = 0
        self.indent = 0  # of this line
        self.first = False  # whether nothing stands before this place in its line
        self.stack: list[Frame] = []
        self.documents: list[Json] = []
        self.slips: list[Slip] = []
        self.skipped: list[Slip] = []
        self.cut_in_value = False
        self.apart = True  # whether a comma stands after the last value
        self._counted = (0, 1)  # a place in the text, and its line

    def read(self) -> Loose:
        while self._next():
            char = self.text[self.at]
            if self.at == self.limit:
                self._take_whole()
                continue
            if self.first and self.stack and char not in "}],:":
                self._member()
            if char == '"':
                self._string()
            elif char in "{[":
                self._open(is_list=char == "[")
            elif char in "}]":
                self._closing(is_list=char == "]")
            elif char in ",:":
                self.at += 1
                self.apart = True
            else:
                self._word()
        cut = self._path() if self.stack else None
        self._close_to(0)
        return Loose(tuple(self.documents), tuple(self.slips), tuple(self.skipped), cut)

    def _next(self) -> bool:
        """Go to the next token; False at the end."""
        before = self.at
        self.at = self._end(_SPACE)
        start = self.text.rfind("\n", before, self.at) + 1
        self.first = start > 0 or before == 0
        if self.first:
            self.indent = self.at - start
        if self.whole and self.at > self.limit:
            self.at = self.limit
        return self.at < len(self.text)

    def _member(self) -> None:
        """Something begins on a line of its own: what stands as far left as the members of a frame is one."""
        top = self.stack[-1]
        if top.inner is None and not (top.is_list and _KEY.match(self.text, self.at)):
            top.inner = self.indent
        if top.inner is None or self.indent < top.inner:
            home = self._depth(lambda frame: frame.inner == self.indent)
            if home is not None:
                self._slip("a closing bracket is missing")
                self._close_to(home + 1)

    def _take_whole(self) -> None:
        """Add a whole cell to the list of cells, whatever seems to be open."""
        cell = self.whole.pop()
        self.at = cell.end
        self.limit = self.whole[-1].start if self.whole else len(self.text)
        lists = [depth for depth, frame in enumerate(self.stack) if frame.is_list]
        named = [depth for depth in lists if depth and self.stack[depth - 1].key == "cells"]
        home = (named or lists)[0] + 1 if lists else min(len(self.stack), 1)
        if home < len(self.stack):
            self._slip("a closing bracket is missing")
            self._close_to(home)
        if self.stack and self.stack[-1].key is not None:
            self.stack[-1].add(None)
        if self.stack and self.stack[-1].is_list and self.stack[-1].inner is None and self.first:
            self.stack[-1].inner = self.indent
        self._add(cell.value)

    def _end(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self.text, self.at, self.limit)
        return found.end() if found else self.at

    def _string(self) -> None:
        key = _KEY.match(self.text, self.at, self.limit)
        if key:
            self._key(unquoted(key[0]), key.end())
        elif not self._bare_key():
            found = _STRING.match(self.text, self.at, self.limit)
            if found:
                self.at = found.end()
                self._end_line()
                self._add(unquoted(found[0]))
            else:
                self._unclosed()

    def _key(self, key: str, end: int) -> None:
        if self.stack and self.stack[-1].is_list:
            self._leave_list()
        if not self.stack:
            self._slip("an opening bracket is missing")
            self.stack.append(Frame(self.indent, is_list=False))
        if self.stack[-1].key is not None:
            self._slip(f"{self.stack[-1].key!r} has no value")
            self.stack[-1].add(None)
        self.stack[-1].key = key
        self.at = end
        self.at = self._end(_SPACE) + 1

    def _bare_key(self) -> bool:
        found = (
            _BARE_KEY.match(self.text, self.at, self.limit)
            if self.stack and self.stack[-1].wants_key
            else None
        )
        if found is None:
            return False
        self._slip("a quote is missing")
        self._key(found[1], found.end())
        return True

    def _leave_list(self) -> None:
        """A key stands in a list: the list's end is missing, or the opening bracket before the key."""
        home = self.stack[-1]
        in_lines = self.first and self.indent > (home.indent if home.inner is None else home.inner)
        if in_lines or (home.pairs and home.ends_with(dict)):
            self._slip("an opening bracket is missing")
            halfway = home.indent + (self.indent - home.indent) // 2
            self.stack.append(Frame(halfway if home.inner is None else home.inner, is_list=False))
            self.stack[-1].inner = self.indent if self.first else None
            return
        self._slip("a closing bracket is missing")
        self._close_to((self._depth(lambda frame: not frame.is_list) or 0) + 1)
        if self.stack[-1].is_list:
            self.stack.append(Frame(self.indent, is_list=False))

    def _unclosed(self) -> None:
        """A string that has no end on its line."""
        start = self.at
        self.at = self._end(_OPEN_STRING)
        body = self.text[start + 1 : self.at]
        if self.at < len(self.text):
            self._slip("a quote is missing")
            self._add(unquoted(f'"{body.rstrip().removesuffix(",")}"'))
        elif not (self.stack and self.stack[-1].wants_key):  # else it is cut within a key
            self.cut_in_value = True
            self._add(cut_string(body))

    def _word(self) -> None:
        if self._bare_key():
            return
        number = _NUMBER.match(self.text, self.at)
        word = number or _WORD.match(self.text, self.at)
        if number:
            self.at = number.end()
            self._add(as_number(number[0]))
        elif word and word[0] in _WORDS:
            self.at = word.end()
            self._add(_WORDS[word[0]])
        else:
            self._skip()

    def _skip(self) -> None:
        """What is no JSON: a line of a source, if it stands among such, or something stray."""
        start = self.at
        self.at = max(start + 1, self._end(_REST_OF_LINE if self.first else _STRAY))
        text = self.text[start : self.at].strip()
        if self.at == len(self.text) and any(word.startswith(text) for word in _WORDS):
            return  # cut within a word
        frame = self.stack[-1] if self.stack else None
        if self.first and frame is not None and frame.is_list and frame.ends_with(str):
            self._slip("a quote is missing")
            frame.add(unquoted(f'"{text.removesuffix(",").removesuffix(chr(34))}"'))
        else:
            self.skipped.append(Slip(self._line(), text))

    def _open(self, *, is_list: bool) -> None:
        if len(self.stack) >= _DEEPEST:
            self._slip("nests too deeply; what is deeper is kept as text")
            start, self.at = self.at, matching(self.text, self.at)
            self._add(self.text[start : self.at])
            return
        self.at += 1
        self.stack.append(Frame(self.indent, is_list=is_list))

    def _closing(self, *, is_list: bool) -> None:
        self.at += 1
        top = self.stack[-1] if self.stack else None
        exact = None
        if self.first:
            exact = self._depth(lambda frame: frame.is_list is is_list and frame.indent == self.indent)
        if top is not None and top.is_list is is_list and (exact is None or top.indent == self.indent):
            if not self._is_stray(top):
                self._close()
            return
        if exact is None:
            inside = self.indent if self.first else -1
            exact = self._depth(lambda frame: frame.is_list is is_list and frame.indent > inside)
        if exact is None:
            self._slip("a closing bracket has nothing to close")
            return
        self._slip("a closing bracket is missing")
        self._close_to(exact)

    def _is_stray(self, top: Frame) -> bool:
        """Whether a bracket closes something within the frame that was not opened."""
        if not self.first or top.inner is None or top.inner <= top.indent or self.indent < top.inner:
            return False
        self._slip("a closing bracket has nothing to close")
        return True

    def _depth(self, fits: Callable[[Frame], bool]) -> int | None:
        """Return the place in the stack of the innermost frame that fits."""
        return next((i for i in range(len(self.stack) - 1, -1, -1) if fits(self.stack[i])), None)

    def _close_to(self, depth: int) -> None:
        while len(self.stack) > depth:
            self._close()

    def _close(self) -> None:
        frame = self.stack.pop()
        if frame.key is not None:
            frame.add(None)
        self._add(frame.value())

    def _end_line(self) -> None:
        """Two strings without a comma between them: lines of two sides, of which the first was a last one."""
        pairs = self.stack[-1].pairs if self.stack and self.stack[-1].is_list else []
        if not self.apart and pairs and isinstance(pairs[-1][1], str) and not pairs[-1][1].endswith("\n"):
            pairs[-1] = (None, pairs[-1][1] + "\n")

    def _add(self, value: Json) -> None:
        self.apart = False
        if self.stack:
            self.stack[-1].add(value)
        else:
            self.documents.append(value)

    def _path(self) -> Path:
        """Where the text ends: keys and indexes of what is open, from the outermost."""
        steps: list[str | int] = []
        for frame in self.stack:
            within = frame is self.stack[-1] and self.cut_in_value
            if frame.is_list:
                steps.append(len(frame.pairs) - within)
            else:
                steps.append((frame.pairs[-1][0] if within else frame.key) or "")
        return tuple(steps)

    def _slip(self, what: str) -> None:
        self.slips.append(Slip(self._line(), what))

    def _line(self) -> int:
        place, line = self._counted
        self._counted = (self.at, line + self.text.count("\n", place, self.at))
        return self._counted[1]
