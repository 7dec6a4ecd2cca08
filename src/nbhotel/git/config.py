"""git's configuration: read whole, with where each value comes from; written so that two may write at once.

Source: git-config(1).
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

from nbhotel.errors import InputError, MissingPart
from nbhotel.git.calls import Git
from nbhotel.records import NamedTuple

#: Whose configuration: "local" is the repository's; "worktree" and "command" are only ever read.
Scope: TypeAlias = Literal["system", "global", "local", "worktree", "command", "unknown"]
#: Seconds to wait for somebody else who writes the same file.
_PATIENCE = 5.0


class Setting(NamedTuple):
    """One value. `key` is as git writes it: section and name in lower case; `origin` is such as "file:…"."""

    key: str
    value: str
    scope: str
    origin: str


class Config:
    """What git is configured with in a folder, all files and the command line together."""

    def __init__(self, settings: Iterable[Setting]) -> None:
        self.settings = tuple(settings)

    @classmethod
    def read(cls, git: Git) -> Config:
        """Ask git. Raises InputError if a file of the configuration is wrong."""
        words = iter(git.listed("config", "--list", "--show-scope", "--show-origin", "-z"))
        return cls(_setting(scope, next(words), next(words)) for scope in words)

    def get(self, key: str) -> Setting | None:
        """Return the value that counts, the last one; None if there is none."""
        found = self.all(key)
        return found[-1] if found else None

    def value(self, key: str) -> str:
        """Return the value that counts; "" if there is none."""
        setting = self.get(key)
        return setting.value if setting else ""

    def all(self, key: str) -> list[Setting]:
        """Return all values of a key, the one that counts last."""
        wanted = normal(key)
        return [each for each in self.settings if each.key == wanted]

    def under(self, section: str) -> list[Setting]:
        """Return the settings below a section such as "filter.nbhotel"."""
        start = f"{normal(f'{section}.x')[:-1]}"
        return [each for each in self.settings if each.key.startswith(start)]

    def only(self, scope: str) -> Config:
        """Return what one scope has."""
        return Config(each for each in self.settings if each.scope == scope)


def normal(key: str) -> str:
    """Return a key as git lists it: section and name in lower case, what is between them as it is."""
    section, _, rest = key.partition(".")
    middle, dot, name = rest.rpartition(".")
    return f"{section.lower()}.{middle}{dot}{name.lower()}"


def write(git: Git, scope: Scope, values: Mapping[str, str], there: Config) -> list[str]:
    """Set those of `values` that `there`, the scope's configuration, has otherwise; return their keys.

    Raises MissingPart if the file can't be written.
    """
    changed = [key for key, value in values.items() if [each.value for each in there.all(key)] != [value]]
    for key in changed:
        _patiently(git, f"--{scope}", "--replace-all", key, values[key])
    return changed


def write_all(git: Git, scope: Scope, key: str, values: Iterable[str], there: Config) -> bool:
    """Give a key with several values exactly these; return if that changed anything. Raises MissingPart."""
    wanted = list(values)
    if [each.value for each in there.all(key)] == wanted:
        return False
    if there.all(key):
        _patiently(git, f"--{scope}", "--unset-all", key)
    for value in wanted:
        _patiently(git, f"--{scope}", "--add", key, value)
    return True


def remove_sections(git: Git, scope: Scope, sections: Iterable[str], there: Config) -> list[str]:
    """Remove whole sections such as "filter.nbhotel"; return those that were there. Raises MissingPart.

    What another file has that the scope's own includes stays there.
    """
    found = [section for section in sections if there.under(section)]
    return [section for section in found if _patiently(git, f"--{scope}", "--remove-section", section)]


def _setting(scope: str, origin: str, pair: str) -> Setting:
    key, found, value = pair.partition("\n")
    return Setting(key, value if found else "true", scope, origin)


def _patiently(git: Git, *words: str) -> bool:
    """Run `git config`; git itself doesn't wait when somebody else has the file locked.

    False if what is to be removed is not there.
    """
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            git.run("config", *words)
        except InputError as error:
            if _is_gone(error.what):
                return False
            if "File exists" in error.what and time.monotonic() < until:
                time.sleep(0.02)
                continue
            raise _told(error.what) from None
        return True


def _is_gone(complaint: str) -> bool:
    return complaint.startswith(("no such section", "it failed and did not say"))


def _told(complaint: str) -> MissingPart:
    """`complaint` is such as "could not lock config file .git/config: Permission denied"."""
    start, _, why = complaint.rpartition(": ")
    file = start.removeprefix("could not lock config file ").removeprefix("could not write config file ")
    if why == "File exists":
        remedy = f"if no git is running, remove {file}.lock"
        return MissingPart(
            "another git writes this configuration, or was killed while it did", where=file, remedy=remedy
        )
    if start == complaint or not why:
        return MissingPart(complaint, where="git config")
    where = file if os.path.sep in file else "git config"
    return MissingPart(f"the configuration can't be written: {why.lower()}", where=where, remedy=_READ_ONLY)


_READ_ONLY = "make it writable, or use `nbhotel git enable --global`"
