"""What kinds of data stand in a mimebundle, told by their mime type."""

from __future__ import annotations

#: What to show of a mimebundle: the first of these that it has (JupyterLab's order, as far as nothing runs).
RICHEST = (
    "text/html",
    "text/markdown",
    "text/latex",
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/bmp",
    "application/json",
    "application/pdf",
    "text/plain",
)

_TEXTS = {
    "application/ecmascript",
    "application/javascript",
    "application/json",
    "application/sql",
    "application/x-latex",
    "application/x-tex",
    "application/xml",
    "application/yaml",
}


def is_image(mime: str) -> bool:
    """Whether it is an image of pixels, which a notebook holds as base64. SVG is a text."""
    kind = _bare(mime)
    return kind.startswith("image/") and not kind.endswith("+xml")


def is_text(mime: str) -> bool:
    """Whether its data are to be read as text: by line, not as base64. JSON types are texts too."""
    kind = _bare(mime)
    return kind.startswith("text/") or kind.endswith(("+xml", "+json")) or kind in _TEXTS


def is_json(mime: str) -> bool:
    """Whether its data are JSON values: `application/json` and `…+json`."""
    kind = _bare(mime)
    return kind == "application/json" or kind.endswith("+json")


def _bare(mime: str) -> str:
    """Without parameters (`; charset=utf-8`), in lower case."""
    return mime.partition(";")[0].strip().lower()
