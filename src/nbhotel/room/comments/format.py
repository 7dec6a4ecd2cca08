"""Whether a notebook's cells have names that last."""

from __future__ import annotations

import json

from nbhotel.errors import CommentError, InputError


def check_ids(path: str, file: str) -> None:
    """Raise CommentError if a notebook's format has no ids for cells (before 4.5), InputError if it has none.

    Lab gives such cells new ids each time. `path` is how people know the `file`.
    """
    try:
        with open(file, "rb") as stream:
            document = json.load(stream)
        version = document["nbformat"], document["nbformat_minor"]
        has_ids = version >= (4, 5)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError("can't be read as a notebook", where=path, remedy="save it first") from error
    if not has_ids:
        remedy = "save it in JupyterLab, or comment on the whole notebook"
        raise CommentError("its format (before 4.5) has no ids for cells", where=path, remedy=remedy)
