"""`nbhotel git-merge`: what git calls as `merge.nbhotel.driver`, for a notebook that both sides changed.

It exits with 0 or `drivers.CONFLICTS`; for anything else, git's configuration has git's own text merge.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbhotel.git.setup.drivers import CONFLICTS, Merging

if TYPE_CHECKING:
    import argparse

    from nbhotel.merge.values import Labels, Merge
    from nbhotel.notebook.model import Notebook

SUMMARY = "merge three versions of a notebook (for git to call)"
#: git's, when it doesn't say otherwise.
_MARKER = 7


def configure(parser: argparse.ArgumentParser) -> None:
    """Git's words: %O %A %B %L %P %S %X %Y."""
    parser.add_argument(
        "words", nargs="*", metavar="WORD", help="base, local, remote, size, path, three labels"
    )


def quick(words: list[str]) -> argparse.Namespace:
    """Return what the parser makes of git's words."""
    from types import SimpleNamespace

    return SimpleNamespace(words=words)  # type: ignore[return-value]


def run(args: argparse.Namespace) -> int:
    """Write the merged notebook over the local one, which is where git takes it from."""
    from nbhotel.errors import UsageError

    words: list[str] = args.words
    if len(words) < 3:
        raise UsageError("git gives at least three files", remedy="%O %A %B %L %P %S %X %Y")
    missing = ("7", words[1], "%S", "%X", "%Y")
    given = Merging(*words[:8], *missing[len(words[:8]) - 3 :])
    labels = _labels(given)
    sides = _read(given)
    if sides is None:
        return _merge_texts(given, labels)
    return _merge_notebooks(given, labels, *sides)


def _merge_notebooks(
    given: Merging, labels: Labels, base: Notebook, local: Notebook, remote: Notebook
) -> int:
    from nbhotel.merge.notebooks import merge_notebooks
    from nbhotel.merge.values import Policy

    merge = merge_notebooks(base, local, remote, Policy(style=_style()), labels)  # type: ignore[arg-type]
    _write(given.local, local, merge.notebook)
    if not merge.clean:
        _tell(given.path, merge)
    return 0 if merge.clean else CONFLICTS


def _read(given: Merging) -> tuple[Notebook, Notebook, Notebook] | None:
    """Return base, local and remote; None if one of them is no notebook."""
    from nbhotel.cli.notebooks import read_bytes
    from nbhotel.notebook.model import EMPTY, Broken
    from nbhotel.notebook.reading import read_notebook

    content = read_bytes(given.base)
    # Where both sides added the file, git gives an empty base.
    base = read_notebook(content) if content else EMPTY
    local, remote = read_notebook(read_bytes(given.local)), read_notebook(read_bytes(given.remote))
    if isinstance(base, Broken):
        base = EMPTY  # a broken ancestor is no reason to mix up the JSON of two good notebooks
    if isinstance(local, Broken) or isinstance(remote, Broken):
        return None
    return base, local, remote


def _labels(given: Merging) -> Labels:
    from nbhotel.git.labels import names
    from nbhotel.merge.values import Labels

    labels = (given.base_label, given.local_label, given.remote_label)
    called = names(labels, os.environ, _done_in_rebase() if given.base_label == "%S" else "")
    size = int(given.size) if given.size.isdecimal() and 0 < int(given.size) < 1000 else _MARKER
    return Labels(called.local or "ours", called.base or "base", called.remote or "theirs", size)


def _done_in_rebase() -> str:
    from nbhotel.errors import InputError
    from nbhotel.git.places import git_dir

    try:
        with open(  # noqa: PTH123 - pathlib costs a tenth of the start
            f"{git_dir('.', os.environ)}/rebase-merge/done", encoding="utf-8", errors="replace"
        ) as file:
            return file.read()
    except (OSError, InputError):
        return ""


def _style() -> str:
    """Return merge.conflictStyle: "merge", "diff3" or "zdiff3"."""
    from subprocess import DEVNULL, PIPE, run

    done = run(["git", "config", "merge.conflictStyle"], stdout=PIPE, stderr=DEVNULL, check=False)
    style = done.stdout.decode("utf-8", "replace").strip()
    return style if style in {"diff3", "zdiff3"} else "merge"


def _write(path: str, local: Notebook, merged: Notebook) -> None:
    """Replace the file whole, written as the local one is."""
    from nbhotel.cli.notebooks import read_bytes
    from nbhotel.notebook.rewriting import rewritten

    content = rewritten(read_bytes(path), local.raw, merged.raw)
    new = f"{path}.nbhotel"
    with open(new, "wb") as file:  # noqa: PTH123
        file.write(content)
    os.replace(new, path)  # noqa: PTH105


def _merge_texts(given: Merging, labels: Labels) -> int:
    """Merge line by line, as git does it without a driver."""
    from subprocess import run

    print(f"nbhotel: {given.path} is no notebook on all sides, and is merged as text", file=sys.stderr)
    words = [f"--marker-size={labels.size}", "-L", labels.local, "-L", labels.base, "-L", labels.remote]
    style = {"diff3": ["--diff3"], "zdiff3": ["--zdiff3"]}.get(_style(), [])
    command = ["git", "merge-file", *style, *words, given.local, given.base, given.remote]
    done = run(command, check=False)
    return done.returncode if done.returncode in {0, 255} else CONFLICTS


def _tell(path: str, merge: Merge) -> None:
    """One line below git's own: which cells."""
    cells = sorted({each.where.merged + 1 for each in merge.conflicts if each.where.merged is not None})
    where = f"cell{'s' if len(cells) > 1 else ''} {', '.join(map(str, cells))}" if cells else "its metadata"
    print(f"nbhotel: {path} can be opened; to decide: {where}", file=sys.stderr)
