"""`nbhotel export`: notebooks as scripts, texts and pages, by a chain or by an exporter's name."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from nbhotel.chain.config import load_chain
from nbhotel.cli.boundary import tell
from nbhotel.cli.notebooks import FILES, read_bytes
from nbhotel.cli.rewrite import named_files
from nbhotel.errors import InputError, UsageError, nearest
from nbhotel.notebook.model import Broken, Notebook
from nbhotel.notebook.reading import read_notebook

if TYPE_CHECKING:
    import argparse

    from nbhotel.chain.model import Chain

SUMMARY = "write notebooks as scripts, texts or pages, by a chain of the repository's or an exporter"

EXAMPLES = """\
  nbhotel export analysis.ipynb --to script         writes analysis.py beside it
  nbhotel export *.ipynb --to percent -o scripts/   into a folder
  nbhotel export analysis.ipynb --to html -o -      to standard output
  nbhotel export . --chain slides                   a chain of nbhotel.toml
  nbhotel export a.ipynb --chain publish            a.html, a page for readers
  nbhotel export . --chain publish --out site/      a folder of pages with an index
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `nbhotel export`."""
    from nbhotel.cli.parsing import add_examples

    add_examples(parser, EXAMPLES)
    files = parser.add_argument(
        "files", nargs="+", metavar="FILE", help="notebooks, folders, globs, or - for standard input"
    )
    files.complete = FILES  # type: ignore[attr-defined]
    parser.add_argument(
        "--chain", metavar="NAME", help="the chain: its filters, and its exporter if it has one"
    )
    parser.add_argument(
        "--to",
        metavar="NAME",
        help="script, code, percent, markdown, rst, html, ipynb, nbconvert:NAME, jupytext:FORMAT",
    )
    out = parser.add_argument(
        *("-o", "--output", "--out"),
        metavar="PATH",
        help="a file, a folder, or - ; default: beside each notebook",
    )
    out.complete = FILES  # type: ignore[attr-defined]
    parser.add_argument(
        "--magics", choices=("comment", "transform", "keep"), help="in scripts; default: comment"
    )
    parser.add_argument("--code-only", action="store_true", help="in scripts: nothing but code")
    parser.add_argument("--no-header", action="store_true", help="percent and markdown without a YAML header")
    parser.add_argument("-f", "--force", action="store_true", help="also files with other suffixes")


def run(args: argparse.Namespace) -> int:
    """Export; each file appears whole or not at all."""
    if args.chain is None and args.to is None:
        raise UsageError("say what to write", remedy="--to NAME or --chain NAME")
    paths = list(named_files(args.files, force=args.force))
    if not paths:
        raise UsageError(
            f"{args.files[0]} is no notebook by its name", remedy="--force takes it all the same"
        )
    into = _folder(args.output, many=len(paths) > 1)
    if _is_for_readers(args, paths[0]):
        if _options(args):
            raise UsageError("--magics, --code-only and --no-header are not for pages")
        from nbhotel.cli.publishing import export_pages

        return export_pages(paths, partial(load_chain, args.chain), args.output, into)
    code = 0
    for path in paths:
        try:
            _export(path, args, into)
        except InputError as error:
            if len(paths) == 1:
                raise
            code = tell(error)
    return code


def _is_for_readers(args: argparse.Namespace, path: str) -> bool:
    """Whether the chain `publish` is asked for pages, which know of each other, and not for another form."""
    if args.chain != "publish" or args.to not in (None, "html"):
        return False
    if args.to is None and (args.output or "").endswith(".ipynb"):
        return False
    return args.to == "html" or load_chain(args.chain, _folder_of(path)).exporter is None


def _folder_of(path: str) -> str:
    return os.path.dirname(os.path.abspath(path))


def _export(path: str, args: argparse.Namespace, into: str | None) -> None:
    notebook = read_notebook(read_bytes(path))
    if isinstance(notebook, Broken):
        raise InputError(notebook.message, where=path)
    chain = _chain(args, _folder_of(path))
    content = chain.exported(notebook)
    target = _target(path, args.output, into, _suffix(chain, notebook))
    if target == "-":
        sys.stdout.buffer.write(content)
        return
    if os.path.exists(target) and os.path.exists(path) and os.path.samefile(target, path):
        raise UsageError(
            f"would overwrite {path}", remedy="name another file with -o, or use `nbhotel clean`"
        )
    from nbhotel.cli.emit import save

    save(content, target)
    if sys.stdout.isatty():
        print(target)


def _chain(args: argparse.Namespace, folder: str) -> Chain:
    from nbhotel.chain.model import Chain

    chain = load_chain(args.chain, folder) if args.chain else Chain("export", ())
    if args.to is None:
        return chain
    if args.to in ("ipynb", "notebook"):
        return chain._replace(exporter=None, suffix=".ipynb")
    exporter, suffix = _exporter(args.to, _options(args))
    return chain._replace(exporter=exporter, suffix=suffix)


def _options(args: argparse.Namespace) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if args.magics:
        options["magics"] = args.magics
    if args.code_only:
        options["code_only"] = True
    if args.no_header:
        options["header_lines"] = False
    return options


def _exporter(name: str, options: dict[str, Any]) -> tuple[Any, str]:
    from nbhotel.chain.registry import UnknownName, WrongOption, exporter

    try:
        return exporter(name, options)
    except UnknownName as error:
        remedy = nearest(name, error.args[1])
        raise UsageError(f"there is no exporter {name!r}", remedy=remedy) from None
    except WrongOption as error:
        option, what, _ = error.args
        spelled = {"header_lines": "--no-header"}.get(option, f"--{option.replace('_', '-')}")
        raise UsageError(f"{spelled} is not for --to {name}" if option else what) from None


def _suffix(chain: Chain, notebook: Notebook) -> str:
    if chain.suffix:
        return chain.suffix
    from nbhotel.chain.exporters.languages import suffix_of

    return suffix_of(notebook)


def _folder(output: str | None, *, many: bool) -> str | None:
    """Return the folder to write into, if -o names one. Raises UsageError."""
    if output is None or output == "-":
        return None
    if output.endswith(os.sep) or os.path.isdir(output):
        os.makedirs(output, exist_ok=True)
        return output
    if many:
        raise UsageError(f"{output} is one file for many notebooks", remedy="name a folder: end it with /")
    return None


def _target(path: str, output: str | None, into: str | None, suffix: str) -> str:
    if path == "-":
        return output or "-"
    name = os.path.splitext(os.path.basename(path))[0] + suffix
    if into is not None:
        return os.path.join(into, name)
    return output or os.path.join(os.path.dirname(path), name)
