"""`outputs`: strip outputs; all of them, or by type, by mime type, by size, by tag.

A person keeps the outputs of a cell with a tag or a key in its metadata, as with nbstripout: `keep_output`,
or the `init_cell` of the extension of that name; the notebook's own `keep_output` speaks for all its cells.
Source of these rules: https://github.com/kynan/nbstripout, README.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from nbhotel.chain.edits import map_cells
from nbhotel.notebook.model import is_list_of_objects

if TYPE_CHECKING:
    from nbhotel.chain.model import Filter
    from nbhotel.notebook.model import Cell, Json, Notebook

_UNITS = {"K": 10**3, "M": 10**6, "G": 10**9}
Outputs = list["dict[str, Json]"]
Stays = Callable[["dict[str, Json]"], bool]


def strip_outputs(
    *,
    keep: bool = False,
    keep_tags: tuple[str, ...] = ("keep_output",),
    keep_types: tuple[str, ...] = (),
    keep_up_to: str = "0",
    drop_types: tuple[str, ...] = (),
    drop_mimes: tuple[str, ...] = (),
    drop_mimes_over: str = "0",
    strip_init_cells: bool = False,
) -> Filter:
    """Strip outputs.

    keep: strip nothing but what the options that begin with `drop_` say
    keep_tags: cells with one of these tags, or with such a key in their metadata, keep their outputs
    keep_types: output types that stay everywhere, such as "error" or "stream:stderr"
    keep_up_to: outputs of at most so many characters stay, such as "10K"
    drop_types: output types that are stripped from what is kept
    drop_mimes: mime types that are stripped from the mimebundles that are kept, such as "image/*"
    drop_mimes_over: with `drop_mimes`, only data of more than so many characters
    strip_init_cells: cells with `init_cell` in their metadata keep nothing
    """
    largest, heavy = size(keep_up_to), size(drop_mimes_over)
    if largest or keep_types:
        stays: Stays | None = lambda output: (  # noqa: E731
            size_of(output) <= largest or any(is_of_type(output, each) for each in keep_types)
        )
    else:
        stays = None

    def strip(notebook: Notebook) -> Notebook:
        by_notebook = keep or bool(notebook.metadata.get("keep_output", False))

        def change(cell: Cell) -> dict[str, Json]:
            old = cell.raw.get("outputs")
            if not old:
                return cell.raw
            kept = keeps_outputs(cell, by_notebook, keep_tags, strip_init_cells)
            new = _kept(old, None if kept and not keep_types else stays, kept=kept)
            new = _dropped(new, drop_types, drop_mimes, heavy)
            return cell.raw if new is old else {**cell.raw, "outputs": new}

        return map_cells(notebook, change)

    return strip


def keeps_outputs(cell: Cell, default: bool, tags: tuple[str, ...], strip_init_cells: bool) -> bool:
    """Whether a cell's metadata ask for its outputs to be kept. Where they contradict themselves: no."""
    metadata = cell.metadata
    if not metadata:
        return default
    if "init_cell" in metadata:
        return bool(metadata["init_cell"]) and not strip_init_cells
    own = metadata.get("tags")
    tagged = isinstance(own, list) and any(tag in own for tag in tags)
    said = [bool(metadata[tag]) for tag in tags if tag in metadata]
    return all(said) if said else tagged or default


def size(text: str) -> int:
    """Return how many characters "500", "10K", "2M" or "1G" are. Raises ValueError."""
    digits, unit = text[:-1], text[-1:].upper()
    if unit not in _UNITS:
        digits, unit = text, ""
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"{text!r} is no size: write a number, or one with K, M or G behind it")
    return int(digits) * _UNITS.get(unit, 1)


def size_of(value: Json) -> int:
    """Return the length of all texts in a value; what is no text counts as Python writes it."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(map(size_of, value.values()))
    return sum(map(size_of, value)) if isinstance(value, list) else len(str(value))


def is_of_type(output: dict[str, Json], wanted: str) -> bool:
    """Whether an output is of a type such as "error", or "stream:stderr" for streams of that name."""
    kind, _, name = wanted.partition(":")
    return output.get("output_type") == kind and (not name or output.get("name") == name)


def _kept(old: Json, stays: Stays | None, *, kept: bool) -> Json:
    if kept and stays is None:
        return old
    if stays is None or not is_list_of_objects(old):
        return []
    new = [output for output in old if stays(output)]
    return old if len(new) == len(old) else new


def _dropped(old: Json, types: tuple[str, ...], mimes: tuple[str, ...], heavy: int) -> Json:
    if not (types or mimes) or not is_list_of_objects(old):
        return old
    new = [output for output in old if not any(is_of_type(output, each) for each in types)]
    lighter = [_without_mimes(output, mimes, heavy) for output in new]
    unchanged = len(new) == len(old) and all(a is b for a, b in zip(new, lighter, strict=True))
    return old if unchanged else [output for output in lighter if output is not None]


def _without_mimes(output: dict[str, Json], mimes: tuple[str, ...], heavy: int) -> dict[str, Json] | None:
    """An output without these mime types; None if nothing is left of it."""
    data = output.get("data")
    if not mimes or not isinstance(data, dict):
        return output
    from fnmatch import fnmatchcase

    kept = {
        mime: value
        for mime, value in data.items()
        if not any(fnmatchcase(mime, each) for each in mimes) or (heavy and size_of(value) <= heavy)
    }
    if len(kept) == len(data):
        return output
    return {**output, "data": kept} if kept else None
