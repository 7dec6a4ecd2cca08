"""Our own JSON of comparisons and notebooks, for tools: docs/diff-json.md describes it."""

from __future__ import annotations

from nbhotel.render.json.comparisons import diff_json
from nbhotel.render.json.notebooks import show_json

__all__ = ["diff_json", "show_json"]
