"""Images as terminals take them: Kitty's and iTerm's protocols, and Sixel.

Sources: https://sw.kovidgoyal.net/kitty/graphics-protocol/, https://iterm2.com/documentation-images.html,
https://vt100.net/docs/vt3xx-gp/chapter14.html.
"""

from __future__ import annotations

from binascii import b2a_base64
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

#: Columns that a preview takes at most, and about how many pixels a column and a row have.
_COLUMNS = 60
_COLUMN, _ROW = 8, 16
#: Rows that a preview takes at most.
_ROWS = 20
_CHUNK = 4096


def preview(data: bytes, protocol: str, width: int) -> str:
    """Return an image as escape sequences, at most `width` columns wide; "" if it can't be decoded.

    Every image is decoded and encoded anew: what reaches the terminal is a small PNG of our own making.
    """
    image = _small(data, width) if data else None
    if image is None:
        return ""
    if protocol == "kitty":
        return _kitty(_png(image))
    if protocol == "iterm":
        return f"\x1b]1337;File=inline=1;size={len(_png(image))}:{_base64(_png(image))}\x07"
    return _sixel(image)


def _small(data: bytes, width: int) -> Image | None:
    from nbhotel.diff.images import FORMATS, PIXELS_UP_TO, image_size

    size = image_size(data)
    if size is None or size[0] * size[1] > PIXELS_UP_TO:
        return None
    from io import BytesIO

    from PIL import Image

    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            image.thumbnail((max(2, min(width - 2, _COLUMNS)) * _COLUMN, _ROWS * _ROW))
            pixels = image.convert("RGBA")
    except Exception:  # noqa: BLE001 - decoders raise many kinds of errors at hostile data
        return None
    return Image.alpha_composite(Image.new("RGBA", pixels.size, "white"), pixels).convert("RGB")


def _png(image: Image) -> bytes:
    from io import BytesIO

    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _base64(data: bytes) -> str:
    return b2a_base64(data, newline=False).decode("ascii")


def _kitty(png: bytes) -> str:
    text = _base64(png)
    chunks = [text[start : start + _CHUNK] for start in range(0, len(text), _CHUNK)]
    last = len(chunks) - 1
    parts = []
    for index, chunk in enumerate(chunks):
        control = "a=T,f=100,q=2," if index == 0 else ""
        parts.append(f"\x1b_G{control}m={int(index < last)};{chunk}\x1b\\")
    return "".join(parts)


def _sixel(image: Image) -> str:
    """Bands of six rows; within a band each colour's columns, as characters that hold six bits."""
    image = image.quantize(64)
    colours = image.getpalette() or []
    width, height = image.size
    pixels = image.tobytes()  # an index of a colour for each
    parts = [f'\x1bPq"1;1;{width};{height}']
    for index in range(len(colours) // 3):
        red, green, blue = (round(value * 100 / 255) for value in colours[index * 3 : index * 3 + 3])
        parts.append(f"#{index};2;{red};{green};{blue}")
    for top in range(0, height, 6):
        band: dict[int, list[int]] = {}
        for row in range(top, min(top + 6, height)):
            for column in range(width):
                bits = band.setdefault(pixels[row * width + column], [0] * width)
                bits[column] |= 1 << (row - top)
        parts += [f"#{colour}{_run_lengths(bits)}$" for colour, bits in band.items()]
        parts.append("-")
    return "".join([*parts, "\x1b\\"])


def _run_lengths(bits: list[int]) -> str:
    from itertools import groupby

    runs = ((chr(63 + value), len(list(group))) for value, group in groupby(bits))
    return "".join(f"!{count}{char}" if count > 3 else char * count for char, count in runs)
