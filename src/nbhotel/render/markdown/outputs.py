"""Outputs, attachments and fields in words: what a comment says of what is not a cell's source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from nbhotel.diff.mimes import RICHEST, is_image
from nbhotel.notebook.model import multiline
from nbhotel.render.markdown.hunks import unified
from nbhotel.render.markdown.parts import Part, Stage, part
from nbhotel.render.markdown.text import clipped, code_span, counted, fenced, visible

if TYPE_CHECKING:
    from nbhotel.diff.values import (
        AttachmentChange,
        CellChange,
        JsonChange,
        MimeChange,
        OutputChange,
        TextDiff,
    )
    from nbhotel.notebook.model import Cell, Json

#: Of one output's text at most so many lines, of so many characters, are shown; of one cell so many outputs.
_LINES, _LINE, _OUTPUTS = 40, 200, 30
_FIELDS = 20
#: Texts that people read as they are; of others, such as HTML, only the number of changed lines is told.
_READABLE = {"text/plain", "text/markdown", "text/latex"}


def output_parts(change: CellChange, old: Cell, new: Cell) -> Iterator[Part]:
    """Say what changed in the outputs of a cell."""
    changes = [each for each in change.outputs if each.kind != "same"]
    for each in changes[:_OUTPUTS]:
        if each.new is None:
            yield whole_output(old.outputs[each.old or 0], (each.old or 0) + 1, "-")
        elif each.old is None:
            yield whole_output(new.outputs[each.new], each.new + 1, "+")
        else:
            yield _changed_output(each, new.outputs[each.new])
    if len(changes) > _OUTPUTS:
        yield part(Stage.OUTPUTS, f"… and {counted(len(changes) - _OUTPUTS, 'more output')}.\n\n")


def whole_outputs(cell: Cell, sign: str) -> Iterator[Part]:
    """Describe all outputs of a cell that is only on one side."""
    for index, output in enumerate(cell.outputs[:_OUTPUTS]):
        yield whole_output(output, index + 1, sign)
    if len(cell.outputs) > _OUTPUTS:
        yield part(Stage.OUTPUTS, f"… and {counted(len(cell.outputs) - _OUTPUTS, 'more output')}.\n\n")


def whole_output(output: dict[str, Json], number: int, sign: str) -> Part:
    """Describe one output, added ("+") or removed ("-"), the `number`-th of its cell."""
    name, fate = ("Output", "added") if sign == "+" else ("Old output", "removed")
    head = f"{name} {number}, {describe(output)}, {fate}\n\n"
    text = text_of(output)
    return _two_steps(head, _short(f"{sign}{line}" for line in text.split("\n")) if text else "")


def describe(output: dict[str, Json]) -> str:
    """Name an output: its stream, its error, the richest of its mime types."""
    kind = output.get("output_type")
    if kind == "stream":
        return code_span(str(output.get("name", "stream")))
    if kind == "error":
        return f"error {code_span(str(output.get('ename', '')))}"
    data = output.get("data")
    mimes = list(data) if isinstance(data, dict) else []
    known = [mime for mime in RICHEST if mime in mimes]
    return code_span((known or mimes or [str(kind)])[0])


def text_of(output: dict[str, Json]) -> str:
    """The readable text of an output; "" if it has none."""
    data = output.get("data")
    bundle = data if isinstance(data, dict) else {}
    pictures = any(map(is_image, bundle))
    plain = None if pictures else multiline(bundle.get("text/plain"))
    traceback = output.get("traceback")
    frames = "\n".join(map(str, traceback)) if isinstance(traceback, list) else None
    return (multiline(output.get("text")) or frames or plain or "").rstrip("\n")


def _changed_output(change: OutputChange, new: dict[str, Json]) -> Part:
    number = (change.new or 0) + 1
    notes: list[str] = []
    blocks = ""
    if change.text:
        notes.append(_lines(change.text))
        blocks += _diff(change.text)
    for mime in change.mimes:
        notes.append(_mime(mime))
        if mime.text and mime.mime in _READABLE:
            blocks += _diff(mime.text)
    fields = [each for each in change.fields if each.path not in {("execution_count",), ("traceback",)}]
    notes += [_field(each) for each in fields[:_FIELDS]]
    name = "" if change.mimes else f", {describe(new)}"
    return _two_steps(f"Output {number}{name}: {'; '.join(notes) or 'prompt number'}\n\n", blocks)


def _two_steps(head: str, blocks: str) -> Part:
    if not blocks:
        return part(Stage.OUTPUTS, head)
    return Part((head + blocks, head), (Stage.OUTPUT_TEXT, Stage.OUTPUTS))


def _diff(text: TextDiff) -> str:
    lines = list(unified(text, 2))
    return _short(lines[:-1] if lines[-1:] == [" "] else lines)  # what follows a last line feed


def _short(lines: Iterable[str]) -> str:
    shown: list[str] = []
    count = 0
    for line in lines:
        count += 1
        if count <= _LINES:
            shown.append(clipped(visible(line), _LINE))
    if count > _LINES:
        shown.append(f"… {counted(count - _LINES, 'more line')}")
    return fenced(shown, "diff", _LINES * _LINE * 2)


def _lines(text: TextDiff) -> str:
    return f"+{text.added:,} -{text.removed:,} lines"


def _mime(change: MimeChange) -> str:
    name = code_span(change.mime or "data")
    if change.kind != "changed":
        return f"{name} {change.kind}"
    if change.text:
        return f"{name} {_lines(change.text)}"
    return f"{name} changed{_pixels(change) if is_image(change.mime) else ''}"


def _pixels(change: MimeChange) -> str:
    """Return ": 2.1 % of pixels, " and the size, or "" if an image can't be decoded."""
    from nbhotel.diff.images import compare_images, image_bytes

    old, new = image_bytes(change.old), image_bytes(change.new)
    if old is None or new is None:
        return ""
    found = compare_images(old, new)
    shares = [] if found.changed is None else [share_words(found.changed)]
    sizes = [
        f"{size[0]}\N{MULTIPLICATION SIGN}{size[1]}" for size in (found.old_size, found.new_size) if size
    ]
    shares += [" → ".join(dict.fromkeys(sizes))] if len(sizes) == 2 else []
    return f": {', '.join(shares)}" if shares else ""


