"""Images in a line of words, and as previews where the terminal can show them."""

from __future__ import annotations

from collections.abc import Iterator

from nbhotel.diff.values import MimeChange
from nbhotel.notebook.model import Json, multiline
from nbhotel.render.terminal.brush import Brush
from nbhotel.render.terminal.sizes import in_bytes
from nbhotel.render.terminal.spans import Span
from nbhotel.render.terminal.texts import marked

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def changed_image(change: MimeChange, brush: Brush) -> Iterator[str]:
    """Draw what changed between two images: the share of pixels, the sizes, and previews."""
    from nbhotel.diff.images import compare_images, image_bytes

    old, new = image_bytes(change.old) or b"", image_bytes(change.new) or b""
    found = compare_images(old, new)
    sizes = [_pixels(size) for size in (found.old_size, found.new_size)]
    share = "changed" if found.changed is None else _share(found.changed)
    across = sizes[0] if sizes[0] == sizes[1] else " → ".join(size or "undecodable" for size in sizes)
    weight = f"{in_bytes(len(old))} → {in_bytes(len(new))}"
    words = ", ".join(word for word in (share, across, weight) if word)
    yield brush.line([Span(f" {change.mime}: {words}", "note")])
    if brush.look.images != "none":
        yield from _preview(old, "-", brush)
        yield from _preview(new, "+", brush)
        yield from _preview(found.difference() or b"", " ", brush)


def one_image(mime: str, value: Json, mark: str, brush: Brush) -> Iterator[str]:
    """Draw an image that stands on one side only."""
    text = multiline(value) or ""
    size = _pixels(_png_size(text) or _size(value))
    words = ", ".join(word for word in (size or "undecodable", in_bytes(_decoded_length(text))) if word)
    yield marked([Span(f"{mime}: {words}")], mark, brush)
    if brush.look.images != "none":
        from nbhotel.diff.images import image_bytes

        yield from _preview(image_bytes(value) or b"", mark, brush)


def _share(changed: float) -> str:
    if changed == 0:
        return "no pixel changed"
    percent = changed * 100
    return f"{'< 0.1' if percent < 0.1 else f'{percent:.1f}'} % of pixels changed"


def _pixels(size: tuple[int, int] | None) -> str:
    return f"{size[0]}×{size[1]}" if size else ""  # noqa: RUF001 - what sizes are written with


def _decoded_length(base64: str) -> int:
    return (len(base64.rstrip("=\n")) - base64.count("\n")) * 3 // 4


def _png_size(text: str) -> tuple[int, int] | None:
    """The size of a PNG, from its first chunk (PNG, 11.2.2): Pillow takes longer to import than all else."""
    from binascii import a2b_base64

    try:
        head = a2b_base64(text[:44].replace("\n", "")[:32])
    except ValueError:
        return None
    if len(head) < 24 or not head.startswith(_SIGNATURE):
        return None
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")


def _size(value: Json) -> tuple[int, int] | None:
    from nbhotel.diff.images import image_bytes, image_size

    data = image_bytes(value)
    return image_size(data) if data else None


def _preview(data: bytes, mark: str, brush: Brush) -> Iterator[str]:
    from nbhotel.render.terminal.graphics import preview

    shown = preview(data, brush.look.images, brush.look.width)
    if shown:
        yield f"{marked([], mark, brush).rstrip()}\n{shown}" if mark.strip() else shown
