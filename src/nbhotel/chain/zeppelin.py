"""Zeppelin's notebooks (.zpln): paragraphs with results.

Source: https://zeppelin.apache.org/docs/latest/, and nbstripout, whose `--mode zeppelin` this is.
"""

from __future__ import annotations

import json

from nbhotel.notebook.model import Json, is_list_of_objects
from nbhotel.notebook.rewriting import rewritten


def stripped(data: bytes) -> bytes | str:
    """Return a note's file without the paragraphs' results, or one phrase on what is wrong with the file."""
    try:
        old: Json = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        return f"is not JSON ({error})"
    paragraphs = old.get("paragraphs") if isinstance(old, dict) else None
    if not is_list_of_objects(paragraphs):
        return "is no Zeppelin notebook: it has no paragraphs"
    new = [_stripped(paragraph) for paragraph in paragraphs]
    if all(a is b for a, b in zip(paragraphs, new, strict=True)):
        return data
    return rewritten(data, old, {**old, "paragraphs": new})


def _stripped(paragraph: dict[str, Json]) -> dict[str, Json]:
    return {**paragraph, "results": {}} if paragraph.get("results", {}) != {} else paragraph
