"""Escaping, and the few shapes of markup that are used everywhere."""

from __future__ import annotations

_TABLE: dict[int, str] = {
    # Control characters become their pictures, so that they neither act nor vanish (but "\t" and "\n").
    **{code: chr(0x2400 + code) for code in range(0x20) if code not in {0x09, 0x0A}},
    0x7F: "␡",
    **dict.fromkeys(range(0x80, 0xA0), "\N{REPLACEMENT CHARACTER}"),
    # Bidirectional controls can make code look like other code (https://trojansource.codes).
    **{code: f"[U+{code:04X}]" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))},
    **{
        ord(mark): entity
        for mark, entity in zip("&<>\"'", ("&amp;", "&lt;", "&gt;", "&quot;", "&#39;"), strict=True)
    },
}


MINUS = "\N{MINUS SIGN}"


def esc(text: str) -> str:
    """Make text fit for an element's content or a quoted attribute; what would deceive becomes visible."""
    return encodable(text.translate(_TABLE))


def encodable(text: str) -> str:
    """Replace half surrogate pairs, which UTF-8 has no bytes for."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def note(text: str) -> str:
    """A remark of ours; `text` is not yet escaped."""
    return f'<p class="note">{esc(text)}</p>\n'


def fold(summary: str, body: str, *, opened: bool = False, kind: str = "fold") -> str:
    """A part that can be opened; `summary` and `body` are markup."""
    state = " open" if opened else ""
    return f'<details class="{kind}"{state}><summary>{summary}</summary>\n{body}</details>\n'


def two_sides(old: str, new: str) -> str:
    """Two pieces of markup beside each other, or below each other where the page is narrow."""
    return (
        '<div class="sides"><div class="side old" role="group" aria-label="Before"><p class="tag">Before</p>'
        f'{old}</div>\n<div class="side new" role="group" aria-label="After"><p class="tag">After</p>{new}'
        "</div></div>\n"
    )


def count(number: int, noun: str, plural: str = "") -> str:
    """Return "1 cell", "2 cells"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def size(length: int) -> str:
    """Return a number of bytes for people: "812 bytes", "3.4 MB"."""
    if length < 1000:
        return count(length, "byte")
    for unit in ("kB", "MB"):
        length_in_unit = length / (1000 if unit == "kB" else 1_000_000)
        if length_in_unit < 999.5 or unit == "MB":
            break
    return f"{length_in_unit:.1f} {unit}" if length_in_unit < 10 else f"{length_in_unit:,.0f} {unit}"
