"""A folder as a repository on a code host: what leaves with it, what must not, and the commit.

Nothing is changed before all was looked at: what is too large or looks secret is told first.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from nbhotel.chain.config import load_chain
from nbhotel.errors import InputError, ShareError
from nbhotel.git.calls import Git
from nbhotel.git.setup.enable import Wishes, enable
from nbhotel.git.setup.scopes import place_of
from nbhotel.notebook.model import Broken
from nbhotel.notebook.reading import read_notebook
from nbhotel.share.gist import Piece, Suspicion, suspicions
from nbhotel.share.hosts.kinds import Kind
from nbhotel.share.lfs import with_lfs

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
    # Of a link, git has where it leads to, not what is there.
    files = [
        path for path in found if os.path.isfile(at := os.path.join(root, path)) and not os.path.islink(at)
    ]
    if not files:
        raise InputError("there is nothing to share in it", where=root)
    return files


def refuse_large(root: str, files: Iterable[str], environment: Mapping[str, str], kind: Kind) -> None:
    """Raise InputError for files that the host would not take; those of Git LFS it does.

    Raises MissingPart if Git LFS should look after files, and can't.
    """
    sizes = {path: os.path.getsize(os.path.join(root, path)) for path in files}
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
    """Yield what looks like a secret in files as they would leave; binary ones are not looked into."""
    for path in files:
        yield from suspicions(_piece(root, path, strip=strip))


def set_up(root: str, environment: Mapping[str, str], wishes: Wishes | None, branch: str) -> list[str]:
    """Make a repository of the folder if it is none, let git treat notebooks rightly; return what was done.

    `wishes` are None where git is set up already.
    Raises InputError, MissingPart, ShareError.
    """
    git, done = Git(root, environment), []
    if git.ask("var", "GIT_COMMITTER_IDENT") is None:
        remedy = "`git config --global user.name NAME`, and user.email"
        raise ShareError("git does not know who you are", where=root, remedy=remedy)
    if not git.top():
        git.run("init", "-q", "-b", branch or "main")
        done.append("made a repository")
    if wishes and enable(git, place_of(git, "local"), wishes).changes:
        done.append("set git up for notebooks")
    return done


def commit_all(root: str, environment: Mapping[str, str], message: str) -> str:
    """Commit everything that is not ignored; return what was done, "" for nothing. Raises InputError."""
    git = Git(root, environment)
    git.run("add", "--all", "--", ".", _NOT_OURS)
    staged = git.listed("diff", "--cached", "--name-only", "-z")
    if not staged:
        return ""
    git.run("commit", "-q", "-m", message)
    return f"committed {len(staged)} file{'s' if len(staged) > 1 else ''}"


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


def _piece(root: str, path: str, *, strip: bool) -> list[Piece]:
    """The file, or nothing if it is no text."""
    with open(os.path.join(root, path), "rb") as file:
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
