"""`noise`: placeholders for memory addresses, timings and temporary paths in outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbhotel.chain.edits import map_outputs, mapped
from nbhotel.notebook.model import multiline
from nbhotel.notebook.noise import calm
from nbhotel.notebook.writing import source_lines

if TYPE_CHECKING:
    from nbhotel.chain.model import Filter
    from nbhotel.notebook.model import Cell, Json


def calm_noise(*, streams: bool = True, errors: bool = True, results: bool = True) -> Filter:
    """Replace in outputs what differs from run to run and means nothing.

    streams: in what was printed
    errors: in tracebacks
    results: in plain texts of results and displays
    """
    kinds = {"stream": streams, "error": errors, "execute_result": results, "display_data": results}

    def output(raw: dict[str, Json]) -> dict[str, Json]:
        kind = raw.get("output_type")
        return _calmed(raw) if isinstance(kind, str) and kinds.get(kind) else raw

    def outputs(_cell: Cell, old: list[dict[str, Json]]) -> list[dict[str, Json]]:
        return list(new) if (new := mapped(old, output)) is not old else old

    return lambda notebook: map_outputs(notebook, outputs)


def _calmed(output: dict[str, Json]) -> dict[str, Json]:
    new = dict(output)
    for key in ("text", "evalue", "traceback"):
        if key in output:
            new[key] = _quiet(output[key], lines=key == "traceback")
    data = output.get("data")
    if isinstance(data, dict) and "text/plain" in data:
        quiet = _quiet(data["text/plain"])
        new["data"] = data if quiet is data["text/plain"] else {**data, "text/plain": quiet}
    return output if all(new[key] is output[key] for key in new) else new


def _quiet(value: Json, *, lines: bool = False) -> Json:
    """A text without noise, in the form that it had; with `lines`, each item of a list is one."""
    if lines and isinstance(value, list):
        items = [_quiet(each) for each in value]
        return value if all(a is b for a, b in zip(items, value, strict=True)) else items
    old = multiline(value)
    if old is None:
        return value
    new = calm(old)
    if new == old:
        return value
    return source_lines(new) if isinstance(value, list) else new
