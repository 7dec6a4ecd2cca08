"""Outputs: streams by line, errors by traceback, displays by what a terminal can show of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nbhotel.diff.values import JsonChange, OutputChange
from nbhotel.notebook.model import Json, multiline
from nbhotel.render.terminal.ansi import coloured, stripped
from nbhotel.render.terminal.brush import Brush
from nbhotel.render.terminal.comparison import comparison
from nbhotel.render.terminal.fields import compact, field_lines
from nbhotel.render.terminal.mimes import bundle_lines, mime_lines
from nbhotel.render.terminal.spans import Span
from nbhotel.render.terminal.texts import whole

Output = dict[str, Json]

_NAMES = {"execute_result": "result", "display_data": "display", "update_display_data": "display"}
_LONGEST_NAME = 60


def output_changes(
    changes: Sequence[OutputChange], old: Sequence[Output], new: Sequence[Output], brush: Brush
) -> Iterator[str]:
    """Draw the outputs of a cell that changed; `changes` as `telling` leaves them."""
    many = len(changes) > 1
    for place, change in enumerate(changes, 1):
        if change.kind == "same":
            continue
        number = f"output {place}" if many else "output"
        if change.old is not None and change.new is not None:
            yield _title(f"{number}: {_name(new[change.new])}", brush)
            yield from _changed(change, brush)
        elif change.new is not None:
            yield _title(f"{number}: {_name(new[change.new])}, added", brush)
            yield from one_output(new[change.new], "+", brush)
        elif change.old is not None:
            yield _title(f"{number}: {_name(old[change.old])}, removed", brush)
            yield from one_output(old[change.old], "-", brush)


def telling(changes: Sequence[OutputChange]) -> tuple[OutputChange, ...]:
    """Leave out the prompt numbers of results, which the cell's heading tells; () if nothing remains."""
    left = tuple(map(_without_count, changes))
    return left if any(change.kind != "same" for change in left) else ()


def all_outputs(outputs: Sequence[Output], mark: str, brush: Brush) -> Iterator[str]:
    """Draw all outputs of a cell that stands on one side only, or without a side (`mark` "")."""
    for place, output in enumerate(outputs, 1):
        number = f"output {place}" if len(outputs) > 1 else "output"
        yield _title(f"{number}: {_name(output)}", brush)
        yield from one_output(output, mark, brush)


def one_output(output: Output, mark: str, brush: Brush) -> Iterator[str]:
    """Draw one output's content."""
    if "data" in output:
        yield from bundle_lines(output["data"], mark, brush)
        return
    text = multiline(output.get("text")) if output.get("output_type") != "error" else _traceback(output)
    lines = (compact(output) if text is None else text).removesuffix("\n").split("\n")
    yield from whole(lines, mark, coloured(lines, brush), brush, brush.look.limit)


def _changed(change: OutputChange, brush: Brush) -> Iterator[str]:
    if change.text is not None:
        inks = coloured(change.text.old, brush), coloured(change.text.new, brush)
        yield from comparison(change.text, inks, brush, brush.look.limit)
    yield from mime_lines(change.mimes, brush)
    yield from field_lines([field for field in change.fields if not _told(field, change)], brush)


def _without_count(change: OutputChange) -> OutputChange:
    fields = tuple(field for field in change.fields if field.path != ("execution_count",))
    if change.kind == "changed" and not (change.text or change.mimes or fields):
        return change._replace(kind="same", fields=())
    return change._replace(fields=fields)


def _told(field: JsonChange, change: OutputChange) -> bool:
    """Whether the traceback by line tells it already."""
    return change.text is not None and field.path[0] in {"traceback", "ename", "evalue"}


def _traceback(output: Output) -> str | None:
    frames = output.get("traceback")
    if isinstance(frames, list) and frames and all(isinstance(frame, str) for frame in frames):
        return "\n".join(frames)
    return f"{output.get('ename', '')}: {output.get('evalue', '')}"


def _name(output: Output) -> str:
    kind = output.get("output_type")
    if kind == "stream":
        name = output.get("name")
    elif kind == "error":
        name = f"error {output.get('ename', '')}"
    else:
        name = _NAMES.get(kind, kind) if isinstance(kind, str) else None
    return stripped(name)[:_LONGEST_NAME] if isinstance(name, str) else "of no known type"


def _title(text: str, brush: Brush) -> str:
    return brush.line([Span(f"╌╌ {text} ╌╌", "part")])
