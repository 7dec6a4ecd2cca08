"""The output of a cell as it is told to those who look on: what changed at its end, within a bound."""

from __future__ import annotations

from os.path import commonprefix

from nbhotel.records import NamedTuple
from nbhotel.shell.screen import Screen


class Change(NamedTuple):
    """The first `keep` letters stay, `text` follows them.

    Letters are counted as JavaScript does, in UTF-16 units.
    """

    keep: int
    text: str


class Output:
    """What a terminal shows of one cell. `limit` is how many letters are kept of it: the last ones."""

    def __init__(self, limit: int, rows: int = 24) -> None:
        self._limit = limit
        self._screen = Screen(rows)
        self._fed: list[str] = []
        #: Lines that stay; then those that may still change.
        self._settled = ""
        self._settled_units = 0
        self._end = ""

    @property
    def text(self) -> str:
        """All that was told."""
        return self._settled + self._end

    def feed(self, text: str) -> None:
        """Print."""
        self._fed.append(text)

    def change(self) -> Change | None:
        """Return what is new since the last call."""
        # In long pieces, which a screen takes much faster than short ones.
        self._screen.feed("".join(self._fed))
        self._fed.clear()
        settled, end = self._screen.take()
        new = settled + end
        same = len(commonprefix([self._end, new]))  # noqa: RUF071 - it is letters that count
        if same == len(self._end) == len(new):
            return None
        change = Change(self._settled_units + _units(self._end[:same]), new[same:])
        self._settled += settled
        self._settled_units += _units(settled)
        self._end = end
        return self._shortened() or change

    def _shortened(self) -> Change | None:
        if len(self._settled) <= self._limit:
            return None
        rest = self._settled[-(self._limit // 2) :].partition("\n")[2]
        self._settled = f"[the beginning is left out: only the last {self._limit:,} letters are kept]\n{rest}"
        self._settled_units = _units(self._settled)
        return Change(0, self.text)


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
