"""What our `percent` and `markdown` share, so that jupytext reads them back: the header, the cells' options.

Source: https://jupytext.readthedocs.io/en/latest/, and how jupytext 1.19.6 reads.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbhotel.notebook.model import Cell, Json, Notebook

#: The version of both formats that we write.
_FORMAT_VERSION = "1.3"
_KEY = re.compile(r"[a-zA-Z0-9_.@/-]+")
#: Words that mean something else in a cell's options, and what changes while people look at a notebook.
_NOT_WRITTEN = frozenset(
    [
        "active",
        "cell_depth",
        "cell_marker",
        "cell_type",
        "incorrectly_encoded_metadata",
        "language",
        "lines_to_end_of_cell_marker",
        "lines_to_next_cell",
        "magic_args",
        "noskipline",
        "region_name",
        "skipline",
        "title",
        "autoscroll",
        "collapsed",
        "execution",
        "ExecuteTime",
        "scrolled",
        "trusted",
    ]
)


def header(notebook: Notebook, suffix: str, name: str) -> list[str]:
    """Return the YAML header: which format it is, and the kernelspec. JSON's strings are YAML's."""
    lines = [
        "---",
        "jupyter:",
        "  jupytext:",
        "    text_representation:",
        f"      extension: {suffix}",
        f"      format_name: {name}",
        f"      format_version: '{_FORMAT_VERSION}'",
    ]
    spec = notebook.metadata.get("kernelspec")
    told = (
        [(key, spec.get(key)) for key in ("display_name", "language", "name")]
        if isinstance(spec, dict)
        else []
    )
    texts = [f"    {key}: {json.dumps(value)}" for key, value in told if isinstance(value, str)]
    return [*lines, *(["  kernelspec:"] if texts else []), *texts, "---"]


def options(cell: Cell, **more: str) -> str:
    """Return a cell's metadata as `key=JSON`, parted by spaces."""
    told: dict[str, Json] = {
        key: value for key, value in cell.metadata.items() if _KEY.fullmatch(key) and key not in _NOT_WRITTEN
    }
    return " ".join(f"{key}={json.dumps(value)}" for key, value in {**told, **more}.items())
