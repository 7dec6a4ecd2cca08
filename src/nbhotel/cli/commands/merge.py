"""`nbmerge`: merge what two people made of one notebook; or say whether conflicts remain in one."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from nbhotel.cli.notebooks import FILES, PARTS, read_bytes
from nbhotel.errors import InputError, UsageError
from nbhotel.notebook.model import EMPTY, Broken, Notebook
from nbhotel.notebook.reading import read_notebook

if TYPE_CHECKING:
    import argparse

    from nbhotel.merge.markers import Remaining
    from nbhotel.merge.values import Labels, Merge, Part, Policy

SUMMARY = "merge notebooks, three ways"

EXAMPLES = """\
  nbmerge base.ipynb mine.ipynb theirs.ipynb --out merged.ipynb
  nbmerge base.ipynb mine.ipynb theirs.ipynb --decisions      what it would do, as JSON
  nbmerge --check merged.ipynb                                do conflicts remain?
  git config merge.nb.driver 'nbmerge %O %A %B --out %A --marker-size %L'
"""

_STRATEGIES = ("inline", "use-base", "use-local", "use-remote", "union")
_OUTPUTS = ("auto", "local", "remote", "base", "union", "remove", "clear", "conflict")
_METADATA = ("auto", "local", "remote", "base", "conflict")
_OF_STRATEGY = {"inline": "markers", "use-base": "base", "use-local": "local", "use-remote": "remote"}
_OUTPUTS_OF = {**_OF_STRATEGY, "inline": "conflict", "clear-all": "clear"}
_HELP_OF_PART = {"id": "cells' ids", "details": "prompt numbers"}
_MARKER_SIZES = range(1, 1000)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `nbmerge`."""
    from nbhotel.cli.parsing import add_examples

    add_examples(parser, EXAMPLES, end="\nexit codes: 0 clean, 1 conflicts, 2 unreadable input")
    parser.usage = "%(prog)s [options] [BASE] LOCAL REMOTE\n       %(prog)s --check FILE [FILE ...]"
    files = parser.add_argument(
        "files", nargs="+", metavar="FILE", help="base, local and remote; - is standard input"
    )
    files.complete = FILES  # type: ignore[attr-defined]
    out = parser.add_argument("--out", metavar="FILE", help="write it to a file, which appears whole or not")
    out.complete = FILES  # type: ignore[attr-defined]
    parser.add_argument(
        "--decisions", action="store_true", help="instead of the notebook, what was decided, as JSON"
    )
    parser.add_argument("--check", action="store_true", help="say whether conflict markers remain in files")
    parser.add_argument("--json", action="store_true", help="with --check: the answer as JSON")
    parser.add_argument("-v", "--verbose", action="store_true", help="tell what was settled, too")
    parser.add_argument("-q", "--quiet", action="store_true", help="don't list the conflicts on stderr")
    _add_policies(parser)
    _add_markers(parser)
    _add_parts(parser)
    _add_for_nbdime(parser)


def run(args: argparse.Namespace) -> int:
    """Merge, or check; 1 if there are conflicts."""
    if args.check:
        return _check(args)
    if args.json and not args.decisions:
        raise UsageError("--json goes with --check or --decisions")
    paths = _three(args.files)
    labels = _labels(args)
    data = [b"" if path == os.devnull else read_bytes(path) for path in paths]
    merge, text = _outcome(paths, data, _policy(args), labels)
    if args.decisions:
        from nbhotel.render.decisions import merge_json

        text = merge_json(merge, labels)
    _write(text, args.out)
    if not args.quiet:
        _tell(merge, labels, verbose=args.verbose)
    return 0 if merge.clean else 1


