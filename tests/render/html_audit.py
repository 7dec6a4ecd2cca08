"""What a page must not hold, found by a parser that shares no code with the sanitiser."""

from __future__ import annotations

import re
from html.parser import HTMLParser

#: Elements that a page's own markup or a notebook's sanitised markup may have.
_KNOWN = frozenset(
    re.findall(
        r"\w+",
        """
a abbr article b blockquote body br button caption center cite code col colgroup dd del details dfn
dialog div dl dt em fieldset figcaption figure form h1 h2 h3 h4 h5 h6 head header hr html i img input ins
kbd label legend li main mark math menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom
mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover
meta nav ol output p pre q rp rt ruby s samp script section small span strike strong style sub summary
sup table tbody td tfoot th thead title tr tt u ul var wbr
""",
    )
)
_LINK = re.compile(r"https?://|mailto:|#n\d+(-[oc]\d+(-was)?)?$|#main$", re.IGNORECASE)
_IMAGE = re.compile(r"data:image/(png|jpeg|gif|webp|bmp|svg\+xml);base64,[A-Za-z0-9+/]+=*$")
_ANY_IMAGE = re.compile(r"data:image/(png|jpeg|gif|webp|bmp|svg\+xml)[;,]")


class _Audit(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ids: list[str] = []
        self.scripts = self.styles = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        self.styles += tag == "style"
        if tag not in _KNOWN:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            self.judge(tag, name, value or "")

    def judge(self, tag: str, name: str, value: str) -> None:
        if name == "id":
            self.ids.append(value)
        forbidden = name.startswith("on") or name in {
            "style",
            "srcset",
            "srcdoc",
            "action",
            "formaction",
            "ping",
        }
        bad_link = name == "href" and not _LINK.match(value)
        bad_image = name in {"src", "data", "background", "poster"} and not _ANY_IMAGE.match(value)
        bad_meta = tag == "meta" and name == "http-equiv" and value != "Content-Security-Policy"
        if forbidden or bad_link or bad_image or bad_meta:
            self.found.append(f"<{tag} {name}={value[:60]!r}>")


def audit(page: str) -> list[str]:
    """Return what is wrong with a page: nothing, it is to be hoped."""
    parser = _Audit()
    parser.feed(page)
    parser.close()
    doubled = sorted({each for each in parser.ids if parser.ids.count(each) > 1})
    found = parser.found + [f"id {each} twice" for each in doubled]
    if (parser.scripts, parser.styles) != (1, 1):
        found.append(f"{parser.scripts} scripts, {parser.styles} styles")
    return found
