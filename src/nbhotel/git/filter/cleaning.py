"""Clean and smudge of one file after the other: the chain takes out, the vault keeps, and puts back.

What is no notebook, or a broken one, passes as it is. The vault must never stand in git's way: when it
fails, the user is told once, files are still cleaned rightly, and come out of git clean.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Protocol
from zlib import crc32

from nbhotel.errors import VaultError
from nbhotel.git.vault.store import Cut, Known, Vault, cut_up, name_of
from nbhotel.notebook.model import Notebook
from nbhotel.notebook.reading import read_notebook
from nbhotel.notebook.rewriting import Edit, applied, edits, rewritten
from nbhotel.records import NamedTuple

_LFS_POINTER = b"version https://git-lfs.github.com/spec/"
#: Shorter sources stand in too many notebooks to tell one from another.
_TELLING = 20
#: Characters; edits that write more are not noted.
_LONG = 20_000
_Features = list[int]


class Rules(NamedTuple):
    """How files are cleaned: the chain, and a fingerprint that changes when what it does changes."""

    clean: Callable[[Notebook], Notebook]
    fingerprint: str


class RulesFor(Protocol):
    """Finds the rules for a path below the top of the worktree. Raises ConfigError."""

    def __call__(self, path: str) -> Rules: ...


class Cleaned(NamedTuple):
    """What git is to store of a file, and what is left for the vault to do: a method's name, its arguments.

    "" is no method. These are plain values, since another process may have done the work.
    """

    result: bytes
    step: str = ""
    arguments: dict[str, Any] = {}  # noqa: RUF012 - nobody changes it


class Filter:
    """The clean and the smudge filter of one git process."""

    def __init__(
        self,
        rules_for: RulesFor,
        vault: Callable[[], Vault],
        tell: Callable[[str], None],
        origin: Callable[[], Vault | None],
    ) -> None:
        """`vault` opens the vault when it is first needed; `tell` gets one line for the user.

        `origin` opens the vault of the repository that this one is a local clone of, if it is one.
        """
        self._rules_for = rules_for
        self._open = vault
        self._tell = tell
        self._open_origin = origin
        self._vault: Vault | None = None
        self._without_vault = False
        self._origins: list[Vault | None] = []  # the origin's vault, once it has been looked for

    @property
    def has_vault(self) -> bool:
        """Whether outputs can be kept."""
        return self._the_vault() is not None

    def clean(self, path: str, content: bytes, ahead: Cleaned | None = None) -> bytes:
        """Return what git is to store; the vault has what was taken out by then. Raises ConfigError.

        `ahead` is what `cleaned` gave for the same file before.
        """
        cleaned = ahead or self.cleaned(path, content)
        vault = self._the_vault() if cleaned.step else None
        if vault is not None:
            more = {"content": content} if cleaned.step == "put" else {}
            try:
                getattr(vault, cleaned.step)(**cleaned.arguments, **more)
            except VaultError as error:
                self._lose_vault(error)
        return cleaned.result

    def cleaned(self, path: str, content: bytes) -> Cleaned:
        """Clean a file, and only read in the vault. Raises ConfigError."""
        rules = self._rules_for(path)
        cut = cut_up(content) if content and self.has_vault else []
        known = self._known(path, rules, cut)
        before = _before(content, known) if known else None
        if before is not None:
            return before
        notebook = self._read(path, content)
        if notebook is None:
            return Cleaned(content)
        clean = rules.clean(notebook)
        found = [] if clean is notebook else edits(content, notebook.raw, clean.raw)
        result = applied(content, found) if found else content
        if not cut:
            return Cleaned(result)
        file = {"path": path, "blob": name_of(result)}
        if result == content:
            return Cleaned(result, "clear", file)
        if known and known.blob == file["blob"]:
            return _renewed(result, known)
        more = {"rules": rules.fingerprint, "features": _features(clean), "edits": _noted(found), "cut": cut}
        return Cleaned(result, "put", file | more)

    def smudge(self, path: str, content: bytes) -> bytes:
        """Return what is to lie in the worktree. Raises ConfigError."""
        rules = self._rules_for(path)
        vault = self._the_vault()
        if vault is None or not content:
            return content
        try:
            original = vault.exact(path=path, blob=name_of(content), rules=rules.fingerprint)
            if original is None and (origin := self._origin()):
                original = origin.exact(path=path, blob=name_of(content), rules=rules.fingerprint)
            return self._from_alike(path, content, rules) if original is None else original
        except VaultError as error:
            if self._loses_origin(error):
                return self.smudge(path, content)
            self._lose_vault(error)
            return content

    def tidy_vault(self) -> None:
        """Do what has to be done in the vault now and then, and takes a while."""
        vault = self._the_vault()
        try:
            if vault is not None:
                vault.checkpoint()
        except VaultError as error:
            self._lose_vault(error)

    def close(self) -> None:
        """Close the vaults."""
        for vault in (self._vault, *self._origins):
            if vault is not None:
                vault.close()
        self._vault, self._origins = None, []

    def _known(self, path: str, rules: Rules, cut: Cut) -> Known | None:
        """Return what the vault knows of the very same file, if that was cleaned not long ago."""
        vault = self._the_vault() if cut else None
        if vault is None:
            return None
        try:
            return vault.known(path=path, rules=rules.fingerprint, cut=cut)
        except VaultError as error:
            self._lose_vault(error)
            return None

    def _read(self, path: str, content: bytes) -> Notebook | None:
        if not content or content.startswith(_LFS_POINTER):
            return None
        notebook = read_notebook(content)
        if isinstance(notebook, Notebook):
            return notebook
        self._tell(f"{path}: left as it is: {notebook.message}")
        return None

    def _from_alike(self, path: str, content: bytes, rules: Rules) -> bytes:
        """Put back cell by cell, from the likeliest originals until no code cell waits any more."""
        from nbhotel.git.filter.putback import put_back  # it matches cells: much to load for the rare case

        notebook = self._read(path, content)
        if notebook is None:
            return content
        waiting = {index for index, cell in enumerate(notebook.cells) if cell.kind == "code"}
        result = notebook
        features = _features(notebook)
        for vault in (self._the_vault(), self._origin()):
            if vault is None or not waiting:
                continue
            for data in vault.alike(path=path, blob=name_of(content), features=features):
                original = read_notebook(data)
                if isinstance(original, Notebook):
                    result, waiting = put_back(result, original, rules.clean(original), waiting)
                if not waiting:
                    break
        smudged = _rewritten(content, notebook, result)
        # What git stores must come back from what lies in the worktree, or the file would look modified.
        again = read_notebook(smudged)
        if not isinstance(again, Notebook) or _rewritten(smudged, again, rules.clean(again)) != content:
            return content
        return smudged

    def _the_vault(self) -> Vault | None:
        if self._vault is None and not self._without_vault:
            try:
                self._vault = self._open()
            except VaultError as error:
                self._lose_vault(error)
        return self._vault

    def _origin(self) -> Vault | None:
        if not self._origins:
            self._origins = [self._open_origin()]
        return self._origins[0]

    def _loses_origin(self, error: VaultError) -> bool:
        """Go on without the other repository's vault, if the error is about that one."""
        origin = self._origins[0] if self._origins else None
        if origin is None or error.where != origin.file:
            return False
        self._origins = [None]
        origin.close()
        return True

    def _lose_vault(self, error: VaultError) -> None:
        self._tell(f"outputs are neither kept nor put back: {error}")
        self._without_vault = True
        self.close()


