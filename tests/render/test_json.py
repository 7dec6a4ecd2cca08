"""Our JSON: valid whatever comes in, as its schema says, and the same as yesterday."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbhotel.diff.values import EVERYTHING
from nbhotel.notebook.model import EMPTY, Notebook
from nbhotel.notebook.reading import read_notebook
from nbhotel.render.json import diff_json, show_json
from nbhotel.render.subjects import Exhibit, compare
from tests.strategies import any_text, notebooks, pairs, read, thorough

ROOT = Path(__file__).resolve().parent.parent.parent
CASES = ROOT / "tests" / "cases" / "json"
SCHEMA = json.loads((ROOT / "docs" / "schemas" / "diff.schema.json").read_text())
some = settings(thorough, max_examples=40)  # the validator is slow
validator: Any = import_module("jsonschema").Draft202012Validator(SCHEMA)


def no_constant(word: str) -> None:
    raise AssertionError(f"{word} is no JSON")


def parsed(text: str) -> Any:
    text.encode()  # can be written
    return json.loads(text, parse_constant=no_constant)


def diffed(*sides: Notebook) -> Any:
    document = parsed(diff_json([compare("old", sides[0], "new", sides[1], EVERYTHING)]))
    validator.validate(document)
    return document["comparisons"][0]


def cell(source: Any, outputs: Any = (), **more: Any) -> dict[str, Any]:
    raw = {"cell_type": "code", "execution_count": 1, "id": "a", "metadata": {}, "outputs": list(outputs)}
    return {**raw, "source": source, **more}


def notebook(*cells: dict[str, Any], **metadata: Any) -> Notebook:
    return read({"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def display(**data: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "data": data, "metadata": {}}


def example() -> list[Notebook]:
    names = ("old.ipynb", "new.ipynb")
    sides = [read_notebook((CASES.parent / "nbdime" / name).read_bytes()) for name in names]
    return [side for side in sides if isinstance(side, Notebook)]


def test_the_schema_is_one():
    validator.check_schema(SCHEMA)
    assert not validator.is_valid({"schema": "nbhotel/diff/1", "comparisons": [{}]})


def test_what_the_page_shows_is_json_of_that_schema():
    page = (ROOT / "docs" / "diff-json.md").read_text()
    document, *parts = [parsed(block) for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL)]
    validator.validate(document)
    schemas = ("text", "mime", "cell")
    for part, name in zip(parts, schemas, strict=True):
        fragment = (
            {"mime": "image/png", "kind": "changed", "old": "", "new": ""} | part if name == "mime" else part
        )
        validator.evolve(schema={"$ref": f"#/$defs/{name}", "$defs": SCHEMA["$defs"]}).validate(fragment)


def test_an_example():
    old, new = example()
    found = diff_json([compare("old.ipynb", old, "new.ipynb", new)])
    validator.validate(parsed(found))
    assert found == (CASES / "diff.json").read_text()


def test_an_example_shown():
    assert show_json([Exhibit("new.ipynb", example()[1])]) == (CASES / "show.json").read_text()


def test_the_ranges_and_lines_of_a_source():
    found = diffed(notebook(cell("a\nb\nc")), notebook(cell("a\nB\nc\nd")))
    assert found["cells"][0]["change"] == {
        "source": {
            "added": 2,
            "removed": 1,
            "ops": [
                {"op": "equal", "old": [0, 1], "new": [0, 1]},
                {"op": "replace", "old": [1, 2], "new": [1, 2], "removed": ["b"], "added": ["B"]},
                {"op": "equal", "old": [2, 3], "new": [2, 3]},
                {"op": "insert", "old": [3, 3], "new": [3, 4], "added": ["d"]},
            ],
        }
    }


def test_what_can_not_be_read_is_compared_as_text():
    broken = read_notebook(b'{"cells": [\n<<<<<<< ours\n')
    found = parsed(diff_json([compare("a", EMPTY, "b", broken), compare("b", broken, "b", broken)]))
    validator.validate(found)
    first, second = found["comparisons"]
    assert (first["kind"], first["differs"]) == ("text", True)
    assert first["note"] == "b: line 2: has conflict markers"
    assert second == {
        "old": "b",
        "new": "b",
        "differs": False,
        "kind": "text",
        "note": "b: line 2: has conflict markers; b: line 2: has conflict markers",
    }


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_json_does_not_have(text):
    found = diffed(notebook(), notebook(loss=json.loads(text)))
    assert found["fields"] == [{"path": ["metadata", "loss"], "kind": "added", "new": text}]


def digest(data: bytes) -> dict[str, Any]:
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def test_payloads_are_replaced_by_digests():
    pdf, html = b"%PDF" * 9000, "<b>" * 9000
    output = display(
        **{
            "application/pdf": base64.encodebytes(pdf).decode(),
            "text/html": html,
            "text/plain": ["a\n", "b"],
            "application/json": {"a": [1] * 9000},
            "application/x+json": ["a\n", "b"],
            "image/png": "no base64!",
        }
    )
    found = diffed(notebook(), notebook(cell("x", [output])))["cells"][0]["cell"]["outputs"][0]["data"]
    assert found.pop("application/json")["bytes"] > 9000
    assert found == {
        "application/pdf": digest(pdf),
        "text/html": digest(html.encode()),
        "text/plain": "a\nb",
        "application/x+json": ["a\n", "b"],
        "image/png": "no base64!",
    }


def test_each_kind_of_change_of_an_output():
    def shown(*data: dict[str, Any]) -> Notebook:
        return notebook(cell("show()", [display(**each) for each in data]))

    old = shown({"text/plain": "a", "text/html": "<p>", "image/png": "AAAA", "application/json": [1]})
    new = shown({"text/plain": "b", "image/png": "BBBB", "application/json": [float("nan")], "x/y": {}})
    (change,) = diffed(old, new)["cells"][0]["change"]["outputs"]
    text, html, image, value, other = change["mimes"]
    assert text["text"]["ops"][0]["removed"] == ["a"]
    assert html == {"mime": "text/html", "kind": "removed", "old": "<p>"}
    assert image["image"] == {"old_size": None, "new_size": None, "changed": None}
    assert (value["old"], value["new"]) == ([1], ["NaN"])
    assert other == {"mime": "x/y", "kind": "added", "new": {}}

    def only_output(*sides: Notebook) -> Any:
        (found,) = diffed(*sides)["cells"][0]["change"]["outputs"]
        return found

    assert only_output(shown(), old)["output"]["output_type"] == "display_data"
    assert only_output(old, shown())["kind"] == "removed"
    before, after = (notebook(cell("show()", [{**display(), "metadata": {"a": a}}])) for a in (1, 2))
    assert only_output(before, after)["fields"][0]["path"] == ["metadata", "a"]


def test_an_image_that_is_none_has_no_sizes():
    old, new = (notebook(cell("x", [display(**{"image/png": data})])) for data in (1, "AAAA"))
    (mime,) = diffed(old, new)["cells"][0]["change"]["outputs"][0]["mimes"]
    assert mime == {"mime": "image/png", "kind": "changed", "old": 1, "new": digest(b"\0\0\0")}


def test_attachments():
    def attached(**files: Any) -> Notebook:
        return notebook({"cell_type": "markdown", "metadata": {}, "source": "x", "attachments": files})

    old, new = attached(a={"text/plain": "1"}, b=5), attached(a={"text/plain": "2"}, b=6, c={"x/y": 1})
    a, b, c = diffed(old, new)["cells"][0]["change"]["attachments"]
    assert a["mimes"][0]["text"]["ops"][0]["added"] == ["2"]
    assert b["mimes"] == [{"mime": "", "kind": "changed", "old": 5, "new": 6}]
    assert c == {"name": "c", "kind": "added", "mimes": [{"mime": "x/y", "kind": "added", "new": 1}]}


def test_a_long_block_of_changed_lines_is_replaced():
    lines = [f"{i} {'x' * 90}" for i in range(2000)]
    texts = ["a", "\n".join(["a", *lines])]
    streams = [{"output_type": "stream", "name": "stdout", "text": text} for text in texts]
    old, new = (notebook(cell("run", [each])) for each in streams)
    (_, op) = diffed(old, new)["cells"][0]["change"]["outputs"][0]["text"]["ops"]
    assert op["added"] == digest("\n".join(lines).encode())


def test_a_whole_source_is_never_replaced():
    source = "x" * 20_000
    assert diffed(EMPTY, notebook(cell(source)))["cells"][0]["cell"]["source"] == source


def test_several_comparisons_and_none():
    assert parsed(diff_json([]))["comparisons"] == []
    same = compare("a", EMPTY, "b", EMPTY)
    found = parsed(diff_json([same, same]))
    validator.validate(found)
    assert [each["differs"] for each in found["comparisons"]] == [False, False]


@some
@given(pairs(), any_text)
def test_any_two_notebooks_are_described_as_the_schema_says(pair, name):
    document = parsed(diff_json([compare(name, pair[0], "new", pair[1], EVERYTHING)]))
    validator.validate(document)
    (found,) = document["comparisons"]
    assert sum(found["count"].values()) - found["count"]["moved"] == len(found["cells"])
    assert sorted(place["index"] for entry in found["cells"] for place in entry["old"]) == [
        *range(len(pair[0].cells))
    ]


@some
@given(notebooks | st.binary(max_size=50).map(read_notebook), any_text)
def test_any_notebook_is_shown(nb, name):
    (found,) = parsed(show_json([Exhibit(name, nb)]))["notebooks"]
    if isinstance(nb, Notebook):
        assert [each["index"] for each in found["cells"]] == [*range(len(nb.cells))]
    else:
        assert found["error"] == nb.what
