"""The brush gives stretches of text their look, and shows their control characters escaped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from nbhotel.render.terminal.safe import safe
from nbhotel.render.terminal.spans import Look, Span

if TYPE_CHECKING:
    from nbhotel.render.terminal.palette import Palette


class Brush:
    """A look and its palette, which is empty where there are no colours."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.palette: Palette = {}
        if look.depth != "none":
            from nbhotel.render.terminal.palette import palette

            self.palette = palette(look.depth, light=look.light)

    def line(self, spans: Iterable[Span], base: str = "") -> str:
        """Draw one line; `base` is "removed", "added" or "" for all of it."""
        if not self.palette:
            return safe("".join([span.text for span in spans]))
        return "".join([_dressed(style, text) for style, text in self._stretches(spans, base)])

    def title(self, text: str, role: str, rule: str = "──") -> str:
        """Draw a heading; on a terminal its rule goes on to the right edge."""
        line = f"{rule} {safe(text)} "
        if not self.palette:
            return line + rule
        from nbhotel.render.terminal.measure import width

        return self.line([Span(line + rule[0] * max(2, self.look.width - width(line)), role)])

    def _stretches(self, spans: Iterable[Span], base: str) -> list[tuple[str, str]]:
        """Styles and texts, neighbours of the same style joined."""
        result: list[tuple[str, str]] = []
        for span in spans:
            style = self._style(span, base)
            if result and result[-1][0] == style:
                result[-1] = (style, result[-1][1] + span.text)
            else:
                result.append((style, span.text))
        return result

    def _style(self, span: Span, base: str) -> str:
        ground = self.palette.get(f"{base}!" if span.changed else base, "")
        own = span.role
        if not own[:1].isdigit():
            own = self.palette.get(f"{own}+" if base else own, "")
        return f"{ground};{own}" if ground and own else ground or own


def _dressed(style: str, text: str) -> str:
    shown = safe(text).replace("\t", "    ")
    return f"\x1b[{style}m{shown}\x1b[0m" if style and shown else shown
