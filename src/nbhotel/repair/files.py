"""A file's bytes, however broken, to a notebook that opens. Never raises.

The result always is JSON, is valid by the schemas of nbformat, and is a fixed point: repairing it again
changes nothing. A file that is sound comes back as it is, to the byte.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nbhotel.notebook.equality import same
from nbhotel.notebook.model import EMPTY, Json
from nbhotel.notebook.rewriting import rewritten
from nbhotel.notebook.style import spelled, style_of
from nbhotel.notebook.writing import dump_notebook, encoded
from nbhotel.records import NamedTuple
from nbhotel.repair.cells import raw_cell
from nbhotel.repair.decoding import decoded
from nbhotel.repair.losses import missing_strings
from nbhotel.repair.notebooks import is_notebook, mended, notebook_of, salvaged
from nbhotel.repair.parsing import Parsed, parse
from nbhotel.repair.regions import Marked, marked
from nbhotel.repair.scalars import object_of, pairs_of
from nbhotel.repair.values import Finding, Hopeless, Repaired, Stages

if TYPE_CHECKING:
    from nbhotel.merge.values import Conflict

#: A notebook in a string in a string …
_DEEPEST_STRING = 4
_TOP_KEYS = {"cells", "metadata", "nbformat", "nbformat_minor"}


class _Made(NamedTuple):
    """A notebook's JSON and how it came about; `original` is what the text holds, if it is JSON."""

    raw: dict[str, Json]
    findings: tuple[Finding, ...] = ()
    lost: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    original: Json = None


def repair(data: bytes, stages: Stages | None = None) -> Repaired | Hopeless:
    """Mend a file; `stages` is what git's index has of it, if it is in conflict there."""
    text = decoded(data)
    if isinstance(text, Hopeless):
        return text
    made = _made(text.text, stages)
    findings = (*text.findings, *made.findings)
    content = _content(text.text, made) if findings or made.lost else data
    return Repaired(content, notebook_of(made.raw), findings, made.lost, made.conflicts)


def _made(text: str, stages: Stages | None = None, depth: int = 0) -> _Made:
    if not text.strip():
        return _around("", "the file was empty; now a notebook without cells")
    parsed = parse(text)
    if not parsed.strict:
        found = marked(text)
        if found is not None:
            return _of_conflict(found, stages)
    inner = parsed.documents[0] if len(parsed.documents) == 1 else None
    if isinstance(inner, str) and inner.lstrip()[:1] in {"{", '"'} and depth < _DEEPEST_STRING:
        made = _made(inner, None, depth + 1)
        finding = Finding("content", "was a notebook within a JSON string")
        return made._replace(findings=(finding, *made.findings), original=None)
    return _of_documents(text, parsed)


def _of_documents(text: str, parsed: Parsed) -> _Made:
    notebooks = [value for value in parsed.documents if is_notebook(value) or _is_start(value, parsed)]
    if not notebooks and not any(salvaged(list(parsed.documents))) and not parsed.strict:
        return _around(text, "was no notebook; its text is in a raw cell")
    made = _of_several(parsed, notebooks) if len(parsed.documents) > 1 else _of_one(parsed)
    if parsed.strict:
        return made
    lost = (*made.lost, *missing_strings(text, made.raw, made.lost))
    return made._replace(lost=lost, original=None)


def _of_one(parsed: Parsed) -> _Made:
    found = mended(parsed.documents[0], parsed.cut)
    findings, lost = (*parsed.findings, *found.findings), (*parsed.lost, *found.lost)
    return _Made(found.raw, findings, lost, original=parsed.documents[0])


def _of_several(parsed: Parsed, notebooks: list[Json]) -> _Made:
    """Merge notebooks that stand one after the other; what else stands there is added to the first one."""
    from nbhotel.repair.merging import in_a_row

    whole = [value for value in notebooks if "cells" in value or "worksheets" in value]
    pieces = [value for value in notebooks if value not in whole and value.keys() <= _TOP_KEYS]
    others = [value for value in parsed.documents if not any(value is each for each in (*whole, *pieces))]
    pairs = [*pairs_of(whole[0])] if whole else []
    pairs += [pair for value in pieces for pair in pairs_of(value)]
    pairs += [(None, cell) for cell in salvaged(others)]
    row = in_a_row([object_of(pairs), *whole[1:]])
    findings = parsed.findings
    if len(whole) > 1:
        findings += (Finding("syntax", f"{len(whole)} notebooks stood one after the other; merged"),)
    return _Made(row.raw, (*findings, *row.findings), (*parsed.lost, *row.lost), row.conflicts)


