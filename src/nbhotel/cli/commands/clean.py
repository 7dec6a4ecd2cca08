"""`nbhotel clean`: run a chain of filters over notebooks, in place."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from nbhotel.cli import parallel
from nbhotel.cli.chains import Chains, Recipe, add_chain_options, recipe_of
from nbhotel.cli.notebooks import FILES, read_bytes, why
from nbhotel.cli.rewrite import named_files, replace
from nbhotel.errors import InputError, UsageError
from nbhotel.notebook.model import Broken
from nbhotel.notebook.reading import read_notebook
from nbhotel.notebook.rewriting import rewritten
from nbhotel.records import NamedTuple

if TYPE_CHECKING:
    import argparse

SUMMARY = "run a chain of filters over notebooks, in place: by default, strip outputs and prompt numbers"

EXAMPLES = """\
  nbhotel clean analysis.ipynb              in place; what has nothing to strip is not touched
  nbhotel clean .                           all notebooks of a folder
  nbhotel clean --diff --chain review .     only show what the chain would change
  nbhotel clean < in.ipynb > out.ipynb
"""


class Result(NamedTuple):
    """What became of one file."""

    file: str
    changed: bool
    error: str = ""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `nbhotel clean`."""
    from nbhotel.cli.parsing import add_examples

    add_examples(parser, EXAMPLES)
    files = parser.add_argument(
        "files", nargs="*", metavar="FILE", help="notebooks, folders, globs; default: standard input"
    )
    files.complete = FILES  # type: ignore[attr-defined]
    parser.add_argument("--stdin", action="store_true", help="from standard input to standard output")
    parser.add_argument("-t", "--textconv", action="store_true", help="print the result, change no file")
    parser.add_argument("--dry-run", action="store_true", help="only print which files would change")
    parser.add_argument("--verify", action="store_true", help="the same, and exit with 1 if any would")
    parser.add_argument("--diff", action="store_true", help="only show what would change")
    parser.add_argument("--json", action="store_true", help="tell what was done as JSON")
    parser.add_argument("-f", "--force", action="store_true", help="also files with other suffixes")
    parser.add_argument(
        "-m", "--mode", choices=("jupyter", "zeppelin"), help="default: by the suffix, .ipynb or .zpln"
    )
    parser.add_argument("--unix-newlines", action="store_true", help="write line ends as LF")
    add_chain_options(parser)


def run(args: argparse.Namespace) -> int:
    """Clean; 2 if a file could not be, 1 with --verify if any file would change."""
    recipe = recipe_of(args)
    if args.stdin or args.files == ["-"] or not args.files:
        return _filter_stdin(args, recipe)
    if "-" in args.files:
        raise UsageError("standard input can't be among other files")
    paths = list(named_files(args.files, force=args.force))
    if args.textconv or args.diff:
        return _print(paths, args, recipe)
    write = not (args.dry_run or args.verify)
    work = partial(_clean_file, recipe=recipe, mode=args.mode, lf=args.unix_newlines, write=write)
    return _report(parallel.each(work, paths), args)


def cleaned(data: bytes, path: str, chains: Chains, mode: str | None) -> bytes:
    """Return a file's content after its chain; the same object if nothing changed. Raises InputError."""
    if mode == "zeppelin" or (mode is None and path.endswith(".zpln")):
        from nbhotel.chain.zeppelin import stripped

        result = stripped(data)
        if isinstance(result, str):
            raise InputError(result, where=path)
        return result
    notebook = read_notebook(data)
    if isinstance(notebook, Broken):
        raise InputError(notebook.message, where=path)
    new = chains.of(path).clean(notebook)
    return data if new is notebook else rewritten(data, notebook.raw, new.raw)


def _filter_stdin(args: argparse.Namespace, recipe: Recipe) -> int:
    if not args.files and not args.stdin and sys.stdin.isatty():
        raise UsageError("name notebooks, or give one on standard input", remedy="see `nbhotel clean --help`")
    data = read_bytes("-")
    new = _newlines(cleaned(data, "-", Chains(recipe), args.mode), lf=args.unix_newlines)
    if args.diff:
        return _show(data, new, "standard input")
    if args.dry_run or args.verify:
        return _report([Result("standard input", new != data)], args)
    sys.stdout.buffer.write(new)
    return 0


def _clean_file(path: str, *, recipe: Recipe, mode: str | None, lf: bool, write: bool) -> Result:
    try:
        before = os.stat(path)
        data = read_bytes(path)
        new = _newlines(cleaned(data, path, _chains(recipe), mode), lf=lf)
        if new == data:
            return Result(path, changed=False)
        if write:
            replace(path, new, before)
    except OSError as error:
        return Result(path, changed=False, error=why(error))
    except InputError as error:
        return Result(path, changed=False, error=error.what)
    return Result(path, changed=True)


_CHAINS: dict[Recipe, Chains] = {}


def _chains(recipe: Recipe) -> Chains:
    """The chains of this process: of each folder, they are put together once."""
    return _CHAINS.setdefault(recipe, Chains(recipe))


def _newlines(data: bytes, *, lf: bool) -> bytes:
    return data.replace(b"\r\n", b"\n") if lf else data


def _report(results: Iterable[Result], args: argparse.Namespace) -> int:
    from nbhotel.render.terminal.safe import safe

    seen = []
    for result in results:
        seen.append(result)
        if args.json:
            continue
        if result.error:
            print(f"nbhotel: {safe(result.file)}: {safe(result.error)}", file=sys.stderr)
        elif result.changed:
            print(f"{'would clean' if args.dry_run or args.verify else 'cleaned'} {safe(result.file)}")
    if args.json:
        print(json.dumps({"files": [each._asdict() for each in seen]}, indent=1))
    if any(result.error for result in seen):
        return 2
    return int(args.verify and any(result.changed for result in seen))


def _print(paths: Sequence[str], args: argparse.Namespace, recipe: Recipe) -> int:
    code = 0
    for path in paths:
        data = read_bytes(path)
        new = _newlines(cleaned(data, path, _chains(recipe), args.mode), lf=args.unix_newlines)
        if args.diff:
            code = max(code, _show(data, new, path))
        else:
            sys.stdout.buffer.write(new)
    return code


def _show(old: bytes, new: bytes, name: str) -> int:
    """Print what would change, as `nbdiff` shows it."""
    from types import SimpleNamespace

    from nbhotel.cli.notebooks import DEFAULTS
    from nbhotel.cli.output import write_lines
    from nbhotel.cli.screen import look
    from nbhotel.render.subjects import compare
    from nbhotel.render.terminal.notebooks import diff_lines

    if old == new:
        return 0
    drawn = look(SimpleNamespace(**DEFAULTS), sys.stdout, os.environ)  # type: ignore[arg-type]
    found = compare(name, read_notebook(old), f"{name}, clean", read_notebook(new))
    pager = SimpleNamespace(out=None, pager=False)
    write_lines(diff_lines([found], drawn), pager, previews=False)  # type: ignore[arg-type]
    return 0
