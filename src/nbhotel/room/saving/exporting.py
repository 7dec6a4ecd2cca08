"""One notebook's exports: written when it is saved, moved and removed with it.

Nothing is ever written over a file that was not made here. One was made here if the record has it, or if it
is what the chain makes of the notebook that git's index has: so it is in a fresh clone, and after a switch to
another branch.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from nbhotel.chain.exports import Export, exports_of
from nbhotel.errors import InputError, NbhotelError
from nbhotel.notebook.model import Broken, Notebook
from nbhotel.notebook.reading import read_notebook
from nbhotel.room.saving.files import existing, read, replace
from nbhotel.room.saving.record import Record, digest_of

_ANEW = "rename or delete it, and the next save makes it anew"


class Exporting:
    """Keeps exports in step, and notes what was done: absolute paths, and a sentence for each problem."""

    def __init__(self, record: Record, environment: Mapping[str, str]) -> None:
        self.exports: list[str] = []
        self.removed: list[str] = []
        self.problems: list[str] = []
        self._record = record
        self._environment = environment

    def save(self, path: str) -> None:
        """Write the exports of the notebook at a path, and remove those that are no longer wanted."""
        try:
            exports = exports_of(path)
            if exports:
                self._export(exports, path)
        except FileNotFoundError:
            pass  # it was deleted or renamed since
        except (NbhotelError, OSError) as error:
            self._complain(error, path)

    def move(self, before: str, after: str) -> None:
        """Keep the exports in step with a notebook, or a folder of them, that was renamed."""
        for notebook in self._record.move(before, after):
            old, problems = self._record.made_of(notebook), len(self.problems)
            if notebook.endswith(".ipynb"):
                self.save(notebook)
            if len(self.problems) == problems:  # else the next save that has none removes them
                self._remove(set(old) - set(self.exports))

    def remove(self, path: str) -> None:
        """Remove the exports of a notebook, or of a folder of them, that was deleted."""
        for notebook in self._record.notebooks_below(path):
            self._remove(self._record.made_of(notebook))

    def _export(self, exports: Iterable[Export], path: str) -> None:
        notebook = read_notebook(read(path))
        if isinstance(notebook, Broken):
            raise InputError(notebook.message, where=os.path.basename(path))
        wanted: set[str] = set()
        for export in exports:
            target = export.target(path, notebook)
            try:
                if target in wanted:
                    raise InputError(
                        "two exports have this name", remedy="give one of them a folder in [save]"
                    )
                wanted.add(target)
                self._write(target, export.chain.exported(notebook), export, path)
            except (NbhotelError, OSError) as error:
                self._complain(error, os.path.relpath(target, export.base))
        self._remove(set(self._record.made_of(path)) - wanted)

    def _write(self, target: str, content: bytes, export: Export, path: str) -> None:
        if os.path.commonpath([export.base, os.path.realpath(target)]) != export.base:
            raise InputError(
                "a link leads out of the folder of the configuration", remedy="name another folder"
            )
        there = existing(target)
        if there is not None and there != content and not self._is_ours(target, there, export, path):
            is_edited = self._record.digest(target) is not None
            what = "was changed since it was exported" if is_edited else "was not made by nbhotel"
            raise InputError(f"{what}, and is left alone", remedy=_ANEW)
        if there != content:
            replace(target, content)
        self._record.add(target, path, content)
        self.exports.append(target)

    def _is_ours(self, target: str, there: bytes, export: Export, path: str) -> bool:
        if self._record.digest(target) == digest_of(there):
            return True
        committed = _in_index(path, self._environment)
        notebook = read_notebook(committed) if committed else None
        return isinstance(notebook, Notebook) and export.chain.exported(notebook) == there

    def _remove(self, targets: Iterable[str]) -> None:
        for target in sorted(targets):
            try:
                there = existing(target)
                if there is not None and digest_of(there) == self._record.digest(target):
                    os.unlink(target)
                    self.removed.append(target)
                elif there is not None:
                    raise InputError("was changed since it was exported, and is left where it is")
            except (NbhotelError, OSError) as error:
                self._complain(error, target)
            self._record.forget(target)

    def _complain(self, error: NbhotelError | OSError, where: str) -> None:
        if isinstance(error, NbhotelError):
            self.problems.append(str(error) if error.where else f"{where}: {error}")
        else:
            self.problems.append(f"{where}: can't be written: {(error.strerror or str(error)).lower()}")


def _in_index(path: str, environment: Mapping[str, str]) -> bytes | None:
    """Return what git's index has of a file; None if it has none, or there is no git."""
    from subprocess import run

    folder, name = os.path.split(path)
    command = ["git", "-C", folder, "cat-file", "blob", f":./{name}"]
    try:
        done = run(command, capture_output=True, env={**environment}, check=False)
    except FileNotFoundError:
        return None
    return None if done.returncode else done.stdout
