"""`nbhotel vault`: the outputs that git's filter keeps: how many, for how long, and the way back to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbhotel.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

SUMMARY = "look after the outputs that git's filter took out of notebooks: find them, make room"

_TEXTS = {
    "info": "show where the vault is, how much is in it, and its bounds",
    "gc": "forget what is old or too much, but not what a worktree or a stash needs; compress the rest",
    "find": "list notebooks as they were with their outputs, the newest first, or write one out",
}
EXAMPLES = """\
  nbhotel vault find analysis.ipynb                    what was kept of a notebook
  nbhotel vault find --containing "accuracy: 0.93"     which one had it?
  nbhotel vault find 3f2a9c01ab --out old.ipynb        write that one out
  nbhotel vault find 3f2a9c01ab --out - | nbshow -     look at it
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the actions of `nbhotel vault` and their options."""
    from argparse import RawDescriptionHelpFormatter

    actions = parser.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)
    verbs = {
        name: actions.add_parser(name, help=text, description=text, allow_abbrev=False)
        for name, text in _TEXTS.items()
    }
    for verb in verbs.values():
        verb.add_argument("--json", action="store_true", help="print JSON")
    _add_gc(verbs["gc"])
    _add_find(verbs["find"])
    verbs["find"].formatter_class = RawDescriptionHelpFormatter
    verbs["find"].epilog = f"examples:\n{EXAMPLES}"


def run(args: argparse.Namespace) -> int:
    """Do what the action says."""
    return _ACTIONS[args.action](args)


def _add_gc(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--size", type=_size, metavar="SIZE", help="such as 500M; default: nbhotel.vaultSize, or 1G"
    )
    parser.add_argument(
        "--age", type=_age, metavar="AGE", help="such as 90d or never; default: nbhotel.vaultAge, or 180d"
    )
    parser.add_argument("-n", "--dry-run", action="store_true", help="only tell what would be forgotten")
    parser.add_argument(
        "--auto", action="store_true", help="only if it is due, and quietly: what git's filter starts"
    )
    parser.add_argument(
        "--rebuild", action="store_true", help="put a damaged vault aside and save what can be read of it"
    )


def _add_find(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "words",
        nargs="*",
        metavar="PATH|NAME",
        help="notebooks, folders, or names from the list; default: all",
    )
    parser.add_argument("--containing", metavar="TEXT", help="only those in which the text stands")
    parser.add_argument("--limit", type=int, default=20, metavar="N", help="at most so many; default: 20")
    parser.add_argument("--out", metavar="FILE", help="write the one that is found to a file, or to -")
    parser.add_argument("-f", "--force", action="store_true", help="also over a file that is there")


def _size(text: str) -> int:
    from nbhotel.git.vault.bounds import size_in_bytes

    size = size_in_bytes(text)
    if size is None:
        raise UsageError(f"--size: {text!r} can't be understood", remedy="such as 500M or 2G")
    return size


def _age(text: str) -> float:
    from nbhotel.git.vault.bounds import age_in_seconds

    age = age_in_seconds(text)
    if age is None:
        raise UsageError(f"--age: {text!r} can't be understood", remedy="such as 90d, 12w or never")
    return age


def _info(args: argparse.Namespace) -> int:
    from nbhotel.cli.vaults import Place, print_info

    return print_info(Place.here(), as_json=args.json)


def _gc(args: argparse.Namespace) -> int:
    from nbhotel.cli.vaultgc import Wishes, rebuild, sweep, sweep_quietly
    from nbhotel.cli.vaults import Place

    place = Place.here()
    if args.auto:
        return sweep_quietly(place)
    if args.rebuild:
        return rebuild(place, as_json=args.json)
    return sweep(place, Wishes(args.size, args.age, args.dry_run, args.json))


def _find(args: argparse.Namespace) -> int:
    from nbhotel.cli.vaultfind import Query, print_found, write_out
    from nbhotel.cli.vaults import Place

    if args.limit < 1:
        raise UsageError("--limit must be 1 or more")
    query = Query(tuple(args.words), args.containing)
    if args.out:
        return write_out(Place.here(), query, args.out, force=args.force)
    return print_found(Place.here(), query, limit=args.limit, as_json=args.json)


_ACTIONS: dict[str, Callable[[argparse.Namespace], int]] = {"info": _info, "gc": _gc, "find": _find}
