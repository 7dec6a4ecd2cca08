"""What a broken file's text holds and the repaired notebook doesn't: nothing gets lost without a word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from nbhotel.notebook.model import Json
from nbhotel.repair.scalars import unquoted

_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
#: The format's own words; they come back by themselves.
_WORDS = {
    "cells",
    "metadata",
    "nbformat",
    "nbformat_minor",
    "worksheets",
    "cell_type",
    "execution_count",
    "id",
}
_WORDS |= {"outputs", "source", "output_type", "name", "text", "data", "attachments", "input", "language", ""}
_WORDS |= {
    "prompt_number",
    "level",
    "collapsed",
    "pyout",
    "pyerr",
    "heading",
    "python",
    "stream",
    "html",
    "png",
}
#: Where a quote is missing, what stands between two strings looks like one.
_BETWEEN = " \t\n,:[]{}"
#: So much is told of a long one.
_LONGEST = 500
#: So many are told.
_MOST = 500


def missing_strings(text: str, raw: Json, told: Iterable[str]) -> Iterator[str]:
    """Yield a line about each string of the JSON in `text` that is not in `raw` and not `told` already."""
    seen = set(strings(raw)) | _WORDS
    everything = "\n".join(strings(raw))
    reported = "\n".join(told)
    place, line, count = 0, 1, 0
    for found in _STRING.finditer(text):
        string = unquoted(found[0])
        if string in seen or string.strip(_BETWEEN) in seen:
            continue
        seen.add(string)
        line += text.count("\n", place, found.start())
        place = found.start()
        if string.strip() not in everything and found[0] not in reported:
            yield f"line {line}: {string[:_LONGEST].strip()}"
            count += 1
        if count == _MOST:
            yield "and more"
            return


def strings(value: Json) -> Iterator[str]:
    """Yield all strings in a value, the keys of objects among them."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            yield from each
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
