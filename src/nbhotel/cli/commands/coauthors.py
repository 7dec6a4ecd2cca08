"""`nbhotel coauthors`: who else wrote in the notebooks that are about to be committed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from nbhotel.git.calls import Git

SUMMARY = "name those who wrote with you in the staged notebooks, as trailers of the commit"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options: none of them prints the trailers."""
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--message", metavar="FILE", help="add the trailers to a commit's message")
    choice.add_argument(
        "--hook", action="store_true", help="have git do that for each commit of this repository"
    )
    choice.add_argument("--no-hook", action="store_true", help="have git do that no more")


def run(args: argparse.Namespace) -> int:
    """Print the trailers, or write them, or set up git's hook."""
    from nbhotel.git.calls import Git

    git = Git(os.getcwd(), os.environ)  # noqa: PTH109 - as git has it
    git.run("rev-parse", "--git-dir")
    if args.hook or args.no_hook:
        _set_hook(git, on=args.hook)
        return 0
    trailers = _trailers(git)
    if args.message is None:
        print("".join(f"{each}\n" for each in trailers), end="")
        return 0
    from nbhotel.room.together.coauthors import add_to_message

    add_to_message(git, os.path.abspath(args.message), trailers)  # noqa: PTH100
    return 0


def _trailers(git: Git) -> list[str]:
    import getpass
    import socket
    import sqlite3

    from nbhotel.errors import StateError
    from nbhotel.room.together.coauthors import coauthors, trailer
    from nbhotel.room.together.file import Kept, together_file

    file = together_file(os.environ)
    if not os.path.exists(file):  # noqa: PTH110
        return []
    itself = os.environ.get("JUPYTERHUB_USER") or getpass.getuser()
    try:
        kept = Kept(file)
        try:
            return [trailer(each, socket.getfqdn()) for each in coauthors(git, kept, itself)]
        finally:
            kept.close()
    except (OSError, sqlite3.Error) as error:
        raise StateError(f"can't be read: {error}", where=file) from error


def _set_hook(git: Git, *, on: bool) -> None:
    from nbhotel.cli.program import own_program
    from nbhotel.errors import MissingPart
    from nbhotel.git.setup import hooks
    from nbhotel.room.together.coauthors import HOOK, hook_lines

    file = os.path.join(git.path("hooks"), HOOK)  # noqa: PTH118
    if not on:
        print(f"took our lines out of {file}" if hooks.remove(file) else f"nothing of ours is in {file}")
        return
    if hooks.is_shared(git, file):
        line = 'nbhotel coauthors --message "$1" || :'
        raise MissingPart("this folder of hooks is committed", where=file, remedy=f"put `{line}` into it")
    print(f"added the hook {file}" if hooks.add(file, hook_lines(own_program())) else f"{file} is as it was")
