"""`nbhotel repair`: mend notebooks that don't open, and say what was done."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, TextIO

from nbhotel.cli import parallel
from nbhotel.cli.folders import is_many
from nbhotel.cli.notebooks import FILES, read_bytes, why
from nbhotel.cli.originals import keep_original
from nbhotel.cli.rewrite import named_files, replace
from nbhotel.errors import InputError, UsageError
from nbhotel.notebook.model import EMPTY
from nbhotel.records import NamedTuple
from nbhotel.repair.files import repair
from nbhotel.repair.values import Hopeless, Repaired

if TYPE_CHECKING:
    import argparse

SUMMARY = "mend broken notebooks: conflict markers, cut files, ids, types, encodings"

EXAMPLES = """\
  nbhotel repair analysis.ipynb          in place; the file as it was stays in analysis.ipynb.orig
  nbhotel repair --check .               is anything to mend in a folder's notebooks? For hooks and CI
  nbhotel repair --dry-run '**/*.ipynb'  only say what would be done
  nbhotel repair < broken.ipynb > mended.ipynb
"""


class Result(NamedTuple):
    """What became of one file: `orig` is where it lies as it was, `open_cells` where conflicts are left."""

    file: str
    repaired: Repaired | None
    open_cells: tuple[int | None, ...] = ()
    orig: str = ""
    error: str = ""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `nbhotel repair`."""
    from nbhotel.cli.parsing import add_examples

    add_examples(parser, EXAMPLES, end="\nexit codes: 0 mended or sound, 1 conflicts are left, 2 hopeless")
    files = parser.add_argument(
        "files", nargs="*", metavar="FILE", help="notebooks, folders, globs; default: standard input"
    )
    files.complete = FILES  # type: ignore[attr-defined]
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    parser.add_argument("--check", action="store_true", help="the same, and exit with 1 if anything would")
    parser.add_argument("--json", action="store_true", help="tell it as JSON")
    parser.add_argument("--stdout", action="store_true", help="print the mended notebook, change no file")
    out = parser.add_argument("-o", "--out", metavar="FILE", help="write the mended notebook to another file")
    out.complete = FILES  # type: ignore[attr-defined]
    parser.add_argument("--no-orig", action="store_false", dest="orig", help="don't keep the file as it was")
    parser.add_argument("-f", "--force", action="store_true", help="also files with other suffixes")


def run(args: argparse.Namespace) -> int:
    """Repair; 1 if conflicts are left (with --check: if anything is to mend), 2 if a file is hopeless."""
    if not args.files or args.files == ["-"]:
        return _repair_stdin(args)
    if "-" in args.files:
        raise UsageError("standard input can't be among other files")
    paths = [path for path in named_files(args.files, force=args.force) if not path.endswith(".zpln")]
    _tell_left_alone(args.files, paths)
    if args.stdout or args.out:
        return _elsewhere(paths, args)
    work = partial(_work, write=not (args.dry_run or args.check), keep=args.orig)
    return _report(parallel.each(work, paths), args)


def _tell_left_alone(words: list[str], paths: list[str]) -> None:
    """Somebody who names a file should not think that it is sound."""
    from nbhotel.render.terminal.safe import safe

    for word in words:
        if word not in paths and not is_many(word):
            remedy = "" if word.endswith(".zpln") else " (--force mends it as one)"
            print(f"nbhotel: {safe(word)}: left alone, as it is no .ipynb{remedy}", file=sys.stderr)


def _repair_stdin(args: argparse.Namespace) -> int:
    if not args.files and sys.stdin.isatty():
        raise UsageError(
            "name notebooks, or give one on standard input", remedy="see `nbhotel repair --help`"
        )
    return _print("-", "standard input", args)


def _elsewhere(paths: list[str], args: argparse.Namespace) -> int:
    if len(paths) != 1:
        raise UsageError(f"--stdout and --out take one notebook, not {len(paths)}")
    return _print(paths[0], paths[0], args)


