"""`nbhotel share` on GitLab and Gitea: real git pushes to a real `git http-backend`, beside checked APIs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.repositories import notebook
from tests.cli.sharing import Project
from tests.share.hosts.gitea import open_gitea
from tests.share.hosts.gitlab import open_gitlab
from tests.share.hosts.server import TOKEN

pytestmark = pytest.mark.slow

NAME = "mona/my-project"


def project_in(folder: Path, variable: str, address: str) -> Project:
    """A folder whose owner has a token for one host."""
    project = Project(folder, "")
    project.environment |= {
        f"{variable}_HOST": address,
        f"{variable}_TOKEN": TOKEN,
        "GH_ENTERPRISE_TOKEN": "",
    }
    return project


def nothing_kept(folder: Path) -> None:
    for path in folder.rglob("*"):
        assert not path.is_file() or TOKEN.encode() not in path.read_bytes(), path


def test_a_project_s_life_on_gitlab(tmp_path):
    with open_gitlab() as gitlab:
        project = project_in(tmp_path, "GITLAB", gitlab.address)
        first = project.share("gitlab", ".", "--json")
        assert first.returncode == 0, first.stderr
        address = f"{gitlab.address}/{NAME}"
        assert json.loads(first.stdout)["done"][-2:] == [f"made {address}", "pushed to main"]
        assert "seen" not in gitlab.repositories.git(NAME, "show", "main:a.ipynb")
        project.write("a.ipynb", notebook("x = 2"))
        done = project.share("gitlab", ".", "--branch=topic", "--pr", "--message=Two")
        (request,) = gitlab.repositories.pulls
        assert done.stderr.endswith(f"- pushed to topic\n- merge request: {request['web_url']}\n")
        assert (request["title"], request["source_branch"], request["target_branch"]) == (
            "Two",
            "topic",
            "main",
        )
        assert "+x = 2" in request["description"]
        grouped = project.share("gitlab", ".", "--repo=group/sub/theirs", "--public")
        assert grouped.stdout == f"{gitlab.address}/group/sub/theirs\n"
        nothing_kept(tmp_path)


def test_a_gist_is_a_snippet_on_gitlab(tmp_path):
    with open_gitlab() as gitlab:
        project = project_in(tmp_path, "GITLAB", gitlab.address)
        made = project.gist("a.ipynb", "d.csv", "--kind=gitlab")
        (snippet,) = gitlab.snippets.values()
        assert made.stdout == f"{snippet['web_url']}\n"
        assert made.stderr == "nbhotel: only you can read it: --public lets others\n"
        project.write("d.csv", "again\n")
        # The environment says what this host is.
        assert project.gist("d.csv", "--update", f"--host={gitlab.address}").stdout == made.stdout
        assert snippet["texts"] == {"a.ipynb": (project.folder / "a.ipynb").read_text(), "d.csv": "again\n"}
        gitlab.snippets.clear()
        assert project.refused("gist", "d.csv", "--update", "--kind=gitlab") == (
            f"{snippet['web_url']}: the snippet is gone (without --update a new one is made)"
        )
        nothing_kept(tmp_path)


def test_a_project_s_life_on_gitea(tmp_path):
    with open_gitea() as gitea:
        project = project_in(tmp_path, "GITEA", gitea.address)
        first = project.share("gitea", ".")
        assert (first.returncode, first.stdout) == (0, f"{gitea.address}/{NAME}\n"), first.stderr
        project.write("a.ipynb", notebook("x = 2"))
        done = project.share("gitea", ".", "--branch=topic", "--pr")
        (pull,) = gitea.repositories.pulls
        assert done.stderr.endswith(f"- pushed to topic\n- pull request: {pull['html_url']}\n")
        assert "+x = 2" in pull["body"]
        assert project.share("gitea", ".", "--branch=topic", "--pr").stderr == (
            f"- pull request: {pull['html_url']}\n"
        )
        assert project.refused("gist", "a.ipynb", "--kind=gitea") == (
            f"{gitea.address}: Gitea has nothing like a gist "
            f"(share a folder as a repository: `nbhotel share gitea DIR --host {gitea.address}`)"
        )
        assert project.refused("gitea", ".", GITEA_TOKEN="old").startswith(
            "127.0.0.1: the token from $GITEA_TOKEN is not accepted (it is wrong or has expired: "
            f"`nbhotel share login --host {gitea.address} --kind gitea --token-stdin`"
        )
        assert (
            project.refused("gitea", ".", GITEA_HOST="") == "which Gitea is not said (--host, or $GITEA_HOST)"
        )
        nothing_kept(tmp_path)