def _before(content: bytes, known: Known) -> Cleaned | None:
    """Return what git got of the very same file before, if the vault tells how to make it."""
    if known.edits is None:
        return None
    result = _reapplied(content, known.edits)
    return _renewed(result, known) if name_of(result) == known.blob else None


def _renewed(result: bytes, known: Known) -> Cleaned:
    return Cleaned(result) if known.is_newest else Cleaned(result, "renew", {"identity": known.identity})


def _noted(found: list[Edit]) -> str | None:
    """The edits as JSON, if it is shorter than to clean the file again is long."""
    return json.dumps(found) if sum(len(edit.by) for edit in found) < _LONG else None


def _reapplied(content: bytes, noted: str) -> bytes:
    """Make the edits that were noted; if they can't be read, none."""
    try:
        return applied(content, [Edit(*each) for each in json.loads(noted)])
    except (TypeError, ValueError):
        return content


def _rewritten(content: bytes, old: Notebook, new: Notebook) -> bytes:
    return content if new is old else rewritten(content, old.raw, new.raw)


def _features(notebook: Notebook) -> _Features:
    """Hashes of what tells this notebook from others: random ids, and sources of some length."""
    telling = [cell.source for cell in notebook.cells if len(cell.source) >= _TELLING]
    telling += [cell.id for cell in notebook.cells if cell.id is not None and len(cell.id) >= 8]
    return [crc32(text.encode("utf-8", "surrogatepass")) for text in telling]
