"""`nbhotel check`: are notebooks as their chain would leave them? For continuous integration and hooks."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from nbhotel.chain.findings import Finding, find
from nbhotel.cli import parallel
from nbhotel.cli.chains import Chains, Recipe, add_chain_options, recipe_of
from nbhotel.cli.notebooks import FILES, read_bytes
from nbhotel.cli.rewrite import named_files
from nbhotel.errors import InputError
from nbhotel.notebook.model import Broken
from nbhotel.notebook.reading import read_notebook
from nbhotel.records import NamedTuple

if TYPE_CHECKING:
    import argparse

SUMMARY = (
    "say what a chain of filters would change in notebooks, and where secrets are; exit with 1 if anything"
)


class Checked(NamedTuple):
    """What was found in one file; `error` says why it could not be looked at."""

    file: str
    findings: tuple[Finding, ...]
    error: str = ""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `nbhotel check`."""
    files = parser.add_argument(
        "files", nargs="*", metavar="FILE", help="notebooks, folders, globs, -; default: this folder"
    )
    files.complete = FILES  # type: ignore[attr-defined]
    parser.add_argument(
        "--json", action="store_true", help="as JSON: file, step, cell (from 0), path, reason"
    )
    parser.add_argument("-f", "--force", action="store_true", help="also files with other suffixes")
    add_chain_options(parser)


def run(args: argparse.Namespace) -> int:
    """Check; 1 if anything was found, 2 if a file could not be read."""
    recipe = recipe_of(args)
    paths = [
        path for path in named_files(args.files or ["."], force=args.force) if not path.endswith(".zpln")
    ]
    return _report(parallel.each(partial(_check, recipe=recipe), paths), as_json=args.json)


def _check(path: str, *, recipe: Recipe) -> Checked:
    try:
        notebook = read_notebook(read_bytes(path))
    except InputError as error:
        return Checked(path, (), error.what)
    if isinstance(notebook, Broken):
        return Checked(path, (), notebook.message)
    return Checked(path, find(_chains(recipe).of(path), notebook))


_CHAINS: dict[Recipe, Chains] = {}


def _chains(recipe: Recipe) -> Chains:
    return _CHAINS.setdefault(recipe, Chains(recipe))


def _report(results: Iterable[Checked], *, as_json: bool) -> int:
    seen = []
    for result in results:
        seen.append(result)
        if not as_json:
            _tell(result)
    if as_json:
        print(json.dumps({"files": list(map(_object, seen))}, indent=1))
    if any(result.error for result in seen):
        return 2
    return int(any(result.findings for result in seen))


def _object(result: Checked) -> dict[str, object]:
    findings = [finding._asdict() for finding in result.findings]
    return {"file": result.file, "clean": not findings, "findings": findings, "error": result.error}


def _tell(result: Checked) -> None:
    from nbhotel.render.terminal.safe import safe

    if result.error:
        print(f"nbhotel: {safe(result.file)}: {safe(result.error)}", file=sys.stderr)
    for finding in result.findings:
        place = "" if finding.cell is None else f"cell {finding.cell + 1}"
        place += f" ({finding.cell_id})" if place and finding.cell_id else ""
        print(safe(": ".join(filter(None, (result.file, place, finding.reason)))))