def _print(path: str, name: str, args: argparse.Namespace) -> int:
    """Write the mended notebook to where it is wanted; if that is standard output, tell of it elsewhere."""
    result, content = _mended(path, read_bytes(path))
    stream = sys.stdout
    if not (args.dry_run or args.check or result.error):
        _write(content, args)
        stream = sys.stdout if args.out else sys.stderr
    return _report([result._replace(file=name)], args, stream)


def _write(content: bytes, args: argparse.Namespace) -> None:
    if args.out:
        from nbhotel.cli.emit import save

        save(content, args.out)
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def _work(path: str, *, write: bool, keep: bool) -> Result:
    try:
        before = os.stat(path)
        data = read_bytes(path)
        result, content = _mended(path, data)
        if not write or content == data or result.error:
            return _slim(result)
        return _slim(result)._replace(orig=_exchange(path, data, content, before, keep=keep))
    except OSError as error:
        return Result(path, None, error=why(error))
    except InputError as error:
        return Result(path, None, error=error.what)


def _slim(result: Result) -> Result:
    """Leave out what was written: results may go from process to process."""
    found = result.repaired
    return result if found is None else result._replace(repaired=found._replace(content=b"", notebook=EMPTY))


def _mended(path: str, data: bytes) -> tuple[Result, bytes]:
    """Repair what was read from `path`: with the help of git's index, if there are conflict markers in it."""
    found = repair(data)
    if path != "-" and isinstance(found, Repaired) and any(each.kind == "markers" for each in found.findings):
        from nbhotel.cli.conflicted import stages_of

        found = repair(data, stages_of(path, os.environ))
    if isinstance(found, Hopeless):
        return Result(path, None, error=found.what), data
    return Result(path, found, _open_cells(found)), found.content


def _open_cells(found: Repaired) -> tuple[int | None, ...]:
    """Where conflicts are left; most notebooks have none, and need not load what finds them."""
    if not any(sign in found.content for sign in (b"<<<<<<<", b"nbhotel-conflicts")):
        return ()
    from nbhotel.repair.unresolved import unresolved

    return tuple(each.cell for each in unresolved(found.notebook))


def _exchange(path: str, data: bytes, content: bytes, before: os.stat_result, *, keep: bool) -> str:
    """Put the mended content into the file, and what was there into another one; return that one's name."""
    if not keep:
        replace(path, content, before)
        return ""
    orig = keep_original(path, data, before)
    try:
        replace(path, content, before)
    except InputError:
        os.unlink(orig)
        raise
    return orig


def _report(results: Iterable[Result], args: argparse.Namespace, stream: TextIO | None = None) -> int:
    seen = []
    for result in results:
        seen.append(result)
        if not args.json:
            _tell(result, args, stream or sys.stdout)
    if args.json:
        _tell_json(seen, stream or sys.stdout)
    if any(result.error for result in seen):
        return 2
    broken = any(result.repaired is not None and not result.repaired.sound for result in seen)
    return int((args.check and broken) or any(result.open_cells for result in seen))


def _tell(result: Result, args: argparse.Namespace, stream: TextIO) -> None:
    from nbhotel.render.repairs import cells_named, finding_lines
    from nbhotel.render.terminal.safe import safe

    name = safe(result.file)
    if result.error or result.repaired is None:
        print(f"nbhotel: {name}: {safe(result.error)}", file=sys.stderr)
        return
    for line in finding_lines(result.repaired):
        print(f"{name}: {line}", file=stream)
    if result.open_cells:
        remedy = f"nbhotel resolve {name}"
        print(f"{name}: conflicts are left in {cells_named(result.open_cells)}: {remedy}", file=stream)
    if not result.repaired.sound and not args.check:
        kept = f"; as it was: {safe(result.orig)}" if result.orig else ""
        print(f"{'would mend' if args.dry_run else 'mended'} {name}{kept}", file=stream)


def _tell_json(results: list[Result], stream: TextIO) -> None:
    import json

    from nbhotel.render.repairs import repair_object

    files = []
    for result in results:
        told = {} if result.repaired is None else repair_object(result.repaired, result.open_cells)
        files.append({"file": result.file, **told, "orig": result.orig or None, "error": result.error})
    print(json.dumps({"files": files}, indent=1), file=stream)
