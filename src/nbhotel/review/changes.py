"""What a range of revisions did to notebooks, and what their chain finds in the new ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from nbhotel.chain.config import load_chain
from nbhotel.chain.findings import Finding, find
from nbhotel.errors import InputError, UsageError
from nbhotel.git.calls import Git
from nbhotel.git.revisions import Repository
from nbhotel.notebook.model import EMPTY, Broken, Notebook
from nbhotel.notebook.reading import read_notebook
from nbhotel.records import NamedTuple
from nbhotel.render.subjects import Comparison, compare

if TYPE_CHECKING:
    from nbhotel.chain.model import Chain
    from nbhotel.git.revisions import Changed, Version

_NOTHING = "/dev/null"
_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_NOTEBOOKS = ":(top)*.ipynb"
_DEEPER = "give the checkout its whole history: fetch-depth: 0 (GitHub), GIT_DEPTH: 0 (GitLab)"


class Range(NamedTuple):
    """Two revisions; `from_base`: what the second changed since both were one, as requests show it."""

    old: str
    new: str
    from_base: bool


class Checked(NamedTuple):
    """What a chain would change in one notebook; `error` says why it could not be looked at."""

    file: str
    findings: tuple[Finding, ...]
    error: str = ""


class Review(NamedTuple):
    """All that is to be told. `old` and `new` are commits' ids; `checked` holds only notebooks with findings.

    `renamed` are old and new paths of notebooks whose contents are the same.
    """

    old: str
    new: str
    comparisons: tuple[Comparison, ...]
    renamed: tuple[tuple[str, str], ...] = ()
    checked: tuple[Checked, ...] = ()

    @property
    def notebooks(self) -> int:
        """The number of notebooks that changed."""
        return len(self.comparisons) + len(self.renamed)


def parse_range(word: str) -> Range:
    """Return what `A..B` or `A...B` says; a revision alone is compared with HEAD. Raises UsageError."""
    for dots in ("...", ".."):
        old, found, new = word.partition(dots)
        if found:
            return Range(old or "HEAD", new or "HEAD", dots == "...")
    if not word or word.startswith("-"):
        raise UsageError("is no range of revisions", where=word, remedy="such as main...HEAD")
    return Range(word, "HEAD", from_base=False)


def fetch_missing(folder: str, wanted: Range, environment: Mapping[str, str]) -> None:
    """Fetch from `origin` what a checkout lacks of a range; `review` complains of what could not be had."""
    repository, git = (
        Repository(folder, environment),
        Git(folder, {**environment, "GIT_TERMINAL_PROMPT": "0"}),
    )
    sides = wanted.old, wanted.new
    missing = [each for each in sides if repository.commit(each) is None and _ID.fullmatch(each)]
    if git.ask("rev-parse", "--is-shallow-repository") == "true":
        if missing or not _have_a_base(git, wanted):
            git.ask("fetch", "--quiet", "--no-tags", "--unshallow", "origin", *missing)
    elif missing:
        git.ask("fetch", "--quiet", "--no-tags", "origin", *missing)


def review(
    folder: str, wanted: Range, paths: Sequence[str], environment: Mapping[str, str], *, check: bool
) -> Review:
    """Compare the notebooks of two revisions, and check the new ones if `check`.

    `paths` are files and folders below `folder`; without any, the whole repository is meant. The chains are
    those of the worktree's configuration. Raises InputError, ConfigError, MissingPart.
    """
    repository = Repository(folder, environment)
    old, new = _commits(repository, wanted)
    trees = repository.tree(old) or old, repository.tree(new) or new
    found = [each for each in repository.changed(*trees, list(paths) or [_NOTEBOOKS]) if _is_notebook(each)]
    top = Path(repository.top if repository.has_worktree else folder)
    chain_of = cache(lambda below: load_chain("vcs", below))
    comparisons, renamed, checked = [], [], []
    for change, sides in zip(found, _contents(repository, found), strict=True):
        if change.old and change.new and sides[0] == sides[1]:
            renamed += [(change.old.path, change.new.path)] if change.old.path != change.new.path else []
            continue
        notebooks = _read(sides[0]), _read(sides[1])
        comparisons.append(compare(_name(change.old), notebooks[0], _name(change.new), notebooks[1]))
        if check and change.new:
            checked.append(_checked(top, change.new.path, notebooks[1], chain_of))
    told = tuple(each for each in checked if each.findings or each.error)
    return Review(old, new, tuple(comparisons), tuple(renamed), told)


def _have_a_base(git: Git, wanted: Range) -> bool:
    return not wanted.from_base or git.ask("merge-base", wanted.old, wanted.new) is not None


def _commits(repository: Repository, wanted: Range) -> tuple[str, str]:
    found = []
    for word in (wanted.old, wanted.new):
        commit = repository.commit(word)
        if commit is None:
            raise InputError("the repository has no such commit", where=word, remedy=_DEEPER)
        found.append(commit)
    if wanted.from_base:
        try:
            found[0] = repository.merge_base(found[0], found[1])
        except InputError as error:
            raise InputError(error.what, where=error.where, remedy=_DEEPER) from None
    return found[0], found[1]


def _is_notebook(change: Changed) -> bool:
    return any(side is not None and side.path.endswith(".ipynb") for side in change)


def _contents(
    repository: Repository, found: Sequence[Changed]
) -> Iterator[tuple[bytes | None, bytes | None]]:
    blobs = repository.contents(side.blob for each in found for side in each if side is not None)
    for each in found:
        old = next(blobs) if each.old else None
        yield old, next(blobs) if each.new else None


def _read(data: bytes | None) -> Notebook | Broken:
    return EMPTY if data is None else read_notebook(data)


def _name(version: Version | None) -> str:
    return version.path if version else _NOTHING


def _checked(top: Path, path: str, notebook: Notebook | Broken, chain_of: Callable[[Path], Chain]) -> Checked:
    if isinstance(notebook, Broken):
        return Checked(path, (), notebook.message)
    return Checked(path, find(chain_of((top / path).parent), notebook))
