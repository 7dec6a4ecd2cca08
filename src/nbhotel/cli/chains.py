"""Which chain a notebook goes through: its folder's configuration's, as nbstripout's options change it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from nbhotel.chain.config import load_chain
from nbhotel.chain.registry import WrongOption, step
from nbhotel.errors import UsageError
from nbhotel.records import NamedTuple

if TYPE_CHECKING:
    import argparse

    from nbhotel.chain.model import Chain, Step


class Recipe(NamedTuple):
    """What the command line says about chains; plain values, so that it can go to another process."""

    name: str = "vcs"
    keep_output: bool = False
    keep_count: bool = False
    keep_id: bool = False
    extra_keys: tuple[str, ...] = ()
    keep_metadata_keys: tuple[str, ...] = ()
    drop_empty_cells: bool = False
    drop_tagged_cells: tuple[str, ...] = ()
    strip_init_cells: bool = False
    max_size: str = "0"
    drop_output_type: tuple[str, ...] = ()
    keep_output_type: tuple[str, ...] = ()


def add_chain_options(parser: argparse.ArgumentParser) -> None:
    """Add `--chain`, and nbstripout's options, which change it."""
    parser.add_argument(
        "--chain", metavar="NAME", default="vcs", help="the chain of filters; default: vcs, as git's filter"
    )
    text = "They change the chain's own steps; see docs/chains.md for the few differences to nbstripout."
    group = parser.add_argument_group("nbstripout's options", text)
    group.add_argument("--keep-output", action="store_true", help="strip no outputs")
    group.add_argument("--keep-count", action="store_true", help="strip no prompt numbers")
    group.add_argument("--keep-id", action="store_true", help="change no ids; the vcs chain never does")
    group.add_argument(
        "--extra-keys", metavar="KEYS", default="", help="more keys to strip: metadata.foo cell.metadata.bar"
    )
    group.add_argument(
        "--keep-metadata-keys", metavar="KEYS", default="", help="keys to keep, spelled the same way"
    )
    group.add_argument("--drop-empty-cells", action="store_true", help="leave out cells of white space")
    group.add_argument(
        "--drop-tagged-cells", metavar="TAGS", default="", help="leave out cells with one of these tags"
    )
    group.add_argument(
        "--strip-init-cells", action="store_true", help="strip the outputs of init_cell cells too"
    )
    group.add_argument(
        "--max-size", metavar="SIZE", default="0", help="keep outputs of at most SIZE characters, such as 10K"
    )
    group.add_argument(
        "--drop-output-type", metavar="TYPE", nargs="+", default=[], help="strip these from kept outputs"
    )
    group.add_argument(
        "--keep-output-type", metavar="TYPE", nargs="+", default=[], help="keep only outputs of these types"
    )
    group.add_argument(
        "--nbstripout-config", action="store_true", help="obey git's filter.nbstripout.* settings as well"
    )


def recipe_of(args: argparse.Namespace) -> Recipe:
    """Return what the options of `add_chain_options` say. Raises UsageError, MissingPart."""
    extra, keep = args.extra_keys.split(), args.keep_metadata_keys.split()
    if args.nbstripout_config:
        extra = [*_git_setting("extrakeys"), *extra]
        keep = [*_git_setting("keepmetadatakeys"), *keep]
    recipe = Recipe(
        name=args.chain,
        keep_output=args.keep_output,
        keep_count=args.keep_count,
        keep_id=args.keep_id,
        extra_keys=tuple(key for key in extra if key not in keep),
        keep_metadata_keys=tuple(keep),
        drop_empty_cells=args.drop_empty_cells,
        drop_tagged_cells=tuple(args.drop_tagged_cells.split()),
        strip_init_cells=args.strip_init_cells,
        max_size=args.max_size,
        drop_output_type=tuple(args.drop_output_type),
        keep_output_type=tuple(args.keep_output_type),
    )
    chain_of(recipe._replace(name="vcs"), None)  # complain of wrong values before the first file is read
    return recipe


def chain_of(recipe: Recipe, folder: str | None) -> Chain:
    """Return the chain for the notebooks in a folder. Raises ConfigError, UsageError."""
    chain = load_chain(recipe.name, folder)
    if recipe._replace(name="vcs") == Recipe():
        return chain
    try:
        filters = [each for old in chain.filters for each in _adjusted(old, recipe)]
        return chain._replace(filters=(*_before(recipe), *filters, *_after(recipe)))
    except WrongOption as error:
        raise UsageError(error.args[1]) from None


class Chains:
    """The chains of many folders, each looked up once."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self._known: dict[str, Chain] = {}

    def of(self, path: str) -> Chain:
        """Return the chain for a file; "-" is standard input, which counts as a file of this folder."""
        folder = os.path.dirname(os.path.abspath(path))
        if folder not in self._known:
            self._known[folder] = chain_of(self.recipe, folder)
        return self._known[folder]


def _before(recipe: Recipe) -> list[Step]:
    options: dict[str, Any] = {}
    if recipe.drop_empty_cells:
        options["empty"] = True
    if recipe.drop_tagged_cells:
        options["tags"] = recipe.drop_tagged_cells
    return [step("drop-cells", options)] if options else []


def _after(recipe: Recipe) -> list[Step]:
    return [step("extra-keys", {"keys": recipe.extra_keys})] if recipe.extra_keys else []


def _adjusted(old: Step, recipe: Recipe) -> list[Step]:
    if old.name == "execution-counts" and recipe.keep_count:
        return []
    if old.name == "ids" and recipe.keep_id:
        return []
    if old.name == "outputs":
        return [step("outputs", {**old.options, **_output_options(recipe)})]
    if old.name in _METADATA and recipe.keep_metadata_keys:
        return [step(old.name, {**old.options, "drop": _dropped(old, recipe)})]
    return [old]


def _output_options(recipe: Recipe) -> dict[str, Any]:
    options = {
        "keep": recipe.keep_output,
        "keep_types": recipe.keep_output_type,
        "keep_up_to": "" if recipe.max_size == "0" else recipe.max_size,
        "drop_types": recipe.drop_output_type,
        "strip_init_cells": recipe.strip_init_cells,
    }
    return {name: value for name, value in options.items() if value}


_METADATA = {"cell-metadata": "cell.metadata.", "notebook-metadata": "metadata."}


def _dropped(old: Step, recipe: Recipe) -> tuple[str, ...]:
    """What a metadata filter is to drop, without the keys that are to be kept."""
    from nbhotel.chain.filters.metadata import VOLATILE_IN_CELLS, VOLATILE_IN_NOTEBOOKS

    default = VOLATILE_IN_CELLS if old.name == "cell-metadata" else VOLATILE_IN_NOTEBOOKS
    prefix = _METADATA[old.name]
    dropped: tuple[str, ...] = tuple(old.options.get("drop", default))
    return tuple(path for path in dropped if prefix + path not in recipe.keep_metadata_keys)


def _git_setting(key: str) -> list[str]:
    import subprocess

    from nbhotel.errors import MissingPart

    try:
        done = subprocess.run(
            ["git", "config", f"filter.nbstripout.{key}"],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except FileNotFoundError:
        raise MissingPart("git is not to be had", remedy="install git") from None
    return done.stdout.split()
