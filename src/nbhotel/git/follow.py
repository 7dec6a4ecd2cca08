"""The commits that changed a notebook's cells, or one cell, which is followed back to where it came from.

The way back leads through edits, moves, changed ids and types of cells, renamed files and merges; from a cell
that was joined to all those that it was joined from; from a part of a cell that was split to those lines of
the whole that became the part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from nbhotel.diff.notebooks import diff_notebooks
from nbhotel.diff.values import CellEntry, Compared, NotebookDiff
from nbhotel.git.history import Before, Step
from nbhotel.git.linking import Lines, by_new_cell, significant
from nbhotel.git.parts import Part, changes_part, parts_before
from nbhotel.git.questions import Questions
from nbhotel.git.versions import Versions
from nbhotel.notebook.model import EMPTY, Notebook


class Change(NamedTuple):
    """What a commit changed: `diff` against the version at `old_path`, which is "" where there was none.

    Of a merge, and where one cell is followed, `diff` has only the cells that count.
    """

    step: Step
    old_path: str
    diff: NotebookDiff


class _Link(NamedTuple):
    """A parent's version and what became of it."""

    before: Before
    diff: NotebookDiff
    entries: dict[int, CellEntry]


def changes(steps: Iterable[Step], versions: Versions, compared: Compared) -> Iterator[Change]:
    """Yield what each commit changed, of what is compared; of a merge only what no parent has."""
    for step in steps:
        links = _links(step, versions, compared)
        if not links:
            change = Change(step, "", diff_notebooks(EMPTY, _read(step.blob, versions), compared))
        elif len(links) == 1:
            change = Change(step, links[0].before.path, links[0].diff)
        else:
            change = _merged(step, links)
        if change.diff:
            yield change


def changes_of_cell(
    steps: Iterator[Step], versions: Versions, compared: Compared, cell: int
) -> Iterator[Change]:
    """Yield what each commit changed in the cell that is at this place, from 0, in the first step."""
    first = next(steps, None)
    if first is None:
        return
    questions: Questions[frozenset[Part]] = Questions(chain([first], steps))
    questions.ask(Before(first.path, first.blob, (first.commit.id,)), frozenset([Part(cell)]))
    for step, asked in questions:
        links = _links(step, versions, compared)
        told, back = _followed(sorted(frozenset().union(*asked)), step, links, versions, compared)
        if told is not None:
            yield told
        for before, parts in back.items():
            questions.ask(before, frozenset(parts))


def _read(blob: str, versions: Versions) -> Notebook:
    found = versions.read(blob)
    return found if isinstance(found, Notebook) else EMPTY


def _links(step: Step, versions: Versions, compared: Compared) -> list[_Link]:
    new = _read(step.blob, versions)
    diffs = [diff_notebooks(_read(before.blob, versions), new, compared) for before in step.before]
    return [_Link(before, diff, by_new_cell(diff)) for before, diff in zip(step.before, diffs, strict=True)]


def _merged(step: Step, links: Sequence[_Link]) -> Change:
    """What a merge changed itself, told against its first parent."""
    first = links[0]
    own = [
        entry for entry in first.diff.cells if entry.new and any(_is_own(cell, links) for cell in entry.new)
    ]
    return Change(step, first.before.path, first.diff._replace(fields=(), cells=tuple(own)))


def _is_own(cell: int, links: Sequence[_Link]) -> bool:
    """Whether a merge wrote something in a cell that no parent has."""
    if any(link.entries[cell].kind == "same" for link in links):
        return False
    kept = {line for link in links for line in Lines(link.diff, link.entries[cell]).kept(cell)}
    lines = links[0].diff.new.cells[cell].source.split("\n")
    return any(significant(text) and line not in kept for line, text in enumerate(lines))


def _followed(
    parts: Sequence[Part], step: Step, links: Sequence[_Link], versions: Versions, compared: Compared
) -> tuple[Change | None, dict[Before, set[Part]]]:
    """Return what to tell of a step, and what to ask its parents."""
    if not links:
        diff = diff_notebooks(EMPTY, _read(step.blob, versions), compared)
        return _told(step, "", diff, [by_new_cell(diff)[part.cell] for part in parts]), {}
    told: dict[int, list[CellEntry]] = {}  # by the place of the link
    back: dict[Before, set[Part]] = {}
    for part in parts:
        quiet = [k for k, link in enumerate(links) if not _changes(link, part, merge=len(links) > 1)]
        if not quiet and (len(links) == 1 or _is_own(part.cell, links)):
            known = [k for k, link in enumerate(links) if link.entries[part.cell].kind != "added"]
            number = (known or [0])[0]
            told.setdefault(number, []).append(links[number].entries[part.cell])
        quiet.sort(key=lambda number: links[number].entries[part.cell].kind != "same")
        for number in quiet[:1] or range(len(links)):
            link = links[number]
            back.setdefault(link.before, set()).update(parts_before(link.diff, link.entries[part.cell], part))
    if not told:
        return None, back
    number, entries = next(iter(told.items()))
    return _told(step, links[number].before.path, links[number].diff, entries), back


def _changes(link: _Link, part: Part, *, merge: bool) -> bool:
    entry = link.entries[part.cell]
    if entry.moved and not merge:  # in a merge one side's cells always stand elsewhere
        return True
    return changes_part(entry, part)


def _told(step: Step, old_path: str, diff: NotebookDiff, entries: Sequence[CellEntry]) -> Change:
    """A change with these entries alone, in the order of the diff."""
    cells = tuple(entry for entry in diff.cells if entry in entries)
    return Change(step, old_path, diff._replace(fields=(), cells=cells))
