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
    """A notebook to resolve: `entry` is what git has of it, among the conflicts of its repository.

    Both are None if it is in no repository, `entry` if git has no conflict in it.
    """

    name: str
    file: str
    conflicts: Conflicts | None = None
    entry: Unmerged | None = None


def resolve(words: Sequence[str], choice: Choice | None) -> int:
    """Resolve what the words name, or all that git has in conflict; return the exit code."""
    tasks = list(_tasks(words))
    if not tasks:
        print("no notebook is in conflict")
        return 0
    left = len(tasks)
    code = 0
    for task in tasks:
        try:
            goes_on, is_done = _Resolver(task, choice).run()
        except InputError as error:  # the others needn't wait for this one
            print(f"nbhotel: {safe(str(error))}", file=sys.stderr)
            code = InputError.exit_code
            continue
        left -= is_done
        if not goes_on:
            break
    if not left:
        for conflicts in {each.conflicts.top: each.conflicts for each in tasks if each.conflicts}.values():
            _tell_what_comes_next(conflicts)
    return code or int(left > 0)


def drawn() -> Look:
    """Return how to draw for standard output."""
    return look(SimpleNamespace(**DEFAULTS), sys.stdout, os.environ)  # type: ignore[arg-type]


def _tasks(words: Sequence[str]) -> Iterator[Task]:
    if not words:
        conflicts = Conflicts(Git(os.curdir, os.environ))
        yield from _in_git(conflicts.listed(), conflicts)
    for word in words:
        yield from _named(word)


def _named(word: str) -> Iterator[Task]:
    """The notebook that a word names, or those in conflict below a folder, whatever repository it is in."""
    folder, rest = word, os.curdir
    while not os.path.isdir(folder):  # git removes folders with the last file in them
        folder, name = os.path.split(folder)
        folder, rest = folder or os.curdir, os.path.normpath(os.path.join(name, rest))
    try:
        conflicts = Conflicts(Git(folder, os.environ))
    except (InputError, MissingPart):
        yield Task(word, word)
        return
    found = conflicts.listed(rest)
    if rest == os.curdir:
        yield from _in_git(found, conflicts)
    else:
        yield Task(word, word, conflicts, found[0] if found else None)


def _in_git(entries: Sequence[Unmerged], conflicts: Conflicts) -> Iterator[Task]:
    for entry in entries:
        if entry.path.endswith(".ipynb"):
            file = conflicts.file(entry)
            yield Task(os.path.relpath(file), file, conflicts, entry)


def _tell_what_comes_next(conflicts: Conflicts) -> None:
    left = [entry.path for entry in conflicts.listed()]
    if left:
        print(f"still in conflict: {safe(', '.join(left))}")
    elif command := conflicts.goes_on_with():
        print(f"nothing is in conflict any more; go on with `{command}`")


class _Resolver:
    """Resolves one notebook."""

    def __init__(self, task: Task, choice: Choice | None) -> None:
        self.task, self.choice = task, choice
        self.console = Terminal()

    def run(self) -> tuple[bool, bool]:
        """Return whether to go on with the next notebook, and whether nothing is left to decide here."""
        conflicts, entry = self.task.conflicts, self.task.entry
        if entry is not None and conflicts is not None and not entry.is_whole:
            return self._whole_file(entry, conflicts)
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
        name, file, conflicts, entry = self.task
        if entry is None or conflicts is None:
            return Subject(name, file, keep="always")
        subject = Subject(name, file, sides(conflicts, entry))
        if not subject.conflicts and subject.is_as_ours():
            subject.merge_again("ours", "theirs")
        return subject

    def _tell(self, subject: Subject, left: int) -> None:
        name = safe(self.task.name)
        if subject.kept:
            print(f"{name}: as it was, it is in {safe(os.path.relpath(subject.kept))}")
        if left:
            print(f"{name}: {_count(left)} left; `nbhotel resolve {name}` goes on")
        elif self.task.entry is not None and self.task.conflicts is not None:
            self.task.conflicts.add(self.task.entry)
            print(f"{name}: resolved and staged")
        else:
            print(f"{name}: no conflict is left")

    def _whole_file(self, entry: Unmerged, conflicts: Conflicts) -> tuple[bool, bool]:
        """One side has deleted the notebook, or both have moved it away."""
        name = safe(self.task.name)
        has = [side for side, stage in (("ours", OURS), ("theirs", THEIRS)) if stage in entry.blobs]
        if not has:
            conflicts.remove(entry)
            print(f"{name}: deleted, and staged: neither side has it any more")
            return True, True
        if self.choice is None:
            key = self._asked(f"{name}: of the sides, {has[0]} has it: keep or delete it [k,d,s,q]? ")
        else:
            key = "k" if self.choice == "both" or _SIDES[self.choice] in entry.blobs else "d"
        if key == "k":
            conflicts.keep(entry)
        elif key == "d":
            conflicts.remove(entry)
        else:
            return key != "q", False
        print(f"{name}: {'kept' if key == 'k' else 'deleted'}, and staged")
        return True, True

    def _asked(self, question: str) -> str:
        """The key that is answered; "q" at the end of the answers."""
        while (answer := self.console.ask(question)) is not None:
            key = answer.strip()[:1].lower()
            if key in {"k", "d", "s", "q"}:
                return key
            print("k - keep it\nd - delete it\ns - skip: leave it for later\nq - quit")
        return "q"


def _count(number: int) -> str:
    return f"{number} conflict{'s' * (number != 1)}"
