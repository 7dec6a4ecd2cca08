"""Markdown for a review comment on a code host, and of whole notebooks.

`text` makes foreign text harmless, `cells` says what changed in a cell, `fit` drops what is too much.
"""

from __future__ import annotations

from nbhotel.render.markdown.diff import diff_markdown
from nbhotel.render.markdown.show import show_markdown

__all__ = ["diff_markdown", "show_markdown"]
