"""What may reach a terminal: no control character of a notebook does."""

from __future__ import annotations

import re
from functools import cache

#: C0 and C1 controls and DEL (ECMA-48), what changes the direction of text (Unicode TR 36), line separators,
#: byte order marks, and half surrogate pairs, which have no encoding.
_CONTROL = "[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
_SHORT = {"\n": "\\n", "\r": "\\r", "\f": "\\f", "\v": "\\v"}


def safe(text: str) -> str:
    r"""Return `text`, one line, with its control characters but tabs as escapes such as `\x1b`."""
    return text if text.isprintable() else _control().sub(_escape, text)


@cache
def _control() -> re.Pattern[str]:
    """Compiled when it is needed first: most notebooks are printable, and that takes a millisecond."""
    return re.compile(_CONTROL)


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return _SHORT.get(found[0]) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")
