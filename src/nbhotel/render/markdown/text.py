"""Foreign text made harmless in Markdown: it pings nobody, links nothing, opens no markup, hides nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

#: Of a name or a value within a sentence.
WORD_UP_TO = 80

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])")
# Control characters, half surrogate pairs, and those that reorder or hide text (https://trojansource.codes).
_UNSEEN = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]"
)
_BACKTICKS = re.compile("`+")
#: Keeps `@name` and `#1` from being read as a mention, where a host reads them even in code.
_WORD_JOINER = "\u2060"


def visible(line: str) -> str:
    """Return one line with colours gone and unseen characters in words, such as ``<U+202E>``."""
    if line.isascii() and line.isprintable():
        return line
    return _UNSEEN.sub(_named, _ANSI.sub("", line))


def clipped(text: str, most: int) -> str:
    """Return at most `most` characters, and say how many there were."""
    return text if len(text) <= most else f"{text[:most]}… ({len(text):,} characters)"


def code_span(text: str, most: int = WORD_UP_TO) -> str:
    """Return a Markdown code span for running text."""
    inner = _quiet(clipped(text, most))
    fence = "`" * (_longest_run(inner) + 1)
    pad = " " if inner.startswith("`") or inner.endswith("`") or not inner.strip() else ""
    return f"{fence}{pad}{inner or ' '}{pad}{fence}"


def code_html(text: str, most: int = WORD_UP_TO) -> str:
    """Return the same for places where Markdown is HTML, such as a `<summary>`."""
    return f"<code>{escape(_quiet(text if len(text) <= most else f'{text[:most]}…'), quote=False)}</code>"


def fenced(lines: Iterable[str], language: str, most: int) -> str:
    """Return a fenced block (ending with a blank line) of visible lines; "" if beyond `most` characters."""
    shown: list[str] = []
    size = 0
    for line in lines:
        shown.append(visible(line))
        size += len(shown[-1]) + 1
        if size > most:
            return ""
    text = "\n".join(shown)
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}{language}\n{text}\n{fence}\n\n"


def counted(number: int, noun: str) -> str:
    """Return "1 line", "2,000 lines"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def size(text: str) -> int:
    """Return the number of bytes in UTF-8: never fewer than characters, however a host counts those."""
    return len(text.encode("utf-8", "replace"))


def _quiet(text: str) -> str:
    inner = visible(" ".join(text.split()))
    return re.sub(r"@|#(?=\d)", lambda mark: mark[0] + _WORD_JOINER, inner)


def _named(character: re.Match[str]) -> str:
    return "␍" if character[0] == "\r" else f"<U+{ord(character[0]):04X}>"


def _longest_run(text: str) -> int:
    return max(map(len, _BACKTICKS.findall(text)), default=0)
