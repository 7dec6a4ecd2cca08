"""Other tools that stand between git and notebooks: what they leave in attributes, configuration and hooks.

Read in the sources of nbstripout 0.9, nbstripout-fast 1.1, nbdime 4.0, nb-clean 4, nbdev 2.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import NamedTuple

from nbhotel.git.attributes import (
    ATTRIBUTES,
    PROBE,
    Line,
    files,
    is_driver,
    parse,
    shown,
    system_file,
    user_file,
)
from nbhotel.git.blocks import edit, read, without_block
from nbhotel.git.calls import Git
from nbhotel.git.config import Config, Scope, remove_sections
from nbhotel.git.drivers import NAME


class Rival(NamedTuple):
    """A tool, the names of its drivers by attribute, and the sections of the configuration that it makes."""

    name: str
    drivers: dict[str, tuple[str, ...]]
    more: tuple[str, ...] = ()

    @property
    def sections(self) -> tuple[str, ...]:
        """All its sections, such as "filter.nbstripout"."""
        return tuple(f"{part}.{name}" for part, names in self.drivers.items() for name in names) + self.more


RIVALS = (
    Rival("nbstripout", {"filter": ("nbstripout", "jupyter"), "diff": ("ipynb",)}),
    Rival(
        "nbdime",
        {"diff": ("jupyternotebook",), "merge": ("jupyternotebook",)},
        ("difftool.nbdime", "mergetool.nbdime"),
    ),
    Rival("nb-clean", {"filter": ("nb-clean",)}),
    Rival("nbdev", {"filter": ("clean-nbs",), "merge": ("nbdev-merge",)}),
)
_IN_HOOKS = re.compile(r"\b(nbstripout|nb-clean|nbdev\w*|jupytext|nbdime)\b")
_HOOKS = ("pre-commit", "post-merge", "post-checkout", "post-commit")


class Found(NamedTuple):
    """A rival's line in an attributes file, or a mention of it in a hook (then `attribute` is "")."""

    rival: str
    attribute: str
    line: Line


def in_attributes(git: Git) -> list[Found]:
    """Return the rivals' words in the attributes files that count at the top, the one that wins first."""
    return [
        Found(rival.name, attribute, line)
        for line in _lines(git)
        for attribute in ATTRIBUTES
        for rival in RIVALS
        if line.values.get(attribute) in rival.drivers.get(attribute, ())
    ]


def foreign(git: Git) -> list[Line]:
    """Return the lines that put the filter of something else, such as Git LFS, before notebooks.

    The one that wins comes last. What `enable` itself copied from them does not count.
    """
    known = {name for rival in RIVALS for name in rival.drivers.get("filter", ())} | {NAME}
    found = []
    for file in files(git, user_file(git)):
        for line in reversed(parse(without_block(read(file)), shown(git, file))):
            value = line.values.get("filter", "unset")
            if line.concerns(PROBE) and is_driver(value) and value not in known:
                found.append(line)
    return found[::-1]


def in_hooks(git: Git) -> list[Found]:
    """Return the rivals' mentions in the repository's hooks and in the configuration of pre-commit."""
    folder = git.path("hooks")
    paths = [os.path.join(folder, name) for name in _HOOKS]
    paths.append(os.path.join(git.top(), ".pre-commit-config.yaml"))
    found = []
    for path in paths:
        for number, text in enumerate(read(path).splitlines(), 1):
            name = _IN_HOOKS.search(text)
            if name and not text.lstrip().startswith("#"):
                found.append(Found(name[1], "", Line(shown(git, path), number, "", {})))
                break
    return found


def remove(git: Git, scope: Scope = "local") -> list[str]:
    """Take rivals' words out of a scope's attributes and their sections out of its configuration.

    Another scope's stay: what a person has for all repositories is not this one's to remove. Returns what was
    changed, as sentences. Raises MissingPart if something can't be written.
    """
    theirs = {shown(git, file) for file in (user_file(git), system_file(git))}
    found = [each for each in in_attributes(git) if (each.line.file in theirs) == (scope != "local")]
    changes = []
    for file in dict.fromkeys(each.line.file for each in found):
        here = [each for each in found if each.line.file == file]
        words = frozenset(f"{each.attribute}={each.line.values[each.attribute]}" for each in here)
        edit(os.path.join(git.folder, file), partial(_without, words=words))
        changes.append(f"took {_named(here)} out of {file}")
    names = {each.rival for each in found}
    sections = [section for rival in RIVALS if rival.name in names for section in rival.sections]
    removed = remove_sections(git, scope, sections, Config.read(git).only(scope))
    return changes + [f"removed `{section}` from the configuration" for section in removed]


def _lines(git: Git) -> Iterator[Line]:
    for file in files(git, user_file(git)):
        for line in reversed(parse(read(file), shown(git, file))):
            if line.concerns(PROBE):
                yield line


def _without(text: str, words: frozenset[str]) -> str:
    kept = []
    for raw in text.splitlines(keepends=True):
        parts = raw.split()
        rest = [part for part in parts if part not in words]
        if not parts or raw.startswith("#") or ".ipynb" not in parts[0] or len(rest) == len(parts):
            kept.append(raw)
        elif len(rest) > 1:
            kept.append(" ".join(rest) + "\n")
    return "".join(kept)


def _named(found: Iterable[Found]) -> str:
    return " and ".join(dict.fromkeys(each.rival for each in found))
