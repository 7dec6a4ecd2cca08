"""`nbhotel export --chain publish`: pages for readers, into a file, a folder, or beside the notebooks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nbhotel.cli.boundary import tell
from nbhotel.cli.emit import save
from nbhotel.cli.notebooks import read_bytes
from nbhotel.errors import InputError, UsageError
from nbhotel.notebook.writing import encoded
from nbhotel.publish.site import Page, common_root, site

if TYPE_CHECKING:
    from nbhotel.chain.model import Chain


def export_pages(
    paths: Sequence[str], chain_of: Callable[[str], Chain], output: str | None, into: str | None
) -> int:
    """Write the pages; 2 if one of several notebooks could not be read. Raises InputError, UsageError.

    `into` is the folder to write into, with an index if there are several; `output` else one file or "-".
    """
    root = common_root(paths)
    title = root.name or "Pages" if into is not None and len(paths) > 1 else ""
    code = 0
    for page in site(paths, root, chain_of, read=read_bytes, allowed=_allowed(root), title=title):
        if page.problem is not None:
            if len(paths) == 1:
                raise page.problem
            code = tell(page.problem)
        else:
            _write(page, output, into)
    return code


def _allowed(root: Path) -> Path:
    """Images come from below the current folder, if the notebooks do, else from below the notebooks'."""
    here = Path.cwd()
    return here if root.is_relative_to(here) else root


def _write(page: Page, output: str | None, into: str | None) -> None:
    target = _target(page, output, into)
    if target == "-":
        sys.stdout.buffer.write(encoded(page.content or ""))
        return
    there = Path(target)
    if page.source not in ("", "-") and there.exists() and there.samefile(page.source):
        raise UsageError(f"would overwrite {page.source}", remedy="name another file with -o")
    try:
        there.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"can't be made: {(error.strerror or str(error)).lower()}", where=str(there.parent)
        ) from None
    save(page.content or "", target)
    if sys.stdout.isatty():
        print(target)


def _target(page: Page, output: str | None, into: str | None) -> str:
    if into is not None:
        return str(Path(into, page.name))
    if output or page.source == "-":
        return output or "-"
    return str(Path(page.source).with_suffix(".html"))
