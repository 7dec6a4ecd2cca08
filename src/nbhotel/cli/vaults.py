"""The vault of the repository that we are in, and what `nbhotel vault info` tells of it."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from nbhotel.cli.style import Style
from nbhotel.git.calls import Git
from nbhotel.git.places import common_dir, git_dir, vault_file
from nbhotel.git.setup.scopes import name_of
from nbhotel.git.vault.bounds import Bounds, bounds_of
from nbhotel.records import NamedTuple
from nbhotel.render.terminal.sizes import in_bytes

if TYPE_CHECKING:
    from nbhotel.git.vault.look import Stats


class Place(NamedTuple):
    """A repository: git in this folder, the directory that its worktrees share, and its vault's file."""

    git: Git
    common: str
    file: str

    @classmethod
    def here(cls) -> Place:
        """Return the place of the working directory. Raises InputError outside of a repository."""
        folder = os.getcwd()  # noqa: PTH109 - git's own words are relative to it
        common = common_dir(git_dir(folder, os.environ))
        return cls(Git(folder, os.environ), common, vault_file(common))

    @property
    def exists(self) -> bool:
        """Whether anything was ever kept."""
        return Path(self.file).exists()

    @property
    def name(self) -> str:
        """The vault's file, for people."""
        return name_of(self.git, self.file)

    def bounds(self) -> Bounds:
        """Return the bounds in force. Raises ConfigError."""
        from nbhotel.git.config import Config

        return bounds_of(Config.read(self.git))


def print_info(place: Place, *, as_json: bool) -> int:
    """Print what is in the vault, and its bounds."""
    from nbhotel.git.vault.look import stats
    from nbhotel.git.vault.store import Vault

    bounds = place.bounds()
    there: Stats | None = None
    if place.exists:
        with Vault(place.file) as vault:
            there = stats(vault)
    if as_json:
        _print_json(place, there, bounds)
    else:
        _print_text(place, there, bounds)
    return 0


def when(seconds: float) -> str:
    """Return a time as people write it, to the minute."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def print_none_yet(place: Place) -> int:
    """Say that there is no vault; that is no error."""
    print(f"no vault yet: {place.name} is made when git cleans the first notebook that has outputs")
    return 0


def _print_text(place: Place, there: Stats | None, bounds: Bounds) -> None:
    faint = Style.of(sys.stdout).faint
    if there is None:
        print_none_yet(place)
    else:
        print(f"vault      {place.name}, {in_bytes(there.file)}")
        notebooks = "1 notebook" if there.paths == 1 else f"{there.paths} notebooks"
        print(f"originals  {there.originals} of {notebooks}, {in_bytes(there.size)}", end="")
        print(f", stored as {in_bytes(there.stored)}")
        if there.oldest is not None and there.newest is not None:
            print(f"used       from {when(there.oldest)} to {when(there.newest)}")
    print(f"bounds     {in_bytes(bounds.size)}  {faint(_by(bounds.size_by, 'nbhotel.vaultSize'))}")
    print(f"           {_age(bounds.age)}  {faint(_by(bounds.age_by, 'nbhotel.vaultAge'))}")
    print(f"sweeps     {_sweeps(place, bounds)}  {faint(_by(bounds.auto_by, 'nbhotel.vaultAuto'))}")


def _by(origin: str, key: str) -> str:
    return f"{key} in {origin}" if origin else f"unless {key} says otherwise"


def _age(seconds: float) -> str:
    return "for ever" if seconds == float("inf") else f"{seconds / 86_400:g} days"


def _sweeps(place: Place, bounds: Bounds) -> str:
    from nbhotel.git.vault.schedule import last_sweep

    last = last_sweep(place.file)
    told = "automatic" if bounds.auto else "by `nbhotel vault gc` only"
    return told if last is None else f"{told}, the last one {when(last)}"


def _print_json(place: Place, there: Stats | None, bounds: Bounds) -> None:
    import json

    from nbhotel.git.vault.schedule import last_sweep

    told = bounds._asdict() | {"age": None if bounds.age == float("inf") else bounds.age}
    document = {
        "file": place.file,
        "vault": there and there._asdict(),
        "bounds": told,
        "last_sweep": last_sweep(place.file),
    }
    print(json.dumps(document, indent=2))
