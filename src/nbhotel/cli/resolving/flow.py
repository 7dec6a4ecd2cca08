"""From the words of the command line to resolved notebooks in git's index."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING

from nbhotel.cli.conflicted import sides
from nbhotel.cli.notebooks import DEFAULTS
from nbhotel.cli.resolving.subjects import Subject
from nbhotel.cli.resolving.walk import Walk, decide_all
from nbhotel.cli.screen import look
from nbhotel.cli.staging.console import Terminal
from nbhotel.errors import InputError, MissingPart
from nbhotel.git.calls import Git
from nbhotel.git.unmerged import OURS, THEIRS, Conflicts, Unmerged
from nbhotel.records import NamedTuple
from nbhotel.render.terminal.safe import safe

if TYPE_CHECKING:
    from nbhotel.render.terminal.spans import Look
    from nbhotel.repair.settling import Choice

_SIDES = {"local": OURS, "remote": THEIRS}


class Task(NamedTuple):
    """A notebook to resolve; `entry` is what git has of it, None if git has no conflict in it."""

    name: str
    file: str
    entry: Unmerged | None = None


def resolve(words: Sequence[str], choice: Choice | None) -> int:
    """Resolve what the words name, or all that git has in conflict; return the exit code."""
    conflicts = _conflicts(words)
    tasks = list(_tasks(words, conflicts))
    if not tasks:
        print("no notebook is in conflict")
        return 0
    left = len(tasks)
    code = 0
    for task in tasks:
        try:
            goes_on, is_done = _Resolver(task, conflicts, choice).run()
        except InputError as error:  # the others needn't wait for this one
            print(f"nbhotel: {safe(str(error))}", file=sys.stderr)
            code = InputError.exit_code
            continue
        left -= is_done
        if not goes_on:
            break
    if conflicts is not None and not left:
        _tell_what_comes_next(conflicts)
    return code or int(left > 0)


def drawn() -> Look:
    """Return how to draw for standard output."""
    return look(SimpleNamespace(**DEFAULTS), sys.stdout, os.environ)  # type: ignore[arg-type]


def _conflicts(words: Sequence[str]) -> Conflicts | None:
    """Return what git has in conflict; None if files are named that are in no repository."""
    try:
        return Conflicts(Git(os.curdir, os.environ))
    except (InputError, MissingPart):
        if words:
            return None
        raise


def _tasks(words: Sequence[str], conflicts: Conflicts | None) -> Iterator[Task]:
    if conflicts is None:
        yield from (Task(word, word) for word in words)
        return
    if not words:
        yield from _in_git(conflicts.listed(), conflicts)
    for word in words:
        found = conflicts.listed(word)
        if os.path.isdir(word):
            yield from _in_git(found, conflicts)
        else:
            yield Task(word, word, found[0] if found else None)


def _in_git(entries: Sequence[Unmerged], conflicts: Conflicts) -> Iterator[Task]:
    for entry in entries:
        if entry.path.endswith(".ipynb"):
            file = conflicts.file(entry)
            yield Task(os.path.relpath(file), file, entry)


def _tell_what_comes_next(conflicts: Conflicts) -> None:
    left = [entry.path for entry in conflicts.listed()]
    if left:
        print(f"still in conflict: {safe(', '.join(left))}")
    elif command := conflicts.goes_on_with():
        print(f"nothing is in conflict any more; go on with `{command}`")


class _Resolver:
    """Resolves one notebook."""

    def __init__(self, task: Task, conflicts: Conflicts | None, choice: Choice | None) -> None:
        self.task, self.conflicts, self.choice = task, conflicts, choice
        self.console = Terminal()

    def run(self) -> tuple[bool, bool]:
        """Return whether to go on with the next notebook, and whether nothing is left to decide here."""
        entry = self.task.entry
        if entry is not None and self.conflicts is not None and not entry.is_whole:
            return self._whole_file(entry, self.conflicts)
        subject = self._subject()
        goes_on = True
        if self.choice is not None:
            decide_all(subject, self.choice)
        elif subject.conflicts:
            print(f"{safe(self.task.name)}: {_count(len(subject.conflicts))}")
            goes_on = Walk(subject, self.console, drawn(), os.environ).run()
        left = len(subject.conflicts)
        for line in subject.finish() if not left else ():
            print(f"{safe(self.task.name)}: {line}")
        self._tell(subject, left)
        return goes_on, not left

    def _subject(self) -> Subject:
        task, entry = self.task, self.task.entry
        if entry is None or self.conflicts is None:
            return Subject(task.name, task.file, keep="always")
        subject = Subject(task.name, task.file, sides(self.conflicts, entry))
        if not subject.conflicts and subject.is_as_ours():
            subject.merge_again("ours", "theirs")
        return subject

    def _tell(self, subject: Subject, left: int) -> None:
        name = safe(self.task.name)
        if subject.kept:
            print(f"{name}: as it was, it is in {safe(os.path.relpath(subject.kept))}")
        if left:
            print(f"{name}: {_count(left)} left; `nbhotel resolve {name}` goes on")
        elif self.task.entry is not None and self.conflicts is not None:
            self.conflicts.add(self.task.entry)
            print(f"{name}: resolved and staged")
        else:
            print(f"{name}: no conflict is left")

    def _whole_file(self, entry: Unmerged, conflicts: Conflicts) -> tuple[bool, bool]:
        """One side has deleted the notebook, or moved it away; the other one has it."""
        name = safe(self.task.name)
        has = "ours" if OURS in entry.blobs else "theirs" if THEIRS in entry.blobs else "neither side"
        if self.choice is not None:
            keeps = self.choice == "both" or _SIDES[self.choice] in entry.blobs
        else:
            answer = self.console.ask(f"{name}: of the sides, {has} has it: keep or delete it [k,d,s,q]? ")
            key = (answer or "q").strip()[:1].lower()
            if key not in {"k", "d"}:
                return key != "q", False
            keeps = key == "k"
        if keeps:
            conflicts.keep(entry)
        else:
            conflicts.remove(entry)
        print(f"{name}: {'kept' if keeps else 'deleted'}, and staged")
        return True, True


def _count(number: int) -> str:
    return f"{number} conflict{'s' * (number != 1)}"
