"""`nbhotel git-diff`: what git calls as `diff.nbhotel.command`, once for each notebook of a `git diff`.

It always exits with 0: git takes anything else for a reason to stop the whole `git diff`.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbhotel.cli.documents import NOTHING
from nbhotel.records import NamedTuple

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from nbhotel.notebook.model import Broken, Notebook
    from nbhotel.render.subjects import Comparison

SUMMARY = "compare two versions of a notebook (for git to call)"


class _Side(NamedTuple):
    """One side as git gives it: where it can be read, its blob ("000…" for the worktree), its mode."""

    file: str
    blob: str
    mode: str


class _Given(NamedTuple):
    """What git calls an external diff with; `extra` are the lines that it has about a renamed file."""

    path: str
    old: _Side
    new: _Side
    new_path: str
    extra: str


def configure(parser: argparse.ArgumentParser) -> None:
    """Git's words: 7, 9 for a renamed file, 1 for a conflicted one."""
    parser.add_argument("words", nargs="*", metavar="WORD", help="path, file, hex, mode, file, hex, mode")


def quick(words: list[str]) -> argparse.Namespace:
    """Return what the parser makes of git's words."""
    from types import SimpleNamespace

    return SimpleNamespace(words=words)  # type: ignore[return-value]


def run(args: argparse.Namespace) -> int:
    """Print the comparison, or, whatever goes wrong, the texts line by line."""
    words: list[str] = args.words
    if len(words) < 7:
        print(f"* Unmerged path {' '.join(words)}")
        return 0
    given = _given(words)
    try:
        from nbhotel.cli.pager import write

        write(list(_lines(given)))  # nothing is printed before all of it is known
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - a defect of ours must not end the user's `git diff`
        _plainly(given, error)
    return 0


def _given(words: list[str]) -> _Given:
    """Source of the order: git(1), GIT_EXTERNAL_DIFF."""
    path, *rest = words
    new_path, extra = (words[7], words[8]) if len(words) > 8 else (path, "")
    return _Given(path, _Side(*rest[:3]), _Side(*rest[3:6]), new_path, extra)


def _lines(given: _Given) -> Iterator[str]:
    from nbhotel.cli.gitlook import git_look
    from nbhotel.render.terminal.brush import Brush
    from nbhotel.render.terminal.notebooks import diff_lines
    from nbhotel.render.terminal.spans import Span

    look = git_look(sys.stdout, os.environ)
    comparison, note = _compared(given)
    body = list(diff_lines([comparison], look))
    head = list(_head(given))
    if note:
        body = [note]
    if body or len(head) > 1:
        brush = Brush(look)
        yield from (brush.line([Span(line, "file")]) for line in head)
        yield from body


def _head(given: _Given) -> Iterator[str]:
    """Git's own extended headers; only the first line if nothing but the content changed."""
    old, new = given.old, given.new
    yield f"diff --git a/{given.path} b/{given.new_path}"
    if old.file == NOTHING:
        yield f"new file mode {new.mode}"
    elif new.file == NOTHING:
        yield f"deleted file mode {old.mode}"
    elif old.mode != new.mode:
        yield f"old mode {old.mode}"
        yield f"new mode {new.mode}"
    yield from (line for line in given.extra.splitlines() if not line.startswith("index "))


def _compared(given: _Given) -> tuple[Comparison, str]:
    """Return the comparison, and a line to print instead of it, or ""."""
    from nbhotel.notebook.model import Broken
    from nbhotel.render.subjects import Comparison, compare

    old, new = _read(given.old), _read(given.new)
    names = _name("a", given.path, given.old), _name("b", given.new_path, given.new)
    if any(isinstance(side, Broken) and side.what == "is a binary file" for side in (old, new)):
        same = Comparison(names[0], names[1], None)
        return same, f"Binary files {names[0]} and {names[1]} differ"
    comparison = compare(names[0], old, names[1], new)
    if comparison.diff is None:
        return comparison, ""
    cleaned_old, cleaned_new = _cleaned(given, old, new)
    comparison = compare(names[0], cleaned_old, names[1], cleaned_new)
    in_git = _is_blob(given.old) and _is_blob(given.new) and given.old.blob != given.new.blob
    unseen = in_git and not comparison and NOTHING not in names
    return comparison, "only outputs and the like differ, which the filter keeps out of git" if unseen else ""


def _cleaned(
    given: _Given, old: Notebook | Broken, new: Notebook | Broken
) -> tuple[Notebook | Broken, Notebook | Broken]:
    """Both sides as they would be committed; as they are, where nothing would be taken out."""
    from nbhotel.cli.cleaned import cleaner, is_filtered

    clean = cleaner(given.new_path)
    cleaned = clean(old), clean(new)
    if cleaned[0] is old and cleaned[1] is new:
        return old, new
    return cleaned if is_filtered(given.new_path) else (old, new)


def _read(side: _Side) -> Notebook | Broken:
    from nbhotel.cli.notebooks import read_bytes
    from nbhotel.notebook.model import EMPTY
    from nbhotel.notebook.reading import read_notebook

    return EMPTY if side.file == NOTHING else read_notebook(read_bytes(side.file))


def _name(letter: str, path: str, side: _Side) -> str:
    return NOTHING if side.file == NOTHING else f"{letter}/{path}"


def _is_blob(side: _Side) -> bool:
    return bool(side.blob.strip("0."))


def _plainly(given: _Given, error: Exception) -> None:
    from subprocess import run as run_program

    print(f"nbhotel: {given.path} is compared as text: {' '.join(str(error).split())}", file=sys.stderr)
    sys.stdout.flush()
    command = ["git", "diff", "--no-index", "--no-ext-diff", "--no-textconv", "--"]
    run_program([*command, given.old.file, given.new.file], check=False)
