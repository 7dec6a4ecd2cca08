"""`nbhotel review`: what a pull or merge request does to notebooks, as a comment on the code host."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbhotel.errors import InputError

if TYPE_CHECKING:
    import argparse

    from nbhotel.review.changes import Review

SUMMARY = "comment the changes of notebooks on a pull or merge request; for continuous integration"

EXAMPLES = """\
  nbhotel review make main...topic         review/comment.md, diff.html and review.json
  nbhotel review make --check fail         of the request that a job runs for; 1 if anything is found
  nbhotel review post --page URL           put the comment there, with a link to where diff.html was stored
"""
_TEXTS = {
    "make": "compare the notebooks of two revisions, check the new ones, and write comment and page",
    "post": "put the comment on the request that this job runs for, in place of an earlier one",
}
_COMMENT, _PAGE, _FACTS = "comment.md", "diff.html", "review.json"
PATHS_AFTER_DASHES = True


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the actions of `nbhotel review` and their options."""
    from nbhotel.cli.parsing import add_examples

    actions = parser.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)
    verbs = {
        name: actions.add_parser(name, help=text, description=text, allow_abbrev=False)
        for name, text in _TEXTS.items()
    }
    add_examples(parser, EXAMPLES)
    for verb in verbs.values():
        verb.add_argument(
            "--out", metavar="FOLDER", default="review", help="where the files are; default: review"
        )
        verb.add_argument(
            "--host", choices=("github", "gitlab"), help="default: the one on whose runner this is"
        )
        verb.add_argument("--json", action="store_true", help="print JSON")
    _add_make(verbs["make"])
    verbs["post"].add_argument(
        "--page", metavar="URL", default="", help="where diff.html can be had; linked in the comment"
    )


def run(args: argparse.Namespace) -> int:
    """Do what the action says."""
    return _make(args) if args.action == "make" else _post(args)


def _add_make(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("range", nargs="?", metavar="RANGE", help="A...B or A..B; default: the request's own")
    parser.add_argument(
        "--path", action="append", default=[], metavar="PATH", help="only this folder or notebook; repeatable"
    )
    parser.add_argument(
        "--check",
        choices=("fail", "tell", "no"),
        default="tell",
        help="findings of nbhotel check: exit with 1, only tell (default), or do not look",
    )
    parser.add_argument(
        "--max-bytes", type=_limit, metavar="N", help="of the comment; default: what the host takes"
    )
    parser.add_argument(
        "--name", default="notebooks", help="tells several reviews of a request apart; default: notebooks"
    )


def _limit(text: str) -> int:
    from argparse import ArgumentTypeError

    from nbhotel.review.comment import LEAST

    if not text.isdecimal() or len(text) > 9 or int(text) < LEAST:
        raise ArgumentTypeError(f"{text!r} is no number of bytes, at least {LEAST}")
    return int(text)


def _make(args: argparse.Namespace) -> int:
    from nbhotel.render.html.pages import diff_page
    from nbhotel.review.changes import fetch_missing, parse_range, review
    from nbhotel.review.comment import comment, marker
    from nbhotel.review.hosts import LIMITS, host_of, range_of

    marker(args.name)  # complain of a wrong name first
    host = args.host or host_of(os.environ)
    wanted = parse_range(args.range) if args.range else range_of(host, os.environ)
    if host:
        fetch_missing(".", wanted, os.environ)
    found = review(".", wanted, args.path, os.environ, check=args.check != "no")
    facts = _facts(found, args.name)
    limit = args.max_bytes or LIMITS[host or "github"]
    _write(Path(args.out), {
        _COMMENT: comment(found, args.name, limit),
        _PAGE: diff_page(found.comparisons),
        _FACTS: json.dumps(facts, indent=1) + "\n",
    })  # fmt: skip
    print(json.dumps(facts, indent=1) if args.json else _told(facts, args.out))
    return int(args.check == "fail" and bool(found.checked))


def _facts(review: Review, name: str) -> dict[str, Any]:
    files = [
        {
            "file": each.file,
            "findings": [finding._asdict() for finding in each.findings],
            "error": each.error,
        }
        for each in review.checked
    ]
    return {
        "name": name,
        "old": review.old,
        "new": review.new,
        "notebooks": review.notebooks,
        "findings": sum(len(each.findings) for each in review.checked),
        "files": files,
    }


def _told(facts: dict[str, Any], folder: str) -> str:
    return f"notebooks changed: {facts['notebooks']}; findings: {facts['findings']}; written to {folder}"


def _write(folder: Path, texts: dict[str, str]) -> None:
    from nbhotel.cli.emit import save

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"can't be made: {(error.strerror or str(error)).lower()}", where=str(folder)
        ) from None
    for name, text in texts.items():
        save(text, str(folder / name))


def _post(args: argparse.Namespace) -> int:
    from nbhotel.errors import UsageError
    from nbhotel.review.comment import linked, marker
    from nbhotel.review.hosts import host_of, request_of
    from nbhotel.review.posting import NotAllowed, post

    facts, text = _made(Path(args.out))
    host = args.host or host_of(os.environ)
    if not host:
        raise UsageError("this is neither GitHub's runner nor GitLab's", remedy="--host says which")
    request = request_of(host, os.environ)
    if request is None:
        return _outcome(args, "none", "no comment: this job runs for no pull or merge request")
    mark = marker(facts["name"])
    try:
        done = post(request, mark, linked(text, args.page), create=facts["notebooks"] > 0)
    except NotAllowed as refusal:
        return _outcome(
            args, "refused", f"no comment: {refusal.what}; the page is stored with the job all the same"
        )
    return _outcome(args, done, {"none": "no comment: no notebook differs"}.get(done, f"comment {done}"))


def _made(folder: Path) -> tuple[dict[str, Any], str]:
    """Return the facts and the comment that `make` wrote."""
    try:
        facts = json.loads((folder / _FACTS).read_bytes())
        text = (folder / _COMMENT).read_text(encoding="utf-8")
        return {"name": str(facts["name"]), "notebooks": int(facts["notebooks"])}, text
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(
            "holds no review", where=str(folder), remedy="`nbhotel review make` comes first"
        ) from None


def _outcome(args: argparse.Namespace, outcome: str, told: str) -> int:
    """Say what became of it; a comment that is not allowed is for people to see, but no failure."""
    from nbhotel.render.terminal.safe import safe
    from nbhotel.review.hosts import host_of

    line = safe(" ".join(told.split()))
    if args.json:
        print(json.dumps({"comment": outcome, "reason": line}))
    elif outcome == "refused" and host_of(os.environ) == "github":
        print(f"::notice title=nbhotel review::{line.replace('%', '%25')}")
    else:
        print(line, file=sys.stderr if outcome == "refused" else sys.stdout)
    return 0
