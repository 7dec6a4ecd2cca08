"""A folder of notebooks as a folder of pages, with an index."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from nbhotel.chain.filters.secrets import Secrets
from nbhotel.chain.model import Chain
from nbhotel.errors import InputError
from nbhotel.notebook.model import Broken, Notebook
from nbhotel.notebook.reading import read_notebook
from nbhotel.publish.beside import address, around
from nbhotel.records import NamedTuple
from nbhotel.render.html.reading import Entry, index_page, reading_page, title_of

INDEX = "index.html"


class Page(NamedTuple):
    """A page of a site. `name` is where it belongs, relative and with "/"; `source` the notebook's file.

    `content` is None if the notebook can't be read, and `problem` says why.
    """

    name: str
    source: str
    content: str | None
    problem: InputError | None = None


class Readers(NamedTuple):
    """How a notebook becomes one for readers."""

    chain_of: Callable[[str], Chain]
    read: Callable[[str], bytes]
    secrets: bool

    def notebook(self, path: str) -> Notebook:
        """Return what readers may see of the notebook in a file. Raises InputError."""
        notebook = read_notebook(self.read(path))
        if isinstance(notebook, Broken):
            raise InputError(notebook.message, where=path)
        notebook = self.chain_of(str(_whole(path).parent)).clean(notebook)
        found = [] if self.secrets else [*Secrets(entropy=True, redact=False).findings(notebook)]
        if found:
            more = f", and {len(found) - 1} more" if len(found) > 1 else ""
            raise InputError(
                f"cell {(found[0].cell or 0) + 1}: {found[0].reason}{more}",
                where=path,
                remedy="take it out, or tag the cell `private`; --allow-secrets publishes it",
            )
        return notebook


def common_root(paths: Sequence[str]) -> Path:
    """Return the folder that all files are below."""
    return Path(os.path.commonpath([_whole(path).parent for path in paths]))


def page_names(paths: Sequence[str], root: Path) -> dict[str, str]:
    """Return name -> page of the notebooks at the paths, both relative to `root`. Raises InputError."""
    pages: dict[str, str] = {}
    for path in paths:
        name = _whole(path).relative_to(root.resolve()).as_posix()
        page = posixpath.splitext(name)[0] + ".html"
        if page in pages.values():
            raise InputError(f"two notebooks would become {page}", where=path, remedy="rename one of them")
        pages[name] = page
    return pages


def site(
    paths: Sequence[str],
    root: Path,
    chain_of: Callable[[str], Chain],
    *,
    read: Callable[[str], bytes],
    allowed: Path,
    title: str = "",
    secrets: bool = True,
) -> Iterator[Page]:
    """Yield the page of each notebook, then the index, if `title` names one and no notebook is it.

    `chain_of` returns the chain for a folder; `read` raises InputError; `allowed` is the folder that images
    are taken from; without `secrets` a notebook that holds one becomes no page.
    Raises InputError if two notebooks have one name.
    """
    pages = page_names(paths, root)
    readers = Readers(chain_of, read, secrets)
    indexed = bool(title) and INDEX not in pages.values()
    entries = []
    for path, name in zip(paths, pages, strict=True):
        home = address(INDEX, pages[name]) if title and pages[name] != INDEX else ""
        try:
            called, content = _page(path, name, pages, readers, allowed, home)
        except InputError as error:
            yield Page(pages[name], path, None, error)
            continue
        entries.append(Entry(address(pages[name], INDEX), called, name))
        yield Page(pages[name], path, content)
    if indexed:
        yield Page(INDEX, "", index_page(title, entries))


def _whole(path: str) -> Path:
    """The path without links but for the last: a notebook is called what it is called here."""
    given = Path(path)
    return given.parent.resolve() / given.name


def _page(
    path: str,
    name: str,
    pages: Mapping[str, str],
    readers: Readers,
    allowed: Path,
    home: str,
) -> tuple[str, str]:
    """A notebook's title and its page. Raises InputError."""
    notebook = readers.notebook(path)
    stem = "notebook" if path == "-" else posixpath.splitext(posixpath.basename(name))[0]
    called = title_of(notebook, stem)
    beside = around(name, _whole(path), pages, allowed)
    return called, reading_page(notebook, title=called, around=beside, home=home)
