"""GitHub's own description of its API, as a judge of requests and answers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

_EXCERPT = json.loads((Path(__file__).parent.parent / "github-openapi.json").read_text())


def _modern(value: Any) -> Any:
    """OpenAPI 3.0 has a word of its own for what may be null; JSON Schema has a type."""
    if isinstance(value, list):
        return [_modern(each) for each in value]
    if not isinstance(value, dict):
        return value
    new = {key: _modern(each) for key, each in value.items()}
    return {"anyOf": [new, {"type": "null"}]} if value.get("nullable") is True else new


_COMPONENTS = _modern(_EXCERPT["components"])
_PATHS = {
    re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + "$"): _modern(methods)
    for path, methods in _EXCERPT["paths"].items()
}


def operation(method: str, path: str) -> dict[str, Any]:
    """What is said of an operation; KeyError if we told the excerpt nothing of it."""
    for pattern, methods in _PATHS.items():
        if pattern.match(path) and method.lower() in methods:
            return dict(methods[method.lower()])
    raise KeyError(f"{method} {path}")


def complaints(value: Any, schema: dict[str, Any]) -> list[str]:
    """What is wrong with a JSON value."""
    validator = Draft202012Validator({**schema, "components": _COMPONENTS})
    return [error.message for error in validator.iter_errors(value)]


def wrong_with_request(method: str, path: str, query: dict[str, str], content: Any) -> list[str]:
    """What is wrong with a request: also keys that the description does not know, which servers ignore."""
    described = operation(method, path)
    parameters = [_followed(each) for each in described.get("parameters", [])]
    known = {each["name"] for each in parameters if each["in"] == "query"}
    wrong = [f"there is no parameter {name}" for name in query if name not in known]
    if "requestBody" not in described:
        return wrong + (["there is a body"] if content is not None else [])
    schema = described["requestBody"]["content"]["application/json"]["schema"]
    properties = schema.get("properties") or schema["anyOf"][0]["properties"]
    wrong += [f"there is no key {key}" for key in content or {} if key not in properties]
    return wrong + complaints(content, schema)


def wrong_with_answer(method: str, path: str, status: int, content: Any) -> list[str]:
    """What is wrong with an answer; of a status that is not described, nothing is known."""
    described = operation(method, path)["responses"].get(str(status))
    if described is None:
        return []
    schema = _followed(described).get("content", {}).get("application/json", {}).get("schema")
    return complaints(content, schema) if schema else []


def example(method: str, path: str, status: int, *, item: bool = False) -> Any:
    """The least that an answer may be; `item`: one of those in the list that it is."""
    described = _followed(operation(method, path)["responses"][str(status)])
    schema = described["content"]["application/json"]["schema"]
    return _least(schema["items"] if item else schema)


def _least(schema: dict[str, Any]) -> Any:
    schema = _followed(schema)
    for several in ("oneOf", "anyOf", "allOf"):
        if several in schema:
            options = schema[several]
            return None if {"type": "null"} in options else _least(options[0])
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object" or "properties" in schema:
        properties = schema.get("properties", {})
        return {key: _least(properties[key]) for key in schema.get("required", ())}
    return {"string": "", "integer": 0, "number": 0, "boolean": False, "array": []}[schema["type"]]


def _followed(value: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in value:
        return value
    _, _, kind, name = value["$ref"].split("/")
    return dict(_COMPONENTS[kind][name])
