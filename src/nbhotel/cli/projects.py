"""`nbhotel share github` and its like: a folder to a repository, step by step, told also if one fails."""

from __future__ import annotations

import json
import os
import re
import sys
from typing import TYPE_CHECKING

from nbhotel.cli.progress import Progress
from nbhotel.errors import NbhotelError, ShareError, UsageError

if TYPE_CHECKING:
    import argparse

    from nbhotel.git.setup.enable import Wishes
    from nbhotel.share.hosts.host import Host, Repository
    from nbhotel.share.hosts.kinds import Kind

_NAME = r"/[A-Za-z0-9._-]{1,100}"
#: kind -> what a repository may be called. Sources: what GitHub's page for a new one takes;
#: https://docs.gitlab.com/user/reserved_names/, where groups may stand in groups; Gitea's `models/user`.
_NAMES = {
    "github": re.compile(rf"[A-Za-z0-9][A-Za-z0-9-]*{_NAME}"),
    "gitlab": re.compile(rf"[A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)*{_NAME}"),
    "gitea": re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]*{_NAME}"),
}
#: Characters that GitHub takes as a description, with some to spare; the others take more.
_LONGEST = 65_000


def share_project(args: argparse.Namespace) -> int:
    """Look, commit, make the repository if there is none, push."""
    from nbhotel.cli.sharing import ask_about_secrets, host_of, token_for
    from nbhotel.cli.waiting import wait
    from nbhotel.share import project
    from nbhotel.share.hosts.opening import open_host

    kind, host = host_of(args)
    if args.repo and not _NAMES[kind.name].fullmatch(args.repo):
        raise UsageError(
            f"{args.repo!r} is no repository's name", where="--repo", remedy="such as me/analysis"
        )
    root = project.root_of(args.folder, os.environ)
    files = project.files_of(root, os.environ)
    project.refuse_large(root, files, os.environ, kind)
    wishes = _wishes(root, args.outputs)
    if not args.allow_secrets:
        with Progress() as progress:
            progress.doing("looking for secrets")
            found = list(project.suspicious(root, files, strip=wishes is not None and not wishes.keep))
        ask_about_secrets(found, allowed=False)
    with open_host(kind, host, token_for(kind, host), wait, silence=args.timeout) as opened:
        name = args.repo or f"{opened.user()}/{_fit(os.path.basename(root))}"  # noqa: PTH119
        there = _found(opened, name)
        if args.pr:
            _check_pull(there, name, args.branch or _branch(root), kind)
        done: list[str] = []
        try:
            repository = _shared(opened, name, there, root, args, wishes, done)
        except NbhotelError as error:
            if not done:
                raise
            what = f"{error.what}; before that, it {', '.join(done)}"
            raise ShareError(what, where=error.where, remedy=error.remedy) from None
    _tell(repository, done, as_json=args.json)
    return 0


def _shared(
    host: Host,
    name: str,
    there: Repository | None,
    root: str,
    args: argparse.Namespace,
    wishes: Wishes | None,
    done: list[str],
) -> Repository:
    from nbhotel.share import project
    from nbhotel.share.pushing import push

    done += project.set_up(root, os.environ, wishes, args.branch)
    with Progress() as progress:
        progress.doing("committing")
        message = args.message or f"Share {os.path.basename(root)}"  # noqa: PTH119
        committed = project.commit_all(root, os.environ, message)
    done += [committed] if committed else []
    repository = there or host.make_repository(name, private=not args.public)
    done += [] if there else [f"made {repository.address}"]
    branch = args.branch or _branch(root)
    if not branch:
        raise ShareError("no branch is checked out", where=root, remedy="--branch B")
    with Progress() as progress:
        progress.doing(f"pushing to {branch}")
        pushed = push(root, os.environ, repository.push_to, branch, host.token, host.kind)
    done += [f"pushed to {branch}"] if pushed else []
    if args.pr:
        done.append(f"{host.kind.pull}: {_pull(host, repository, root, branch, args.message)}")
    return repository


def _branch(root: str) -> str:
    """The branch that is checked out, or ""."""
    from nbhotel.git.calls import Git

    return Git(root, os.environ).ask("symbolic-ref", "--short", "HEAD") or ""


def _check_pull(there: Repository | None, name: str, branch: str, kind: Kind) -> None:
    if there is None:
        what = f"there is no such repository yet, which a {kind.pull} could change"
        raise ShareError(what, where=name, remedy="the first time without --pr")
    if branch in {"", there.default_branch}:
        what = f"{there.default_branch} is what a {kind.pull} would change"
        raise ShareError(what, remedy="--branch ANOTHER")


def _pull(host: Host, repository: Repository, root: str, branch: str, title: str) -> str:
    """Open a pull request, and return its page."""
    base = repository.default_branch
    body = _described(root, f"refs/remotes/origin/{base}")
    return host.open_pull(repository.name, branch, base, title or f"Changes of {branch}", body)


def _described(root: str, base: str) -> str:
    """The diff of the notebooks since a branch of the host; "" if we have never seen that."""
    from nbhotel.git.calls import Git
    from nbhotel.render.markdown import diff_markdown
    from nbhotel.review.changes import Range, review

    if Git(root, os.environ).ask("rev-parse", "--verify", "--quiet", base) is None:
        return ""
    changed = [
        each
        for each in review(root, Range(base, "HEAD", from_base=True), (), os.environ, check=False).comparisons
        if each
    ]
    return diff_markdown(changed, limit=_LONGEST) if changed else ""


def _found(host: Host, name: str) -> Repository | None:
    from nbhotel.share.hosts.answers import Gone

    try:
        return host.repository(name)
    except Gone:
        return None


def _wishes(root: str, outputs: str | None) -> Wishes | None:
    """How git is to treat notebooks there: as it was asked for; None to leave what is set up already."""
    from nbhotel.chain.config import load_chain
    from nbhotel.cli.program import own_program
    from nbhotel.git.calls import Git
    from nbhotel.git.setup.enable import Wishes, before, is_cached
    from nbhotel.git.setup.scopes import place_of
    from nbhotel.git.textconv import form_of

    git = Git(root, os.environ)
    if git.top() and before(place_of(git, "local")) and outputs is None:
        return None
    return Wishes(
        own_program(),
        form_of(load_chain("vcs", root)),
        keep=("*.ipynb",) if outputs == "keep" else (),
        cache=is_cached(git),
        hook=git.ask("config", "--type=bool", "nbhotel.hook") != "false",
    )


def _fit(name: str) -> str:
    """A folder's name as a repository's: without what hosts would turn into dashes."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-") or "notebooks"


def _tell(repository: Repository, done: list[str], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"name": repository.name, "address": repository.address, "done": done}))
        return
    for each in done or ["nothing to do: all of it is there already"]:
        print(f"- {each}", file=sys.stderr)
    print(repository.address)
