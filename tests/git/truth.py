"""A notebook that remembers, while it is made, who wrote each line and which commits changed each cell.

Nothing here compares two versions: what is true is noted when it is done.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

_NUMBERS = count(1)


@dataclass(frozen=True)
class Line:
    """A line; `number` stays the same when it is reformatted.

    A dead one marks where a line was; `into` is the number of the line that it was edited into, or 0.
    """

    text: str
    commit: int
    number: int = field(default_factory=lambda: next(_NUMBERS))
    is_dead: bool = False
    into: int = 0


@dataclass(frozen=True)
class Event:
    """A commit changed these lines of a cell; all that it had, if the cell as such or its outputs changed.

    Outputs belong to a part of a cell only where it was the whole cell.
    """

    commit: int
    lines: frozenset[int]
    of_outputs: bool = False


@dataclass
class TrueCell:
    """A cell; `weave` holds its lines and the places of those that it had, in order."""

    id: str
    kind: str
    weave: list[Line]
    events: list[Event]
    touched: int
    outputs: list[tuple[str, int]] = field(default_factory=list)

    @property
    def lines(self) -> list[Line]:
        return [line for line in self.weave if not line.is_dead]

    @property
    def commits(self) -> list[int]:
        """The commits that changed the cell, newest first."""
        return sorted({event.commit for event in self.events}, reverse=True)

    def copy(self) -> TrueCell:
        return replace(self, weave=list(self.weave), events=list(self.events), outputs=list(self.outputs))

    def note(self, commit: int, lines: Iterable[int] | None = None, *, of_outputs: bool = False) -> None:
        touched = frozenset(line.number for line in self.lines) if lines is None else frozenset(lines)
        self.events.append(Event(commit, touched, of_outputs))

    def rewrite(self, place: int, texts: list[str], commit: int, *, over: int = 1) -> None:
        """Put new lines in place of the `over` lines from the live line at `place` on."""
        at = self._at(place)
        new = [Line(text, commit) for text in texts]
        gone = [line for line in self.weave[at:] if not line.is_dead][:over]
        into = new[0].number if new else 0
        for line in gone:
            self.weave[self.weave.index(line)] = replace(line, is_dead=True, into=into)
        end = self._begin(place) if not gone else self._number(gone[-1].number) + 1
        self.weave[end:end] = new
        self.touched = commit
        self.note(commit, [line.number for line in (*gone, *new)])

    def reformat(self, place: int, text: str, commit: int) -> None:
        """Change the white space of a line, for which nobody is to blame."""
        at = self._at(place)
        assert "".join(text.split()) == "".join(self.weave[at].text.split())
        self.weave[at] = replace(self.weave[at], text=text)
        self.note(commit, [self.weave[at].number])

    def part(self, start: int, end: int) -> TrueCell:
        """Lines that become a cell of their own, with those events that had to do with them."""
        weave = self.weave[self._begin(start) : self._begin(end)]
        live = {line.number for line in weave if not line.is_dead}
        while end < len(self.lines) and weave[-1].is_dead and weave[-1].into not in live:
            weave.pop()  # it stood at the cut: nobody's
        numbers = {line.number for line in weave}
        events = [
            event
            for event in self.events
            if (event.lines <= numbers if event.of_outputs else event.lines & numbers)
        ]
        return replace(self, weave=weave, events=events, outputs=[])

    def sealed(self) -> list[Line]:
        """The weave, of which no line that is gone can be taken for a neighbour's any more."""
        live = self.lines
        first, last = (self.weave.index(line) for line in (live[0], live[-1]))
        before = [replace(line, into=line.into or live[0].number) for line in self.weave[:first]]
        after = [replace(line, into=line.into or live[-1].number) for line in self.weave[last + 1 :]]
        return before + self.weave[first : last + 1] + after

    def _begin(self, place: int) -> int:
        """Where the live line at a place begins, with all that it was before; all of it at both ends."""
        at = self._at(place) if place else 0
        while 0 < at < len(self.weave) and self.weave[at - 1].into == self.weave[at].number:
            at -= 1
        return at

    def _at(self, place: int) -> int:
        """Where in the weave the live line at a place stands; its end if there is none."""
        live = [index for index, line in enumerate(self.weave) if not line.is_dead]
        return live[place] if place < len(live) else len(self.weave)

    def _number(self, number: int) -> int:
        return next(index for index, line in enumerate(self.weave) if line.number == number)

    def as_json(self, *, ids: bool) -> dict[str, Any]:
        texts = [line.text for line in self.lines]
        source = [f"{text}\n" for text in texts[:-1]] + texts[-1:]
        cell: dict[str, Any] = {"cell_type": self.kind}
        if self.kind == "code":
            cell["execution_count"] = None
        if ids:
            cell["id"] = self.id
        cell["metadata"] = {}
        if self.kind == "code":
            cell["outputs"] = [
                {"name": "stdout", "output_type": "stream", "text": [f"{text}\n"]} for text, _ in self.outputs
            ]
        return {**cell, "source": source}


@dataclass
class TrueNotebook:
    """A version of the notebook; `has_ids` is off in the older form of the format."""

    cells: list[TrueCell]
    path: str = "a.ipynb"
    has_ids: bool = True

    def copy(self) -> TrueNotebook:
        return replace(self, cells=[cell.copy() for cell in self.cells])

    def as_json(self) -> dict[str, Any]:
        cells = [cell.as_json(ids=self.has_ids) for cell in self.cells]
        minor = 5 if self.has_ids else 4
        return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": minor}
