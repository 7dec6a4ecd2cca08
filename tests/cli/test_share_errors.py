"""What a person sees when a code host does not do as it is asked: each error answer once, in a real command.

NBHOTEL_TABLE names a file to write them to.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType

import pytest

from nbhotel.records import NamedTuple
from tests.cli.sharing import Project, at_terminal
from tests.share.hosts.server import Fault, GitHubServer, open_github

pytestmark = pytest.mark.slow

NAME = "mona/my-project"
SECRET = "ghp_" + "aB3" * 12
_NONE: Mapping[str, str] = MappingProxyType({})


class Case(NamedTuple):
    """What goes wrong; the words of the command; what is seen: the last line, with HOST for the address."""

    what: str
    words: str
    told: str
    faults: Sequence[Fault] = ()
    prepare: Callable[[Project, GitHubServer], object] | None = None
    environment: Mapping[str, str] = _NONE
    code: int = 2


def limited(seconds: int) -> Fault:
    return Fault(
        403, "API rate limit exceeded", {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": f"+{seconds}"}
    )


def shared(project: Project, _: GitHubServer) -> None:
    assert project.share("github", ".").returncode == 0
    project.write("d.csv", "changed\n")


def protected(project: Project, github: GitHubServer) -> None:
    github.repositories.make(NAME)
    hook = github.repositories.root / f"{NAME}.git" / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'error: GH006: Protected branch update failed' >&2\nexit 1\n")
    hook.chmod(0o755)


def others(project: Project, github: GitHubServer) -> None:
    """Somebody else commits to the branch meanwhile."""
    shared(project, github)
    made = ["commit-tree", "-p", "main", "-m", "Theirs", "main^{tree}"]
    theirs = github.repositories.git(
        NAME, "-c", "user.name=Other", "-c", "user.email=other@example.org", *made
    )
    github.repositories.git(NAME, "update-ref", "refs/heads/main", theirs.strip())


def existing(_: Project, github: GitHubServer) -> None:
    """One of the same name that has nothing in common with ours."""
    github.repositories.make(NAME)
    at = github.repositories.root / "theirs"
    git = ["git", "-C", str(at), "-c", "user.name=Other", "-c", "user.email=other@example.org"]
    subprocess.run(["git", "init", "-q", "-b", "main", str(at)], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "Theirs"], check=True)
    bare = str(github.repositories.root / f"{NAME}.git")
    subprocess.run([*git, "push", "-q", bare, "main"], check=True)


def huge(project: Project, _: GitHubServer) -> None:
    with (project.folder / "huge.bin").open("wb") as file:
        file.truncate((100 << 20) + 1)


def secret(project: Project, _: GitHubServer) -> None:
    project.write("s.csv", f"{SECRET}\n")


def closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


NOBODY = {"GH_ENTERPRISE_TOKEN": "", "PATH": "/usr/bin:/bin"}
NOBODY["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
TAKEN = {"message": "name already exists on this account", "code": "custom", "field": "name"}
DONE = "it made a repository, set git up for notebooks, committed 2 files"
BEHIND = "HOST/mona/my-project.git: can't push: the branch there has commits that are not here; before that, "
MOVED = {"url": "https://api.github.com/repositories/1"}
RIGHT = Fault(403, "Resource not accessible by personal access token", {"X-Accepted-OAuth-Scopes": "gist"})

CASES = [  # first those that take long
    Case(
        "the host in trouble (5xx) four times",
        "gist d.csv",
        "127.0.0.1: can't make a gist: the host is in trouble: 502 Bad Gateway (try again later)",
        [Fault(502, "Bad Gateway")] * 4,
    ),
    Case(
        "a host that is silent four times",
        "gist d.csv --timeout=0.3",
        "127.0.0.1: no answer for 0.3 seconds",
        [Fault(silence=0.6)] * 4,
    ),
    Case(
        "an answer that is cut off four times",
        "gist d.csv",
        "127.0.0.1: the connection broke: peer closed connection without sending complete message body "
        "(received 1 bytes, expected 1000) (try again)",
        [Fault()] * 4,
    ),
    Case(
        "no token",
        "gist d.csv",
        "NAME: there is no token for it (`gh auth login`, or set $GH_ENTERPRISE_TOKEN)",
        environment=NOBODY,
    ),
    Case(
        "an expired token",
        "gist d.csv",
        "127.0.0.1: the token from $GH_ENTERPRISE_TOKEN is not accepted "
        "(it is wrong or has expired: `gh auth login`, or set another)",
        environment={"GH_ENTERPRISE_TOKEN": "ghp_old"},
    ),
    Case(
        "a token without the right",
        "gist d.csv",
        "127.0.0.1: the token from $GH_ENTERPRISE_TOKEN may not make a gist: "
        "Resource not accessible by personal access token (it needs the right gist)",
        [RIGHT],
    ),
    Case(
        "a repository that exists, where the token can't see it",
        "github .",
        f"127.0.0.1: can't make {NAME}: it is not taken: Repository creation failed.: "
        f"name already exists on this account; before that, {DONE}",
        [Fault(422, "Repository creation failed.", more={"errors": [TAKEN]})],
    ),
    Case(
        "a repository that exists, with another history",
        "github .",
        f"{BEHIND}{DONE} (`git pull`, then again)",
        prepare=existing,
    ),
    Case(
        "a protected branch",
        "github .",
        f"HOST/{NAME}.git: can't push: the branch is protected; before that, {DONE} (--branch ANOTHER)",
        prepare=protected,
    ),
    Case(
        "a repository that has moved",
        "github . --repo=mona/old",
        f"mona/old: has moved to {NAME} (use its new name)",
        [Fault(301, "Moved Permanently", {"Location": f"/api/v3/repos/{NAME}"}, more=MOVED, method="GET")],
        prepare=protected,
    ),
    Case(
        "a branch that is behind",
        "github .",
        f"{BEHIND}it committed 1 file (`git pull`, then again)",
        prepare=others,
    ),
    Case(
        "a file over the host's limit",
        "github .",
        "FOLDER: too large: huge.bin (105 MB); GitHub takes files of at most 100 MiB "
        "(with Git LFS: `git lfs track FILE`; or name it in .gitignore)",
        prepare=huge,
    ),
    Case(
        "no network",
        "gist d.csv",
        "127.0.0.1: can't be reached: Connection refused (is there a network?)",
        environment={"GH_HOST": closed_port()},
    ),
    Case(
        "a rate limit of some seconds (at a terminal it counts down), then it goes on",
        "gist d.csv",
        "nbhotel: 127.0.0.1 limits requests: waiting for SECONDS s",
        [limited(3)],
        code=0,
    ),
    Case(
        "a rate limit that is too long to wait for",
        "gist d.csv",
        "127.0.0.1: the host takes no more requests for 25 minutes (try again after TIME)",
        [limited(1500)],
    ),
    Case(
        "a secondary limit of some seconds, then it goes on",
        "gist d.csv",
        "nbhotel: 127.0.0.1 limits requests: waiting for SECONDS s",
        [Fault(429, "You have exceeded a secondary rate limit", {"Retry-After": "2"})],
        code=0,
    ),
    Case(
        "a secondary limit that is too long to wait for",
        "gist d.csv",
        "127.0.0.1: the host takes no more requests for 15 minutes (try again after TIME)",
        [Fault(403, "You have exceeded a secondary rate limit", {"Retry-After": "900"})],
    ),
    Case(
        "a secret found",
        "gist s.csv",
        "nothing was sent: this looks like a secret (take it out, or --allow-secrets)",
        prepare=secret,
    ),
]


def seen(case: Case, folder: Path) -> str:
    """What the person sees at the end."""
    folder.mkdir()
    with open_github() as github:
        project = Project(folder, github.address)
        if case.prepare:
            case.prepare(project, github)
        github.faults += case.faults
        done = project.share(*case.words.split(), **case.environment)
        assert (done.returncode, case.what) == (case.code, case.what), done.stderr
        # Nothing is half-shared, and nothing is there twice.
        assert len(github.gists) == (1 if case.code == 0 else 0), case.what
        last = done.stderr.splitlines()[-1]
        for name, value in {
            "HOST": github.address,
            "NAME": github.address.removeprefix("http://"),
            "FOLDER": str(project.folder),
        }.items():
            last = last.replace(value, name)
    last = re.sub(r"after \d\d:\d\d", "after TIME", last)
    return re.sub(r"waiting for \d s", "waiting for SECONDS s", last)


def test_each_error_answer_is_told_in_a_line(tmp_path):
    with ThreadPoolExecutor(6) as several:
        found = several.map(seen, CASES, [tmp_path / str(number) for number, _ in enumerate(CASES)])
        told = dict(zip((case.what for case in CASES), found, strict=True))
    assert told == {case.what: ("" if case.code == 0 else "nbhotel: ") + case.told for case in CASES}
    if table := os.environ.get("NBHOTEL_TABLE"):
        lines = (f"| {what} | {line} |\n" for what, line in told.items())
        Path(table).write_text(f"| case | message |\n|---|---|\n{''.join(lines)}")


def test_at_a_terminal_a_limit_is_counted_down(tmp_path):
    with open_github() as github:
        github.faults.append(limited(3))
        code, seen = at_terminal(Project(tmp_path, github.address), "gist", "d.csv")
        assert code == 0
        assert [f"127.0.0.1 limits requests: {seconds} s" in seen for seconds in (2, 1)] == [True] * 2
        assert len(github.gists) == 1
