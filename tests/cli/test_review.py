"""`nbhotel review`: the files that it writes, its exit codes, and a comment on a host."""

from __future__ import annotations

import json
import os

import pytest

from nbhotel.cli.main import main
from tests.cli.repositories import ONE, TWO, Repo, notebook
from tests.review.api import TOKEN, serving

RUNNERS = ("GITHUB_", "GITLAB_", "CI_", "GIT_")
FOLDER = "review"


@pytest.fixture
def repo(tmp_path, monkeypatch) -> Repo:
    """A branch with a changed notebook, outside of any runner."""
    for name in [name for name in os.environ if name.startswith(RUNNERS)]:
        monkeypatch.delenv(name)
    made = Repo(tmp_path / "repo")
    made.commit(a=notebook(ONE))
    made.git("switch", "-q", "-c", "topic")
    made.commit(a=notebook(TWO, execution_count=4))
    monkeypatch.chdir(made.folder)
    return made


@pytest.fixture
def host(repo, tmp_path, monkeypatch):
    """GitHub's runner, with a pull request from topic to main."""
    old, new = (repo.git("rev-parse", branch).strip() for branch in ("main", "topic"))
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7, "base": {"sha": old}, "head": {"sha": new}}}))
    with serving() as found:
        for name, value in {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": found.address,
            "GITHUB_REPOSITORY": "o/r",
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_TOKEN": TOKEN,
        }.items():
            monkeypatch.setenv(name, value)
        yield found


def on_gitlab(monkeypatch, found, repo) -> None:
    monkeypatch.delenv("GITHUB_ACTIONS")
    for name, value in {
        "GITLAB_CI": "true",
        "GITLAB_TOKEN": TOKEN,
        "CI_API_V4_URL": found.address,
        "CI_PROJECT_ID": "6",
        "CI_MERGE_REQUEST_PROJECT_ID": "5",
        "CI_MERGE_REQUEST_IID": "7",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": repo.git("rev-parse", "main").strip(),
        "CI_COMMIT_SHA": repo.git("rev-parse", "topic").strip(),
    }.items():
        monkeypatch.setenv(name, value)


def test_three_files_are_written(repo, capsys):
    assert main(["review", "make", "main...topic"]) == 0
    assert capsys.readouterr().out == "notebooks changed: 1; findings: 1; written to review\n"
    folder = repo.folder / FOLDER
    assert sorted(path.name for path in folder.iterdir()) == ["comment.md", "diff.html", "review.json"]
    assert "-value = compute(1)\n+value = compute(2)\n" in (folder / "comment.md").read_text()
    assert (folder / "diff.html").read_text().startswith("<!DOCTYPE html>")
    facts = json.loads((folder / "review.json").read_text())
    assert (facts["notebooks"], facts["findings"], facts["files"][0]["findings"][0]["path"]) == (
        1,
        1,
        "execution_count",
    )


@pytest.mark.parametrize(("check", "code", "findings"), [("fail", 1, 1), ("tell", 0, 1), ("no", 0, 0)])
def test_findings_fail_if_asked_to(repo, capsys, check, code, findings):
    assert main(["review", "make", "main...topic", "--check", check, "--json", "--out", "x/y"]) == code
    assert json.loads(capsys.readouterr().out)["findings"] == findings
    assert ("nbhotel check" in (repo.folder / "x/y/comment.md").read_text()) == bool(findings)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["make"], "name a range"),
        (["make", "main", "--max-bytes", "10"], "no number of bytes"),
        (["make", "main", "--name", "a b"], "is no name"),
        (["make", "main", "--out", "a.ipynb/x"], "can't be made"),
        (["make", "nothing"], "no such commit"),
        (["post"], "`nbhotel review make` comes first"),
    ],
)
def test_what_can_not_be_done_is_told_in_a_line(repo, capsys, words, what):
    assert main(["review", *words]) == 2
    told = capsys.readouterr().err
    assert what in told
    assert told.count("\n") == 1


def test_outside_of_a_runner_there_is_nothing_to_post_to(repo, capsys):
    assert main(["review", "make", "main"]) == 0
    assert main(["review", "post"]) == 2
    assert "--host says which" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["github", "gitlab"])
def test_a_comment_is_made_updated_and_taken_back(host, repo, capsys, monkeypatch, kind):
    paths = {"github": "/repos/o/r/issues/7/comments", "gitlab": "/projects/5/merge_requests/7/notes"}
    if kind == "gitlab":
        on_gitlab(monkeypatch, host, repo)
        host.me = "project_5_bot"
    assert main(["review", "make"]) == 0
    assert main(["review", "post", "--page", "https://example.org/page"]) == 0
    assert main(["review", "post"]) == 0
    assert [line for line in capsys.readouterr().out.splitlines() if "comment" in line] == [
        "comment made",
        "comment updated",
    ]
    assert ("POST", paths[kind]) in host.asked
    assert [each["body"] for each in host.comments] == [(repo.folder / FOLDER / "comment.md").read_text()]
    assert main(["review", "make", "topic...topic"]) == 0
    assert main(["review", "post", "--json"]) == 0
    assert "No notebook differs" in host.comments[0]["body"]
    assert len(host.comments) == 1


def test_no_change_makes_no_comment(host, capsys):
    assert main(["review", "make", "main...main"]) == 0
    assert main(["review", "post"]) == 0
    assert capsys.readouterr().out.endswith("no comment: no notebook differs\n")
    assert host.comments == []


@pytest.mark.parametrize(("token", "why"), [("", "there is no token"), ("wrong", "401: Bad credentials")])
def test_a_fork_that_may_not_comment_is_no_failure(host, capsys, monkeypatch, token, why):
    monkeypatch.setenv("GITHUB_TOKEN", token)
    assert main(["review", "make"]) == 0
    capsys.readouterr()
    assert main(["review", "post"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("::notice title=nbhotel review::no comment: ")
    assert why in told


def test_what_the_host_says_can_not_command_the_runner(host, capsys):
    said = {"message": "no\n::add-mask::x\r%0A::error::y\x1b[2J"}
    host.failures += [("POST", 403, {}, said), ("POST", 418, {}, said)]
    assert main(["review", "make"]) == 0
    capsys.readouterr()
    assert [main(["review", "post"]), main(["review", "post"])] == [0, 2]
    out, err = capsys.readouterr()
    assert [text.count("\n") for text in (out, err)] == [1, 1]
    assert "%0A" not in out
    assert "\x1b" not in out + err
    assert err.startswith("nbhotel: ")


def test_an_event_that_is_no_pull_request(host, capsys, monkeypatch, tmp_path):
    event = tmp_path / "push.json"
    event.write_text("{}")
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(event))
    assert main(["review", "make"]) == 2
    assert "is no pull request" in capsys.readouterr().err
    assert main(["review", "make", "main...topic"]) == 0
    assert main(["review", "post"]) == 0
    assert "runs for no pull or merge request" in capsys.readouterr().out
    event.write_text('{"pull_request": {"number": "x"}}')
    assert main(["review", "post"]) == 2
    monkeypatch.delenv("GITHUB_EVENT_PATH")
    assert main(["review", "post"]) == 2
