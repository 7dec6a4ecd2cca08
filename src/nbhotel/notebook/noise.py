"""What differs from run to run and means nothing: memory addresses, timings, dates, temporary paths."""

from __future__ import annotations

import re

_NUMBER = r"\d+(?:[.,]\d+)?(?:e[+-]?\d+)?"
_UNIT = r"(?:ns|[uµμ]s|ms|s|sec|seconds?|min|minutes?|h|hours?|hr)"
#: pattern -> what stands for it
_NOISE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b0x[0-9a-fA-F]{6,16}\b"), "0x…"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?"), "<time>"),
    (re.compile(r"\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b"), "<time>"),
    (
        re.compile(rf"\b{_NUMBER}\s?{_UNIT}(?: ± {_NUMBER}\s?{_UNIT})?(?: per loop)?\b", re.IGNORECASE),
        "<span>",
    ),
    (re.compile(rf"\b{_NUMBER}\s?(?:it|[kMG]?B|iB|examples?|samples?)/s\b|\b{_NUMBER}\s?s/it\b"), "<rate>"),
    (re.compile(r"\[\d+:\d\d(?::\d\d)?<[^\]]*\]"), "[<time>]"),
    (re.compile(r"(?:/private)?(?:/var/folders|/tmp|/var/tmp)/[^\s'\":,)]+"), "<temporary>"),
    (re.compile(r"\bipykernel_\d+\b"), "ipykernel_…"),
    (re.compile(r"<ipython-input-\d+-[0-9a-f]+>"), "<ipython-input>"),
    (re.compile(r"\b(?:loops? each|runs?, \d+ loops?)\b"), "<loops>"),
)


def calm(text: str) -> str:
    """Return the text with all known noise replaced by placeholders."""
    for pattern, placeholder in _NOISE:
        text = pattern.sub(placeholder, text)
    return text
