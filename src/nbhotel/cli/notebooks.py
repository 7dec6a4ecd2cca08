"""What `diff` and `show` have in common: which parts of notebooks, in which format, and where to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbhotel.diff.values import BY_DEFAULT, Compared
from nbhotel.errors import InputError
from nbhotel.notebook.model import Json, Notebook, cell_of

if TYPE_CHECKING:
    import argparse

#: The parts that can be shown alone or hidden, by nbdime's options; `Compared` calls them the same, but "id".
PARTS = ("sources", "outputs", "attachments", "metadata", "id", "details")
_OF_PART = {"id": "cells' ids", "details": "prompt numbers and the minor format version"}

#: What the options are without any of them: argparse is not needed then.
DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(PARTS),
    "format": None,
    "web": False,
    "out": None,
    "color": "auto",
    "pager": True,
    "full": False,
    "images": "auto",
    "log_level": None,
}


def add_part_options(parser: argparse.ArgumentParser) -> None:
    """Add nbdime's options that choose parts of notebooks."""
    title = "parts"
    text = "With lower-case options only the parts that are named count; upper-case options leave parts out."
    group = parser.add_argument_group(title, text)
    for part in PARTS:
        letter, what = part[0], _OF_PART.get(part, part)
        group.add_argument(f"-{letter}", f"--{part}", action="store_true", default=None, help=f"only {what}")
        group.add_argument(
            f"-{letter.upper()}", f"--ignore-{part}", action="store_false", dest=part, help=f"not {what}"
        )


def add_output_options(
    parser: argparse.ArgumentParser, formats: tuple[str, ...], *, nbdimes: bool = True
) -> None:
    """Add the options of format, destination and look; `nbdimes` for a command that nbdime has as well."""
    group = parser.add_argument_group("output")
    group.add_argument(
        "--format", choices=formats, help="default: by the name of --out's file, else terminal"
    )
    group.add_argument("--web", action="store_true", help="open it as a page in the browser")
    out = group.add_argument("--out", metavar="FILE", help="write it to a file, which appears whole or not")
    out.complete = FILES  # type: ignore[attr-defined]
    group.add_argument("--color", choices=("auto", "always", "never"), help="default: auto, on a terminal")
    group.add_argument("--no-color", action="store_const", const="never", dest="color", help="no colours")
    group.add_argument("--no-pager", action="store_false", dest="pager", help="no pager on a terminal")
    group.add_argument("--full", action="store_true", help="all of long outputs and values")
    group.add_argument(
        "--images",
        choices=("auto", "kitty", "iterm", "sixel", "none"),
        help="previews by the terminal's protocol; default: auto, if it is known to have one",
    )
    if nbdimes:
        group.add_argument(
            "--log-level",
            choices=("DEBUG", "INFO", "WARN", "ERROR", "CRITICAL"),
            help="taken for nbdime's sake; there is no log",
        )


#: Makes shtab complete file names, in each shell's way.
FILES = {"bash": "_shtab_compgen_files", "zsh": "_files", "tcsh": "f"}


def compared(args: argparse.Namespace, *, noise: bool = True, usual: Compared = BY_DEFAULT) -> Compared:
    """Return what the options of `add_part_options` leave to look at; `usual` without any of them."""
    chosen = {"ids" if part == "id" else part: getattr(args, part) for part in PARTS}
    only = any(value is True for value in chosen.values())
    base = usual._replace(**dict.fromkeys(chosen, False)) if only else usual
    named = {part: value for part, value in chosen.items() if value is not None}
    return base._replace(**named, noise=noise) if named or not noise else base


def format_of(args: argparse.Namespace, by_suffix: dict[str, str]) -> str:
    """Return the format: the one that was asked for, or the one of --out's file."""
    if args.web:
        return "html"
    if args.format or not args.out:
        return str(args.format or "terminal")
    return next((name for suffix, name in by_suffix.items() if args.out.lower().endswith(suffix)), "terminal")


def read_bytes(path: str) -> bytes:
    """Read a file, or standard input for "-". Raises InputError."""
    try:
        if path == "-":
            with open(0, "rb", closefd=False) as file:
                return file.read()
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise InputError(why(error), where=path) from None


def without_hidden(notebook: Notebook, parts: Compared) -> Notebook:
    """Leave out of the cells what is not to be shown: outputs, attachments and metadata.

    Sources stay: a comparison needs them to match cells, and leaves them out itself.
    """
    gone: dict[str, Json] = {} if parts.outputs else {"outputs": []}
    gone |= {} if parts.attachments else {"attachments": {}}
    gone |= {} if parts.metadata else {"metadata": {}}
    return replaced(notebook, gone)


def replaced(notebook: Notebook, values: dict[str, Json]) -> Notebook:
    """Put `values` in place of what the cells have under the same keys."""
    if not values:
        return notebook
    raws = [{key: values.get(key, value) for key, value in cell.raw.items()} for cell in notebook.cells]
    return notebook._replace(cells=tuple(map(cell_of, raws)), raw={**notebook.raw, "cells": raws})


def why(error: OSError) -> str:
    """Return in a few words why a file could not be read."""
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, IsADirectoryError):
        return "is a directory"
    if isinstance(error, PermissionError):
        return "you may not read it"
    return (error.strerror or str(error)).lower()
