"""Gitea's API; requests are held to Gitea's own description of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nbhotel.errors import ShareError, UsageError
from nbhotel.share.hosts import gitea as backend
from nbhotel.share.hosts.answers import Gone
from nbhotel.share.hosts.host import Token
from nbhotel.share.hosts.kinds import GITEA, GITHUB, GITLAB, KINDS, host_for
from nbhotel.share.hosts.opening import snippets_of
from tests.share.hosts.gitea import GiteaServer, open_gitea
from tests.share.hosts.server import TOKEN, Fault


@pytest.fixture
def gitea() -> Iterator[GiteaServer]:
    with open_gitea() as server:
        yield server


@pytest.fixture
def host(gitea: GiteaServer) -> Iterator[backend.Gitea]:
    with backend.Gitea(gitea.address, Token(TOKEN, "$GITEA_TOKEN"), lambda *_: None) as host:
        yield host


def test_positive_control_the_judge_of_requests_complains(gitea):
    assert gitea.wrong_with_request("POST", "/user/repos", {}, {"private": True}) != []
    assert gitea.wrong_with_request("POST", "/user/repos", {}, {"name": "x", "visibility": "private"}) != []
    assert gitea.wrong_with_request("GET", "/repos/a/b/pulls", {"per_page": "1"}, None) != []
    assert gitea.wrong_with_answer("GET", "/repos/a/b", 200, {"archived": "no"}) != []
    with pytest.raises(KeyError):
        gitea.wrong_with_request("POST", "/gists", {}, {})


def test_repositories_of_a_user_and_of_an_organisation(gitea, host):
    assert host.user() == "mona"
    made = host.make_repository("mona/own", private=True)
    assert made == ("mona/own", f"{gitea.address}/mona/own", f"{gitea.address}/mona/own.git", "main")
    host.make_repository("group/theirs", private=False)
    assert "POST /orgs/group/repos" in gitea.asked
    assert gitea.repositories.known["group/theirs"]["private"] is False
    with pytest.raises(Gone):
        host.repository("mona/none")
    with pytest.raises(ShareError, match=r"there is no nobody, or the token from \$GITEA_TOKEN may not"):
        host.make_repository("nobody/x", private=True)
    with pytest.raises(
        ShareError, match=r"in conflict with what is there: The repository with the same name"
    ):
        host.make_repository("mona/own", private=True)
    gitea.faults.append(Fault(502, done=True))
    assert host.make_repository("mona/once", private=True).name == "mona/once"


def test_repositories_that_take_nothing(gitea, host):
    known = gitea.repository("mona/x")
    known["permissions"]["push"] = False
    with pytest.raises(ShareError, match=r"may not push to it .it needs the right `write:repository`"):
        host.repository("mona/x")
    gitea.faults.append(Fault(301, headers={"Location": "/api/v1/repos/mona/x"}, method="GET"))
    with pytest.raises(ShareError) as error:
        host.repository("mona/old")
    assert str(error.value) == "mona/old: has moved to mona/x (use its new name)"
    known["archived"] = True
    with pytest.raises(ShareError, match="is archived, and takes no changes"):
        host.repository("mona/x")


def test_a_pull_request_is_opened_once_also_among_many(gitea, host):
    known = gitea.repository("mona/x")
    first = host.open_pull("mona/x", "topic", "main", "Title", "**Text**")
    assert gitea.repositories.pulls[0]["body"] == "**Text**"
    gitea.repositories.pulls.clear()
    for number in range(60):
        gitea.pull(known, {"title": "", "body": "", "head": f"b{number}", "base": "main"})
    gitea.pull(known, {"title": "", "body": "", "head": "topic", "base": "main"}, fork=True)
    ours = gitea.pull(known, {"title": "", "body": "", "head": "topic", "base": "main"})
    assert host.open_pull("mona/x", "topic", "main", "Title", "") == ours["html_url"] != first
    assert len(gitea.repositories.pulls) == 62


def test_there_are_no_snippets_on_it():
    with pytest.raises(UsageError) as error:
        snippets_of(GITEA, "codeberg.org")
    assert str(error.value) == (
        "codeberg.org: Gitea has nothing like a gist "
        "(share a folder as a repository: `nbhotel share gitea DIR --host codeberg.org`)"
    )
    assert [snippets_of(kind, "").word for kind in (GITHUB, GITLAB)] == ["gist", "snippet"]


#: kind, --host, environment -> kind, host
CHOSEN = [
    (None, "", {}, "github", "github.com"),
    (None, "", {"GH_HOST": "git.example.org", "GITLAB_HOST": "x.org"}, "github", "git.example.org"),
    (None, "git.example.org", {}, "github", "git.example.org"),
    (None, "gitlab.com", {}, "gitlab", "gitlab.com"),
    (None, "https://gitlab.example.org/", {}, "gitlab", "gitlab.example.org"),
    (None, "codeberg.org", {}, "gitea", "codeberg.org"),
    (None, "forgejo.example.org", {}, "gitea", "forgejo.example.org"),
    (None, "git.example.org", {"GITLAB_HOST": "https://git.example.org"}, "gitlab", "git.example.org"),
    ("gitlab", "", {}, "gitlab", "gitlab.com"),
    ("gitlab", "", {"GITLAB_HOST": "http://localhost:80"}, "gitlab", "http://localhost:80"),
    ("gitea", "git.example.org", {"GITEA_HOST": "x.org"}, "gitea", "git.example.org"),
]


@pytest.mark.parametrize(("kind", "named", "environment", "chosen", "host"), CHOSEN)
def test_which_host_and_what_it_is(kind, named, environment, chosen, host):
    found, name = host_for(KINDS[kind] if kind else None, named, environment)
    assert (found.name, name) == (chosen, host)


def test_which_gitea_must_be_said():
    with pytest.raises(UsageError) as error:
        host_for(GITEA, "", {})
    assert str(error.value) == "which Gitea is not said (--host, or $GITEA_HOST)"
