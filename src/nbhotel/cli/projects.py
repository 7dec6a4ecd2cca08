"""`nbhotel share github` and its like: a folder to a repository, step by step."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from nbhotel.cli.progress import Progress
    from nbhotel.share.hosts.kinds import Kind
    from nbhotel.share.project import ProjectDraft, ProjectWish, Shared


def share_project(args: argparse.Namespace) -> int:
    """Look, ask about secrets, send, tell."""
    from nbhotel.cli.progress import Progress
    from nbhotel.cli.sharing import ask_about_secrets, host_of, token_for
    from nbhotel.cli.waiting import wait
    from nbhotel.share import project
    from nbhotel.share.hosts.opening import open_host

    kind, host = host_of(args)
    wish = _wish(args)
    with Progress() as progress:
        ready = _ready(wish, kind, progress)
        found = [] if args.allow_secrets else ready.suspicions()
    ask_about_secrets(found, allowed=args.allow_secrets)
    steps: list[str] = []
    token = token_for(kind, host)
    with open_host(kind, host, token, wait, silence=args.timeout) as opened, Progress() as progress:
        shared = project.send(wish, ready, opened, os.environ, steps, progress.doing)
    _tell(shared, steps, as_json=args.json)
    return 0


def _wish(args: argparse.Namespace) -> ProjectWish:
    from nbhotel.share.project import ProjectWish

    return ProjectWish(
        folder=args.folder,
        repository=args.repo,
        private=not args.public,
        branch=args.branch,
        pull=args.pr,
        message=args.message,
        outputs=args.outputs or "",
    )


def _ready(wish: ProjectWish, kind: Kind, progress: Progress) -> ProjectDraft:
    from nbhotel.cli.program import own_program
    from nbhotel.share import project

    ready = project.draft(wish, kind, os.environ, own_program)
    progress.doing("looking for secrets")
    return ready


def _tell(shared: Shared, steps: list[str], *, as_json: bool) -> None:
    repository = shared.repository
    if as_json:
        print(json.dumps({"name": repository.name, "address": repository.address, "done": steps}))
        return
    for each in steps or ["nothing to do: all of it is there already"]:
        print(f"- {each}", file=sys.stderr)
    print(repository.address)
