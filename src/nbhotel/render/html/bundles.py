"""Mimebundles: shown by the richest of their types that needs no script; or compared type by type."""

from __future__ import annotations

from collections.abc import Mapping

from nbhotel.diff.images import image_bytes
from nbhotel.diff.mimes import RICHEST, is_image, is_json, is_text
from nbhotel.diff.text import diff_text
from nbhotel.diff.values import MimeChange, TextDiff
from nbhotel.notebook.model import Json, multiline
from nbhotel.render.html.ansi import terminal
from nbhotel.render.html.code import coloured
from nbhotel.render.html.lines import listing, text_diff
from nbhotel.render.html.markdown import rendered
from nbhotel.render.html.pictures import data_uri, picture, picture_data, pictures
from nbhotel.render.html.room import Room
from nbhotel.render.html.sanitise import clean, has_something_to_see
from nbhotel.render.html.tags import esc, fold, note, size, two_sides
from nbhotel.render.html.tokens import Tokenise, plain

#: Types whose markup is rendered; of all others the text itself is what one sees.
_RENDERED = ("text/html", "text/markdown", "text/latex")
_JSON_UP_TO = 200_000
_WIDGET = "application/vnd.jupyter.widget-view+json"


def bundle(data: Mapping[str, Json]) -> str:
    """Show a mimebundle by one of its types; what can't be shown is named."""
    unseen: list[str] = []
    for mime in _by_richness(data):
        shown = _shown(mime, data[mime])
        if shown:
            return _fallback_note(unseen) + shown
        unseen.append(mime)
    return "".join(_unshown(mime, value) for mime, value in data.items()) or note("An output without data.")


def changed_bundle(changes: tuple[MimeChange, ...], room: Room) -> str:
    """Compare mime type by mime type: the richest and all images at once, the others folded."""
    by_mime = {change.mime: change for change in changes}
    parts: list[str] = []
    for mime in _by_richness(by_mime):
        body = changed_data(by_mime[mime], room)
        if not parts or is_image(mime):
            parts.append(f'<p class="tag">{_heading(by_mime[mime])}</p>\n{body}')
        else:
            parts.append(fold(_heading(by_mime[mime]), body))
    return "".join(parts)


def changed_data(change: MimeChange, room: Room) -> str:
    """Show one mime type of a bundle, before and after."""
    if change.kind != "changed":
        sign, value = ("+", change.new) if change.kind == "added" else ("-", change.old)
        shown = _shown(change.mime, value, sign=sign) or _unshown(change.mime, value)
        return f'<div class="{change.kind}">{shown}</div>\n'
    if picture_data(change.mime, change.old) or picture_data(change.mime, change.new):
        return pictures(change.mime, change.old, change.new, room) + _source_fold(change)
    diff = change.text or _diff(change)
    if change.mime in _RENDERED:
        sides = two_sides(
            *(
                _shown(change.mime, value) or _unshown(change.mime, value)
                for value in (change.old, change.new)
            )
        )
        return sides + (
            fold("Changes of its source", text_diff(diff, _tokeniser(change.mime))) if diff else ""
        )
    if diff:
        return text_diff(diff, _tokeniser(change.mime))
    return two_sides(*(_unshown(change.mime, value) for value in (change.old, change.new)))


def attachment_uris(attachments: Mapping[str, Json]) -> dict[str, str]:
    """Return name -> `data:` URI of the attached images that a page can show."""
    uris = {}
    for name, data in attachments.items():
        for mime, value in data.items() if isinstance(data, dict) else ():
            image = picture_data(mime, value)
            if image:
                uris[name] = data_uri(mime, image)
    return uris


def pretty(value: Json) -> str:
    """Return a JSON value as indented text; a huge one on one line, since indenting takes long."""
    from json import dumps

    try:
        line = dumps(value, ensure_ascii=False)
        return line if len(line) > _JSON_UP_TO else dumps(value, ensure_ascii=False, indent=1)
    except RecursionError:
        return "(nested too deeply to be written)"


def _by_richness(mimes: Mapping[str, Json] | Mapping[str, MimeChange]) -> list[str]:
    rank = {mime: place for place, mime in enumerate(RICHEST)}
    return sorted(mimes, key=lambda mime: rank.get(mime, len(rank)))


def _shown(mime: str, value: Json, sign: str = "") -> str:
    """Markup that shows data of one type, or "" if there is nothing to see."""
    if is_image(mime) or mime == "image/svg+xml":
        return picture(mime, value)
    if mime == _WIDGET:
        return ""
    if is_json(mime):
        text = pretty(value)
        return fold(f"{esc(mime)}, {size(len(text))}", listing(text, coloured("json"), sign=sign))
    text = multiline(value) or ""
    return _shown_text(mime, text, sign) if is_text(mime) and text.strip() else ""


def _shown_text(mime: str, text: str, sign: str) -> str:
    if mime == "text/html":
        return _html(text)
    if mime in _RENDERED:
        return rendered(text)
    return listing(text, _tokeniser(mime), sign=sign, kind="plain" if mime == "text/plain" else "code")


def _html(text: str) -> str:
    markup = clean(text)
    if markup is None:
        return note(f"text/html of {size(len(text))}: too long or too deeply nested to be shown.")
    return f'<div class="rendered">{markup}</div>\n' if has_something_to_see(markup) else ""


def _unshown(mime: str, value: Json) -> str:
    """Name what a page can't show."""
    if value is None:
        return ""
    decoded = None if is_text(mime) else image_bytes(value)
    length = size(len(decoded or multiline(value) or pretty(value)))
    return note(f"{mime or 'Data without a type'} of {length}: can't be shown here.")


def _fallback_note(unseen: list[str]) -> str:
    if not unseen:
        return ""
    return note(f"{', '.join(unseen)} can't be shown without running its script; this stands for it:")


def _heading(change: MimeChange) -> str:
    return f"{esc(change.mime or 'data')} <b>{change.kind}</b>"


def _tokeniser(mime: str) -> Tokenise:
    if mime == "text/plain":
        return terminal
    return coloured("json") if is_json(mime) else plain


def _diff(change: MimeChange) -> TextDiff | None:
    if not is_json(change.mime):
        return None
    old, new = pretty(change.old), pretty(change.new)
    return diff_text(old, new) if len(old) + len(new) <= 2 * _JSON_UP_TO else None


def _source_fold(change: MimeChange) -> str:
    return (
        fold("Changes of its source", text_diff(change.text, _tokeniser(change.mime))) if change.text else ""
    )
