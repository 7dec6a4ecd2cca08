"""`nbhotel share github`: real git pushes to a real `git http-backend`, beside a checked GitHub API."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from shutil import which

import pytest

from tests.cli.repositories import notebook
from tests.cli.sharing import Project
from tests.share.hosts.server import TOKEN, Fault, GitHubServer, open_github

pytestmark = pytest.mark.slow

SECRET = "ghp_" + "aB3" * 12
NAME = "mona/my-project"


@pytest.fixture
def github() -> Iterator[GitHubServer]:
    with open_github() as server:
        yield server


@pytest.fixture
def project(tmp_path: Path, github: GitHubServer) -> Iterator[Project]:
    project = Project(tmp_path, github.address)
    yield project
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or TOKEN.encode() not in path.read_bytes(), path


def test_a_folder_becomes_a_repository_and_is_shared_again(project, github):
    (project.folder / ".ipynb_checkpoints").mkdir()
    project.write(".ipynb_checkpoints/a-checkpoint.ipynb", notebook("old"))
    project.write(".gitignore", "*.log\n")
    project.write("x.log", "ignored")
    project.write("large.csv", "".join(f"{number},{number * 7919}\n" for number in range(200_000)))
    first = project.share("github", ".", "--json")
    assert first.returncode == 0, first.stderr
    address = f"{github.address}/{NAME}"
    assert json.loads(first.stdout) == {
        "name": NAME,
        "address": address,
        "done": [
            "made a repository",
            "set git up for notebooks",
            "committed 4 files",
            f"made {address}",
            "pushed to main",
        ],
    }
    there = github.repositories
    assert there.known[NAME]["private"] is True
    assert there.git(NAME, "ls-tree", "--name-only", "main").split() == [
        ".gitignore",
        "a.ipynb",
        "d.csv",
        "large.csv",
    ]
    shared = there.git(NAME, "show", "main:a.ipynb")
    assert ("x = 1" in shared, "seen" in shared) == (True, False)
    assert "seen" in (project.folder / "a.ipynb").read_text()
    assert project.git("remote", "get-url", "origin") == f"{address}.git\n"
    assert project.git("status", "-sb", "-uno").startswith("## main...origin/main\n")
    project.write("d.csv", "a,b,c\n")
    again = project.share("github", ".", "--message=More")
    assert (again.stdout, again.stderr) == (f"{address}\n", "- committed 1 file\n- pushed to main\n")
    assert there.git(NAME, "log", "--format=%an: %s", "main") == "Mona: More\nMona: Share my project\n"
    assert "nothing to do" in project.share("github", ".").stderr


def test_outputs_kept_another_branch_and_a_repository_that_is_there(project, github):
    github.repositories.make("group/data")
    done = project.share("github", ".", "--repo=group/data", "--outputs=keep", "--branch=topic")
    assert done.returncode == 0, done.stderr
    assert "seen" in github.repositories.git("group/data", "show", "topic:a.ipynb")
    assert "POST" not in " ".join(github.asked)


def test_a_group_s_new_public_repository(project, github):
    assert project.share("github", ".", "--repo=group/new", "--public").returncode == 0
    assert github.repositories.known["group/new"]["private"] is False
    assert "POST /orgs/group/repos" in github.asked


def test_what_is_refused_leaves_no_trace(project, github):
    with (project.folder / "huge.bin").open("wb") as huge:
        huge.truncate((100 << 20) + 1)
    assert project.refused("github", ".") == (
        f"{project.folder}: too large: huge.bin (105 MB); GitHub takes files of at most 100 MiB "
        "(with Git LFS: `git lfs track FILE`; or name it in .gitignore)"
    )
    (project.folder / "huge.bin").unlink()
    project.write(".env", f"KEY={SECRET}\n")
    refused = project.share("github", ".")
    assert refused.stderr.startswith(
        ".env: line 1: a GitHub token (ghp_…, 40 characters)\nnbhotel: nothing was sent"
    )
    (project.folder / ".env").unlink()
    nobody = {name: "" for name in project.environment if name.startswith("GIT_COMMITTER")}
    assert "git does not know who you are" in project.refused("github", ".", **nobody)
    assert "is no repository's name" in project.refused("github", ".", "--repo=project")
    assert "there is no such folder" in project.refused("github", "none")
    assert not (project.folder / ".git").exists()
    assert github.repositories.known == {}


def test_a_file_that_can_t_be_read_is_told_before_anything_is_done(project, github):
    project.write("closed.csv", "1\n").chmod(0)
    if os.geteuid() == 0:
        project.nbhotel = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *project.nbhotel]
    told = "closed.csv: can't be read: Permission denied (name it in .gitignore if it is to stay here)"
    assert project.refused("github", ".") == told
    assert project.refused("github", ".", "--allow-secrets") == told
    assert project.refused("gist", "closed.csv") == "closed.csv: can't be read: Permission denied"
    assert not (project.folder / ".git").exists()
    assert (github.asked, github.repositories.known) == ([], {})
    project.write(".gitignore", "closed.csv\n")
    assert project.share("github", ".").returncode == 0
    (project.folder / "closed.csv").chmod(0o600)


def test_on_no_branch_nothing_is_committed_or_made(project, github):
    assert project.share("github", ".").returncode == 0
    project.git("checkout", "-q", "--detach")
    project.write("d.csv", "changed\n")
    assert project.refused("github", ".", "--repo=group/other") == (
        f"{project.folder}: no branch is checked out (--branch B)"
    )
    assert list(github.repositories.known) == [NAME]
    assert " M d.csv" in project.git("status", "--porcelain")


def test_a_part_of_a_repository_is_no_project(project):
    project.git("init", "-q")
    (project.folder / "part").mkdir()
    assert project.refused("github", "part") == (
        f"part: is a part of a repository (share all of it: {project.folder})"
    )


def test_a_repository_within_would_be_left_out_so_it_is_refused(project, github):
    project.git("init", "-q", "inner")
    (project.folder / "inner" / "b.csv").write_text("1\n")
    assert project.refused("github", ".") == (
        f"{project.folder}: has another repository in it: inner/ "
        "(name it in .gitignore, and share it by itself)"
    )
    assert not (project.folder / ".git").exists()
    project.write(".gitignore", "inner\n")
    assert project.share("github", ".").returncode == 0
    assert "inner" not in github.repositories.git(NAME, "ls-tree", "--name-only", "main")


def test_what_was_done_before_a_failure_is_told(project, github):
    github.faults.append(Fault(422, "Repository creation failed.", more={"errors": []}))
    told = project.refused("github", ".")
    assert told == (
        f"127.0.0.1: can't make {NAME}: it is not taken: Repository creation failed.; before that, "
        "it made a repository, set git up for notebooks, committed 2 files"
    )
    assert project.refused("github", ".", "--repo=nobody/x").startswith(
        "127.0.0.1: can't make nobody/x: there is no nobody, or the token from $GH_ENTERPRISE_TOKEN may not"
    )
    assert project.share("github", ".").returncode == 0


def test_a_repository_that_takes_nothing_and_one_that_wants_our_token_elsewhere(project, github):
    known = github.repositories.make(NAME)
    known["archived"] = True
    assert project.refused("github", ".") == f"{known['html_url']}: is archived, and takes no changes"
    known.update(archived=False, permissions={"admin": False, "pull": True, "push": False})
    assert "may not push to it" in project.refused("github", ".")
    known.update(
        permissions={"admin": False, "pull": True, "push": True}, clone_url="https://example.org/x.git"
    )
    assert "it wants us to push to another host: example.org" in project.refused("github", ".")
    assert not (project.folder / ".git").exists()


def test_binary_data_goes_along(project, github):
    (project.folder / "x.png").write_bytes(b"\x89PNG" + os.urandom(3_000_000))
    assert project.share("github", ".").returncode == 0
    size = github.repositories.git(NAME, "cat-file", "-s", "main:x.png")
    assert int(size) == 3_000_004


def test_a_pull_request_tells_what_changed_in_notebooks(project, github):
    assert project.refused("github", ".", "--pr") == (
        f"{NAME}: there is no such repository yet, which a pull request could change "
        "(the first time without --pr)"
    )
    assert project.share("github", ".").returncode == 0
    told = project.refused("github", ".", "--pr")
    assert told == "main is what a pull request would change (--branch ANOTHER)"
    project.write("a.ipynb", notebook("x = 2"))
    done = project.share("github", ".", "--branch=topic", "--pr", "--message=Two")
    assert done.returncode == 0, done.stderr
    (pull,) = github.repositories.pulls
    assert done.stderr.endswith(f"- pushed to topic\n- pull request: {pull['html_url']}\n")
    assert pull["title"] == "Two"
    assert "-x = 1" in pull["body"]
    assert "+x = 2" in pull["body"]
    assert project.git("rev-parse", "--abbrev-ref", "main@{upstream}") == "origin/main\n"
    again = project.share("github", ".", "--branch=topic", "--pr")
    assert again.stderr == f"- pull request: {pull['html_url']}\n"
    assert len(github.repositories.pulls) == 1


@pytest.mark.skipif(which("git-lfs") is None, reason="needs git-lfs")
def test_files_of_git_lfs_go_to_it(project, github):
    content = os.urandom(1 << 20)
    (project.folder / "x.bin").write_bytes(content)
    project.write(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n")
    assert project.refused("github", ".") == (
        f"{project.folder}: .gitattributes leaves x.bin to Git LFS, and that is not set up "
        "(`git lfs install`)"
    )
    subprocess.run(["git", "lfs", "install", "--skip-repo"], env=project.environment, check=True)
    assert project.share("github", ".").returncode == 0
    (kept,) = (github.repositories.root / "lfs").iterdir()
    assert kept.read_bytes() == content
    assert f"oid sha256:{kept.name}" in github.repositories.git(NAME, "show", "main:x.bin")
