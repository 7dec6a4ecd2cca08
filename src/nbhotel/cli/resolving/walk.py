"""One conflict after the other: each is shown, and decided by a key.

It reads whole lines, so that it works at a terminal and over a pipe alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nbhotel.errors import InputError
from nbhotel.notebook.model import Notebook
from nbhotel.render.terminal.safe import safe
from nbhotel.repair.origins import Origin
from nbhotel.repair.settling import settled, with_source
from nbhotel.repair.unresolved import Open, unresolved

if TYPE_CHECKING:
    from nbhotel.cli.resolving.subjects import Subject
    from nbhotel.cli.staging.console import Console
    from nbhotel.render.terminal.spans import Look
    from nbhotel.repair.origins import Origins
    from nbhotel.repair.settling import Choice

_KEYS = {
    "o": "ours: take what {local} has",
    "t": "theirs: take what {remote} has",
    "b": "both: take what {local} has, and below it what {remote} has",
    "e": "edit it in your editor",
    "s": "skip: leave it for later",
    "u": "undo the last decision",
    "q": "quit; what is decided stays decided",
    "?": "print help",
}
_CHOICES: dict[str, Choice] = {"o": "local", "t": "remote", "b": "both"}
_ENTER = "  (Enter reads the file again: you may decide in Jupyter as well, and save it there)"
_SUFFIXES = {"markdown": ".md", "raw": ".txt"}


class Walk:
    """The questions about one notebook; each answer is written before the next question."""

    def __init__(
        self, subject: Subject, console: Console, look: Look, environment: Mapping[str, str]
    ) -> None:
        self.subject, self.console, self.look, self.environment = subject, console, look, environment
        self.at = 0  # so many conflicts were skipped
        self.total = len(subject.conflicts)
        self.undone: list[tuple[Notebook, int]] = []

    def run(self) -> bool:
        """Ask until all is decided or skipped; False if somebody quits."""
        is_shown = False
        while self.at < len(self.subject.conflicts):
            found = self.subject.conflicts[self.at]
            if not is_shown:
                self._show(found)
            line = self.console.ask(self._question(found))
            if line is None:
                return False
            key = line.strip()[:1].lower()
            if key == "q":
                return False
            is_shown = not self._does(key, found)
        return True

    def _does(self, key: str, found: Open) -> bool:
        """Do what a key says; False if the same question is to be asked again as it stands there."""
        if not key:
            self._reload()
        elif key == "?" or key not in self._keys(found):
            self._help(found)
            return False
        elif key == "s":
            self.at += 1
        elif key == "u":
            self._undo()
        elif key == "e":
            return self._edit(found)
        else:
            self._decide(found, settled(self.subject.notebook, found, _CHOICES[key]))
        return True

    def _keys(self, found: Open) -> list[str]:
        missing = set() if self.undone else {"u"}
        if found.conflict.kind in {"outputs", "metadata"}:
            missing.add("e")
        if found.conflict.kind in {"metadata", "deleted"}:
            missing.add("b")
        return [key for key in _KEYS if key not in missing]

    def _question(self, found: Open) -> str:
        left = len(self.subject.conflicts)
        self.total = max(self.total, left)
        names = f"{safe(found.labels.local)} (o) or {safe(found.labels.remote)} (t)"
        number = self.total - left + self.at + 1
        return f"({number}/{self.total}) {names} [{','.join(self._keys(found))}]? "

    def _show(self, found: Open) -> None:
        from nbhotel.render.terminal.conflicts import conflict_lines

        notebook = self.subject.notebook
        base = self.subject.origins.base_of(notebook, found) if self.subject.origins else found.conflict.base
        self.console.say(["", *conflict_lines(notebook, found, base, self._origin(found), self.look)])

    def _origin(self, found: Open) -> Origin:
        if self.subject.origins is None or found.cell is None or found.conflict.path != ("source",):
            return Origin()
        return self.subject.origins.of(self.subject.notebook, found.cell)

    def _decide(self, found: Open, notebook: Notebook) -> None:
        before = (self.subject.notebook, self.at)
        if self._save(with_outputs(self.subject.origins, found, self.subject.notebook, notebook)):
            self.undone.append(before)

    def _undo(self) -> None:
        notebook, self.at = self.undone.pop()
        self._save(notebook)

    def _save(self, notebook: Notebook) -> bool:
        try:
            self.subject.save(notebook)
        except InputError as error:
            self.console.say([f"{safe(str(error))}; it is read again"])
            self._reload()
            return False
        return True

    def _reload(self) -> None:
        """Somebody may have saved the file: what was decided here before can't be undone then."""
        before = self.subject.notebook
        self.subject.load()
        if self.subject.notebook.raw != before.raw:
            self.undone.clear()
            self.at = min(self.at, len(self.subject.conflicts))

    def _edit(self, found: Open) -> bool:
        from nbhotel.cli.editor import edited
        from nbhotel.repair.insertions import as_text, with_text

        notebook = self.subject.notebook
        cell = notebook.cells[found.cell or 0]
        text = as_text(found) if found.conflict.kind == "inserted" else f"{cell.source}\n"
        try:
            after = edited(text, self._file_name(found), self.environment)
        except InputError as error:
            self.console.say([safe(str(error))])
            return False
        if after == text:
            return False
        if found.conflict.kind == "inserted":
            self._decide(found, with_text(notebook, found, after))
        else:
            self._decide(found, with_source(notebook, found.cell or 0, after.removesuffix("\n")))
        return True

    def _file_name(self, found: Open) -> str:
        cell = self.subject.notebook.cells[found.cell or 0]
        is_python = self.subject.notebook.language in {"python", ""}
        suffix = _SUFFIXES.get(cell.kind, ".py" if is_python else ".txt")
        return f"cell{suffix if found.conflict.kind != 'inserted' else '.py'}"

    def _help(self, found: Open) -> None:
        names = {"local": safe(found.labels.local), "remote": safe(found.labels.remote)}
        keys = self._keys(found)
        lines = [f"{key} - {what.format(**names)}" for key, what in _KEYS.items() if key in keys]
        self.console.say([*lines, _ENTER])


def with_outputs(origins: Origins | None, found: Open, before: Notebook, after: Notebook) -> Notebook:
    """Return a decided notebook with the outputs of the side whose source the cell has now."""
    if origins is None or found.cell is None or found.conflict.path != ("source",):
        return after
    if len(after.cells) != len(before.cells):
        return after
    return origins.with_run(after, found.cell, origins.of(before, found.cell))


def decide_all(subject: Subject, choice: Choice) -> None:
    """Decide all conflicts alike."""
    notebook = subject.notebook
    while conflicts := unresolved(notebook):
        after = settled(notebook, conflicts[0], choice)
        notebook = with_outputs(subject.origins, conflicts[0], notebook, after)
    subject.save(notebook)
