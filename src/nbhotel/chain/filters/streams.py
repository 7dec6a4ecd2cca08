"""`coalesce-streams`: one output for what was printed in a row, however the kernel's messages cut it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbhotel.chain.edits import map_outputs
from nbhotel.notebook.model import multiline
from nbhotel.notebook.writing import source_lines

if TYPE_CHECKING:
    from nbhotel.chain.model import Filter
    from nbhotel.notebook.model import Cell, Json, Notebook


def coalesce_streams() -> Filter:
    """Join neighbouring streams of one name; what a carriage return or backspace overwrote goes."""
    return _coalesce


def _coalesce(notebook: Notebook) -> Notebook:
    return map_outputs(notebook, _joined)


def _joined(_cell: Cell, outputs: list[dict[str, Json]]) -> list[dict[str, Json]]:
    result: list[dict[str, Json]] = []
    for output in outputs:
        last = result[-1] if result else {}
        if _is_stream(output) and _is_stream(last) and output.get("name") == last.get("name"):
            result[-1] = _with_text(last, _text(last) + _text(output))
        else:
            result.append(output)
    result = [_settled(output) for output in result]
    same = len(result) == len(outputs) and all(a is b for a, b in zip(result, outputs, strict=True))
    return outputs if same else result


def _is_stream(output: dict[str, Json]) -> bool:
    return output.get("output_type") == "stream" and multiline(output.get("text")) is not None


def _text(output: dict[str, Json]) -> str:
    return multiline(output["text"]) or ""


def _with_text(output: dict[str, Json], text: str) -> dict[str, Json]:
    return {**output, "text": source_lines(text) if isinstance(output["text"], list) else text}


def _settled(output: dict[str, Json]) -> dict[str, Json]:
    """A stream as a terminal shows it in the end."""
    if not _is_stream(output):
        return output
    old = _text(output)
    if "\r" not in old and "\b" not in old:
        return output
    new = "\n".join(map(_line, old.replace("\r\n", "\n").split("\n")))
    return output if new == old else _with_text(output, new)


def _line(line: str) -> str:
    shown: list[str] = []
    column = 0
    for character in line:
        if character == "\r":
            column = 0
        elif character == "\b":
            column = max(0, column - 1)
        else:
            shown[column : column + 1] = [character]
            column += 1
    return "".join(shown)
