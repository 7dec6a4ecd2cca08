"""What differs from run to run and means nothing: memory addresses, timings, dates, temporary paths.

Data must not be taken for noise: midnight and full hours stand in tables of days, minutes and hours in tables
of durations, short hexadecimal numbers are colours or flags.
"""

from __future__ import annotations

import re

# Every repetition has a bound, so that no text takes more than linear time.
_NUMBER = r"\d{1,12}(?:[.,]\d{1,12})?(?:[eE][+-]?\d{1,3})?"
_SHORT = rf"{_NUMBER}\s?(?:ns|[uµμ]s|ms|s|secs?|seconds?)\b"
_LONG = rf"{_NUMBER}\s?(?:min|mins|minutes?|h|hrs?|hours?)\b"
#: Who writes one of these before a number of minutes speaks of a run.
_TIMING = r"(?:\b(?:time|took|taken|elapsed|remaining|ETA|user|sys|total|finished in|done in)\b[:=]?\s{0,4})"
_CLOCK = r"(?!\d\d:00:00(?![.,]\d))\d\d:\d\d:\d\d(?:[.,]\d{1,12})?"
#: pattern -> what stands for it, in this order
_NOISE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b0x[0-9a-fA-F]{8,16}\b|(?<=\bat )0x[0-9a-fA-F]{1,16}\b"), "0x…"),
    (re.compile(r"\[(?:\d{1,4}:)?\d{1,4}:\d\d<[^\]\n]{0,80}\]"), "[<time>]"),  # tqdm
    (re.compile(rf"\b\d{{4}}-\d\d-\d\d[T ]{_CLOCK}(?:Z|[+-]\d\d:?\d\d)?"), "<time>"),
    (re.compile(rf"\b{_CLOCK}\b"), "<time>"),
    (re.compile(rf"\b{_NUMBER}\s?(?:it|[kKMGT]?i?B|examples?|samples?)/s\b|\b{_NUMBER}\s?s/it\b"), "<rate>"),
    (re.compile(rf"(?P<said>{_TIMING}){_LONG}(?:,? {_LONG})?(?:,? {_SHORT})?"), r"\g<said><span>"),
    (re.compile(rf"\b(?:{_LONG},? ?)?{_SHORT}(?: ± {_SHORT})?(?: per loop\b)?"), "<span>"),
    (re.compile(r"(?:/private)?(?:/var/folders|/tmp|/var/tmp)/[^\s'\":,)]{1,4000}"), "<temporary>"),
    (re.compile(r"\bipykernel_\d{1,9}\b"), "ipykernel_…"),
    (re.compile(r"<ipython-input-\d{1,9}-[0-9a-f]{1,40}>"), "<ipython-input>"),
    (
        re.compile(r"\b\d{1,12} runs?, [\d,]{1,15} loops? each\b|\b[\d,]{1,15} loops?, best of \d{1,9}\b"),
        "<loops>",
    ),
)


def calm(text: str) -> str:
    """Return the text with all known noise replaced by placeholders."""
    for pattern, placeholder in _NOISE:
        text = pattern.sub(placeholder, text)
    return text
