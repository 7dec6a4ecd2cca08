"""`nbshow`: whole notebooks in four formats."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from nbhotel.cli.main import main
from tests.cli.repositories import ONE, notebook

OUTPUT = {"output_type": "stream", "name": "stdout", "text": "printed\n"}
PARTS = {
    "sources": "value = compute(1)",
    "outputs": "printed",
    "attachments": "attachment a.txt",
    "metadata": "metadata.tag",
    "id": "id the-id",
    "details": "cell 1 [7]",
}


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    more = {
        "execution_count": 7, "metadata": {"tag": 1}, "outputs": [OUTPUT], "id": "the-id",
        "attachments": {"a.txt": {"text/plain": "x"}},
    }  # fmt: skip
    Path("a.ipynb").write_text(notebook(ONE, **more))


def shown(*arguments: str, capfd: pytest.CaptureFixture[str]) -> str:
    assert main(["show", *arguments]) == 0
    out, err = capfd.readouterr()
    assert err == ""
    return out


def test_a_notebook(capfd):
    assert shown("a.ipynb", capfd=capfd).splitlines() == [
        "══ a.ipynb ══", "", "── code cell 1 [7] ──", *ONE.split("\n"), "metadata.tag: 1",
        "╌╌ attachment a.txt ╌╌", "x", "╌╌ output: stdout ╌╌", "printed",
    ]  # fmt: skip


@pytest.mark.parametrize("part", PARTS)
def test_the_parts_of_nbdime(part, capfd):
    def parts(*options: str) -> set[str]:
        text = shown("a.ipynb", *options, capfd=capfd)
        return {name for name, words in PARTS.items() if words in text}

    by_default = set(PARTS) - {"id"}
    assert parts() == by_default
    assert parts(f"--{part}") == parts(f"-{part[0]}") == {part}
    assert parts(f"--ignore-{part}") == parts(f"-{part[0].upper()}") == by_default - {part}


@pytest.mark.parametrize(("form", "start"), [("html", "<!doctype html>"), ("markdown", "```"), ("json", "{")])
def test_formats(form, start, capfd):
    assert shown("a.ipynb", "--format", form, capfd=capfd).lower().startswith(start)
    hidden = shown("a.ipynb", "--format", form, "-s", capfd=capfd)
    assert "compute" in hidden
    assert "printed" not in hidden
    shown("a.ipynb", "--format", form, "--out", "out", capfd=capfd)
    assert Path("out").read_text().lower().startswith(start)


@pytest.mark.parametrize(
    ("name", "start"), [("o.html", "<!doctype"), ("o.md", "```"), ("o.json", "{"), ("o", "══")]
)
def test_a_file_gets_the_format_of_its_name(name, start, capfd):
    shown("a.ipynb", "--out", name, capfd=capfd)
    assert Path(name).read_text().lower().startswith(start)


def test_several_folders_and_globs(capfd):
    Path("sub/deep").mkdir(parents=True)
    Path("sub/deep/b.ipynb").write_text(notebook("x"))
    for words in (["a.ipynb", "sub/deep/b.ipynb"], ["a.ipynb", "sub"], ["*.ipynb", "sub/**/*.ipynb"]):
        headings = [line for line in shown(*words, capfd=capfd).splitlines() if line.startswith("══")]
        assert headings == ["══ a.ipynb ══", "══ sub/deep/b.ipynb ══"]


def test_standard_input():
    program = "import sys; from nbhotel.cli.short import nbshow; sys.exit(nbshow())"
    done = subprocess.run(
        [sys.executable, "-c", program, "-", "-s"],
        input=Path("a.ipynb").read_text(), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.stdout == f"══ standard input ══\n\n── code cell 1 [ ] ──\n{ONE}\n"


def test_a_broken_notebook_is_shown_as_text(capfd):
    Path("b.ipynb").write_text('{"cells": [\n')
    assert shown("b.ipynb", capfd=capfd).splitlines() == [
        "══ b.ipynb ══", "note: line 1: ends too early (truncated); shown as text", '{"cells": [',
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["none.ipynb"], "none.ipynb: there is no such file"),
        (["none*"], "none*: there is no notebook"),
        (["."], ".: there is no notebook"),
        ([], "the following arguments are required: FILE (see `nbhotel show --help`)"),
    ],
)
def test_what_can_not_be_shown_is_told_in_one_line(words, line, capfd):
    Path("a.ipynb").unlink()
    assert main(["show", *words]) == 2
    assert capfd.readouterr() == ("", f"nbhotel: {line}\n")


def test_json_is_json(capfd):
    assert json.loads(shown("a.ipynb", "--format", "json", capfd=capfd))
