"""GitLab's API: snippets, projects, merge requests, and its ways to refuse."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nbhotel.errors import ShareError
from nbhotel.share.hosts.answers import Gone
from nbhotel.share.hosts.gitlab import GitLab
from nbhotel.share.hosts.host import Token
from tests.share.hosts.gitlab import GitLabServer, open_gitlab
from tests.share.hosts.server import TOKEN, Fault

FILES = {"a.ipynb": '{"cells": []}', "ü.csv": "ä,b\n1,2\n"}


@pytest.fixture
def gitlab() -> Iterator[GitLabServer]:
    with open_gitlab() as server:
        yield server


@pytest.fixture
def host(gitlab: GitLabServer) -> Iterator[GitLab]:
    with GitLab(gitlab.address, Token(TOKEN, "$GITLAB_TOKEN"), lambda *_: None, silence=1) as host:
        yield host


def test_positive_control_the_judge_of_requests_complains(gitlab):
    assert gitlab.wrong_with_request("POST", "/snippets", {}, {"title": "x"}) != []
    assert gitlab.wrong_with_request("POST", "/projects", {}, {"private": True}) != []
    assert gitlab.wrong_with_request("PUT", "/snippets/1", {}, {"files": [{"file_path": "a"}]}) != []
    assert gitlab.wrong_with_request("GET", "/snippets", {"limit": "1"}, None) != []
    with pytest.raises(KeyError):
        gitlab.wrong_with_request("GET", "/users", {}, None)


def test_a_snippet_is_made_and_changed(gitlab, host):
    made = host.make_snippet(FILES, "x" * 300, public=False)
    (snippet,) = gitlab.snippets.values()
    assert (made.id, made.address, made.public) == ("1", snippet["web_url"], False)
    assert (snippet["visibility"], snippet["title"]) == ("private", "x" * 255)
    updated = host.update_snippet("1", {"ü.csv": "new\n", "c.csv": "c\n"}, None)
    assert updated.files == ("a.ipynb", "ü.csv", "c.csv")
    assert snippet["texts"] == {**FILES, "ü.csv": "new\n", "c.csv": "c\n"}
    host.update_snippet("1", {"c.csv": "d\n"}, "Other")
    assert (snippet["title"], snippet["description"]) == ("Other", "Other")
    assert host.make_snippet({"a": "1"}, "open", public=True).public is True
    with pytest.raises(Gone):
        host.update_snippet("9", FILES, None)


@pytest.mark.parametrize("fault", [Fault(502, done=True), Fault(done=True), Fault(done=True, silence=2)])
def test_what_was_made_although_it_seemed_to_fail_is_not_made_twice(fault, gitlab, host):
    host.make_snippet(FILES, "before", public=False)
    gitlab.faults.append(fault)
    assert host.make_snippet(FILES, "now", public=False).id == "2"
    gitlab.faults.append(fault)
    assert host.make_repository("mona/new", private=True).name == "mona/new"
    assert (len(gitlab.snippets), list(gitlab.repositories.known)) == (2, ["mona/new"])


#: fault -> what the user is told
TOLD = {
    "a token for reading": (
        Fault(
            403,
            more={
                "error": "insufficient_scope",
                "error_description": "The request requires higher privileges than provided.",
                "scope": "api",
            },
        ),
        "the token from $GITLAB_TOKEN may not make a snippet: The request requires higher privileges than "
        "provided. (it needs the right api)",
    ),
    "fields that are wrong": (
        Fault(400, more={"message": {"title": ["is too long", "is rude"], "base": "no"}}),
        "can't make a snippet: it is not taken: title is too long, title is rude, base no",
    ),
    "a parameter": (
        Fault(400, more={"error": "title is missing"}),
        "can't make a snippet: it is not taken: title is missing",
    ),
    "an answer that is no object": (
        Fault(418, raw=b'["no"]'),
        "can't make a snippet: the host says 418: I'm a Teapot",
    ),
}


@pytest.mark.parametrize("name", TOLD)
def test_an_answer_that_is_no_success_is_told_in_a_line(name, gitlab, host):
    fault, told = TOLD[name]
    gitlab.faults.append(fault)
    with pytest.raises(ShareError) as error:
        host.make_snippet(FILES, "x", public=True)
    assert str(error.value) == f"127.0.0.1: {told}"


def test_a_token_that_is_not_accepted(gitlab):
    token = Token("glpat-old", "$GITLAB_TOKEN")
    with GitLab(gitlab.address, token, lambda *_: None) as host, pytest.raises(ShareError) as error:
        host.user()
    assert str(error.value) == (
        "127.0.0.1: the token from $GITLAB_TOKEN is not accepted (it is wrong or has expired: "
        f"`nbhotel share login --host {gitlab.address} --kind gitlab`, or set another)"
    )


def test_projects_of_a_user_and_of_a_group(gitlab, host):
    assert host.user() == "mona"
    made = host.make_repository("mona/own", private=True)
    assert made == ("mona/own", f"{gitlab.address}/mona/own", f"{gitlab.address}/mona/own.git", "main")
    host.make_repository("group/sub/theirs", private=False)
    known = gitlab.repositories.known
    assert [known[name]["visibility"] for name in ("mona/own", "group/sub/theirs")] == ["private", "public"]
    assert host.repository("group/sub/theirs").name == "group/sub/theirs"
    with pytest.raises(Gone):
        host.repository("mona/none")
    with pytest.raises(ShareError, match=r"can't make nobody/x: there is no nobody, or not for the token"):
        host.make_repository("nobody/x", private=True)
    with pytest.raises(ShareError, match=r"can't make mona/own: .* name has already been taken"):
        host.make_repository("mona/own", private=True)


def test_projects_that_take_nothing(gitlab, host):
    project = gitlab.project("mona/x")
    gitlab.moved["mona/old"] = "mona/x"
    with pytest.raises(ShareError) as error:
        host.repository("mona/old")
    assert str(error.value) == "mona/old: has moved to mona/x (use its new name)"
    project["permissions"] = {"project_access": {"access_level": 20}, "group_access": None}
    with pytest.raises(ShareError, match=r"may not push to it .it needs the right `api`, and so do you"):
        host.repository("mona/x")
    project["permissions"]["group_access"] = {"access_level": 30}
    assert host.repository("mona/x").default_branch == "main"
    project["archived"] = True
    with pytest.raises(ShareError, match="is archived, and takes no changes"):
        host.repository("mona/x")
    project.update(archived=False, http_url_to_repo="https://example.org/x.git")
    with pytest.raises(ShareError, match=r"it wants us to push to another host: example.org"):
        host.repository("mona/x")


def test_a_merge_request_is_opened_once(gitlab, host):
    gitlab.project("group/sub/x")
    first = host.open_pull("group/sub/x", "topic", "main", "Title", "**Text**")
    assert first == f"{gitlab.address}/group/sub/x/-/merge_requests/1"
    assert host.open_pull("group/sub/x", "topic", "main", "Other", "") == first
    assert host.open_pull("group/sub/x", "other", "main", "Other", "") != first
    gitlab.repositories.pulls[1]["source_project_id"] = 99  # a fork's branch of the same name
    assert host.open_pull("group/sub/x", "other", "main", "Other", "").endswith("/merge_requests/3")
    assert [each["description"] for each in gitlab.repositories.pulls] == ["**Text**", "", ""]
