"""Which cell of a notebook somebody means: by its number, its id, or a regular expression that it holds."""

from __future__ import annotations

import re

from nbhotel.errors import InputError, UsageError
from nbhotel.notebook.model import Notebook

_LISTED = 5


def place_of(word: str, notebook: Notebook, where: str) -> int:
    """Return the place of a cell from 0.

    `word` is a number from 1, an id, the unique beginning of an id, or `/regular expression/`. Raises
    InputError if there is no such cell, or more than one; UsageError if the expression is none.
    """
    found = _places(word, notebook)
    if len(found) == 1:
        return found[0]
    if found:
        numbers = ", ".join(str(place + 1) for place in found[:_LISTED])
        more = " …" if len(found) > _LISTED else ""
        raise InputError(
            f"{word} is in the cells {numbers}{more}", where=where, remedy="name one by its number"
        )
    raise InputError(f"there is no cell {word or repr(word)}", where=where, remedy=_what_there_is(notebook))


def _places(word: str, notebook: Notebook) -> list[int]:
    number = int(word) if word.isdecimal() and len(word) < 10 else 0
    if 0 < number <= len(notebook.cells):
        return [number - 1]
    if len(word) > 1 and word[0] == word[-1] == "/":
        pattern = compiled(word[1:-1])
        return [place for place, cell in enumerate(notebook.cells) if pattern.search(cell.source)]
    ids = [(place, cell.id) for place, cell in enumerate(notebook.cells) if cell.id is not None]
    exact = [place for place, identity in ids if identity == word]
    return exact or [place for place, identity in ids if word and identity.startswith(word)]


def compiled(expression: str) -> re.Pattern[str]:
    """Return a regular expression of which `^` and `$` mean lines. Raises UsageError if it is none."""
    try:
        return re.compile(expression, re.MULTILINE)
    except (re.error, RecursionError, OverflowError) as error:
        raise UsageError(f"/{expression}/ is no regular expression: {error}") from None


def _what_there_is(notebook: Notebook) -> str:
    if not notebook.cells:
        return "it has no cells"
    ids = [cell.id for cell in notebook.cells if cell.id is not None]
    numbers = (
        "there is one cell" if len(notebook.cells) == 1 else f"there are the cells 1 to {len(notebook.cells)}"
    )
    more = " …" if len(ids) > _LISTED else ""
    return f"{numbers}, with the ids {', '.join(ids[:_LISTED])}{more}" if ids else f"{numbers}, without ids"
