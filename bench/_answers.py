"""A filter that knows all answers: `_answers.py FOLDER`, which holds a collection's files in both forms.

It does no work but speaking with git, as our own filter does, and reading a file. What it takes is what a
filter of one long process can reach.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from nbhotel.git.filter.process import Request, Work, serve, widen

_VERSION = re.compile(rb"# version ([a-z]+(?: [0-9]+)?)")


def answer(folder: Path, form: str) -> Work:
    """Return what gives a file's content in a form, the version being that of the content that git sends."""

    def content(request: Request) -> bytes:
        found = _VERSION.search(request.content)
        if found is None:
            return request.content
        return (folder / form / found[1].decode() / os.fsdecode(request.path)).read_bytes()

    return content


if __name__ == "__main__":
    where = Path(sys.argv[1])
    widen(0, 1)
    with open(0, "rb", closefd=False) as stdin, open(1, "wb", closefd=False) as stdout:
        serve(stdin, stdout, {"clean": answer(where, "stripped"), "smudge": answer(where, "full")})
