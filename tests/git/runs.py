"""Notebooks that somebody ran, and the memory of all runs: which outputs each version must come back with."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

#: Every output begins with it, so that it is found wherever it is.
TOKEN = "out-"
_NAME = re.compile(rb"out-\w+-\d+")
_CHARACTERS = "abcdefghijklmnopqrstuvwxyz \n"


def ran(who: str, sources: Sequence[str], *, size: int = 20) -> bytes:
    """Return the file of a notebook all of whose code cells `who` ran.

    A source begins with the name of its cell, by which the cell is known when it changes; one that begins
    with "#" is Markdown. Each output is about `size` bytes long.
    """
    return _file([_cell(number, source, who, size) for number, source in enumerate(sources, 1)])


def clean(sources: Sequence[str]) -> bytes:
    """Return the same notebook as git is to have it."""
    return _file([_cell(number, source, "", 0) for number, source in enumerate(sources, 1)])


def tokens(content: bytes) -> list[str]:
    """Return the names of all outputs in any bytes, such as "out-ada-3"."""
    return [name.decode() for name in _NAME.findall(content)]


def cells(content: bytes) -> Iterator[tuple[str, str]]:
    """Yield (source, name of its output or "") of the code cells. Raises ValueError if it is no JSON."""
    for cell in json.loads(content)["cells"]:
        if cell["cell_type"] == "code":
            texts = ["".join(output["text"]) for output in cell["outputs"]]
            yield "".join(cell["source"]), texts[0].split()[0] if texts else ""


class Memory:
    """Everything that was ever run.

    A version is known by its sources. What must come back with it is what lay on the disk last; a merged
    notebook, which nobody ran, must have for each cell an output of a cell with the same source.
    """

    def __init__(self) -> None:
        self._last: dict[bytes, bytes] = {}
        self._outputs: dict[str, set[str]] = {}

    def run(self, who: str, sources: Sequence[str], *, size: int = 20) -> bytes:
        """Run a notebook, and return its file."""
        content = ran(who, sources, size=size)
        self._last[clean(sources)] = content
        self.note(content)
        return content

    def note(self, content: bytes) -> None:
        """Remember the outputs of a notebook that is not quite as `run` makes them."""
        for source, output in cells(content):
            self._outputs.setdefault(source, set()).add(output)

    def last(self, sources: Sequence[str]) -> bytes:
        """Return the file that lay on the disk last with these sources."""
        return self._last[clean(sources)]

    def lost(self, content: bytes) -> list[str]:
        """Return the sources of the cells whose outputs are not there, or not the right ones.

        A file that is not byte for byte what it was counts, too. Raises ValueError if it is no JSON.
        """
        expected = self._last.get(_cleaned(content))
        if expected is None:
            return [source for source, output in cells(content) if self._is_lost(source, output)]
        pairs = zip(cells(expected), cells(content), strict=True)
        wrong = [source for (source, right), (_, output) in pairs if output != right]
        return wrong or ([] if content == expected else ["another byte than before"])

    def is_whole(self, content: bytes) -> bool:
        """Whether it is a version that was there, with some or all of its outputs, and not a part of one."""
        try:
            return all(
                not output or output in self._outputs.get(source, ()) for source, output in cells(content)
            )
        except (ValueError, LookupError, TypeError):
            return False

    def _is_lost(self, source: str, output: str) -> bool:
        return source in self._outputs and output not in self._outputs[source]


def _cleaned(content: bytes) -> bytes:
    raw = json.loads(content)
    stripped: list[Mapping[str, Any]] = [
        {**cell, "execution_count": None, "outputs": []} if cell["cell_type"] == "code" else cell
        for cell in raw["cells"]
    ]
    return _file(stripped)


def _file(raw_cells: Sequence[Mapping[str, Any]]) -> bytes:
    metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    value = {"cells": raw_cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(value, indent=1) + "\n").encode()


def _cell(number: int, source: str, who: str, size: int) -> dict[str, Any]:
    cell: dict[str, Any] = {
        "cell_type": "markdown" if source.startswith("#") else "code",
        "id": f"cell-id-{source.strip('# ').split()[0]}",
        "metadata": {},
        "source": source.splitlines(keepends=True),
    }
    if source.startswith("#"):
        return cell
    text = f"{TOKEN}{who}-{number} "
    # Sizes differ from run to run, and the text is long enough to be cut off in the middle of it.
    text += (_CHARACTERS * (size // len(_CHARACTERS) + 1))[: size + len(who) * 7 % 23]
    outputs = [{"name": "stdout", "output_type": "stream", "text": text.splitlines(keepends=True)}]
    return {
        "cell_type": cell["cell_type"],
        "execution_count": number if who else None,
        "id": cell["id"],
        "metadata": {},
        "outputs": outputs if who else [],
        "source": cell["source"],
    }
