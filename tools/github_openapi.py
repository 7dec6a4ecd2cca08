"""What the tests hold our requests to: the few operations that we use, out of GitHub's OpenAPI description.

npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-23.0.2.tgz
python tools/github_openapi.py package tests/share/github-openapi.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

#: path -> methods
OPERATIONS = {
    "/gists": ("get", "post"),
    "/gists/{gist_id}": ("get", "patch"),
    "/user": ("get",),
    "/user/repos": ("post",),
    "/orgs/{org}/repos": ("post",),
    "/repos/{owner}/{repo}": ("get",),
    "/repos/{owner}/{repo}/pulls": ("get", "post"),
    "/repos/{owner}/{repo}/issues/{issue_number}/comments": ("get", "post"),
    "/repos/{owner}/{repo}/issues/comments/{comment_id}": ("patch",),
}
_TALK = {"description", "example", "examples", "summary", "externalDocs", "title", "x-github"}


def main(package: str, target: str) -> None:
    """Write the excerpt of an unpacked npm package."""
    whole = json.loads(Path(package, "generated/api.github.com.json").read_text(encoding="utf-8"))
    about = json.loads(Path(package, "package.json").read_text(encoding="utf-8"))
    paths = {
        path: {method: _operation(whole["paths"][path][method]) for method in methods}
        for path, methods in OPERATIONS.items()
    }
    kept: dict[str, Any] = {}
    _follow(paths, whole, kept)
    source = f"{about['name']} {about['version']} on npm, api.github.com.json {whole['info']['version']}"
    excerpt = {"source": source, "license": about["license"], "paths": paths, "components": kept}
    Path(target).write_text(json.dumps(excerpt, separators=(",", ":")) + "\n", encoding="utf-8")


def _operation(operation: dict[str, Any]) -> dict[str, Any]:
    wanted = ("operationId", "parameters", "requestBody", "responses")
    kept: dict[str, Any] = {key: operation[key] for key in wanted if key in operation}
    return _plain(kept)  # type: ignore[no-any-return]


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


def _follow(value: Any, whole: dict[str, Any], kept: dict[str, Any]) -> None:
    if isinstance(value, list):
        value = dict(enumerate(value))
    if not isinstance(value, dict):
        return
    for key, each in value.items():
        if key == "$ref" and isinstance(each, str):
            _, _, kind, name = each.split("/")
            if name not in kept.setdefault(kind, {}):
                kept[kind][name] = _plain(whole["components"][kind][name])
                _follow(kept[kind][name], whole, kept)
        else:
            _follow(each, whole, kept)


if __name__ == "__main__":
    main(*sys.argv[1:])
