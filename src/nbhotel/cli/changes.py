"""What git has to compare: which words are revisions, which are paths, and the notebooks that differ."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence

from nbhotel.cli.documents import ABSENT, Document, Pair
from nbhotel.cli.notebooks import read_bytes
from nbhotel.errors import InputError, UsageError
from nbhotel.git.revisions import INDEX, NEWEST, WORKTREE, Changed, Repository, Version

_NOTEBOOKS = ":(top)*.ipynb"


class _Place:
    """A tree, the index or the worktree, and how its files are called."""

    def __init__(self, name: str, place: str) -> None:
        self.name = name
        self.place = place

    def called(self, path: str) -> str:
        return path if self.place == WORKTREE else f"{self.name}:{path}"


_THE_INDEX = _Place("index", INDEX)
_THE_WORKTREE = _Place("", WORKTREE)


def changes(
    words: Sequence[str], paths: Sequence[str] | None, *, cached: bool, environment: Mapping[str, str]
) -> Iterator[Pair]:
    """Yield the notebooks that differ between two places of the repository."""
    repository = _repository(words, environment)
    trees, rest = _revisions(words, repository, all_of_them=paths is not None)
    old, new = _sides(trees, cached)
    if paths is None:
        _check_paths(rest, (old, new), repository)
        paths = rest
    found = repository.changed(old.place, new.place, paths or [_NOTEBOOKS])
    named = {os.path.normpath(os.path.join(repository.prefix, path)) for path in paths}
    wanted = [each for each in found if _path(each).endswith(".ipynb") or _path(each) in named]
    yield from _documents(wanted, old, new, repository)


def _repository(words: Sequence[str], environment: Mapping[str, str]) -> Repository:
    try:
        return Repository(".", environment)
    except InputError as error:
        if "not a git repository" not in error.what:
            raise
        missing = next((word for word in words if not os.path.exists(word)), None)
        if missing is not None:
            raise InputError("there is no such file", where=missing) from None
        raise UsageError("name two notebooks: this is no git repository") from None


def _revisions(
    words: Sequence[str], repository: Repository, *, all_of_them: bool
) -> tuple[list[_Place], list[str]]:
    """Split the words into revisions and paths. What is both is a path: `--` can tell them apart."""
    places: list[_Place] = []
    for index, word in enumerate(words):
        # A bare repository has files such as HEAD, which nobody means.
        here = os.path.lexists(word) and repository.has_worktree and not all_of_them
        found = [] if here or len(places) > 1 else _places(word, repository)
        if not found:
            if all_of_them:
                raise InputError("is no git revision, and paths stand after the --", where=word)
            return places, list(words[index:])
        places += found
    return places, []


def _places(word: str, repository: Repository) -> list[_Place]:
    """The tree that a word names, or the two trees of a range; none if it is no revision."""
    tree = repository.tree(word)
    if tree is not None and ".." not in word:
        return [_Place(word, tree)]
    for dots in ("...", ".."):
        left, found, right = word.partition(dots)
        if found:
            return _range(left or "HEAD", right or "HEAD", repository, from_base=dots == "...")
    return []


def _range(left: str, right: str, repository: Repository, *, from_base: bool) -> list[_Place]:
    old, new = repository.tree(left), repository.tree(right)
    if old is None or new is None:
        return []
    if from_base:
        base = repository.merge_base(left, right)
        left, old = base[:10], repository.tree(base) or old
    return [_Place(left, old), _Place(right, new)]


def _sides(trees: list[_Place], cached: bool) -> tuple[_Place, _Place]:
    if cached:
        if len(trees) > 1:
            raise UsageError("--cached compares the index with one revision")
        return (trees[0] if trees else _Place("HEAD", NEWEST)), _THE_INDEX
    if not trees:
        return _THE_INDEX, _THE_WORKTREE
    return trees[0], (trees[1] if len(trees) > 1 else _THE_WORKTREE)


def _check_paths(paths: Sequence[str], sides: tuple[_Place, _Place], repository: Repository) -> None:
    """A path must be somewhere: in the worktree, or on one of the sides."""
    for path in paths:
        known = os.path.lexists(path) or set("*?[") & set(path) or path.startswith(":")
        places = [side.place for side in sides if side.place != WORKTREE]
        if not known and not any(_is_in(place, path, repository) for place in places):
            raise InputError("is neither a file nor a git revision", where=path)


def _is_in(place: str, path: str, repository: Repository) -> bool:
    name = f":./{path}" if place == INDEX else f"{place}:./{path}"
    return repository.find(name) is not None


def _path(change: Changed) -> str:
    version = change.new or change.old
    return version.path if version else ""


def _documents(found: Sequence[Changed], old: _Place, new: _Place, repository: Repository) -> Iterator[Pair]:
    versions = [version for each in found for version in each if version is not None]
    blobs = repository.contents(version.blob for version in versions if version.blob)
    in_worktree = [version.path for version in versions if not version.blob]
    filtered = repository.filtered(in_worktree) if in_worktree else set()
    top = repository.top if in_worktree else ""

    def document(version: Version | None, place: _Place) -> Document:
        if version is None:
            return ABSENT
        if version.blob:
            return Document(place.called(version.path), next(blobs))
        if version.path in filtered:
            return Document(place.called(version.path), repository.cleaned(version.path))
        return Document(place.called(version.path), read_bytes(os.path.join(top, version.path)))

    for each in found:
        yield document(each.old, old), document(each.new, new)
