"""Bytes and JSON that are damaged: what is done about each kind, and what is told."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from nbhotel.repair.files import repair
from nbhotel.repair.values import Hopeless
from tests.repair.damage import repaired
from tests.repair.documents import cells, code, fix, notebook, text, told, written

Json = Any
PLAIN = notebook(code(), text())


@pytest.mark.parametrize("indent", [None, 1, 4, "\t"])
def test_a_sound_file_is_not_touched(indent):
    data = json.dumps(PLAIN, indent=indent).encode()
    assert repaired(data).content is data


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\xef\xbb\xbf" + written(PLAIN), "started with a byte order mark"),
        (written(PLAIN).replace(b"\n", b"\r\n"), "had CRLF line ends"),
        (written(PLAIN).replace(b"\n", b"\r"), "had CR line ends"),
        (written(PLAIN).decode().encode("utf-16"), "was UTF-16; now UTF-8"),
        (written(PLAIN).decode().encode("utf-16-be"), "was UTF-16; now UTF-8"),
        (written(PLAIN).decode().encode("utf-32"), "was UTF-32; now UTF-8"),
        (written(PLAIN) + b"\0" * 4096, "ended with 4,096 zero bytes"),
        (gzip.compress(written(PLAIN)), "was compressed by gzip"),
        (
            gzip.compress(written(PLAIN)[:50]) + gzip.compress(written(PLAIN)[50:]) + b"\0" * 512,
            "was compressed by gzip",
        ),
    ],
)
def test_encodings(data, what):
    found = repaired(data)
    assert told(found) == [("encoding", what, None)]
    assert found.content == written(PLAIN)


def test_bytes_that_are_no_utf_8_are_western():
    data = json.dumps(notebook(text("# Título “€”")), ensure_ascii=False).encode("cp1252")
    found = repaired(data)
    assert cells(found) == [("markdown", "# Título “€”")]
    assert told(found)[0][1] == "was not UTF-8 (byte 0xed); read as Windows-1252"


def test_what_stays_in_the_file_keeps_its_bytes():
    data = json.dumps(notebook(code(), text(id="c1")), indent=3).encode()
    found = repaired(data)
    assert told(found) == [("ids", "had the id c1, which another cell has", 1)]
    changed = [
        (old, new)
        for old, new in zip(data.splitlines(), found.content.splitlines(), strict=True)
        if old != new
    ]
    assert len(changed) == 1


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ('"cells": [', '"cells": [,', "syntax"),
        ('"# Title"\n', '"# Title",\n', "syntax"),
        ('"nbformat_minor": 5\n}', '"nbformat_minor": 5,\n}', "syntax"),
        ('"nbformat": 4,', '"nbformat": 4', "syntax"),
        ('"# Title"', '"# Title', "syntax"),
        ('"# Title"', '# Title"', "syntax"),
        ('"cell_type"', 'cell_type"', "syntax"),
        ('"cell_type"', '"cell_type', "syntax"),
        ('"nbformat_minor": 5\n}', '"nbformat_minor": 5\n}\n}}', "syntax"),
        ('"# Title"', '"# \\d Title"', "syntax"),
    ],
)
def test_slips_of_the_pen(old, new, kind):
    value = notebook(code(["x = 1"]), text(["# Title"]))
    found = repaired(written(value).decode().replace(old, new).encode())
    assert [each.replace("\\d ", "") for _, each in cells(found)] == ["x = 1", "# Title"]
    assert found.findings[0].kind == kind
    assert found.findings[0].line > 0
    assert found.lost == ()


def test_a_string_over_several_lines():
    found = repaired(written(notebook(code("a\nb\tc"))).replace(b"a\\nb\\tc", b"a\nb\tc"))
    assert cells(found) == [("code", "a\nb\tc")]
    assert told(found) == [("syntax", "a string went over several lines, or held control characters", None)]


def test_garbage_around_the_notebook():
    found = repaired(b"here it is:\n" + written(PLAIN) + b"-- \nAda\n")
    assert cells(found) == cells(repaired(written(PLAIN)))
    assert [line.partition(": ")[2] for line in found.lost] == ["here it is:", "--", "Ada"]


def test_two_notebooks_one_after_the_other():
    other = notebook(code(), text("# Another title"), code("y = 2", id="c2"))
    found = repaired(written(PLAIN) + written(other))
    assert [each.kind for each in found.conflicts] == ["inserted"]
    assert {"x = 1", "# Title", "# Another title", "y = 2"} <= {source for _, source in cells(found)}
    assert cells(repaired(written(PLAIN) + written(PLAIN))) == cells(repaired(written(PLAIN)))


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_notebook_within_a_string(times):
    value: Json = PLAIN
    for _ in range(times):
        value = json.dumps(value)
    found = repaired(json.dumps(value).encode())
    assert cells(found) == [("code", "x = 1"), ("markdown", "# Title")]
    assert [each.what for each in found.findings] == ["was a notebook within a JSON string"] * times


@pytest.mark.parametrize("data", [b"", b" \n", b"\0\0\0"])
def test_empty_files(data):
    assert repaired(data).notebook.cells == ()


@pytest.mark.parametrize("data", [b"no json\nat all", b"[1, 2, 3]", b'{"name": "x"}', b"5"])
def test_what_is_no_notebook_is_in_a_raw_cell(data):
    (only,) = repaired(data).notebook.cells
    assert only.kind == "raw"
    assert only.source.split() == data.decode().split() or json.loads(only.source) == json.loads(data)


def test_cells_without_a_notebook():
    assert cells(fix([code(), text()])) == [("code", "x = 1"), ("markdown", "# Title")]
    assert cells(fix(code())) == [("code", "x = 1")]
    assert cells(fix({"cels": [code(), text()], "nbformat": 4})) == [
        ("code", "x = 1"),
        ("markdown", "# Title"),
    ]


def test_a_value_that_nests_too_deeply_is_kept_as_text():
    deep = b'{"a":' * 5000 + b"1" + b"}" * 5000
    found = repaired(
        written(PLAIN).replace(b'"metadata": {},\n "nbformat"', b'"metadata": ' + deep + b',\n "nbformat"')
    )
    assert cells(found) == cells(repaired(written(PLAIN)))
    assert b'{\\"a\\":' in found.content


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n", "is a pointer of Git LFS"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "is a binary file"),
        (b"\x1f\x8b\x08 no gzip", "is compressed by gzip, and damaged"),
    ],
)
def test_hopeless_files(data, what):
    found = repair(data)
    assert isinstance(found, Hopeless)
    assert found.what.startswith(what)
