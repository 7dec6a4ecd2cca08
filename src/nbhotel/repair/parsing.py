"""From a file's text to JSON values: strictly if that will do, else loosely."""

from __future__ import annotations

import json

from nbhotel.notebook.model import Json
from nbhotel.notebook.reading import is_nested_too_deeply
from nbhotel.records import NamedTuple
from nbhotel.repair.lenient import Path, Slip, read_loosely
from nbhotel.repair.values import Finding
from nbhotel.repair.whole import decoder, whole_cells

#: So many lines that are wrong are named.
_NAMED = 3


class Parsed(NamedTuple):
    """The values of a text, one after the other, and what is wrong with it as JSON.

    `strict`: the text is JSON, if with doubled keys or numbers that JSON doesn't have. `cut`: where the text
    ends too early. `lost`: what is not in the values.
    """

    documents: tuple[Json, ...]
    findings: tuple[Finding, ...] = ()
    lost: tuple[str, ...] = ()
    cut: Path | None = None
    strict: bool = False


def parse(text: str) -> Parsed:
    """Read a text as JSON."""
    try:
        value = _load(text)
        return Parsed((value,), strict=True) if not is_nested_too_deeply(value) else _loosely(text, None)
    except RecursionError:
        return _loosely(text, None)
    except ValueError as error:
        found = error
    try:
        value = _load(text, strict=False)
    except (ValueError, RecursionError):
        return _loosely(text, found)
    finding = Finding(
        "syntax", "a string went over several lines, or held control characters", None, _line(found)
    )
    return Parsed((value,), (finding,)) if not is_nested_too_deeply(value) else _loosely(text, None)


def _load(text: str, *, strict: bool = True) -> Json:
    return decoder(strict=strict).decode(text)


def _loosely(text: str, error: ValueError | None) -> Parsed:
    loose = read_loosely(text, whole_cells(text))
    findings: list[Finding] = []
    if loose.cut is not None:
        findings.append(Finding("truncated", "the file ended too early", None, text.rstrip().count("\n") + 1))
    findings += _told(loose.slips)
    if not findings and error is not None and not loose.skipped:
        findings.append(Finding("syntax", f"was no JSON: {_reason(error)}", None, _line(error)))
    if loose.skipped:
        findings.append(
            Finding("syntax", "something stood there that is no JSON", None, loose.skipped[0].line)
        )
    lost = tuple(f"line {slip.line}: {slip.what}" for slip in loose.skipped)
    return Parsed(loose.documents, tuple(findings), lost, loose.cut)


def _told(slips: tuple[Slip, ...]) -> list[Finding]:
    by_what: dict[str, list[int]] = {}
    for slip in slips:
        by_what.setdefault(slip.what, []).append(slip.line)
    return [Finding("syntax", what + _also(lines), None, lines[0]) for what, lines in by_what.items()]


def _also(lines: list[int]) -> str:
    others = list(dict.fromkeys(lines[1:]))
    if not others:
        return ""
    named = ", ".join(map(str, others[:_NAMED]))
    more = len(others) - _NAMED
    return f" (also in line {named}{f' and {more} more' if more > 0 else ''})"


def _reason(error: ValueError) -> str:
    return error.msg.lower() if isinstance(error, json.JSONDecodeError) else str(error)


def _line(error: ValueError) -> int:
    return error.lineno if isinstance(error, json.JSONDecodeError) else 0
