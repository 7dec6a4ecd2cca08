"""Completion for fish, from argparse parsers: shtab makes none. Source of the format: fish's complete(1)."""

from __future__ import annotations

import argparse
from collections.abc import Iterator


def fish_completion(parser: argparse.ArgumentParser) -> str:
    """Return the script that completes one program, with its verbs and their actions."""
    lines = [f"complete -c {parser.prog} -e", *_level(parser, parser.prog, ())]
    return "\n".join(lines) + "\n"


def _level(parser: argparse.ArgumentParser, program: str, verbs: tuple[str, ...]) -> Iterator[str]:
    """Yield the lines for what may follow `verbs`."""
    inner = _verbs(parser)
    condition = _condition(verbs, tuple(inner))
    start = f"complete -c {program}" + (f" -n {_quoted(condition)}" if condition else "")
    takes_files = False
    for action in parser._actions:
        if action.help is argparse.SUPPRESS:
            continue
        if action.option_strings:
            yield start + _option(action)
        else:
            takes_files |= hasattr(action, "complete")
            yield from (f"{start} -f -a {_quoted(str(choice))}" for choice in _words(action))
    if not takes_files:
        yield f"{start} -f"
    for verb, (summary, below) in inner.items():
        yield f"{start} -f -a {verb} -d {_quoted(summary)}"
        yield from _level(below, program, (*verbs, verb))


def _verbs(parser: argparse.ArgumentParser) -> dict[str, tuple[str, argparse.ArgumentParser]]:
    found: dict[str, tuple[str, argparse.ArgumentParser]] = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            summaries = {choice.dest: choice.help or "" for choice in action._choices_actions}
            found |= {verb: (summaries.get(verb, ""), below) for verb, below in action.choices.items()}
    return found


def _words(action: argparse.Action) -> Iterator[str]:
    if not isinstance(action, argparse._SubParsersAction):
        yield from map(str, action.choices or ())


def _condition(verbs: tuple[str, ...], inner: tuple[str, ...]) -> str:
    """When these verbs have been typed, and none of those below them."""
    parts = [f"__fish_seen_subcommand_from {verb}" for verb in verbs]
    if inner:
        parts.append(f"not __fish_seen_subcommand_from {' '.join(inner)}")
    return "; and ".join(parts)


def _option(action: argparse.Action) -> str:
    words = ""
    for name in action.option_strings:
        words += f" -l {name[2:]}" if name.startswith("--") else f" -s {name[1:]}"
    if action.nargs != 0:
        words += " -r"
        if action.choices:
            words += f" -f -a {_quoted(' '.join(map(str, action.choices)))}"
    return f"{words} -d {_quoted((action.help or '') % {**vars(action), 'prog': 'nbhotel'})}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
