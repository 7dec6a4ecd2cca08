"""From the command line to the index, or to the worktree: one notebook after the other."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from nbhotel.cli.staging.choosing import completed, offered, parts_of
from nbhotel.cli.staging.console import Terminal, can_ask
from nbhotel.cli.staging.files import git_environment, named
from nbhotel.cli.staging.report import Outcome, tell
from nbhotel.cli.staging.verbs import DISCARD, Choice, Verb
from nbhotel.errors import MissingPart, UsageError
from nbhotel.git.staging.repository import Place
from nbhotel.git.staging.tree import nodes_of
from nbhotel.render.terminal.safe import safe

if TYPE_CHECKING:
    import argparse

    from nbhotel.cli.staging.work import Work
    from nbhotel.git.staging.leaves import Leaf

#: Chooses from what is offered of one notebook.
Chooser = Callable[["Work", tuple["Leaf", ...]], Choice]


def run(args: argparse.Namespace, verb: Verb) -> int:
    """Choose and apply, for each notebook that the words name."""
    from nbhotel.cli.staging.work import Work

    choose = _chooser(args, verb)
    only = () if args.only is None else parts_of(args.only)
    environment = git_environment()
    files = named(args, verb, environment)
    works: Iterable[Work] = (Work(Place(file, environment), verb, args) for file in files)
    if choose is _all or choose is _none:
        works = list(works)  # nothing is written if one of them can't be read
    outcomes = []
    for work in works:
        leaves = offered(work.pair, args.cell, only, work.place.name)
        choice = choose(work, leaves) if leaves else Choice()
        choice = choice._replace(leaves=completed(choice.leaves, work.pair, takes_back=verb.takes_back))
        outcomes.append(_done(work, leaves, choice, args))
        if choice.is_last:
            break
    tell(outcomes, verb, args)
    return 0


def _done(work: Work, leaves: tuple[Leaf, ...], choice: Choice, args: argparse.Namespace) -> Outcome:
    outcome = Outcome(work.place.name, work.pair, leaves, choice)
    if not choice or args.dry_run:
        return outcome
    return outcome._replace(**work.apply(choice)._asdict())


def _chooser(args: argparse.Namespace, verb: Verb) -> Chooser:
    chosen = args.all or args.cell
    if args.all and args.cell:
        raise UsageError("--all and --cell can't both be")
    if args.patch:
        if args.json or args.all:
            raise UsageError(f"-p asks, and {'--json' if args.json else '--all'} doesn't")
        return _asked
    if args.json and not chosen:
        return _none
    if chosen:
        if verb is DISCARD and not args.yes and not args.dry_run:
            if args.json or not _is_dialogue():
                raise UsageError(
                    "discarding changes files", remedy="say --yes, or -p to be asked about each change"
                )
            return _confirmed
        return _all
    if not _is_dialogue():
        raise UsageError(f"say what to {verb.name}", remedy="--all, --cell, or -p, which asks")
    return _on_screen


def _is_dialogue() -> bool:
    """Whether somebody sits at a terminal who sees what is asked."""
    return can_ask() and sys.stdout.isatty()


def _all(_work: Work, leaves: tuple[Leaf, ...]) -> Choice:
    return Choice(frozenset(leaves))


def _none(_work: Work, _leaves: tuple[Leaf, ...]) -> Choice:
    return Choice()


def _confirmed(work: Work, leaves: tuple[Leaf, ...]) -> Choice:
    """Ask before anything is discarded."""
    from nbhotel.cli.staging.titles import title

    console = Terminal()
    nodes = nodes_of(work.pair.diff, leaves)
    lines = [f"{work.place.name}:", *(f"  {title(work.pair, node)}" for node in nodes)]
    console.say(map(safe, lines))
    answer = console.ask(f"{work.verb.question('this')} [y/N]? ") or ""
    return Choice(frozenset(leaves)) if answer.strip().lower() in {"y", "yes"} else Choice()


def _asked(work: Work, leaves: tuple[Leaf, ...]) -> Choice:
    from nbhotel.cli.staging.editing import Editor
    from nbhotel.cli.staging.previews import preview
    from nbhotel.cli.staging.prompt import Prompt
    from nbhotel.render.terminal.brush import Brush

    brush = Brush(work.look())
    nodes = nodes_of(work.pair.diff, leaves)
    console = Terminal()
    console.say(work.heading(brush))
    editor = Editor(work.verb, os.environ)
    return Prompt(
        work.pair, nodes, work.verb, console, lambda node: preview(work.pair, node, brush), editor
    ).run()


def _on_screen(work: Work, leaves: tuple[Leaf, ...]) -> Choice:
    if os.environ.get("TERM", "dumb") == "dumb":
        raise UsageError("this terminal has no full screen", remedy="-p works without")
    try:
        from nbhotel.cli.staging.fullscreen import choose
    except ModuleNotFoundError as error:
        remedy = "pip install 'nbhotel[tui]'; -p works without"
        raise MissingPart(f"the full screen needs {error.name}", remedy=remedy) from None
    return choose(work.pair, nodes_of(work.pair.diff, leaves), work.verb, work.place.name, work.look())
