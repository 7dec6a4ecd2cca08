"""What is resolved: a notebook's file with conflicts in it, and the sides that they come from."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal, TypeAlias

from nbhotel.cli.notebooks import read_bytes, why
from nbhotel.cli.originals import keep_original
from nbhotel.cli.rewrite import replace
from nbhotel.errors import InputError
from nbhotel.notebook.model import EMPTY, Notebook
from nbhotel.notebook.reading import read_notebook
from nbhotel.notebook.rewriting import rewritten
from nbhotel.repair.unresolved import Open, unresolved

if TYPE_CHECKING:
    from nbhotel.repair.origins import Origins, Sides
    from nbhotel.repair.values import Stages


Keep: TypeAlias = Literal["always", "broken", "never"]


class Subject:
    """One file. Each decision is written at once, so that nobody can lose it."""

    def __init__(self, name: str, file: str, stages: Stages | None = None, *, keep: Keep = "broken") -> None:
        """`name` is what people call it; `stages` are its sides, if git has them.

        `keep` says when the file is kept as it was, before it is changed: only one that is no JSON, say.
        """
        self.name = name
        self.file = file
        self._stages = stages
        self._keep = keep
        self._origins: list[Origins | None] = []
        self.kept = ""
        self.load()

    def load(self) -> None:
        """Read the file, as it is now. Raises InputError."""
        try:
            self._before = os.stat(self.file)
        except OSError as error:
            raise InputError(why(error), where=self.name) from None
        self._data = read_bytes(self.file)
        found = read_notebook(self._data)
        self._is_written = isinstance(found, Notebook)
        self.notebook = found if isinstance(found, Notebook) else self._repaired()

    @property
    def conflicts(self) -> list[Open]:
        """What is left to decide."""
        return unresolved(self.notebook)

    @property
    def origins(self) -> Origins | None:
        """Where the conflicts come from; None if nobody knows the sides."""
        if not self._origins:
            self._origins = [self._found_origins()]
        return self._origins[0]

    def is_as_ours(self) -> bool:
        """Whether the cells are our side's: then git has merged nothing into the file."""
        sides = self._sides()
        if sides is None or len(sides.local.cells) != len(self.notebook.cells):
            return False
        pairs = zip(sides.local.cells, self.notebook.cells, strict=True)
        return all((ours.kind, ours.source) == (cell.kind, cell.source) for ours, cell in pairs)

    def merge_again(self, local: str, remote: str) -> None:
        """Take what a merge of the sides comes to; the names are for the conflicts' markers."""
        from nbhotel.merge.notebooks import merge_notebooks
        from nbhotel.merge.values import Labels, Policy

        sides = self._sides()
        if sides is not None:
            self.save(merge_notebooks(*sides, Policy(), Labels(local, "base", remote)).notebook)

    def save(self, notebook: Notebook) -> None:
        """Write the notebook. Raises InputError: it was changed by another program meanwhile, say."""
        if self._is_written:
            content = rewritten(self._data, self.notebook.raw, notebook.raw)
        else:
            from nbhotel.notebook.writing import dump_notebook

            content = dump_notebook(notebook)
        if content != self._data:
            keeps = self._keep == "always" or (self._keep == "broken" and not self._is_written)
            if keeps and not self.kept:
                self.kept = keep_original(self.file, self._data, self._before)
            replace(self.file, content, self._before)
        self._before = os.stat(self.file)
        self._data, self._is_written = content, True
        self.notebook = notebook

    def finish(self) -> list[str]:
        """Write what has not been written yet, mended if need be; return what was wrong with it."""
        from nbhotel.render.repairs import finding_lines
        from nbhotel.repair.notebooks import mended, notebook_of
        from nbhotel.repair.values import Repaired

        found = mended(self.notebook.raw)
        if found.findings or not self._is_written:
            self.save(notebook_of(found.raw))
        return list(finding_lines(Repaired(self._data, self.notebook, found.findings, found.lost)))

    def _repaired(self) -> Notebook:
        from nbhotel.repair.files import repair
        from nbhotel.repair.values import Hopeless

        found = repair(self._data, self._stages)
        if isinstance(found, Hopeless):
            raise InputError(found.what, where=self.name)
        return found.notebook

    def _found_origins(self) -> Origins | None:
        from nbhotel.repair.origins import Origins

        sides = self._sides()
        return None if sides is None else Origins(sides)

    def _sides(self) -> Sides | None:
        from nbhotel.repair.files import repair
        from nbhotel.repair.origins import Sides
        from nbhotel.repair.values import Repaired

        if self._stages is None or self._stages.ours is None or self._stages.theirs is None:
            return None
        found = []
        for data in self._stages[:3]:
            side = repair(data) if data else None
            found.append(side.notebook if isinstance(side, Repaired) else EMPTY)
        return Sides(*found)
