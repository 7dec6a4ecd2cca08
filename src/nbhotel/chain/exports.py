"""What is to be exported at each save: `[save]` of `nbhotel.toml`, or `[tool.nbhotel.save]`.

::

    [save]
    exports = [
      "script",                                 # analysis.py beside analysis.ipynb
      { chain = "vcs", folder = "stripped" },   # stripped/analysis.ipynb
    ]

Only the room obeys it: the command line has `nbhotel export`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from nbhotel.chain.config import Source, chain_names, complain, find_source, load_chain
from nbhotel.chain.model import Chain
from nbhotel.records import NamedTuple

if TYPE_CHECKING:
    from nbhotel.notebook.model import Json, Notebook

_PATH = ("save", "exports")
_KEYS = ("chain", "folder")


class Export(NamedTuple):
    """A chain whose result is written at each save.

    `base` is the folder of the configuration; `folder`, below it, is where the results stand as the notebooks
    do below `base`. "" is beside the notebook.
    """

    chain: Chain
    base: str
    folder: str = ""

    def target(self, path: str, notebook: Notebook) -> str:
        """Return where the result for the notebook at an absolute path stands."""
        stem = os.path.splitext(path)[0]
        if self.folder:
            stem = os.path.join(self.base, self.folder, os.path.relpath(stem, self.base))
        return stem + self._suffix(notebook)

    def holds(self, path: str) -> bool:
        """Return whether a file stands where this writes its results, so that it is none of the originals."""
        return bool(self.folder) and path.startswith(os.path.join(self.base, self.folder, ""))

    def _suffix(self, notebook: Notebook) -> str:
        if self.chain.suffix:
            return self.chain.suffix
        from nbhotel.chain.exporters.languages import suffix_of

        return suffix_of(notebook)


def exports_of(path: str) -> tuple[Export, ...]:
    """Return what is to be exported when the notebook at an absolute path is saved. Raises ConfigError."""
    source = find_source(os.path.dirname(path))
    table = source.save
    if table is None:
        return ()
    if not isinstance(table, dict):
        complain(source, ("save",), "must be a table")
    for key in table:
        if key != "exports":
            complain(source, ("save", key), "there is no such key", near=(key, ("exports",)))
    listed = table.get("exports", [])
    if not isinstance(listed, list):
        complain(source, _PATH, "must be a list")
    exports = tuple(_export(each, source) for each in listed)
    return () if any(export.holds(path) for export in exports) else exports


def _export(spelled: Json, source: Source) -> Export:
    table = {"chain": spelled} if isinstance(spelled, str) else spelled
    if not isinstance(table, dict) or not isinstance(table.get("chain"), str):
        complain(source, _PATH, 'must be chains, by name or as { chain = "NAME", folder = "…" }')
    for key in table:
        if key not in _KEYS:
            complain(source, (*_PATH, key), "there is no such key", near=(key, _KEYS))
    base = os.path.dirname(source.file)
    name, names = table["chain"], chain_names(base)
    if name not in names:
        complain(source, (*_PATH, name), f"there is no chain {name!r}", near=(name, names))
    export = Export(load_chain(name, base), base, _folder(table.get("folder", ""), source))
    if export.chain.suffix == ".ipynb" and not export.folder:
        complain(source, (*_PATH, name), "a chain that makes a notebook needs a folder of its own")
    return export


def _folder(given: Json, source: Source) -> str:
    place = (*_PATH, "folder")
    if not isinstance(given, str):
        complain(source, place, "must be a folder's name")
    folder = os.path.normpath(given) if given else "."
    words = folder.split(os.sep)
    if os.path.isabs(folder) or ".." in words or ".git" in words:
        complain(source, (*place, given), "must be a folder below the one of this file, and not git's own")
    return "" if folder == "." else folder