def _add_policies(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what both sides changed")
    group.add_argument(
        "--merge-strategy", choices=_STRATEGIES, default=None, help="of all: default: inline, between markers"
    )
    group.add_argument("--input-strategy", choices=_STRATEGIES, default=None, help="of sources")
    group.add_argument(
        "--output-strategy",
        choices=(*_STRATEGIES, "remove", "clear-all"),
        default=None,
        help="of outputs, by nbdime's names",
    )
    group.add_argument(
        "--outputs", choices=_OUTPUTS, default=None, help="default: auto, those of the source that was kept"
    )
    group.add_argument(
        "--metadata", choices=_METADATA, default=None, help="default: auto, that of the source that was kept"
    )


def _add_markers(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("conflict markers")
    group.add_argument(
        "--conflict-style",
        choices=("merge", "diff3", "zdiff3"),
        default="merge",
        help="as in git; default: merge",
    )
    group.add_argument(
        "-L",
        "--label",
        "--labels",
        action="append",
        default=[],
        metavar="NAME",
        dest="labels",
        help="up to three times, as in git merge-file: names of local, base and remote",
    )
    group.add_argument("--marker-size", type=_size, default=7, metavar="N", help="git's %%L; 7 or more")


def _add_parts(parser: argparse.ArgumentParser) -> None:
    text = (
        "With lower-case options only the parts that are named are merged, upper-case ones leave parts out: "
    )
    group = parser.add_argument_group("parts", text + "these stay as they are in the base.")
    for part in PARTS:
        what = _HELP_OF_PART.get(part, part)
        # --outputs and --metadata are policies here, so these parts have only their letters.
        names = [f"-{part[0]}"] + ([] if part in {"outputs", "metadata"} else [f"--{part}"])
        group.add_argument(
            *names, action="store_true", default=None, dest=f"part_{part}", help=f"merge only {what}"
        )
        group.add_argument(
            f"-{part[0].upper()}",
            f"--ignore-{part}",
            action="store_false",
            dest=f"part_{part}",
            help=f"don't merge {what}",
        )


def _add_for_nbdime(parser: argparse.ArgumentParser) -> None:
    from argparse import SUPPRESS

    for flag in ("--ignore-transients", "--no-ignore-transients", "--no-color", "--no-git", "--no-use-diff"):
        parser.add_argument(flag, action="store_true", help=SUPPRESS)
    parser.add_argument("--log-level", help=SUPPRESS)


def _size(text: str) -> int:
    from argparse import ArgumentTypeError

    if not text.isdecimal() or len(text) > 9 or int(text) not in _MARKER_SIZES:
        raise ArgumentTypeError(f"{text!r} is no length of a marker")
    return max(int(text), 7)  # --check would not know shorter ones


def _three(files: list[str]) -> list[str]:
    if len(files) == 2:
        files = [os.devnull, *files]
    if len(files) != 3:
        raise UsageError(f"a merge takes two or three files, not {len(files)}", remedy="[BASE] LOCAL REMOTE")
    if files.count("-") > 1:
        raise UsageError("standard input can be read only once")
    return files


def _outcome(paths: list[str], data: list[bytes], policy: Policy, labels: Labels) -> tuple[Merge, str]:
    """Merge, and return the file's text as well."""
    from nbhotel.merge.notebooks import merge_notebooks
    from nbhotel.merge.values import Merge
    from nbhotel.notebook.rewriting import rewritten
    from nbhotel.notebook.writing import dumps

    base = _read(paths[0], data[0], "base") if data[0].strip() else EMPTY
    local, remote = _side(paths[1], data[1], "local"), _side(paths[2], data[2], "remote")
    untouched = _untouched(data)
    if untouched is not None and not policy.ignored:
        return Merge((base, local, remote)[untouched]), data[untouched].decode()
    merge = merge_notebooks(base, local, remote, policy, labels)
    if not data[1]:
        return merge, dumps(merge.notebook.raw) + "\n"
    return merge, rewritten(data[1], local.raw, merge.notebook.raw).decode()


def _untouched(data: list[bytes]) -> int | None:
    """Which file is the outcome to the byte, however it is formatted: the other side left the base alone."""
    base, local, remote = data
    if local and remote in {local, base}:
        return 1
    return 2 if remote and local == base else None


def _side(path: str, data: bytes, role: str) -> Notebook:
    return EMPTY if path == os.devnull else _read(path, data, role)


def _read(path: str, data: bytes, role: str) -> Notebook:
    notebook = read_notebook(data)
    if isinstance(notebook, Broken):
        name = "standard input" if path == "-" else path
        raise InputError(f"{role}: {notebook.message}", where=name, remedy="nothing was merged")
    return notebook


def _write(text: str, out: str | None) -> None:
    if out:
        from nbhotel.cli.emit import save

        save(text, out)
    else:
        from nbhotel.notebook.writing import encoded

        sys.stdout.buffer.write(encoded(text))
        sys.stdout.buffer.flush()


def _tell(merge: Merge, labels: Labels, *, verbose: bool) -> None:
    """Tell people what they have to look at; programs read --decisions."""
    if merge.conflicts or (verbose and merge.decisions):
        from nbhotel.render.decisions import merge_lines

        for line in merge_lines(merge, labels, decisions=verbose):
            print(line, file=sys.stderr)


def _check(args: argparse.Namespace) -> int:
    from nbhotel.render.decisions import remaining_json, remaining_lines

    found = [("standard input" if path == "-" else path, _markers(path)) for path in args.files]
    if args.json:
        _write(remaining_json(found), args.out)
    elif not args.quiet:
        lines = [line for name, markers in found for line in remaining_lines(name, markers)]
        _write("".join(f"{line}\n" for line in lines), args.out)
    return int(any(markers for _, markers in found))


def _markers(path: str) -> list[Remaining]:
    from nbhotel.merge.markers import Remaining, left_in, remaining

    notebook = read_notebook(read_bytes(path))
    if isinstance(notebook, Notebook):
        return list(remaining(notebook))
    found = [Remaining(None, line, text) for line, text in left_in(notebook.text)]
    if not found:  # broken for another reason
        raise InputError(notebook.message, where="standard input" if path == "-" else path)
    return found


def _labels(args: argparse.Namespace) -> Labels:
    from nbhotel.merge.values import Labels

    if len(args.labels) > 3:
        raise UsageError("there are three labels at most: of local, base and remote")
    names = [" ".join(name.split()) for name in args.labels]
    local, base, remote = names + ["local", "base", "remote"][len(names) :]
    return Labels(local, base, remote, args.marker_size)


def _policy(args: argparse.Namespace) -> Policy:
    from nbhotel.merge.values import Policy

    strategy: str = args.merge_strategy or "inline"
    asked_outputs = args.output_strategy or (None if strategy == "inline" else strategy)
    outputs = args.outputs or (_OUTPUTS_OF.get(asked_outputs, asked_outputs) if asked_outputs else "auto")
    asked_sources = args.input_strategy or strategy
    by_strategy = _OF_STRATEGY.get(strategy, "auto") if strategy not in {"inline", "union"} else "auto"
    values: dict[str, Any] = {
        "sources": _OF_STRATEGY.get(asked_sources, asked_sources),
        "outputs": outputs,
        "metadata": args.metadata or by_strategy,
        "style": args.conflict_style,
        "ignored": _ignored(args),
    }
    return Policy(**values)


def _ignored(args: argparse.Namespace) -> frozenset[Part]:
    asked = {part: getattr(args, f"part_{part}") for part in PARTS}
    only = any(asked.values())
    return frozenset(part for part, wanted in asked.items() if wanted is False or (only and not wanted))  # type: ignore[misc]
