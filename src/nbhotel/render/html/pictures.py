"""Images: one by itself, or two compared in four views."""

from __future__ import annotations

from base64 import b64encode

from nbhotel.diff.images import ImageDiff, compare_images, image_bytes, image_size
from nbhotel.diff.mimes import is_image
from nbhotel.notebook.model import Json, multiline
from nbhotel.render.html.room import Room
from nbhotel.render.html.sanitise import IMAGES
from nbhotel.render.html.tags import encodable, esc, fold, note, size, two_sides

#: Larger images are not put into the page.
IMAGE_UP_TO = 10_000_000

_VIEWS = (("side", "Side by side"), ("swipe", "Swipe"), ("onion", "Onion skin"), ("difference", "Difference"))


def picture_data(mime: str, value: Json) -> bytes | None:
    """Return an image's bytes if a page can show it: of a known type, decodable, not too large."""
    if mime not in IMAGES:
        return None
    if not is_image(mime):
        text = multiline(value)
        data = encodable(text).encode() if text else None
    else:
        data = image_bytes(value)
        data = data if data and image_size(data) else None
    return data if data and len(data) <= IMAGE_UP_TO else None


def data_uri(mime: str, data: bytes) -> str:
    """Return a `data:` URI; `mime` is one of `IMAGES`."""
    return f"data:{mime};base64,{b64encode(data).decode('ascii')}"


def picture(mime: str, value: Json) -> str:
    """One image, or a note on why it is not shown; "" if it is no image."""
    data = picture_data(mime, value)
    if data is None:
        return "" if not value else _unseen(mime, value)
    return f'<p class="board">{_img(mime, data, _described(mime, data))}</p>\n'


def pictures(mime: str, old: Json, new: Json, room: Room) -> str:
    """Two images compared; where one can't be shown, the other alone and a note."""
    a, b = picture_data(mime, old), picture_data(mime, new)
    if a is None or b is None:
        return two_sides(picture(mime, old), picture(mime, new))
    diff = compare_images(a, b)
    difference = diff.difference()
    frames = _frame("old", "Before", _img(mime, a, f"Before: {_described(mime, a)}"))
    frames += _frame("new", "After", _img(mime, b, f"After: {_described(mime, b)}"))
    if difference:
        alt = f"Difference: {_share(diff)}, marked on a pale copy of the new image"
        frames += _frame("mask", "Difference", _img("image/png", difference, alt))
    views = _views(room.number(), [name for name, _ in _VIEWS if difference or name != "difference"])
    pair = f'<figure class="pair">\n{views}<div class="stage">{frames}</div>\n</figure>\n'
    if diff.changed == 0:
        return fold(esc(_caption(diff)), pair)
    caption = _caption(diff)
    return f'<p class="caption">{esc(caption)}</p>\n{pair}' if caption else pair


def _views(number: int, names: list[str]) -> str:
    labels = "".join(
        f'<label><input type="radio" name="view-{number}" value="{name}"'
        f"{' checked' if name == 'side' else ''}>"
        f"<span>{label}</span></label>"
        for name, label in _VIEWS
        if name in names
    )
    return (
        f'<fieldset class="views"><legend>View of the images</legend>{labels}</fieldset>\n'
        '<label class="slide">Before<input type="range" min="0" max="100" value="50" '
        'aria-label="From before to after">After</label>\n'
    )


def _frame(side: str, title: str, img: str) -> str:
    return f'<div class="frame {side}"><p class="tag">{title}</p>{img}</div>'


def _img(mime: str, data: bytes, alt: str) -> str:
    return f'<img src="{data_uri(mime, data)}" alt="{esc(alt)}">'


def _described(mime: str, data: bytes) -> str:
    pixels = image_size(data) if is_image(mime) else None
    kind = mime.removeprefix("image/").removesuffix("+xml").upper()
    return f"{kind} image, {_pixels(pixels)} pixels" if pixels else f"{kind} image"


def _caption(diff: ImageDiff) -> str:
    if diff.old_size is None or diff.new_size is None:
        return ""
    old, new = _pixels(diff.old_size), _pixels(diff.new_size)
    sizes = old if old == new else f"{old} → {new}"
    return f"{sizes} pixels · {_share(diff)}" if diff.changed is not None else f"{sizes} pixels"


def _share(diff: ImageDiff) -> str:
    """Say how much changed: "2.1 % of pixels changed"."""
    share = 100 * (diff.changed or 0)
    if share == 0:
        return "no pixel changed visibly"
    return f"{share:.1f} % of pixels changed" if share >= 0.1 else "less than 0.1 % of pixels changed"


def _pixels(pixels: tuple[int, int]) -> str:
    return f"{pixels[0]}\N{MULTIPLICATION SIGN}{pixels[1]}"


def _unseen(mime: str, value: Json) -> str:
    text = multiline(value)
    length = len(text) * 3 // 4 if text is not None else 0
    reason = "too large to be shown here" if length > IMAGE_UP_TO else "can't be decoded"
    return note(f"{mime} of about {size(length)}: {reason}.")
