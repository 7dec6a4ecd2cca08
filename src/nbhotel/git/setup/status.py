"""What each git command does with notebooks in a repository, and which file says so."""

from __future__ import annotations

import os
from collections.abc import Iterable

from nbhotel.git.calls import Git
from nbhotel.git.config import Config, Setting
from nbhotel.git.places import common_dir, git_dir, vault_file
from nbhotel.git.setup import hooks
from nbhotel.git.setup.attributes import ATTRIBUTES, PROBE, effective, kept, said_by
from nbhotel.git.setup.blocks import block_of, read
from nbhotel.git.setup.drivers import NAME
from nbhotel.git.setup.scopes import Place, called, name_of, place_of
from nbhotel.records import NamedTuple


class Effect(NamedTuple):
    """What some git commands do; `active` is whether they do it the way of nbhotel, `by` is who says so."""

    commands: str
    does: str
    active: bool
    by: str


class Status(NamedTuple):
    """All of it. `kept` are patterns of files that keep their outputs in git; `vault` is in bytes."""

    place: str
    effects: tuple[Effect, ...]
    settings: tuple[Setting, ...]
    kept: tuple[str, ...]
    vault_file: str
    vault: int | None

    @property
    def enabled(self) -> bool:
        """Whether nbhotel has any part in it."""
        return any(effect.active for effect in self.effects)


class _Seen(NamedTuple):
    """What decides: attribute -> value, and by which line; the configuration; the hook's state."""

    values: dict[str, str]
    lines: dict[str, str]
    config: Config
    hooked: bool
    hook_files: str

    def driver(self, attribute: str, *keys: str) -> tuple[bool, str]:
        """Whether an attribute leads to our driver and one of these keys is there; and who says so."""
        if self.values[attribute] != NAME:
            return False, self.lines[attribute]
        for key in keys:
            setting = self.config.get(key)
            if setting:
                return True, f"{self.lines[attribute]}, {_origin(setting)}"
        return False, f"{keys[0]} is not set"


def status_of(git: Git) -> Status:
    """Look at a repository. Raises InputError outside of one."""
    place = place_of(git, "local")
    config = Config.read(git)
    values = effective(git, [PROBE])[PROBE]
    lines = {name: _line(git, name) for name in ATTRIBUTES}
    hooked = bool(place.hooks) and all(map(hooks.is_there, place.hooks))
    seen = _Seen(values, lines, config, hooked, _hooks(git, place))
    vault = vault_file(common_dir(git_dir(git.folder, git.environment)))
    return Status(
        called(git, place),
        tuple(_effects(seen)),
        tuple(config.under("filter.nbhotel") + config.under("diff.nbhotel") + config.under("merge.nbhotel")),
        tuple(kept(block_of(read(place.attributes)) or [])),
        name_of(git, vault),
        os.stat(vault).st_size if os.path.exists(vault) else None,
    )


def _effects(seen: _Seen) -> Iterable[Effect]:
    cleaned = seen.driver("filter", "filter.nbhotel.process", "filter.nbhotel.clean")
    smudged = seen.driver("filter", "filter.nbhotel.process", "filter.nbhotel.smudge")
    compared = seen.driver("diff", "diff.nbhotel.command")
    printed = seen.driver("diff", "diff.nbhotel.textconv")
    merged = seen.driver("merge", "merge.nbhotel.driver")
    yield _effect(
        "add, commit, stash", "outputs stay out of git, in the vault", "outputs go into git", cleaned
    )
    yield _effect(
        "checkout, switch, restore, pull", "outputs come back from the vault", "as they are in git", smudged
    )
    yield _effect("archive, format-patch, push", "clean, as committed", "as they are in git", cleaned)
    hooked = (cleaned[0] and seen.hooked, seen.hook_files or "no worktree")
    yield _effect(
        "status", "clean when only outputs changed", "notebooks look modified after each run", hooked
    )
    yield _effect("diff", "cell by cell", _other_diff(printed), compared)
    cached = seen.config.value("diff.nbhotel.cachetextconv") == "true"
    yield _effect(
        "show, log -p, log -S, blame, grep --textconv",
        f"sources as plain text{', cached' if cached else ''}",
        "JSON",
        printed,
    )
    yield _effect("merge, rebase, cherry-pick, revert", "cell by cell", "line by line, in the JSON", merged)
    yield Effect("add -p, stash show -p, patches", _raw(cleaned[0]), False, "git asks no driver here")
    tools = [tool for tool in ("difftool", "mergetool") if seen.config.get(f"{tool}.nbhotel.cmd")]
    yield _effect(
        "difftool, mergetool",
        "with -t nbhotel",
        "not set up",
        (bool(tools), _origin(seen.config.get(f"{tools[0]}.nbhotel.cmd")) if tools else ""),
    )


def _effect(commands: str, does: str, otherwise: str, seen: tuple[bool, str]) -> Effect:
    return Effect(commands, does if seen[0] else otherwise, *seen)


def _other_diff(printed: tuple[bool, str]) -> str:
    return "sources as plain text" if printed[0] else "JSON"


def _raw(clean: bool) -> str:
    return "JSON, without outputs" if clean else "JSON"


def _hooks(git: Git, place: Place) -> str:
    folder = name_of(git, os.path.dirname(place.hooks[0])) if place.hooks else ""
    return f"{folder}: {', '.join(hooks.HOOKS)}" if folder else ""


def _line(git: Git, attribute: str) -> str:
    line = said_by(git, attribute)
    return line.place if line else "no attributes file"


def _origin(setting: Setting | None) -> str:
    return setting.origin.removeprefix("file:") if setting else ""
