"""`nbhotel share`: notebooks for others to see, on a code host."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from nbhotel.share.gist import GistDraft
    from nbhotel.share.hosts.host import Snippet

SUMMARY = "share notebooks on GitHub, GitLab, Gitea or Forgejo"
_GIST = "share notebooks and small data files as a gist, or as a snippet of GitLab"
_FOLDER = "share a folder with its data as a repository on {}: commit everything, push"
_HOSTS = {"github": "GitHub", "gitlab": "GitLab", "gitea": "Gitea or Forgejo"}
_LOGIN = "get a token for a host by a code that you type there, and keep it in the system's keyring"
_LOGOUT = "take the token for a host out of the system's keyring"
_EXAMPLES = """\
  nbhotel share gist report.ipynb data.csv      secret: for those who have the address
  nbhotel share gist report.ipynb --update      the same gist again, with the notebook as it is now
  nbhotel share github analysis --public        a folder, as a repository that all may see
  nbhotel share gitlab analysis --repo group/analysis
  nbhotel share gitea analysis --host codeberg.org
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the actions of `nbhotel share` and their options."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)
    _configure_gist(actions.add_parser("gist", help=_GIST, description=_GIST, allow_abbrev=False))
    for kind, title in _HOSTS.items():
        help_text = _FOLDER.format(title)
        folder = actions.add_parser(kind, help=help_text, description=help_text, allow_abbrev=False)
        _configure_folder(folder, kind)
    _configure_login(actions.add_parser("login", help=_LOGIN, description=_LOGIN, allow_abbrev=False))
    _configure_logout(actions.add_parser("logout", help=_LOGOUT, description=_LOGOUT, allow_abbrev=False))


def _configure_gist(parser: argparse.ArgumentParser) -> None:
    from nbhotel.cli.notebooks import FILES
    from nbhotel.cli.parsing import add_examples
    from nbhotel.cli.sharing import add_host, add_secrets

    add_examples(parser, _EXAMPLES)
    file = parser.add_argument("file", nargs="+", metavar="FILE", help="notebooks and text files")
    file.complete = FILES  # type: ignore[attr-defined]
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--public", action="store_true", help="listed for everybody, and found by searches")
    which.add_argument("--update", action="store_true", help="change the gist that was made of these files")
    parser.add_argument(
        "--outputs",
        choices=("keep", "strip"),
        default="keep",
        help="strip: without outputs and prompt numbers, as git has them (the chain `vcs`); default: keep",
    )
    parser.add_argument("--description", metavar="TEXT", help="default: the names of the files")
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_host(parser)
    add_secrets(parser)


def _configure_folder(parser: argparse.ArgumentParser, kind: str) -> None:
    from nbhotel.cli.sharing import add_host, add_secrets

    pull = "merge request" if kind == "gitlab" else "pull request"
    parser.add_argument("folder", metavar="DIR", help="a folder of its own, or the root of a repository")
    parser.add_argument(
        "--repo", metavar="OWNER/NAME", default="", help="default: yours, called as the folder is"
    )
    who = parser.add_mutually_exclusive_group()
    who.add_argument("--private", action="store_true", help="a new repository is private: the default")
    who.add_argument("--public", action="store_true", help="everybody may see a new repository")
    parser.add_argument(
        "--branch", metavar="B", default="", help="push to this branch; default: the one you are on"
    )
    parser.add_argument(
        "--pr", action="store_true", help=f"open a {pull} of that branch, with the diff of the notebooks"
    )
    parser.add_argument("--message", metavar="TEXT", default="", help=f"of the commit, and of the {pull}")
    parser.add_argument(
        "--outputs",
        choices=("keep", "strip"),
        help="whether notebooks have their outputs in git; default: as git is set up, else strip",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_host(parser, kind)
    add_secrets(parser)


def _configure_login(parser: argparse.ArgumentParser) -> None:
    from nbhotel.cli.sharing import add_host

    parser.add_argument(
        "--client-id",
        metavar="ID",
        default="",
        help="of an application there; default: $NBHOTEL_CLIENT_ID, else nbhotel.toml's [share.client-ids]",
    )
    parser.add_argument(
        "--token-stdin", action="store_true", help="keep a token that you have: the first line of the input"
    )
    add_host(parser)


def _configure_logout(parser: argparse.ArgumentParser) -> None:
    from nbhotel.cli.sharing import add_host

    add_host(parser)


def run(args: argparse.Namespace) -> int:
    """Do what the action says."""
    return _ACTIONS[args.action](args)


def _gist(args: argparse.Namespace) -> int:
    from nbhotel.cli.sharing import ask_about_secrets, host_of, token_for
    from nbhotel.cli.waiting import wait
    from nbhotel.share import gist
    from nbhotel.share.hosts.opening import open_snippets
    from nbhotel.share.pieces import suspicions

    kind, host = host_of(args)
    wish = gist.GistWish(args.file, args.outputs == "strip", args.public, args.update, args.description)
    ready = gist.draft(wish, kind, host, os.environ)
    ask_about_secrets(suspicions(ready.pieces), allowed=args.allow_secrets)
    with open_snippets(kind, host, token_for(kind, host), wait, silence=args.timeout) as opened:
        _tell(gist.send(wish, ready, opened), args)
    if not args.update:
        _tell_more(ready, public=args.public)
    return 0


def _tell_more(made: GistDraft, *, public: bool) -> None:
    if made.limits.hidden and not public:
        print(f"nbhotel: {made.limits.hidden}", file=sys.stderr)
    if made.link:
        earlier = f"there is an earlier one, which --update would have changed: {made.link.address}"
        print(f"nbhotel: {earlier}", file=sys.stderr)


def _tell(snippet: Snippet, args: argparse.Namespace) -> None:
    if args.json:
        print(json.dumps({**snippet._asdict(), "done": "updated" if args.update else "made"}))
    else:
        print(snippet.address)


def _folder(args: argparse.Namespace) -> int:
    from nbhotel.cli.projects import share_project

    return share_project(args)


def _login(args: argparse.Namespace) -> int:
    from nbhotel.cli.logins import login

    return login(args)


def _logout(args: argparse.Namespace) -> int:
    from nbhotel.cli.logins import logout

    return logout(args)


_ACTIONS: dict[str, Callable[[argparse.Namespace], int]] = {
    "gist": _gist,
    **dict.fromkeys(_HOSTS, _folder),
    "login": _login,
    "logout": _logout,
}
