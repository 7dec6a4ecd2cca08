"""Two versions of a notebook's file, what can be chosen between them, and the file that a choice makes."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nbhotel.diff.notebooks import diff_notebooks
from nbhotel.diff.values import NotebookDiff
from nbhotel.errors import InputError
from nbhotel.git.staging.applying import applied
from nbhotel.git.staging.leaves import NOTEBOOK, Edit, Leaf, leaves_of
from nbhotel.notebook.model import EMPTY, Broken, Notebook
from nbhotel.notebook.reading import read_notebook
from nbhotel.notebook.rewriting import rewritten
from nbhotel.records import NamedTuple

_FILE, _MODE, _FORM = Leaf(NOTEBOOK, "file"), Leaf(NOTEBOOK, "mode"), Leaf(NOTEBOOK, "form")


class Version(NamedTuple):
    """A file: its name for people, its content, its mode as git writes it; None and "" if it isn't there."""

    name: str
    data: bytes | None
    mode: str = ""


class Pair(NamedTuple):
    """Two versions of a notebook. Where one is missing, `diff` compares with the other without its cells."""

    old: Version
    new: Version
    diff: NotebookDiff
    leaves: tuple[Leaf, ...]


def pair_of(old: Version, new: Version) -> Pair:
    """Compare two versions of a file. Raises InputError if one of them is there and is no notebook."""
    left, right = _notebook(old), _notebook(new)
    if left is None or right is None:
        there = left or right or EMPTY
        without = there._replace(cells=(), raw={**there.raw, "cells": []})
        diff = diff_notebooks(left or without, right or without)
        # Of a file that goes nothing can stay; one that is new comes with its first cell.
        cells = leaves_of(diff) if right is not None else ()
        return Pair(old, new, diff, (cells or (_FILE,)) if old.data != new.data else ())
    diff = diff_notebooks(left, right)
    leaves = leaves_of(diff)
    if not leaves and old.data != new.data:
        leaves = (_FORM,)
    return Pair(old, new, diff, ((_MODE,) if old.mode != new.mode else ()) + leaves)


def made(pair: Pair, taken: Collection[Leaf], edits: Sequence[Edit] = ()) -> Version:
    """Return the file that a choice makes, under its old name."""
    taken = frozenset(taken)
    data = _data(pair, taken - {_MODE}, edits)
    mode = pair.new.mode if _MODE in taken else pair.old.mode
    if data is not None and not mode:
        mode = pair.new.mode
    return Version(pair.old.name, data, mode if data is not None else "")


def _data(pair: Pair, taken: frozenset[Leaf], edits: Sequence[Edit]) -> bytes | None:
    if not edits:
        if not taken:
            return pair.old.data
        if taken >= set(pair.leaves) - {_MODE}:
            return pair.new.data
    # What there was is rewritten; a new file, in the new one's style.
    like, whole = (pair.old.data, pair.diff.old) if pair.old.data else (pair.new.data, pair.diff.new)
    found = applied(pair.diff, taken, edits).notebook
    return rewritten(like or b"", whole.raw, found.raw)


def _notebook(version: Version) -> Notebook | None:
    """None if the file isn't there; an empty one is what `git add --intent-to-add` leaves in the index."""
    if not version.data:
        return None
    notebook = read_notebook(version.data)
    if isinstance(notebook, Broken):
        is_notebook = version.name.endswith(".ipynb")
        remedy = "`nbhotel repair` mends it" if is_notebook else "`git add -p` is for other files"
        raise InputError(notebook.message, where=version.name, remedy=remedy)
    return notebook
