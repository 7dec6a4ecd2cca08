"""Markdown cells as Jupyter shows them: CommonMark, tables, strike-through, LaTeX; raw HTML sanitised."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from nbhotel.render.html.around import ALONE, Around
from nbhotel.render.html.code import coloured
from nbhotel.render.html.mathml import mathml
from nbhotel.render.html.sanitise import clean
from nbhotel.render.html.tags import note
from nbhotel.render.html.tokens import painted

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

#: Longer texts are not rendered: a page of that size is no prose.
_RENDERED_UP_TO = 50_000


def rendered(text: str, attachments: Mapping[str, str] | None = None, around: Around = ALONE) -> str:
    """Return harmless markup; `attachments` leads from names of attached files to `data:` URIs.

    `around` is what the page knows of the files beside the notebook.
    """
    markup = None
    if len(text) <= _RENDERED_UP_TO:
        markup = clean(_parser().render(text), attachments, around)
    if markup is None:
        return note("Too long or too deeply nested to be rendered.")
    return f'<div class="rendered">{markup}</div>\n'


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.amsmath import amsmath_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    parser = MarkdownIt("commonmark", {"html": True, "highlight": _fence})
    parser.enable(["table", "strikethrough"])
    # Without spaces at its inside and digits at its outside, "$5 and $10" is no formula.
    parser.use(dollarmath_plugin, allow_digits=False, double_inline=True, renderer=_formula)
    parser.use(amsmath_plugin, renderer=lambda text: mathml(text, block=True))
    return parser


def _formula(text: str, options: Mapping[str, bool]) -> str:
    return mathml(text, block=options["display_mode"])


def _fence(text: str, language: str, _attributes: str) -> str:
    lines = text.split("\n")
    return "\n".join(painted(tokens) for tokens in coloured(language.lower())(lines))
