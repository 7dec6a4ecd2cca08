"""What a repository keeps of notebooks, chosen when it is enabled or taken over from another tool.

It is written as the chain `vcs` of a new `nbhotel.toml` at the top of the worktree: it holds for everybody
who works there, and for `nbhotel clean` and `check` as well.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable
from json import dumps

from nbhotel.chain.config import config_file
from nbhotel.chain.filters.metadata import VOLATILE_IN_CELLS, VOLATILE_IN_NOTEBOOKS
from nbhotel.errors import InputError
from nbhotel.git.calls import Git
from nbhotel.git.config import Config
from nbhotel.git.setup.blocks import edit
from nbhotel.records import NamedTuple

FILE = "nbhotel.toml"
#: The tag that keeps outputs anyway.
_TAG = "keep_output"


class Choices(NamedTuple):
    """What differs from the ready-made chain. Keys are spelled as nbstripout's: `cell.metadata.x`."""

    keep_outputs: bool = False
    keep_counts: bool = False
    keep_tags: tuple[str, ...] = ()
    keep_types: tuple[str, ...] = ()
    drop_keys: tuple[str, ...] = ()
    keep_keys: tuple[str, ...] = ()
    drop_empty: bool = False


def text_of(choices: Choices) -> str:
    """Return the configuration as TOML."""
    without, filters = [], []
    if choices.keep_outputs or choices.keep_tags or choices.keep_types:
        without.append("outputs")
        filters.append(_outputs(choices))
    if choices.keep_counts:
        without.append("execution-counts")
    for name, prefix, volatile in _METADATA:
        if any(prefix + path in choices.keep_keys for path in volatile):
            without.append(name)
            dropped = [path for path in volatile if prefix + path not in choices.keep_keys]
            filters.append({"filter": name, "drop": dropped})
    if choices.drop_keys:
        filters.append({"filter": "extra-keys", "keys": list(choices.drop_keys)})
    if choices.drop_empty:
        filters.append({"filter": "drop-cells", "empty": True})
    lines = [
        "# What git keeps of notebooks here; made by `nbhotel git enable`.",
        "[chains.vcs]",
        'extends = "vcs"',
    ]
    lines += [f"without = {_toml(without)}"] if without else []
    lines += ["filters = [", *(f"  {_toml(each)}," for each in filters), "]"] if filters else []
    return "".join(f"{line}\n" for line in lines)


def write(git: Git, choices: Choices) -> str:
    """Write the configuration, and return what was done. Raises InputError if there is one already."""
    top = git.top()
    if not top:
        raise InputError("there is no worktree to keep the configuration in", where=git.folder)
    existing = config_file(top)
    if existing:
        wanted = " ".join(line.strip() for line in text_of(choices).splitlines()[2:])
        remedy = f"change [chains.vcs] there to: {wanted}"
        raise InputError("holds the configuration of nbhotel already", where=existing, remedy=remedy)
    edit(os.path.join(top, FILE), lambda _: text_of(choices))
    return f"wrote {FILE}, which says what git keeps; commit it"


def of_rivals(config: Config) -> Choices:
    """Return what nbstripout and nb-clean were told to keep and to drop."""
    words = _flags(config.value("filter.nbstripout.clean")) + _flags(config.value("filter.nb-clean.clean"))
    keep = (
        *config.value("filter.nbstripout.keepmetadatakeys").split(),
        *_after(words, "--keep-metadata-keys"),
    )
    drop = (*config.value("filter.nbstripout.extrakeys").split(), *_after(words, "--extra-keys"))
    known = ("metadata.", "cell.")
    return Choices(
        keep_outputs=bool({"--keep-output", "--preserve-cell-outputs", "-o"} & set(words)),
        keep_counts=bool({"--keep-count", "--preserve-execution-counts", "-c"} & set(words)),
        drop_keys=tuple(key for key in drop if key.startswith(known) and key not in keep),
        keep_keys=tuple(key for key in keep if key.startswith(known)) + _kept_by_nb_clean(words),
        drop_empty=bool({"--drop-empty-cells", "--remove-empty-cells", "-e"} & set(words)),
    )


def take_over(git: Git) -> list[str]:
    """Write what other tools were told as ours; return what was done or could not be done, as sentences."""
    choices = of_rivals(Config.read(git))
    if choices == Choices():
        return []
    try:
        return [write(git, choices)]
    except InputError as error:
        return [f"the other tool's settings were not taken over: {error}"]


_METADATA = (
    ("cell-metadata", "cell.metadata.", VOLATILE_IN_CELLS),
    ("notebook-metadata", "metadata.", VOLATILE_IN_NOTEBOOKS),
)


def _outputs(choices: Choices) -> dict[str, object]:
    step: dict[str, object] = {"filter": "outputs"}
    if choices.keep_outputs:
        step["keep"] = True
    if choices.keep_tags:
        step["keep_tags"] = list(dict.fromkeys([_TAG, *choices.keep_tags]))
    if choices.keep_types:
        step["keep_types"] = list(choices.keep_types)
    return step


def _toml(value: object) -> str:
    """TOML of texts, truth values, lists and inline tables: as JSON, but for tables."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return dumps(value)


def _flags(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return []


def _kept_by_nb_clean(words: list[str]) -> tuple[str, ...]:
    """Its own names of keys, as nbstripout spells them."""
    fields = _after(words, "--preserve-cell-metadata-field")
    return tuple(f"cell.metadata.{field}" for field in fields)


def _after(words: Iterable[str], flag: str) -> list[str]:
    """The values of an option: `--extra-keys "a b"` or `--extra-keys=a`."""
    found, is_next = [], False
    for word in words:
        if is_next:
            found += word.split()
        elif word.startswith(f"{flag}="):
            found += word.removeprefix(f"{flag}=").split()
        is_next = word == flag
    return found
