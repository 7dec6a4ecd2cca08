"""Images compared by what one sees of them, whatever their bytes are."""

from __future__ import annotations

import base64
import io
import struct
import subprocess
import sys
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from nbhotel.diff.images import (
    CHANGED,
    PIXELS_UP_TO,
    TOLERANCE,
    ImageDiff,
    compare_images,
    image_bytes,
    image_size,
)
from nbhotel.diff.mimes import is_image, is_json, is_text


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def plain(width: int = 10, height: int = 10, colour: Any = "white", mode: str = "RGB") -> Image.Image:
    return Image.new(mode, (width, height), colour)


def dotted(image: Image.Image, *places: tuple[int, int], colour: Any = (0, 0, 0)) -> Image.Image:
    copy = image.copy()
    for place in places:
        copy.putpixel(place, colour)
    return copy


def decoded(png: bytes | None) -> Image.Image:
    assert png is not None
    return Image.open(io.BytesIO(png))


def test_the_share_of_changed_pixels():
    old = plain()
    diff = compare_images(encoded(old), encoded(dotted(old, (3, 4), (7, 1))))
    assert diff[:3] == ((10, 10), (10, 10), 0.02)


def test_the_same_picture_in_other_bytes():
    old = dotted(plain(), (1, 1))
    for new in (
        encoded(old, compress_level=0),
        encoded(old.quantize(4)),
        encoded(old.convert("RGBA")),
        encoded(old.convert("L")),
        encoded(old.convert("1")),
        encoded(old, "GIF"),
        encoded(old, "WEBP", lossless=True),
        encoded(old, "BMP"),
    ):
        assert compare_images(encoded(old), new).changed == 0


@pytest.mark.parametrize(
    ("step", "changed"), [(TOLERANCE, 0.0), (TOLERANCE + 1, 1.0), (-TOLERANCE, 0.0), (-9, 1.0)]
)
def test_what_nobody_sees_is_no_change(step, changed):
    grey = 100
    new = plain(colour=(grey, grey, grey + step))
    assert compare_images(encoded(plain(colour=(grey,) * 3)), encoded(new)).changed == changed


def test_the_colour_of_what_is_transparent_does_not_count_but_its_alpha_does():
    red, blue, opaque = ((255, 0, 0, 0), (0, 0, 255, 0), (255, 0, 0, 255))
    pictures = [encoded(plain(colour=colour, mode="RGBA")) for colour in (red, blue, opaque)]
    assert compare_images(pictures[0], pictures[1]).changed == 0
    assert compare_images(pictures[0], pictures[2]).changed == 1


def test_sixteen_bits_are_scaled_not_clipped():
    deep = Image.new("I;16", (2, 1))
    deep.putpixel((0, 0), 65535)
    deep.putpixel((1, 0), 128 * 257)
    shallow = Image.new("L", (2, 1))
    shallow.putpixel((0, 0), 255)
    shallow.putpixel((1, 0), 128)
    assert compare_images(encoded(deep), encoded(shallow)).changed == 0


def test_other_sizes_are_compared_on_a_canvas_that_holds_both():
    wide, tall = plain(20, 10), plain(10, 20)
    diff = compare_images(encoded(wide), encoded(tall))
    assert diff[:3] == ((20, 10), (10, 20), 200 / 400)
    assert decoded(diff.difference()).size == (20, 20)


def test_the_difference_marks_what_changed_on_a_pale_copy_of_the_new():
    old = plain()
    diff = compare_images(encoded(old), encoded(dotted(old, (3, 4))))
    picture = decoded(diff.difference())
    assert picture.format == "PNG"
    assert picture.getpixel((3, 4)) == CHANGED
    assert {picture.getpixel((x, y)) for x in range(10) for y in range(10)} == {CHANGED, (255, 255, 255)}


def test_no_change_has_a_difference_without_marks():
    black = encoded(plain(colour="black"))
    picture = decoded(compare_images(black, black).difference()).convert("L")
    assert picture.getextrema() == (178, 178)  # pale


