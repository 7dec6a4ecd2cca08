"""`nbhotel export`: where files go, what they are called, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from nbhotel.cli.main import main
from nbhotel.notebook.writing import dump_notebook
from tests.chain.made import code, notebook, stream, text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    cells = [text("# Title"), code("%time x = 1\nx", stream("1\n"), count=1)]
    (tmp_path / "a.ipynb").write_bytes(dump_notebook(notebook(*cells)))
    (tmp_path / "b.ipynb").write_bytes(dump_notebook(notebook(code("1 -> x"), language="R")))
    return tmp_path


def test_beside_the_notebook_with_the_languages_suffix(folder):
    assert main(["export", "--to", "script", str(folder)]) == 0
    assert (folder / "a.py").read_text() == "# %% [markdown]\n# # Title\n\n# %%\n# %time x = 1\nx\n"
    assert (folder / "b.r").read_text() == "# %%\n1 -> x\n"


def test_into_a_folder_and_to_standard_output(folder, capfd):
    assert main(["export", "--to", "code", "-o", f"{folder}/out/", str(folder / "a.ipynb")]) == 0
    assert (folder / "out" / "a.py").read_text() == "# %time x = 1\nx\n"
    assert main(["export", "--to", "code", "-o", "-", str(folder / "a.ipynb")]) == 0
    sys.stdout.flush()
    assert capfd.readouterr().out == "# %time x = 1\nx\n"


@pytest.mark.parametrize(
    ("to", "suffix", "beginning"),
    [
        ("markdown", ".md", b"---\njupyter:\n"),
        ("percent", ".py", b"# ---\n# jupyter:\n"),
        ("rst", ".rst", b"Title\n=====\n"),
        ("html", ".html", b"<!DOCTYPE html>"),
        ("jupytext:py:light", ".py", b"# ---\n# jupyter:\n"),
        ("nbconvert:python", ".py", b"#!/usr/bin/env python\n"),
    ],
)
def test_each_exporter_names_its_files(folder, to, suffix, beginning):
    assert main(["export", "--to", to, str(folder / "a.ipynb")]) == 0
    assert (folder / f"a{suffix}").read_bytes().startswith(beginning)


def test_options(folder, capfd):
    path = str(folder / "a.ipynb")
    for words in (["--magics", "keep"], ["--magics", "transform"], ["--code-only"]):
        assert main(["export", "--to", "script", "-o", "-", *words, path]) == 0
    assert main(["export", "--to", "markdown", "--no-header", "-o", "-", path]) == 0
    sys.stdout.flush()
    assert capfd.readouterr().out == (
        "# %% [markdown]\n# # Title\n\n# %%\n%time x = 1\nx\n"
        "# %% [markdown]\n# # Title\n\n# %%\nget_ipython().run_line_magic('time', 'x = 1')\nx\n"
        "# %%\n# %time x = 1\nx\n"
        "# Title\n\n```python\n%time x = 1\nx\n```\n"
    )


def test_chains_of_the_repository(folder):
    (folder / "nbhotel.toml").write_text(
        '[chains.notes]\nfilters = [{filter = "drop-cells", kinds = ["code"]}]\n'
        'exporter = {exporter = "markdown", header_lines = false}\n'
        '[chains.bare]\nfilters = ["outputs"]\n'
    )
    assert main(["export", "--chain", "notes", str(folder / "a.ipynb")]) == 0
    assert (folder / "a.md").read_text() == "# Title\n"
    assert main(["export", "--chain", "bare", "--to", "code", str(folder / "a.ipynb")]) == 0
    assert (folder / "a.py").is_file()
    assert main(["export", "--chain", "bare", "-o", str(folder / "bare.ipynb"), str(folder / "a.ipynb")]) == 0
    assert b'"outputs": []' in (folder / "bare.ipynb").read_bytes()


def test_a_broken_notebook_does_not_stop_the_others(folder, capsys):
    (folder / "c.ipynb").write_text("no JSON")
    assert main(["export", "--to", "code", str(folder)]) == 2
    assert (
        capsys.readouterr().err
        == f"nbhotel: {folder}/c.ipynb: line 1: is not JSON (Expecting value, column 1)\n"
    )
    assert (folder / "a.py").is_file()
    assert not (folder / "c.py").exists()


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["a.ipynb"], "say what to write (--to NAME or --chain NAME)"),
        (["a.ipynb", "--to", "scrpt"], "there is no exporter 'scrpt' (did you mean 'script'?)"),
        (["a.ipynb", "--to", "html", "--magics", "keep"], "--magics is not for --to html"),
        (
            ["a.ipynb", "--to", "ipynb"],
            "would overwrite a.ipynb (name another file with -o, or use `nbhotel clean`)",
        ),
        (
            ["a.ipynb", "b.ipynb", "--to", "code", "-o", "x.py"],
            "x.py is one file for many notebooks (name a folder: end it with /)",
        ),
        (["c.ipynb", "--to", "code"], "c.ipynb: there is no such file"),
        (["x.txt", "--to", "code"], "x.txt is no notebook by its name (--force takes it all the same)"),
        (["a.ipynb", "--chain", "none"], "there is no chain 'none'"),
    ],
)
def test_wrong_words(folder, words, line):
    command = [sys.executable, "-m", "nbhotel", "export", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stderr.startswith(f"nbhotel: {line}")
    assert done.stderr.count("\n") == 1


def test_a_missing_library_is_named_with_its_remedy(folder):
    block = folder / "block"
    block.mkdir()
    (block / "jupytext.py").write_text("raise ImportError")
    command = [sys.executable, "-m", "nbhotel", "export", "--to", "jupytext:md", "a.ipynb"]
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        env={"PYTHONPATH": str(block), "PATH": ""},
    )
    assert (done.returncode, done.stderr) == (
        2,
        "nbhotel: jupytext is not installed (pip install jupytext)\n",
    )
