"""Images compared by their pixels. Pillow is imported when the first image is opened, and may be absent.

What a browser would show counts, not the bytes: palettes, alpha and 16 bits per channel are first brought
to eight bits of premultiplied red, green, blue and alpha (so that the colour of what is wholly transparent
does not count), and differences of up to `TOLERANCE` in a channel are no change. Of animations all frames
are compared, and the frame that changed most is reported.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from nbhotel.notebook.model import Json, multiline
from nbhotel.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image

Size = tuple[int, int]

#: Differences of a channel (0 to 255) up to this are no change: rounding in encoders and colour conversions,
#: which nobody sees.
TOLERANCE = 3
#: Images, and the canvas that holds both, are compared up to this many pixels (all frames together).
PIXELS_UP_TO = 40_000_000
#: Only these decoders of Pillow are used: what browsers show, and none that starts a program (as EPS does).
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
#: The colour of changed pixels in an image of the difference.
CHANGED = (214, 0, 108)


class ImageDiff(NamedTuple):
    """Two images compared. Sizes are (width, height) in pixels.

    `changed` is the share of pixels, 0 to 1, that changed, of a canvas that holds both images, their upper
    left corners on each other. What can't be said is None: an image that can't be decoded (SVG, not an image,
    a decompression bomb by Pillow's measure, Pillow absent) has no size; if one has none, is truncated or
    too large, `changed` is None.
    """

    old_size: Size | None
    new_size: Size | None
    changed: float | None
    frame: Frame | None = None

    def difference(self) -> bytes | None:
        """Return a PNG: the new image pale and grey, changed pixels in `CHANGED`; None if there is none."""
        return None if self.frame is None else _picture(self.frame)


class Frame(NamedTuple):
    """The new frame on the common canvas, and a mask ("L", 255 = changed)."""

    new: Image
    mask: Image


def compare_images(old: bytes, new: bytes) -> ImageDiff:
    """Compare two encoded images. Never raises."""
    old_size, new_size = image_size(old), image_size(new)
    if old_size is None or new_size is None:
        return ImageDiff(old_size, new_size, None)
    canvas = max(old_size[0], new_size[0]), max(old_size[1], new_size[1])
    if canvas[0] * canvas[1] > PIXELS_UP_TO:
        return ImageDiff(old_size, new_size, None)
    try:
        changed, frame = _most_changed(old, new, canvas)
    except Exception:  # noqa: BLE001 - decoders raise many kinds of errors at hostile data
        return ImageDiff(old_size, new_size, None)
    return ImageDiff(old_size, new_size, changed, frame)


def image_size(data: bytes) -> Size | None:
    """Return (width, height) of an encoded image, from its header; None if it is none that can be decoded."""
    try:
        with _opened(data) as image:
            return image.size
    except Exception:  # noqa: BLE001 - as above, and ImportError
        return None


def image_bytes(value: Json) -> bytes | None:
    """Decode the base64 of a mimebundle's entry; None if it is none, or empty."""
    from binascii import a2b_base64

    text = multiline(value)
    if not text:
        return None
    try:
        return a2b_base64(text) or None
    except ValueError:
        return None


def _opened(data: bytes) -> Image:
    from io import BytesIO
    from warnings import catch_warnings, simplefilter

    from PIL import Image

    with catch_warnings():
        simplefilter("ignore")  # of large images: our own limit is lower
        return Image.open(BytesIO(data), formats=FORMATS)


def _most_changed(old: bytes, new: bytes, canvas: Size) -> tuple[float, Frame]:
    """The share of pixels that changed, and the frame; raises what decoders raise."""
    frames = (_compared(*pair, canvas) for pair in zip_longest(_frames(old, canvas), _frames(new, canvas)))
    count, frame = max(((frame.mask.histogram()[255], frame) for frame in frames), key=lambda pair: pair[0])
    return count / (canvas[0] * canvas[1]), frame


def _frames(data: bytes, canvas: Size) -> Iterator[Image]:
    from PIL import ImageSequence

    left = PIXELS_UP_TO
    with _opened(data) as image:
        for frame in ImageSequence.Iterator(image):
            yield _premultiplied(frame)
            left -= canvas[0] * canvas[1]
            if left < canvas[0] * canvas[1]:
                return


def _premultiplied(frame: Image) -> Image:
    if frame.mode.startswith("I;16"):
        frame = frame.convert("I")
        frame = frame.point(lambda value: value * (1 / 257) + 0.5).convert("L")
    return frame.convert("RGBA").convert("RGBa")


def _compared(old: Image | None, new: Image | None, canvas: Size) -> Frame:
    from PIL import ImageChops

    (old, old_area), (new, new_area) = _placed(old, canvas), _placed(new, canvas)
    most = ImageChops.difference(old_area, new_area)
    for channel in ImageChops.difference(old, new).split():
        most = ImageChops.lighter(most, channel)
    return Frame(new, most.point([0 if value <= TOLERANCE else 255 for value in range(256)]))


def _placed(frame: Image | None, canvas: Size) -> tuple[Image, Image]:
    """The frame on the canvas, and a mask of the area that it covers."""
    from PIL import Image

    placed, area = Image.new("RGBa", canvas), Image.new("L", canvas)
    if frame is not None:
        placed.paste(frame)
        area.paste(255, (0, 0, *frame.size))
    return placed, area


def _picture(frame: Frame) -> bytes:
    from io import BytesIO

    from PIL import Image

    white = Image.new("RGBA", frame.new.size, "white")
    grey = Image.alpha_composite(white, frame.new.convert("RGBA")).convert("L")
    pale = grey.point([round(255 - (255 - value) * 0.3) for value in range(256)]).convert("RGB")
    pale.paste(CHANGED, mask=frame.mask)
    file = BytesIO()
    pale.save(file, "PNG")
    return file.getvalue()
