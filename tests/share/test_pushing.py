"""Pushes that don't come through; what git says is told in a line, without the token."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from nbhotel.errors import ShareError
from nbhotel.share.hosts.host import Token
from nbhotel.share.hosts.kinds import GITHUB
from nbhotel.share.pushing import push
from tests.share.hosts.server import TOKEN, GitHubServer, open_github


@pytest.fixture
def github() -> Iterator[GitHubServer]:
    with open_github() as server:
        server.repositories.make("a/b")
        yield server


@pytest.fixture
def repository(tmp_path: Path) -> str:
    git = ["git", "-C", str(tmp_path), "-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "1"], check=True)
    return str(tmp_path)


def told(repository: str, url: str, token: str = TOKEN) -> str:
    with pytest.raises(ShareError) as error:
        push(repository, os.environ, url, "main", Token(token, "$GH_TOKEN"), GITHUB)
    assert token not in str(error.value)
    return str(error.value).removeprefix(f"{url}: can't push: ")


def test_whether_there_was_anything_to_push(repository, github):
    url = f"{github.address}/a/b.git"
    assert push(repository, os.environ, url, "main", Token(TOKEN, "$GH_TOKEN"), GITHUB) is True
    assert push(repository, os.environ, url, "main", Token(TOKEN, "$GH_TOKEN"), GITHUB) is False


def test_another_remote_is_left_as_it_is(repository, github):
    git = ["git", "-C", repository]
    subprocess.run([*git, "remote", "add", "origin", "git@example.org:x.git"], check=True)
    push(repository, os.environ, f"{github.address}/a/b.git", "main", Token(TOKEN, "$GH_TOKEN"), GITHUB)
    remotes = subprocess.run([*git, "remote", "-v"], check=True, capture_output=True, text=True).stdout
    assert set(remotes.split()) == {"origin", "git@example.org:x.git", "(fetch)", "(push)"}
    assert "main" in github.repositories.git("a/b", "branch")


def test_a_token_that_is_wrong_and_a_repository_that_is_not_there(repository, github):
    wrong = told(repository, f"{github.address}/a/b.git", "ghp_wrong")
    assert wrong == "the token is not accepted for a push (it needs the right `repo`)"
    assert told(repository, f"{github.address}/a/c.git").startswith("there is no such repository")


#: what the host says when it refuses -> what the user is told
REFUSED = {
    "error: GH006: Protected branch update failed": "the branch is protected (--branch ANOTHER)",
    "error: File x.csv is 120.00 MB; this exceeds GitHub's file size limit of 100.00 MB": (
        "a file in the history is too large (Git LFS, or another history)"
    ),
    "GitLab: You are not allowed to push code to protected branches on this project.": (
        "the branch is protected (--branch ANOTHER)"
    ),
    "GitLab: You are attempting to check in one or more blobs which exceed the 100.0MiB limit:": (
        "a file in the history is too large (Git LFS, or another history)"
    ),
    "no, never, 403": "remote: no, never, 403",
}


@pytest.mark.parametrize("said", REFUSED)
def test_a_host_that_refuses(said, repository, github):
    hook = github.repositories.root / "a" / "b.git" / "hooks" / "pre-receive"
    hook.write_text(f'#!/bin/sh\necho "{said}" >&2\nexit 1\n')
    hook.chmod(0o755)
    assert told(repository, f"{github.address}/a/b.git") == REFUSED[said]


def test_a_branch_that_has_others_commits(repository, github):
    url = f"{github.address}/a/b.git"
    push(repository, os.environ, url, "main", Token(TOKEN, "$GH_TOKEN"), GITHUB)
    git = ["git", "-C", repository, "-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run([*git, "commit", "-q", "--amend", "--allow-empty", "-m", "2"], check=True)
    assert told(repository, url) == "the branch there has commits that are not here (`git pull`, then again)"


def test_no_network(repository):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    url = f"http://127.0.0.1:{port}/a/b.git"
    assert told(repository, url) == "the host can't be reached (is there a network?)"


def test_another_host_s_credentials_are_not_used(repository, github, tmp_path):
    """Only our token is offered, and only to the host it is for."""
    asked = tmp_path / "asked"
    config = ["git", "-C", repository, "config", "credential.helper", f"!touch {asked}; true"]
    subprocess.run(config, check=True)
    told(repository, f"{github.address}/a/b.git", "ghp_wrong")
    assert not asked.exists()
