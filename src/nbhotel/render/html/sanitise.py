"""HTML of a notebook, made harmless: nothing runs, nothing is fetched, nothing leaves its place.

nh3 (ammonia) parses it as browsers do and writes back only what is on its list. Of what is on the list,
images stay only as `data:` of the types in `IMAGES`, links only if they lead to the web or to a mail address.
What an `Around` knows of the files beside the notebook takes the place of links and images that lead there.
Style attributes, classes, ids, forms, frames and inline SVG are not on it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from html import unescape

from nbhotel.render.html.around import ALONE, Around
from nbhotel.render.html.code import CLASSES
from nbhotel.render.html.tags import encodable, esc

#: Image types that a page may hold. An SVG in an <img> runs no script and fetches nothing.
IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/svg+xml")

#: Longer or deeper markup is not parsed: that takes quadratic time.
_MARKUP_UP_TO = 500_000
_DEPTH_UP_TO = 400

_TEXT = """
a abbr b blockquote br caption center cite code col colgroup dd del details dfn div dl dt em figcaption figure
h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strike strong sub summary
sup table tbody td tfoot th thead tr tt u ul var wbr
"""
_MATH = """
math menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace
msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover
"""
_TAGS = {*_TEXT.split(), *_MATH.split()}
#: Whose content is no text for people, or would be a surprise without its element.
_SWALLOWED = """
iframe noembed noframes noscript object script select style svg template textarea title xmp
"""
_MATH_ATTRIBUTES = """
accent accentunder columnalign columnspacing depth display displaystyle fence form height linethickness lspace
mathvariant maxsize minsize movablelimits notation rowspacing rspace scriptlevel separator stretchy width
"""
_ATTRIBUTES: dict[str, set[str]] = {
    **{tag: set(_MATH_ATTRIBUTES.split()) for tag in _MATH.split()},
    "*": {"dir", "lang", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    **{tag: {"span"} for tag in ("col", "colgroup")},
    **{tag: {"align", "colspan", "rowspan", "scope"} for tag in ("td", "th")},
}
_LINK = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_PICTURE = re.compile(rf"data:(?:{'|'.join(map(re.escape, IMAGES))})[;,]", re.IGNORECASE)

#: In what nh3 writes, every attribute stands in double quotes, with `"`, `<` and `>` escaped.
_IMG = re.compile(r"<img\b[^<>]*>")
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')
_ANY_TAG = re.compile(r"<[^<>]*>")
_SEEN = re.compile(r"<(?:img|math)\b")


def clean(markup: str, attachments: Mapping[str, str] | None = None, around: Around = ALONE) -> str | None:
    """Return harmless markup; None if it is too long or too deep to be parsed.

    `attachments` leads from the names of a cell's attached files to `data:` URIs; `around` is what a page
    knows of other files.
    """
    if len(markup) > _MARKUP_UP_TO or _too_deep(markup):
        return None
    import nh3

    cleaned = nh3.clean(
        encodable(markup),
        tags=_TAGS,
        clean_content_tags=set(_SWALLOWED.split()),
        attributes=_ATTRIBUTES,
        attribute_filter=lambda tag, name, value: _attribute(tag, name, value, around),
        allowed_classes={"span": set(CLASSES)},
        url_schemes={"http", "https", "mailto", "data", "attachment"},
        link_rel="noopener noreferrer",
    )
    return _IMG.sub(lambda tag: _image(tag[0], attachments or {}, around), cleaned)


def has_something_to_see(markup: str) -> bool:
    """Whether sanitised markup shows anything: where a script would have drawn, there are empty elements."""
    return bool(_SEEN.search(markup) or _ANY_TAG.sub("", markup).strip())


def _attribute(tag: str, name: str, value: str, around: Around) -> str | None:
    if name != "href":
        return value
    if tag != "a":
        return None
    return value if _LINK.match(value) else around.link(value)


def _image(tag: str, attachments: Mapping[str, str], around: Around) -> str:
    """An <img> as it may stay: embedded, or else a link to it, or a note of what it would have been."""
    values = {name: unescape(value) for name, value in _ATTRIBUTE.findall(tag)}
    source, alt = values.get("src", ""), values.get("alt", "")
    if source.lower().startswith("attachment:"):
        source = attachments.get(_unquoted(source[len("attachment:") :]), source)
    elif not _LINK.match(source) and not _PICTURE.match(source):
        source = around.picture(source) or source
    if _PICTURE.match(source):
        sizes = "".join(
            f' {name}="{values[name]}"' for name in ("width", "height") if values.get(name, "").isdecimal()
        )
        return f'<img src="{esc(source)}" alt="{esc(alt)}"{sizes}>'
    name = f"{esc(alt)}: " if alt else ""
    if _LINK.match(source):
        return f'<a href="{esc(source)}" rel="noopener noreferrer">{name}image on the web, not loaded</a>'
    return f'<span class="missing">{name}image {esc(source[:200])}, not part of the notebook</span>'


def _unquoted(name: str) -> str:
    from urllib.parse import unquote

    return unquote(name)


_PASSED_OVER = re.compile(
    r"<!--.*?(?:-->|$)|<(script|style|title|textarea|noscript|noembed|noframes|iframe|xmp)\b.*?(?:</\1\s*>|$)",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(r"""<(/?)([a-zA-Z][^\s/>]*)(?:[^>"']|"[^"]*"|'[^']*')*+>?""")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())  # noqa: SIM905


def _too_deep(markup: str) -> bool:
    """Whether elements are nested too deeply, by a count that may be too high but not much too low."""
    opened: Counter[str] = Counter()
    depth = 0
    for end, name in _TAG.findall(_PASSED_OVER.sub("", markup)):
        tag = name.lower()
        if end and opened[tag]:
            opened[tag] -= 1
            depth -= 1
        elif not end and tag not in _VOID:
            opened[tag] += 1
            depth += 1
            if depth > _DEPTH_UP_TO:
                return True
    return False
