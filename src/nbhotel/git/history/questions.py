"""What later versions of a notebook ask of earlier ones, kept until git comes to these."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from nbhotel.git.history.walk import Before, Step

_Question = TypeVar("_Question")


class Questions(Generic[_Question]):
    """The steps of a history that somebody asks something, each with the questions.

    Where committers' clocks were wrong a step may come before the last one that asks it: it comes again then.
    """

    def __init__(self, steps: Iterable[Step]) -> None:
        self._steps = iter(steps)
        self._seen: dict[tuple[str, str], Step] = {}
        self._waiting: dict[tuple[str, str], list[_Question]] = {}
        self._late: deque[tuple[Step, _Question]] = deque()
        self._without: list[_Question] = []

    def ask(self, before: Before, question: _Question) -> None:
        """Ask the step that `before` is the version of."""
        step = self._seen.get((before.commit, before.path))
        if step is not None:
            self._late.append((step, question))
        elif before.commit:
            self._waiting.setdefault((before.commit, before.path), []).append(question)
        else:
            self._without.append(question)

    def __iter__(self) -> Iterator[tuple[Step, list[_Question]]]:
        """Yield steps and their questions until nobody asks any more, or the history ends."""
        while self._late or self._waiting:
            if self._late:
                step, question = self._late.popleft()
                yield step, [question]
                continue
            arrived = next(self._steps, None)
            if arrived is None:
                return
            key = (arrived.commit.id, arrived.path)
            self._seen[key] = arrived
            questions = self._waiting.pop(key, None)
            if questions:
                yield arrived, questions

    def unanswered(self) -> list[_Question]:
        """Return what no step was asked, as the history that was walked ended before."""
        return [*self._without, *(question for several in self._waiting.values() for question in several)]
