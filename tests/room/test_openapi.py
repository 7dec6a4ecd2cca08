"""The description of the endpoints: each that there is is described, and each that is described is there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pytest

from tests.browser.lab import server_environment

#: Prints the patterns of our routes, and the methods that each of them has.
PROGRAM = """
import json
from jupyter_server.base.handlers import APIHandler
from jupyter_server.serverapp import ServerApp
app = ServerApp()
app.initialize(["--ServerApp.open_browser=False", "--port=0", "--allow-root"], find_extensions=False)
app.identity_provider.gate = object()  # as in a room of a hotel whose guests share
from nbhotel.room.extension import load
load(app)
base = app.base_url + "nbhotel/api"
found = {}
for rule in app.web_app.wildcard_router.rules + [
    inner for rule in app.web_app.default_router.rules for inner in getattr(rule.target, "rules", [])
]:
    pattern = rule.matcher.regex.pattern if hasattr(rule.matcher, "regex") else ""
    if pattern.startswith(base):
        methods = [name for name in ("get", "head", "post", "put", "patch", "delete")
                   if getattr(rule.target, name, None) is not getattr(APIHandler, name)]
        found[pattern] = methods
from nbhotel.room.about import described
print(json.dumps({"routes": found, "whole": described()}))
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    environment = server_environment(tmp_path_factory.mktemp("server"))
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(
        command, env=environment, cwd=environment["HOME"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def routes_at(path: str, operations: dict[str, Any], routes: dict[str, list[str]]) -> set[tuple[str, str]]:
    """The routes, and their methods, that answer at a described path; its own methods must be among them."""
    for name, example in _examples(operations).items():
        path = path.replace(f"{{{name}}}", str(example))
    # Tornado tries the patterns in this order.
    pattern = next((each for each in routes if re.fullmatch(each.rstrip("$"), path)), "nothing")
    return {(pattern, method) for method in operations if method != "parameters"}


def _examples(operations: dict[str, Any]) -> dict[str, Any]:
    """What may stand for a path's parameters: what they are described with, else a number."""
    listed = [*operations.get("parameters", [])]
    for method, operation in operations.items():
        listed += operation.get("parameters", []) if method != "parameters" else []
    return {each["name"]: each.get("example", "1") for each in listed if each["in"] == "path"}


def test_what_is_described_is_there_and_what_is_there_is_described(found):
    routes = found["routes"]
    there = {(pattern, method) for pattern, methods in routes.items() for method in methods}
    described: set[tuple[str, str]] = set()
    for path, operations in found["whole"]["paths"].items():
        described |= routes_at(path, operations, routes)
    assert len(there) > 5
    assert described == there


def test_the_description_is_openapi(found):
    whole = found["whole"]
    assert whole["openapi"] == "3.1.0"
    for path, operations in whole["paths"].items():
        named = set(re.findall(r"\{(\w+)\}", path))
        assert named == set(_examples(operations)), path
        for method, operation in operations.items():
            if method != "parameters":
                assert operation["summary"], path
                assert operation["responses"], path


def test_each_reference_leads_somewhere(found):
    schemas = found["whole"]["components"]["schemas"]
    references = re.findall(r'"\$ref": "([^"]*)"', json.dumps(found["whole"]))
    assert references
    for reference in references:
        assert reference.removeprefix("#/components/schemas/") in schemas