def _around(text: str, what: str) -> _Made:
    cells = [raw_cell(text)] if text else []
    raw = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return _Made(mended(raw).raw, (Finding("content", what),))


def _is_start(value: Json, parsed: Parsed) -> bool:
    """Whether a file that ends too early has begun like a notebook."""
    return parsed.cut is not None and isinstance(value, dict) and value.keys() <= _TOP_KEYS


def _of_conflict(found: Marked, stages: Stages | None) -> _Made:
    """Merge the sides again: git's own versions of them, unless somebody has typed something since."""
    sides = found.sides
    if stages is not None and None not in {stages.ours, stages.theirs} and not _typed(found.rest, stages):
        versions = (stages.base, stages.ours, stages.theirs)
        return _merged([_side(data or b"") for data in versions], found, "from git's index")
    if sides is None:
        made = _made(found.rest)
        what = "conflict markers that don't belong together; left out, the lines of both sides stay"
        finding = Finding("markers", what, None, found.line)
        return made._replace(findings=(finding, *made.findings), original=None)
    base = stages.base if stages is not None and stages.base is not None else encoded(sides.base or "")
    versions = (base, encoded(sides.ours), encoded(sides.theirs))
    return _merged([_side(data or b"") for data in versions], found, "from what stands between the markers")


def _side(data: bytes) -> _Made:
    """Read one side; what is no notebook is an empty one, as git has it where there is no base."""
    if not data.strip():
        return _Made(EMPTY.raw)
    text = decoded(data)
    return _Made(EMPTY.raw) if isinstance(text, Hopeless) else _made(text.text)


def _merged(sides: list[_Made], found: Marked, whence: str) -> _Made:
    from nbhotel.repair.merging import merged

    base, ours, theirs = (notebook_of(side.raw) for side in sides)
    with_base = found.sides is not None and found.sides.base is not None
    whole = merged(base, ours, theirs, found.labels, with_base=with_base)
    number = found.sides.number if found.sides else 1
    what = f"{number} conflict{'s' * (number != 1)} in the JSON; merged cell by cell {whence}"
    what += f", {len(whole.conflicts) or 'none'} left"
    findings = dict.fromkeys(each._replace(line=0, cell=None) for side in sides[1:] for each in side.findings)
    lost = dict.fromkeys(line for side in sides[1:] for line in side.lost)
    told = (Finding("markers", what, None, found.line), *findings, *whole.findings)
    return _Made(whole.raw, told, tuple(lost), whole.conflicts)


def _typed(text: str, stages: Stages) -> bool:
    """Whether a line is in none of the versions that git has merged: somebody has edited the conflicts."""
    versions = [
        each for each in (stages.base, stages.ours, stages.theirs, *stages.stored) if each is not None
    ]
    known = {line for data in versions for line in _lines(data.decode("utf-8", "replace"))}
    return any(line not in known for line in _lines(text))


def _lines(text: str) -> Iterator[str]:
    return (line.strip().rstrip(",") for line in text.splitlines())


def _content(text: str, made: _Made) -> bytes:
    """Return the file: as it is written where nothing was wrong, if that is possible."""
    if made.raw is made.original:
        return encoded(text)
    if made.original is not None:
        try:
            content = rewritten(encoded(text), json.loads(text), made.raw)
            if _is_plain(content, made.raw):
                return content
        except (ValueError, RecursionError):
            pass  # numbers of thousands of digits
        return encoded(spelled(made.raw, style_of(text), 0) + "\n")
    return dump_notebook(notebook_of(made.raw))


def _is_plain(content: bytes, raw: Json) -> bool:
    """Whether the file holds this, and each key once."""
    parsed = parse(content.decode())
    return parsed.strict and same(parsed.documents[0], raw)
