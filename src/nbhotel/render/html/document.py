"""The page around the content: head, Content-Security-Policy, toolbar, help."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache

from nbhotel.render.html.tags import encodable, esc

_NOWHERE = "base-uri 'none'; form-action 'none'"
_HELP = (
    ("n, j", "next change, or cell"),
    ("p, k", "previous change, or cell"),
    ("o", "open or fold everything"),
    ("t", "dark, light, or as the system has it"),
    ("?", "this help"),
)


def document(title: str, header: str, main: str, *, framed: bool = False) -> str:
    """Return a whole page; `title` is text, `header` and `main` are markup.

    `framed`: it will stand in a frame of another page, with which it talks by messages (see frame.js).
    """
    style, script = _resource("style.css"), _resource("script.js")
    if framed:
        style, script = style + _resource("frame.css"), script + _resource("frame.js")
    policy = (
        "default-src 'none'; img-src data:; "
        f"style-src '{_digest(style)}'; script-src '{_digest(script)}'; {_NOWHERE}"
    )
    return encodable(
        f"{_head(title, style, policy)}"
        f"<header>{header}{_TOOLBAR}</header>\n"
        f'<main id="main" tabindex="-1">\n{main}</main>\n'
        f'<p id="told" class="sr" role="status"></p>\n{_help()}'
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


_TOOLBAR = (
    '<div class="toolbar" role="toolbar" aria-label="Page" hidden>'
    '<button type="button" data-do="previous" aria-label="Previous" title="Previous (p)">↑</button>'
    '<button type="button" data-do="next" aria-label="Next" title="Next (n)">↓</button>'
    '<output class="place" aria-hidden="true"></output>'
    '<button type="button" data-do="fold" aria-pressed="false" title="Open everything (o)">Open all</button>'
    '<button type="button" data-do="theme" aria-label="Theme: system" '
    'title="Dark, light, or as the system has it (t)">'
    '<span aria-hidden="true">◐</span></button>'
    '<button type="button" data-do="help" aria-label="Help" title="Keys (?)">?</button></div>\n'
)


def _help() -> str:
    rows = "".join(
        f"<dt><kbd>{keys.replace(', ', '</kbd> <kbd>')}</kbd></dt><dd>{what}</dd>" for keys, what in _HELP
    )
    return (
        '<dialog id="help" aria-labelledby="help-h"><h2 id="help-h">Keys</h2>\n'
        f'<dl>{rows}</dl><form method="dialog"><button>Close</button></form></dialog>\n'
    )


def still_document(title: str, header: str, main: str) -> str:
    """Return a whole page without any script, for readers; `title` is text, `header` and `main` are markup.

    It is the same wherever scripts are forbidden, and takes the theme from the system.
    """
    style = _resource("style.css") + _resource("reading.css")
    policy = f"default-src 'none'; img-src data:; style-src '{_digest(style)}'; {_NOWHERE}"
    return encodable(
        f"{_head(title, style, policy)}"
        f'<header class="reading">{header}</header>\n'
        f'<main id="main" class="reading" tabindex="-1">\n{main}</main>\n</body>\n</html>\n'
    )


def _head(title: str, style: str, policy: str) -> str:
    """The page up to its header."""
    return (
        "<!DOCTYPE html>\n"
        '<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{esc(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#main">Skip to the content</a>\n'
    )


@lru_cache(maxsize=8)
def _resource(name: str) -> str:
    from importlib.resources import files

    return files("nbhotel.render.html").joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    from hashlib import sha256

    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
