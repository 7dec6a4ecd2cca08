"""What GitHub Actions and GitLab CI tell a job about the request that it runs for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbhotel.errors import InputError, UsageError
from nbhotel.records import NamedTuple
from nbhotel.review.changes import Range

#: Characters that a comment may have: GitHub's limit, GitLab's (doc/api/notes.md).
LIMITS = {"github": 65_536, "gitlab": 1_000_000}
_NO_REQUEST = {
    "github": "the event that started this job is no pull request",
    "gitlab": "this pipeline is none of a merge request",
}


class Request(NamedTuple):
    """A pull or merge request, and how its comments are reached.

    `api` is the host's address, `comments` the path of the request's comments, `comment` that of one of them
    without its number. `token` may be "".
    """

    host: str
    api: str
    comments: str
    comment: str
    token: str
    range: Range


def host_of(environment: Mapping[str, str]) -> str:
    """Return on which host's runner this is: "github", "gitlab", or "" for neither."""
    if environment.get("GITHUB_ACTIONS") == "true":
        return "github"
    return "gitlab" if environment.get("GITLAB_CI") == "true" else ""


def request_of(host: str, environment: Mapping[str, str]) -> Request | None:
    """Return the request that a job runs for; None if it runs for something else. Raises InputError."""
    return _github(environment) if host == "github" else _gitlab(environment)


def range_of(host: str, environment: Mapping[str, str]) -> Range:
    """Return what a request changes. Raises InputError, and UsageError if there is no request."""
    if not host:
        raise UsageError("name a range of revisions", remedy="such as main...HEAD")
    request = request_of(host, environment)
    if request is None:
        raise UsageError(_NO_REQUEST[host], remedy="name a range of revisions, such as main...HEAD")
    return request.range


def _github(environment: Mapping[str, str]) -> Request | None:
    event = _event(environment.get("GITHUB_EVENT_PATH", ""))
    pull = event.get("pull_request")
    if not isinstance(pull, dict):
        return None
    try:
        number, old, new = int(pull["number"]), str(pull["base"]["sha"]), str(pull["head"]["sha"])
    except (KeyError, TypeError, ValueError):
        raise InputError("does not say what the pull request is", where="GITHUB_EVENT_PATH") from None
    repository = f"/repos/{_given(environment, 'GITHUB_REPOSITORY')}"
    return Request(
        "github",
        environment.get("GITHUB_API_URL") or "https://api.github.com",
        f"{repository}/issues/{number}/comments",
        f"{repository}/issues/comments/",
        environment.get("GITHUB_TOKEN", "").strip(),
        Range(old, new, from_base=True),
    )


def _event(path: str) -> dict[str, Any]:
    try:
        found = json.loads(Path(path).read_bytes()) if path else None
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise InputError("is no file with an event", where="GITHUB_EVENT_PATH")
    return found


def _gitlab(environment: Mapping[str, str]) -> Request | None:
    number = environment.get("CI_MERGE_REQUEST_IID", "")
    if not number:
        return None
    # Of a fork's request the project is the fork in CI_PROJECT_ID, and here the one that it goes to.
    project = environment.get("CI_MERGE_REQUEST_PROJECT_ID") or _given(environment, "CI_PROJECT_ID")
    notes = f"/projects/{project}/merge_requests/{number}/notes"
    # In pipelines for merged results CI_COMMIT_SHA is a commit of the two together.
    new = environment.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or _given(environment, "CI_COMMIT_SHA")
    old = _given(environment, "CI_MERGE_REQUEST_DIFF_BASE_SHA")
    return Request(
        "gitlab",
        _given(environment, "CI_API_V4_URL"),
        notes,
        f"{notes}/",
        environment.get("GITLAB_TOKEN", "").strip(),
        Range(old, new, from_base=True),
    )


def _given(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise InputError("is not set", where=name, remedy="is this the host's own runner?")
    return value
