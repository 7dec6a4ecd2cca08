"""A folder that is to be shared: what leaves with it, what must not, git's set-up in it, and the commit."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO

from nbhotel.chain.config import load_chain
from nbhotel.errors import InputError, ShareError
from nbhotel.git.calls import Git
from nbhotel.git.setup.enable import Wishes, before, enable, is_cached
from nbhotel.git.setup.scopes import place_of
from nbhotel.git.textconv import form_of
from nbhotel.notebook.model import Broken
from nbhotel.notebook.reading import read_notebook
from nbhotel.share.hosts.kinds import Kind
from nbhotel.share.lfs import with_lfs
from nbhotel.share.pieces import Piece, Suspicion, suspicions

#: Copies that Jupyter makes: not a project's.
_NOT_OURS = ":(exclude,glob)**/.ipynb_checkpoints/**"
_NOTEBOOK = ".ipynb"


def root_of(folder: str, environment: Mapping[str, str]) -> str:
    """Return the root of the project, and see that it is a folder of its own. Raises InputError."""
    if not os.path.isdir(folder):
        raise InputError("there is no such folder", where=folder)
    root = os.path.realpath(folder)
    top = Git(root, environment).top()
    if top and os.path.realpath(top) != root:
        raise InputError("is a part of a repository", where=folder, remedy=f"share all of it: {top}")
    return root


def files_of(root: str, environment: Mapping[str, str]) -> list[str]:
    """Return the files that a commit of all would hold, relative to `root`; ignored ones are left out.

    Raises InputError.
    """
    words = ("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", "--", ".")
    with _asking(root, environment) as git:
        found = git.listed(*words, _NOT_OURS)
    inner = [path for path in found if path.endswith("/")]  # git would only note which commit each is at
    if inner:
        remedy = "name it in .gitignore, and share it by itself"
        raise InputError(f"has another repository in it: {inner[0]}", where=root, remedy=remedy)
    # Of a link, git has where it leads to, not what is there.
    files = [
        path for path in found if os.path.isfile(at := os.path.join(root, path)) and not os.path.islink(at)
    ]
    if not files:
        raise InputError("there is nothing to share in it", where=root)
    return files


def branch_of(root: str, environment: Mapping[str, str]) -> str:
    """Return the branch that is checked out, or ""."""
    return Git(root, environment).ask("symbolic-ref", "--short", "HEAD") or ""


def is_set_up(root: str, environment: Mapping[str, str]) -> bool:
    """Return whether git treats notebooks there as `nbhotel git enable` has it."""
    git = Git(root, environment)
    return bool(git.top()) and before(place_of(git, "local")) is not None


def refuse_unfit(root: str, files: Iterable[str], environment: Mapping[str, str], kind: Kind) -> None:
    """Raise InputError for files that can't be read, and those that the host would not take.

    Those of Git LFS it takes. Raises MissingPart if Git LFS should look after files, and can't.
    """
    sizes = {path: _size(root, path) for path in files}
    with _asking(root, environment) as git:
        kept = with_lfs(git, list(sizes))
    if kind.largest is None:
        return
    large = [path for path, size in sizes.items() if size > kind.largest]
    told = [f"{path} ({sizes[path] / 1e6:.0f} MB)" for path in large if path not in kept]
    if told:
        limit = f"{kind.title} takes files of at most {kind.largest >> 20} MiB"
        remedy = "with Git LFS: `git lfs track FILE`; or name it in .gitignore"
        raise InputError(f"too large: {', '.join(told)}; {limit}", where=root, remedy=remedy)


def suspicious(root: str, files: Iterable[str], *, strip: bool) -> Iterator[Suspicion]:
    """Yield what looks like a secret in files as they would leave; binary ones are not looked into.

    Raises InputError, ConfigError.
    """
    for path in files:
        yield from suspicions(_piece(root, path, strip=strip))


def wishes_for(
    root: str, outputs: str, environment: Mapping[str, str], program: Callable[[], str]
) -> Wishes | None:
    """Return how git is to treat notebooks there; None to leave what is set up already.

    `outputs` is "keep", "strip", or "" for as it is set up, else strip; `program` tells what git is to call.
    Raises ConfigError, and what `program` raises.
    """
    git = Git(root, environment)
    if not outputs and is_set_up(root, environment):
        return None
    return Wishes(
        program(),
        form_of(load_chain("vcs", root)),
        keep=("*.ipynb",) if outputs == "keep" else (),
        cache=is_cached(git),
        hook=git.ask("config", "--type=bool", "nbhotel.hook") != "false",
    )


def set_up(
    root: str,
    environment: Mapping[str, str],
    wishes: Wishes | None,
    branch: str,
    done: Callable[[str], None],
) -> None:
    """Make a repository of the folder if it is none, let git treat notebooks rightly.

    `done` is told each step; `wishes` are None where git is set up already.
    Raises InputError, MissingPart, ShareError.
    """
    git = Git(root, environment)
    if git.ask("var", "GIT_COMMITTER_IDENT") is None:
        remedy = "`git config --global user.name NAME`, and user.email"
        raise ShareError("git does not know who you are", where=root, remedy=remedy)
    if not git.top():
        git.run("init", "-q", "-b", branch or "main")
        done("made a repository")
    if wishes and enable(git, place_of(git, "local"), wishes).changes:
        done("set git up for notebooks")


def commit_all(root: str, environment: Mapping[str, str], message: str) -> int:
    """Commit everything that is not ignored; return how many files changed, 0 for no commit.

    Raises InputError.
    """
    git = Git(root, environment)
    git.run("add", "--all", "--", ".", _NOT_OURS)
    staged = git.listed("diff", "--cached", "--name-only", "-z")
    if staged:
        git.run("commit", "-q", "-m", message)
    return len(staged)


@contextmanager
def _asking(root: str, environment: Mapping[str, str]) -> Iterator[Git]:
    """Git in a folder; if that is no repository, with one elsewhere that is only there to ask with."""
    from tempfile import TemporaryDirectory

    git = Git(root, environment)
    if git.top():
        yield git
        return
    with TemporaryDirectory(prefix="nbhotel-") as elsewhere:
        asking = Git(root, {**environment, "GIT_DIR": elsewhere, "GIT_WORK_TREE": root})
        asking.run("init", "-q")
        yield asking


def _size(root: str, path: str) -> int:
    """The bytes of a file that can be read."""
    with _reading(root, path) as file:
        return os.fstat(file.fileno()).st_size


@contextmanager
def _reading(root: str, path: str) -> Iterator[BinaryIO]:
    try:
        with open(os.path.join(root, path), "rb") as file:
            yield file
    except OSError as error:
        what = f"can't be read: {error.strerror}"
        raise InputError(what, where=path, remedy="name it in .gitignore if it is to stay here") from None


def _piece(root: str, path: str, *, strip: bool) -> list[Piece]:
    """The file, or nothing if it is no text."""
    with _reading(root, path) as file:
        data = file.read()
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return []
    read = read_notebook(data) if path.endswith(_NOTEBOOK) else None
    notebook = None if read is None or isinstance(read, Broken) else read
    if notebook and strip:
        notebook = load_chain("vcs", os.path.dirname(os.path.join(root, path))).clean(notebook)
    return [Piece(path, path, text, notebook)]
