"""`nbhotel git`: set git up for notebooks, and see to it that it stays so."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable

    from nbhotel.git.calls import Git
    from nbhotel.git.config import Scope
    from nbhotel.git.setup.scopes import Place

SUMMARY = "set git up for notebooks: clean in the repository, readable in every command"

_TEXTS = {
    "enable": "let git clean, compare and merge notebooks with nbhotel",
    "disable": "undo `enable`",
    "status": "show what each git command does with notebooks here",
    "doctor": "find what keeps git from treating notebooks rightly, and mend it",
    "refresh": "have git look again at notebooks that only seem modified",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the actions of `nbhotel git` and their options."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)
    verbs = {
        name: actions.add_parser(name, help=text, description=text, allow_abbrev=False)
        for name, text in _TEXTS.items()
    }
    for name in ("enable", "disable"):
        _add_scope(verbs[name])
    _add_wishes(verbs["enable"])
    for name in ("status", "doctor"):
        verbs[name].add_argument("--json", action="store_true", help="print JSON")
    verbs["doctor"].add_argument("--fix", action="store_true", help="mend what can be mended")
    refresh = verbs["refresh"]
    refresh.add_argument(
        "paths", nargs="*", metavar="PATH", help="notebooks (default: all of the repository)"
    )
    refresh.add_argument(
        "--renormalize",
        action="store_true",
        help="also stage the clean version of notebooks that were committed with outputs",
    )
    refresh.add_argument("-n", "--dry-run", action="store_true", help="only tell")


def run(args: argparse.Namespace) -> int:
    """Do what the action says."""
    from nbhotel.git.calls import Git

    git = Git(os.getcwd(), os.environ)  # noqa: PTH109 - git's own words are relative to it
    return _ACTIONS[args.action](git, args)


def _add_scope(parser: argparse.ArgumentParser) -> None:
    scope = parser.add_mutually_exclusive_group()
    for name, whose in (("global", "all your repositories"), ("system", "everybody on this machine")):
        scope.add_argument(
            f"--{name}",
            action="store_const",
            const=name,
            dest="scope",
            help=f"for {whose} instead of this repository",
        )
    parser.add_argument(
        "--attributes", metavar="FILE", default="", help="another attributes file, such as .gitattributes"
    )
    parser.set_defaults(scope="local")


def _add_wishes(parser: argparse.ArgumentParser) -> None:
    from argparse import BooleanOptionalAction

    parser.add_argument(
        "--keep-outputs",
        action="append",
        metavar="PATTERN",
        help="notebooks that stay in git with their outputs, such as 'reports/*.ipynb'; can be repeated",
    )
    by = parser.add_mutually_exclusive_group()
    by.add_argument(
        "--keep-tag",
        action="append",
        default=[],
        metavar="TAG",
        help="cells with this tag keep their outputs in git, as those with `keep_output` do; can be repeated",
    )
    by.add_argument(
        "--keep-type",
        action="append",
        default=[],
        metavar="TYPE",
        help="outputs of this type stay in git, such as error or stream:stderr; can be repeated",
    )
    parser.add_argument(
        "--replace",
        action="store_true",
        help="take over the settings of nbstripout and the like, and remove them from this repository",
    )
    parser.add_argument(
        "--no-hook",
        action="store_false",
        dest="hook",
        help="without the hooks that keep notebooks from looking modified",
    )
    parser.add_argument(
        "--aliases",
        action="store_true",
        help="also configure `git nblog`, `git nbblame`, `git nbstage` and their like",
    )
    parser.add_argument(
        "--cache",
        action=BooleanOptionalAction,
        help="let git keep the texts of `git log -p`; then VS Code can't open older versions as notebooks",
    )


def _place(git: Git, args: argparse.Namespace) -> Place:
    from nbhotel.git.setup.scopes import place_of

    scope: Scope = args.scope
    return place_of(git, scope, args.attributes)


def _enable(git: Git, args: argparse.Namespace) -> int:
    from nbhotel.chain.config import load_chain
    from nbhotel.cli.program import own_program
    from nbhotel.git.setup import rivals
    from nbhotel.git.setup.advice import after_enabling
    from nbhotel.git.setup.enable import Wishes, before, enable, is_cached
    from nbhotel.git.setup.scopes import called
    from nbhotel.git.textconv import form_of

    place = _place(git, args)
    changes = _choose(git, args)
    earlier = before(place) or Wishes("", "")
    wishes = Wishes(
        own_program(),
        form_of(load_chain("vcs", git.folder if place.scope == "local" else None)),
        keep=earlier.keep if args.keep_outputs is None else tuple(args.keep_outputs),
        cache=is_cached(git) if args.cache is None else args.cache,
        hook=args.hook,
        aliases=args.aliases,
    )
    if args.replace:
        changes += rivals.remove(git, place.scope)
    done = enable(git, place, wishes)
    changes += done.changes
    _print_list(changes or ["nothing to do: all of it is there already"])
    print(f"git treats notebooks as notebooks now, for {called(git, place)}.")
    _print_list([*done.notes, *after_enabling(git, place)])
    return 0


def _choose(git: Git, args: argparse.Namespace) -> list[str]:
    """Write the chain that the options ask for; return what was done."""
    from nbhotel.git.setup.choices import Choices, take_over, write

    if args.keep_tag or args.keep_type:
        return [write(git, Choices(keep_tags=tuple(args.keep_tag), keep_types=tuple(args.keep_type)))]
    return take_over(git) if args.replace else []


def _disable(git: Git, args: argparse.Namespace) -> int:
    from nbhotel.git.setup.advice import after_disabling
    from nbhotel.git.setup.enable import disable

    place = _place(git, args)
    done = disable(git, place)
    _print_list(done.changes or ["nothing to do: nbhotel was not enabled here"])
    _print_list(after_disabling(git))
    return 0


def _status(git: Git, args: argparse.Namespace) -> int:
    from nbhotel.cli.gitstatus import print_status

    return print_status(git, as_json=args.json)


def _doctor(git: Git, args: argparse.Namespace) -> int:
    from nbhotel.cli.gitdoctor import print_findings

    return print_findings(git, fix=args.fix, as_json=args.json)


def _refresh(git: Git, args: argparse.Namespace) -> int:
    from nbhotel.git.filter.refresh import refresh

    done = refresh(git, args.paths, renormalize=args.renormalize, dry_run=args.dry_run)
    would = "would be " if args.dry_run else ""
    for path in done.refreshed:
        print(f"{would}fresh: {path}")
    for path in done.staged:
        print(f"{would}staged clean: {path}")
    if not (done.refreshed or done.staged):
        print("nothing to do: no notebook only seems modified")
    for path in done.modified:
        print(f"really modified: {path}", file=sys.stderr)
    return 0


def _print_list(lines: Iterable[str]) -> None:
    for line in lines:
        print(f"- {line}")


_ACTIONS: dict[str, Callable[[Git, argparse.Namespace], int]] = {
    "enable": _enable,
    "disable": _disable,
    "status": _status,
    "doctor": _doctor,
    "refresh": _refresh,
}
