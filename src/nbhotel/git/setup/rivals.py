"""Other tools that stand between git and notebooks: what they leave in attributes, configuration and hooks.

As the installations of nbstripout 0.9.1, nbdime 4.0.4, nb-clean 5.0.0 and nbdev 3.3.26 write it; the names
`jupyter`, `clean-nbs` and `nbdev-merge` are those of documentation and of older versions.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from functools import partial

from nbhotel.git.calls import Git
from nbhotel.git.config import Config, Scope, Setting, remove_sections
from nbhotel.git.setup.attributes import (
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
from nbhotel.git.setup.blocks import edit, read, without_block
from nbhotel.git.setup.drivers import NAME
from nbhotel.records import NamedTuple

#: Driver names by attribute, as the tools' own installations write them, and whose they are.
_DRIVERS = {
    "filter": {
        "nbstripout": "nbstripout",
        "nb-clean": "nb-clean",
        "clean-nbs": "nbdev",
        "jupyter": "nbstripout",
    },
    "diff": {"ipynb": "nbstripout", "jupyternotebook": "nbdime"},
    "merge": {"jupyternotebook": "nbdime", "nbdev-merge": "nbdev"},
}
#: Two tools may call their driver the same: then its command tells whose it is.
_COMMANDS = {
    "nbdev": "nbdev",
    "nbstripout": "nbstripout",
    "nb-clean": "nb-clean",
    "nbdime": "nbdime",
    "git-nb": "nbdime",
}
_KEYS = {"filter": ("clean", "process"), "diff": ("command", "textconv"), "merge": ("driver",)}
#: Further sections of the configuration.
_SECTIONS = {"nbdime": ("difftool.nbdime", "mergetool.nbdime")}
#: Where nbdev has its drivers: a committed file, which the repository's configuration includes.
_INCLUDED = "../.gitconfig"
_IN_HOOKS = re.compile(r"\b(nbstripout|nb-clean|nbdev\w*|jupytext|nbdime)\b")
_HOOKS = ("pre-commit", "post-merge", "post-checkout", "post-commit")


class Found(NamedTuple):
    """A rival's line in an attributes file, or a mention of it in a hook (then `attribute` is "")."""

    rival: str
    attribute: str
    line: Line


def in_attributes(git: Git) -> list[Found]:
    """Return the rivals' words in the attributes files that count at the top, the one that wins first."""
    config = Config.read(git)
    return [
        Found(_whose(config, attribute, line.values[attribute]), attribute, line)
        for line in _lines(git)
        for attribute in ATTRIBUTES
        if line.values.get(attribute) in _DRIVERS[attribute]
    ]


def foreign(git: Git) -> list[Line]:
    """Return the lines that put the filter of something else, such as Git LFS, before notebooks.

    The one that wins comes last. What `enable` itself copied from them does not count.
    """
    known = {*_DRIVERS["filter"], NAME}
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
    zeppelin = bool(git.ask("ls-files", "--", ":(top)*.zpln"))
    changes = []
    for file in dict.fromkeys(each.line.file for each in found):
        here = [each for each in found if each.line.file == file]
        words = frozenset(f"{each.attribute}={each.line.values[each.attribute]}" for each in here)
        kinds = (".ipynb",) if zeppelin else (".ipynb", ".zpln")
        edit(os.path.join(git.folder, file), partial(_without, words=words, kinds=kinds))
        changes.append(f"took {_named(here)} out of {file}")
    sections = [f"{each.attribute}.{each.line.values[each.attribute]}" for each in found]
    sections += [more for each in found for more in _SECTIONS.get(each.rival, ())]
    if zeppelin:  # nbstripout alone cleans those
        sections = [section for section in sections if section != "filter.nbstripout"]
    there = Config.read(git).only(scope)
    if any(each.rival == "nbdev" for each in found) and _INCLUDED in map(_value, there.all("include.path")):
        git.run("config", "--local", "--unset", "include.path", re.escape(_INCLUDED))
        changes.append(f"{_INCLUDED} is no longer included in the configuration")
        there = Config.read(git).only(scope)
    removed = remove_sections(git, scope, dict.fromkeys(sections), there)
    return changes + [f"removed `{section}` from the configuration" for section in removed]


def _value(setting: Setting) -> str:
    return setting.value


def _whose(config: Config, attribute: str, driver: str) -> str:
    command = " ".join(config.value(f"{attribute}.{driver}.{key}") for key in _KEYS[attribute])
    named = (name for part, name in _COMMANDS.items() if part in command)
    return next(named, _DRIVERS[attribute][driver])


def _lines(git: Git) -> Iterator[Line]:
    for file in files(git, user_file(git)):
        for line in reversed(parse(read(file), shown(git, file))):
            if line.concerns(PROBE):
                yield line


def _without(text: str, words: frozenset[str], kinds: tuple[str, ...]) -> str:
    kept = []
    for raw in text.splitlines(keepends=True):
        parts = raw.split()
        rest = [part for part in parts if part not in words]
        is_theirs = bool(parts) and not raw.startswith("#") and any(kind in parts[0] for kind in kinds)
        if not is_theirs or len(rest) == len(parts):
            kept.append(raw)
        elif len(rest) > 1:
            kept.append(" ".join(rest) + "\n")
    return "".join(kept)


def _named(found: Iterable[Found]) -> str:
    return " and ".join(dict.fromkeys(each.rival for each in found))
