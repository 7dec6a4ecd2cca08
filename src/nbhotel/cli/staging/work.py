"""One notebook that a verb is about: its two versions, and a choice applied to the index or the worktree."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nbhotel.cli.staging.verbs import DISCARD, STAGE, Choice, Verb
from nbhotel.git.staging.pairs import made
from nbhotel.records import NamedTuple
from nbhotel.render.terminal.spans import Span

if TYPE_CHECKING:
    import argparse

    from nbhotel.git.staging.repository import Place
    from nbhotel.render.terminal.brush import Brush
    from nbhotel.render.terminal.spans import Look


class Applied(NamedTuple):
    """What was written: the index's new blob, or where the worktree's file is kept as it was."""

    blob: str = ""
    kept: str = ""


class Work:
    """A notebook and what is to be done with it."""

    def __init__(self, place: Place, verb: Verb, args: argparse.Namespace) -> None:
        """Read both versions. Raises InputError."""
        self.place, self.verb, self.args = place, verb, args
        self.before = place.staged()
        if verb is DISCARD:
            from nbhotel.cli.staging.worktree import read

            self.file = read(place)
            self.pair = place.to_discard(args.revision)
        else:
            self.pair = place.to_stage() if verb is STAGE else place.to_unstage()

    def apply(self, choice: Choice) -> Applied:
        """Write what a choice makes. Raises InputError, StateError."""
        taken = self.verb.taken(choice.leaves, self.pair.leaves)
        if self.verb is DISCARD:
            from nbhotel.cli.staging.worktree import write

            kept = write(self.place, self.file, self.pair, taken, choice.edits, self.args.revision)
            return Applied(kept=os.path.relpath(kept) if kept else "")
        version = made(self.pair, taken, choice.edits)
        blob = self.place.write(version, self.before)
        if version.data is not None and self.place.is_filtered():
            self._remember(version.data)
        return Applied(blob=blob)

    def heading(self, brush: Brush) -> Iterator[str]:
        """What stands above the questions, as above a diff."""
        for mark, side in (("---", self.pair.old), ("+++", self.pair.new)):
            name = side.name if side.data is not None else "/dev/null"
            yield brush.line([Span(f"{mark} {name}", "file")])

    def look(self) -> Look:
        """How to draw diffs: as git would."""
        import sys

        from nbhotel.cli.gitlook import git_look

        return git_look(sys.stdout, os.environ)

    def _remember(self, content: bytes) -> None:
        """Have the vault know what belongs into this version, as it does after `git add` of a whole file."""
        from nbhotel.cli.filtering import repository_filter

        notebooks = repository_filter(self.place.top)
        try:
            notebooks.clean(self.place.path, notebooks.smudge(self.place.path, content))
        finally:
            notebooks.close()
