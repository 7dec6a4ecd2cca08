"""Outputs of code cells: as they are, and compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from nbhotel.diff.values import OutputChange
from nbhotel.notebook.model import Json, multiline
from nbhotel.render.html.ansi import terminal
from nbhotel.render.html.bundles import bundle, changed_bundle, pretty
from nbhotel.render.html.code import coloured
from nbhotel.render.html.fields import fields_table
from nbhotel.render.html.lines import listing, text_diff
from nbhotel.render.html.room import Room
from nbhotel.render.html.tags import count, esc, fold

Output = dict[str, Json]
#: Shown in the cell's head, or as part of the traceback.
_SHOWN_ELSEWHERE = {"execution_count", "traceback", "ename", "evalue"}


def outputs(all_of_them: Sequence[Output], room: Room) -> str:
    """The outputs of a cell, one below the other."""
    return "".join(output(each, room) for each in all_of_them)


def output(one: Output, room: Room) -> str:
    """One output, as far as a page without scripts can show it."""
    if room.is_full:
        return room.note("An output is")
    return room.take(f'<div class="output">{_body(one)}</div>\n')


def output_changes(
    changes: Sequence[OutputChange], old: Sequence[Output], new: Sequence[Output], room: Room
) -> str:
    """All outputs of a changed cell, unchanged ones folded."""
    parts = []
    for same, run in groupby(changes, key=lambda change: change.kind == "same"):
        if same:
            unchanged = [new[change.new] for change in run if change.new is not None]
            parts.append(fold(count(len(unchanged), "unchanged output"), outputs(unchanged, room)))
        else:
            parts += [_change(change, old, new, room) for change in run]
    return "".join(parts)


def _body(one: Output) -> str:
    kind = one.get("output_type")
    if kind == "stream" and (text := multiline(one.get("text"))) is not None:
        return _stream(text, one.get("name"))
    if kind == "error":
        return _error(one)
    data = one.get("data")
    if kind in ("display_data", "execute_result", "update_display_data") and isinstance(data, dict):
        return bundle(data)
    return fold(
        f"{esc(str(kind)[:100])} (an output of a kind unknown here)", listing(pretty(one), coloured("json"))
    )


def _stream(text: str, name: Json) -> str:
    error = name == "stderr"
    label = "standard error" if error else "standard output"
    return listing(text.removesuffix("\n"), terminal, label=label, kind="plain stderr" if error else "plain")


def _error(one: Output) -> str:
    frames = one.get("traceback")
    lines = [frame for frame in frames if isinstance(frame, str)] if isinstance(frames, list) else []
    text = "\n".join(lines) or f"{one.get('ename', 'Error')}: {one.get('evalue', '')}"
    return listing(text, terminal, label="Error", kind="plain error")


def _change(change: OutputChange, old: Sequence[Output], new: Sequence[Output], room: Room) -> str:
    before = old[change.old] if change.old is not None else {}
    after = new[change.new] if change.new is not None else {}
    # A changed mimebundle says by itself which of its types changed.
    head = "" if change.mimes else f'<p class="tag">{_name(after or before)} <b>{change.kind}</b></p>\n'
    if room.is_full:
        return head + room.note("What changed in an output is")
    if change.kind != "changed":
        return f'<div class="outcome {change.kind}">{head}{output(after or before, room)}</div>\n'
    return room.take(f'<div class="outcome">{head}{"".join(_parts(change, room))}</div>\n')


def _parts(change: OutputChange, room: Room) -> Iterator[str]:
    if change.text:
        yield text_diff(change.text, terminal)
    if change.mimes:
        yield changed_bundle(change.mimes, room)
    left = [each for each in change.fields if change.text is None or each.path[0] not in _SHOWN_ELSEWHERE]
    left = [each for each in left if each.path != ("execution_count",)]
    if left:
        yield fields_table(left, "What else changed in this output")


def _name(one: Output) -> str:
    """Name an output as people do: "stderr", "ValueError", "Output"."""
    kind, key = one.get("output_type"), {"stream": "name", "error": "ename"}
    name = one.get(key[kind]) if isinstance(kind, str) and kind in key else None
    return esc(name[:100]) if isinstance(name, str) else "Output"
