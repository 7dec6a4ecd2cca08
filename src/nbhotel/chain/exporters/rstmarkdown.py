"""Markdown as reStructuredText: mistune's renderer, and what it lacks for notebooks: formulas and tables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nbhotel.errors import MissingPart

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_ATTACHMENT = "attachment:"


def translator() -> Callable[[str], str]:
    """Return a function from Markdown to reStructuredText. Raises MissingPart."""
    try:
        import mistune
        from mistune.renderers.rst import RSTRenderer
    except ImportError:
        remedy = "pip install 'mistune>=3'"
        raise MissingPart("mistune is not installed, which reads Markdown", remedy=remedy) from None

    class Renderer(RSTRenderer):
        """What mistune does already comes before what is registered, so this must be inherited."""

        def list(self, token: Any, state: Any) -> str:
            """A list in a list stands between empty lines, which mistune leaves out."""
            text = str(super().list(token, state))
            return f"\n{text}\n" if token.get("parent") else text

        def image(self, token: Any, state: Any) -> str:
            return _image(self, token, state)

    renderer = Renderer()
    renderer.register("inline_math", _inline_math)
    renderer.register("block_math", _block_math)
    renderer.register("strikethrough", _children)
    for name in ("table", "table_head", "table_body", "table_row", "table_cell"):
        renderer.register(name, globals()[f"_{name}"])
    parse = mistune.create_markdown(renderer=renderer, plugins=["math", "table", "strikethrough"])

    def translate(text: str) -> str:
        return _clean(str(parse(text)))

    return translate


def _clean(text: str) -> str:
    """Without the empty lines that stand around and between blocks twice."""
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


def _children(renderer: Any, token: Mapping[str, Any], state: Any) -> str:
    return str(renderer.render_children(token, state))


def _inline_math(_renderer: Any, token: Mapping[str, Any], _state: Any) -> str:
    return f":math:`{token['raw']}`"


def _block_math(_renderer: Any, token: Mapping[str, Any], _state: Any) -> str:
    lines = str(token["raw"]).strip("\n").split("\n")
    return ".. math::\n\n" + "\n".join(f"   {line}".rstrip() for line in lines) + "\n\n"


def _image(renderer: Any, token: Mapping[str, Any], state: Any) -> str:
    """An image among words becomes its text; files in a notebook can't be pointed to."""
    text = str(renderer.render_children(token, state))
    url = str(token["attrs"]["url"])
    return (
        text or url.removeprefix(_ATTACHMENT) if url.startswith(_ATTACHMENT) else f"`{text or url} <{url}>`__"
    )


def _table(renderer: Any, token: Mapping[str, Any], state: Any) -> str:
    rows = str(renderer.render_children(token, state))
    return f".. list-table::\n   :header-rows: 1\n\n{rows}\n"


def _table_head(renderer: Any, token: Mapping[str, Any], state: Any) -> str:
    return _table_row(renderer, token, state)


def _table_body(renderer: Any, token: Mapping[str, Any], state: Any) -> str:
    return _children(renderer, token, state)


def _table_row(renderer: Any, token: Mapping[str, Any], state: Any) -> str:
    cells = str(renderer.render_children(token, state)).rstrip("\n").split("\n")
    return "".join(f"   {'  ' if index else '* '}{cell}\n" for index, cell in enumerate(cells))


def _table_cell(renderer: Any, token: Mapping[str, Any], state: Any) -> str:
    return f"- {' '.join(_children(renderer, token, state).split())}".rstrip() + "\n"