def animation(*colours: str) -> bytes:
    first, *rest = [plain(colour=colour) for colour in colours]
    return encoded(first, "GIF", save_all=True, append_images=rest, duration=50)


def test_of_animations_the_frame_that_changed_most_counts():
    old = animation("white", "red", "white")
    assert compare_images(old, old).changed == 0
    assert compare_images(old, animation("white", "blue", "white")).changed == 1
    assert compare_images(animation("white", "red"), animation("white", "red", "blue")).changed == 1
    assert compare_images(old, encoded(plain())).changed == 1


def test_what_is_no_image_has_no_size():
    picture = encoded(plain())
    for data in (
        b"",
        b"x",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    ):
        assert compare_images(data, picture) == ImageDiff(None, (10, 10), None)
        assert compare_images(picture, data) == ImageDiff((10, 10), None, None)
        assert compare_images(data, picture).difference() is None


def test_a_truncated_image_has_a_size_but_nothing_to_compare():
    picture = encoded(Image.effect_noise((64, 64), 90))
    assert compare_images(picture[:-200], picture) == ImageDiff((64, 64), (64, 64), None)


def png_of_size(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds nothing to speak of."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


def test_a_decompression_bomb_is_not_opened():
    large, bomb = png_of_size(10_000, 10_000), png_of_size(60_000, 60_000)
    assert compare_images(large, large) == ImageDiff((10_000, 10_000), (10_000, 10_000), None)
    assert compare_images(bomb, bomb) == ImageDiff(None, None, None)
    # Two harmless ones may need a huge canvas.
    wide, tall = encoded(plain(PIXELS_UP_TO // 1000, 1)), encoded(plain(1, 2000))
    assert compare_images(wide, tall).changed is None


def test_a_long_animation_is_compared_up_to_a_limit(monkeypatch):
    monkeypatch.setattr("nbhotel.diff.images.PIXELS_UP_TO", 250)
    old, new = animation("white", "red", "white"), animation("white", "red", "blue")
    assert compare_images(old, new).changed == 0  # two frames of 100 pixels


@given(st.binary(max_size=60), st.integers(0, 200), st.integers(0, 255))
def test_damaged_images_never_raise(tail, place, byte):
    whole = encoded(dotted(plain(), (1, 1)))
    damaged = bytearray(whole)
    damaged[place % len(whole)] = byte
    for data in (bytes(damaged), whole[:place] + tail, tail):
        compare_images(data, whole).difference()


def test_base64_as_notebooks_hold_it():
    data = encoded(plain())
    text = base64.encodebytes(data).decode()
    assert image_bytes(text) == image_bytes(text.splitlines(keepends=True)) == data
    for value in (None, "", [], 7, {"a": 1}, ["a", 1], "é", "A"):
        assert image_bytes(value) is None
    assert image_size(data) == (10, 10)


def test_without_pillow_nothing_is_said():
    script = (
        "import sys; sys.modules['PIL'] = None\n"
        "from nbhotel.diff.images import compare_images\n"
        "print(compare_images(b'x', b'y'))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(ImageDiff(None, None, None))


def test_pillow_is_imported_only_for_an_image():
    script = "import sys, nbhotel.diff.images; print(*[name for name in sys.modules if name[:3] == 'PIL'])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.mark.parametrize(
    ("mime", "image", "text", "json"),
    [
        ("image/png", True, False, False),
        ("IMAGE/JPEG", True, False, False),
        ("image/svg+xml", False, True, False),
        ("text/html; charset=utf-8", False, True, False),
        ("application/json", False, True, True),
        ("application/vnd.plotly.v1+json", False, True, True),
        ("application/javascript", False, True, False),
        ("application/pdf", False, False, False),
        ("", False, False, False),
    ],
)
def test_kinds_of_mime_types(mime, image, text, json):
    assert (is_image(mime), is_text(mime), is_json(mime)) == (image, text, json)