def share_words(share: float) -> str:
    """Return a share (0 to 1) of pixels in words."""
    if share == 0:
        return "same pixels"
    percent = share * 100
    return f"{percent:.1f} % of pixels" if percent >= 0.1 else "less than 0.1 % of pixels"


def attachment_part(changes: tuple[AttachmentChange, ...]) -> Part:
    """Say which attached files changed."""
    lines = []
    for change in changes[:_FIELDS]:
        mimes = ", ".join(map(_mime, change.mimes)) if change.kind == "changed" else change.kind
        lines.append(f"- attachment {code_span(change.name)}: {mimes}\n")
    return part(Stage.METADATA, _list(lines, len(changes)))


def field_part(changes: tuple[JsonChange, ...]) -> Part:
    """Say which fields changed, of a cell or of the notebook."""
    return part(Stage.METADATA, _list([f"- {_field(each)}\n" for each in changes[:_FIELDS]], len(changes)))


def _list(lines: list[str], length: int) -> str:
    more = f"- … and {length - len(lines):,} more\n" if length > len(lines) else ""
    return f"{''.join(lines)}{more}\n"


def _field(change: JsonChange) -> str:
    name = code_span(".".join(change.path))
    if change.kind == "added":
        return f"{name} added: {_value(change.new)}"
    if change.kind == "removed":
        return f"{name} removed: {_value(change.old)}"
    return f"{name}: {_value(change.old)} → {_value(change.new)}"


def _value(value: Json) -> str:
    from json import dumps

    return code_span(value if isinstance(value, str) else dumps(value, ensure_ascii=False))
