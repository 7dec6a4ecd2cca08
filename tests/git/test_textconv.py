"""The text of a notebook: short, stable, line by line."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from hypothesis import given

from nbhotel.chain.config import load_chain
from nbhotel.git.labels import Names, names
from nbhotel.git.textconv import form_of, text_of
from nbhotel.notebook.model import Notebook
from nbhotel.notebook.reading import read_notebook
from tests.git.sandbox import Sandbox, notebook
from tests.strategies import notebooks


def read(document: object) -> Notebook:
    found = read_notebook(json.dumps(document).encode())
    assert isinstance(found, Notebook)
    return found


def test_a_notebook():
    document = notebook("# Title\n\nText.", "%matplotlib inline\nx = 1\n\nx", ran=True)
    document["cells"][1]["metadata"] = {"tags": ["parameters"], "collapsed": True}
    document["cells"][1]["outputs"] += [
        {"output_type": "stream", "name": "stderr", "text": ["one\n", "two\n"]},
        {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": []},
        {"output_type": "display_data", "data": {"image/png": "aGk=", "text/plain": "x"}, "metadata": {}},
    ]
    document["cells"].append({"cell_type": "raw", "metadata": {}, "source": ""})
    lines = text_of(read(document)).splitlines()
    assert lines[:14] == [
        "# %% [notebook] nbformat 4.5, kernel python3",
        "",
        "# %% [markdown]",
        "# Title",
        "",
        "Text.",
        "",
        '# %% tags=["parameters"]',
        "%matplotlib inline",
        "x = 1",
        "",
        "x",
        "# %% output: output of cell 2",
        lines[13],
    ]
    assert lines[13].startswith("# %% stderr: ")
    assert lines[13].split()[-2] == "bytes,"
    assert lines[14] == "# %% error: ValueError: no"
    assert lines[15].startswith("# %% output: image/png, text/plain, ")
    assert lines[16:] == ["", "# %% [raw]"]


def test_new_ids_and_prompt_numbers_are_no_change():
    document = notebook("x = 1")
    again = json.loads(json.dumps(document).replace("cell-1", "another"))
    again["cells"][0]["execution_count"] = 7
    again["cells"][0]["metadata"] = {"scrolled": True}
    assert text_of(read(again)) == text_of(read(document))


@given(notebooks)
def test_any_notebook_has_a_text_with_all_sources(found):
    text = text_of(found)
    assert text == text_of(found)
    assert text.endswith("\n")
    for cell in found.cells:
        assert cell.source.replace("\r\n", "\n").removesuffix("\n") in text


def test_the_form_follows_the_chain(tmp_path):
    ready_made = form_of(load_chain("vcs", None))
    assert form_of(load_chain("vcs", tmp_path)) == ready_made
    (tmp_path / "nbhotel.toml").write_text('[chains.vcs]\nfilters = [{ filter = "outputs", keep = true }]\n')
    assert form_of(load_chain("vcs", tmp_path)) != ready_made


def test_a_wrong_chain_does_not_hide_history(enabled):
    enabled.write("a.ipynb", notebook("x = 1"))
    enabled.commit()
    enabled.write("nbhotel.toml", '[chains.vcs]\nfilters = ["outputz"]\n')
    assert "+x = 1" in enabled.git("log", "-p")


def test_labels():
    new = ("base commit", "HEAD", "topic")
    old = ("%S", "%X", "%Y")
    done = "pick 1234567890 first\nfixup -C 99887766 second # one\n"
    assert names(new, {"GITHEAD_1": "x"}, done) == Names("base commit", "HEAD", "topic")
    assert names(old, {"GITHEAD_1": "topic"}, "") == Names("base", "HEAD", "topic")
    assert names(old, {"GITHEAD_1": "one", "GITHEAD_2": "two"}, "") == Names("base", "HEAD", "theirs")
    assert names(old, {}, done).remote == "9988776 (second # one)"
    assert names(old, {}, "exec make\n").remote == "theirs"


def test_hidden_verbs_are_nowhere_to_be_seen(tmp_path, env):
    sandbox = Sandbox(tmp_path, env)
    shown = sandbox.nbhotel("--help") + sandbox.nbhotel("completion", "bash")
    assert " git " in shown
    assert not any(f"git-{name}" in shown for name in ("diff", "textconv", "merge", "filter", "clean"))


def test_a_driver_imports_no_more_than_it_needs(tmp_path):
    (tmp_path / "a.ipynb").write_text(json.dumps(notebook("x = 1")))
    call = "main(['git-textconv', '1', 'a.ipynb'])"
    program = f"import sys; from nbhotel.cli.main import main; {call}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, env=dict(os.environ)
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "nbhotel.git.textconv" in loaded
    heavy = {"argparse", "subprocess", "dataclasses", "pathlib", "sqlite3", "logging", "inspect", "tempfile"}
    assert loaded & heavy == set()
