"""Hosts' own descriptions of their APIs, as judges of requests and answers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]


def _modern(value: Any) -> Any:
    """OpenAPI 3.0 has a word of its own for what may be null; JSON Schema has a type."""
    if isinstance(value, list):
        return [_modern(each) for each in value]
    if not isinstance(value, dict):
        return value
    new = {key: _modern(each) for key, each in value.items()}
    return {"anyOf": [new, {"type": "null"}]} if value.get("nullable") is True else new


class Description:
    """One host's own description."""

    def __init__(self, file: str) -> None:
        excerpt = json.loads((Path(__file__).parent.parent / file).read_text())
        self.components = _modern(excerpt["components"])
        self._paths = {
            re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + "$"): _modern(methods)
            for path, methods in excerpt["paths"].items()
        }

    def operation(self, method: str, path: str) -> dict[str, Any]:
        """What is said of an operation; KeyError if we told the excerpt nothing of it."""
        for pattern, methods in self._paths.items():
            if pattern.match(path) and method.lower() in methods:
                return dict(methods[method.lower()])
        raise KeyError(f"{method} {path}")

    def complaints(self, value: Any, schema: dict[str, Any]) -> list[str]:
        """What is wrong with a JSON value."""
        validator = Draft202012Validator({**schema, "components": self.components})
        return [error.message for error in validator.iter_errors(value)]

    def wrong_with_request(self, method: str, path: str, query: dict[str, str], content: Any) -> list[str]:
        """What is wrong with a request: also keys that the description does not know, and servers ignore."""
        described = self.operation(method, path)
        parameters = [self._followed(each) for each in described.get("parameters", [])]
        known = {each["name"] for each in parameters if each["in"] == "query"}
        wrong = [f"there is no parameter {name}" for name in query if name not in known]
        if "requestBody" not in described:
            return wrong + (["there is a body"] if content is not None else [])
        schema = described["requestBody"]["content"]["application/json"]["schema"]
        body = self._followed(schema)
        properties = body.get("properties") or body["anyOf"][0]["properties"]
        wrong += [f"there is no key {key}" for key in content or {} if key not in properties]
        return wrong + self.complaints(content, schema)

    def wrong_with_answer(self, method: str, path: str, status: int, content: Any) -> list[str]:
        """What is wrong with an answer; of a status that is not described, nothing is known."""
        described = self.operation(method, path)["responses"].get(str(status))
        if described is None:
            return []
        schema = self._followed(described).get("content", {}).get("application/json", {}).get("schema")
        return self.complaints(content, schema) if schema else []

    def example(self, method: str, path: str, status: int, *, item: bool = False) -> Any:
        """The least that an answer may be; `item`: one of those in the list that it is."""
        described = self._followed(self.operation(method, path)["responses"][str(status)])
        schema = described["content"]["application/json"]["schema"]
        return self._least(schema["items"] if item else schema)

    def _least(self, schema: dict[str, Any]) -> Any:
        schema = self._followed(schema)
        for several in ("oneOf", "anyOf", "allOf"):
            if several in schema:
                options = schema[several]
                return None if {"type": "null"} in options else self._least(options[0])
        if "enum" in schema:
            return schema["enum"][0]
        if schema.get("type") == "object" or "properties" in schema:
            properties = schema.get("properties", {})
            return {key: self._least(properties[key]) for key in schema.get("required", ())}
        return {"string": "", "integer": 0, "number": 0, "boolean": False, "array": []}[schema["type"]]

    def _followed(self, value: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in value:
            return value
        _, _, kind, name = value["$ref"].split("/")
        return dict(self.components[kind][name])


GITHUB = Description("github-openapi.json")
wrong_with_request, wrong_with_answer = GITHUB.wrong_with_request, GITHUB.wrong_with_answer
example = GITHUB.example
