"""Set git up for notebooks, and undo it. What is right already is not touched, so both may be done again."""

from __future__ import annotations

import os
from collections.abc import Iterable

from nbhotel.git.calls import Git
from nbhotel.git.config import Config, remove_sections, write, write_all
from nbhotel.git.setup import hooks
from nbhotel.git.setup.attributes import kept, our_lines
from nbhotel.git.setup.blocks import block_of, edit, read, with_block, without_block
from nbhotel.git.setup.drivers import ALIASES, CACHE, SECTIONS, aliases, driver, hook, program_of
from nbhotel.git.setup.rivals import foreign
from nbhotel.git.setup.scopes import Place, name_of
from nbhotel.records import NamedTuple


class Wishes(NamedTuple):
    """How somebody wants it.

    `program` is what git is to call, `form` stands for what its textconv does (`textconv.form_of`); files
    that match `keep` keep their outputs in git. `aliases` are kept where they are, and written if it is true.
    """

    program: str
    form: str
    keep: tuple[str, ...] = ()
    cache: bool = False
    hook: bool = True
    aliases: bool = False


class Done(NamedTuple):
    """What was changed, and what is to be known; each a sentence."""

    changes: tuple[str, ...]
    notes: tuple[str, ...]


def enable(git: Git, place: Place, wishes: Wishes) -> Done:
    """Write the configuration, then the hook, and the attributes last: nothing counts until then.

    Raises MissingPart if something can't be written, InputError if git's configuration is wrong.
    """
    there = Config.read(git).only(place.scope)
    changes: list[str] = []
    written = write(git, place.scope, _driver(wishes), there)
    if written:
        changes.append(f"configured the driver `nbhotel` ({_count(len(written), 'key')})")
    write_all(git, place.scope, "nbhotel.hook", [] if wishes.hook else ["false"], there)
    noted = _add_aliases(git, place, wishes, there, changes)
    notes, hooked = _add_hooks(git, place, wishes)
    noted += notes
    changes += hooked
    others = foreign(git)
    lines = our_lines(wishes.keep, others)
    if edit(place.attributes, lambda text: with_block(text, lines)):
        changes.append(f"put it before notebooks in {name_of(git, place.attributes)}")
    noted += [f"{line.pattern} keeps the filter {line.values['filter']} ({line.place})" for line in others]
    return Done(tuple(changes), tuple(noted))


def _driver(wishes: Wishes) -> dict[str, str]:
    return driver(wishes.program, form=wishes.form, cache=wishes.cache)


def disable(git: Git, place: Place) -> Done:
    """Take out what `enable` put in, and drop what the textconv cached. Raises MissingPart, InputError."""
    changes: list[str] = []
    if edit(place.attributes, without_block):
        changes.append(f"notebooks are plain files again for {name_of(git, place.attributes)}")
    changes += [f"took our lines out of {name_of(git, file)}" for file in place.hooks if hooks.remove(file)]
    there = Config.read(git).only(place.scope)
    for key in ["nbhotel.hook", *our_aliases(there)]:
        write_all(git, place.scope, key, [], there)
    sections = remove_sections(git, place.scope, SECTIONS, there)
    if sections:
        changes.append(f"removed the driver `nbhotel` ({_count(len(sections), 'section')})")
    if place.scope == "local" and git.ask("rev-parse", "--verify", "--quiet", CACHE):
        git.run("update-ref", "-d", CACHE)
        changes.append("dropped the texts that git had cached for `git log -p`")
    return Done(tuple(changes), ())


def is_cached(git: Git) -> bool:
    """Whether git keeps the texts of our textconv."""
    return git.ask("config", "--type=bool", "diff.nbhotel.cachetextconv") == "true"


def before(place: Place) -> Wishes | None:
    """Return what an earlier `enable` was asked for, as far as the attributes file says; None without one."""
    block = block_of(read(place.attributes))
    if block is None:
        return None
    return Wishes("", "", keep=tuple(kept(block)))


def our_aliases(config: Config) -> list[str]:
    """Return the keys of the aliases that a configuration has and that call nbhotel."""
    return [key for key in ALIASES if program_of(key, config.value(key))]


def to_end(text: str, lines: Iterable[str]) -> str:
    """Return an attributes file with our lines as the last ones: those win."""
    return with_block(without_block(text), list(lines))


def _add_aliases(git: Git, place: Place, wishes: Wishes, there: Config, changes: list[str]) -> list[str]:
    """Write the aliases that are wanted, and those that are there; return notes on what is somebody's own."""
    ours = our_aliases(there)
    own = [key for key in ALIASES if there.value(key) and key not in ours]
    wanted = {key: value for key, value in aliases(wishes.program).items() if wishes.aliases or key in ours}
    written = write(git, place.scope, {key: wanted[key] for key in wanted if key not in own}, there)
    if written:
        words = ", ".join(f"git {key.removeprefix('alias.')}" for key in written)
        changes.append(f"configured {words}")
    return [f"{key} means something else already, and stays" for key in own if wishes.aliases]


def _add_hooks(git: Git, place: Place, wishes: Wishes) -> tuple[list[str], list[str]]:
    """Return (notes, changes)."""
    if not place.hooks:
        return [], []
    if not wishes.hook:
        for file in place.hooks:
            hooks.remove(file)
        return [NO_HOOK], []
    if hooks.is_shared(git, place.hooks[0]):
        folder, names = name_of(git, os.path.dirname(place.hooks[0])), " and ".join(hooks.HOOKS)
        line = 'nbhotel git-index-written "$@" || :'
        return [f"{folder} is committed, so no hooks are written there; put `{line}` into {names}"], []
    added = [file for file in place.hooks if hooks.add(file, hook(wishes.program))]
    return [], [f"added the hook {name_of(git, file)}" for file in added]


NO_HOOK = "without the hook, notebooks look modified after each run until `nbhotel git refresh` or `git add`"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
