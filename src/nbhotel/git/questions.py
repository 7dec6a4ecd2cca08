"""What later versions of a notebook ask of earlier ones, kept until git comes to these."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from nbhotel.git.history import Before, Step

_Question = TypeVar("_Question")


class _Asked(Generic[_Question]):
    def __init__(self, question: _Question, blob: str) -> None:
        self.question = question
        self.blob = blob
        self.is_answered = False


class Questions(Generic[_Question]):
    """The steps of a history that somebody asks something, each with the questions.

    Where committers' clocks were wrong a step may come before the last one that asks it: it comes again then.
    """

    def __init__(self, steps: Iterable[Step]) -> None:
        self._steps = iter(steps)
        self._seen: dict[tuple[str, str], Step] = {}
        self._waiting: dict[tuple[str, str], list[_Asked[_Question]]] = {}
        self._late: deque[tuple[Step, _Question]] = deque()
        self._open: dict[int, _Asked[_Question]] = {}

    def ask(self, before: Before, question: _Question) -> None:
        """Ask the step that `before` is the version of."""
        keys = [(commit, before.path) for commit in before.commits]
        for key in keys:
            step = self._seen.get(key)
            if step is not None and step.blob == before.blob:
                self._late.append((step, question))
                return
        asked = _Asked(question, before.blob)
        self._open[id(asked)] = asked
        for key in keys:
            self._waiting.setdefault(key, []).append(asked)

    def __iter__(self) -> Iterator[tuple[Step, list[_Question]]]:
        """Yield steps and their questions until nobody asks any more, or the history ends."""
        while self._late or self._open:
            if self._late:
                step, question = self._late.popleft()
                yield step, [question]
                continue
            step_or_end = next(self._steps, None)
            if step_or_end is None:
                return
            questions = self._arrived(step_or_end)
            if questions:
                yield step_or_end, questions

    def unanswered(self) -> list[_Question]:
        """Return what no step was asked, as the history that was walked ended before."""
        return [asked.question for asked in self._open.values()]

    def _arrived(self, step: Step) -> list[_Question]:
        key = (step.commit.id, step.path)
        self._seen[key] = step
        found = []
        for asked in self._waiting.pop(key, []):
            if not asked.is_answered and asked.blob == step.blob:
                asked.is_answered = True
                del self._open[id(asked)]
                found.append(asked.question)
        return found
