"""`nbhotel resolve`: the walk through conflicts outside of git, over a pipe, by an editor, by hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nbhotel.cli.main import main
from nbhotel.notebook.writing import dump_notebook
from tests.merge.histories import arranged, changed, made

BASE = made("# Rain", "rain = read()\nrain = clean(rain)\nrain.head()", "plot(rain)", kinds="mcc")


def outputs(text: str) -> list[dict[str, Any]]:
    return [{"name": "stdout", "output_type": "stream", "text": [text]}]


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A folder with a notebook in which nbmerge has left two conflicts."""
    source = BASE.cells[1].source
    mine = changed(BASE, _1={"source": source.replace("clean(rain)", "fill(rain)")})
    yours = changed(BASE, _1={"source": source.replace("clean(rain)", "drop(rain)")})
    for name, side in (
        ("base", BASE),
        ("mine", arranged(mine, 0, 1, 2, "save()")),
        ("theirs", arranged(yours, 0, 1, 2, "total = rain.sum()")),
    ):
        (tmp_path / f"{name}.ipynb").write_bytes(dump_notebook(side))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    sides = ["base.ipynb", "mine.ipynb", "theirs.ipynb", "-q", "--out", "a.ipynb"]
    assert main(["merge", *sides, "-L", "mine", "-L", "base", "-L", "theirs"]) == 1
    return Path(tmp_path)


def resolve(answers: str, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nbhotel", "resolve", *words]
    environment = {**os.environ, "GIT_EDITOR": "false", **env}
    return subprocess.run(command, input=answers, capture_output=True, text=True, env=environment, timeout=60)


def sources(name: str = "a.ipynb") -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(Path(name).read_text())["cells"]]


def test_a_walk(folder):
    before = Path("a.ipynb").read_bytes()
    done = resolve("t\nb\n", "a.ipynb")
    assert done.returncode == 0, done
    assert done.stdout.splitlines() == [
        "a.ipynb: 2 conflicts",
        "",
        "── code cell 2 [ ] · both sides changed these lines ──",
        " rain = read()",
        "╌╌ mine ╌╌",
        " rain = fill(rain)",
        "╌╌ theirs ╌╌",
        " rain = drop(rain)",
        " rain.head()",
        "(1/2) mine (o) or theirs (t) [o,t,b,e,s,q,?]? ",
        "",
        "── markdown cell 4 · both sides inserted cells here ──",
        "╌╌ mine ╌╌",
        "code cell 5 [ ]",
        " save()",
        "╌╌ theirs ╌╌",
        "code cell 7 [ ]",
        " total = rain.sum()",
        "(2/2) mine (o) or theirs (t) [o,t,b,e,s,u,q,?]? ",
        "a.ipynb: as it was, it is in a.ipynb.orig",
        "a.ipynb: no conflict is left",
    ]
    assert sources()[1:] == [
        "rain = read()\nrain = drop(rain)\nrain.head()",
        "plot(rain)",
        "save()",
        "total = rain.sum()",
    ]
    assert Path("a.ipynb.orig").read_bytes() == before
    assert resolve("", "a.ipynb").stdout == "a.ipynb: no conflict is left\n"


def test_what_is_decided_stays_decided(folder):
    for answers, left in (("o\nq\n", 1), ("s\n", 1), ("", 1)):
        done = resolve(answers, "a.ipynb")
        assert done.returncode == 1
        assert f"a.ipynb: {left} conflict left; `nbhotel resolve a.ipynb` goes on" in done.stdout
        assert "fill" in sources()[1]
        assert "<<<<<<<" not in sources()[1]
    assert resolve("theirs\n", "a.ipynb").returncode == 0
    assert sources()[3:] == ["total = rain.sum()"]


def test_undo_and_help(folder):
    done = resolve("x\n?\no\nu\nt\no\n", "a.ipynb")
    assert done.returncode == 0
    assert done.stdout.count("o - ours: take what mine has") == 2
    assert done.stdout.count("u - undo") == 0  # there was nothing to undo then
    assert sources()[1:] == ["rain = read()\nrain = drop(rain)\nrain.head()", "plot(rain)", "save()"]


@pytest.mark.parametrize(
    ("option", "second", "last"),
    [("--ours", "fill", ["save()"]), ("--theirs", "drop", ["total = rain.sum()"])],
)
def test_scripted(folder, option, second, last):
    assert resolve("", option, "a.ipynb").returncode == 0
    assert sources()[1:] == [f"rain = read()\nrain = {second}(rain)\nrain.head()", "plot(rain)", *last]


def test_union(folder):
    assert main(["resolve", "--union", "a.ipynb"]) == 0
    lines = "rain = read()\nrain = fill(rain)\nrain = drop(rain)\nrain.head()"
    assert sources()[1:] == [lines, "plot(rain)", "save()", "total = rain.sum()"]


def editor(program: str) -> str:
    """An editor: Python that gets the file's text as `text`, and what it makes of it is written."""
    read = "import sys, pathlib; f = pathlib.Path(sys.argv[1]); text = f.read_text()"
    code = f"{read}; {program}; f.write_text(text)"
    return f"{sys.executable} -c {json.dumps(code)}"


def test_an_editor(folder):
    second = "text = text.replace('<<<<<<< mine\\n', '').partition('=======')[0] + 'rain.tail()\\n'"
    done = resolve("e\nq\n", "a.ipynb", GIT_EDITOR=editor(second))
    assert done.returncode == 1
    assert sources()[1] == "rain = read()\nrain = fill(rain)\nrain.tail()"
    cells = "a, b = text.split('#%%')[1:]; text = '#%%' + b + '# more\\n#%%' + a"
    assert resolve("e\n", "a.ipynb", GIT_EDITOR=editor(cells)).returncode == 0
    assert sources()[3:] == ["total = rain.sum()\n# more", "save()"]


@pytest.mark.parametrize("program", ["false", "true"])
def test_an_editor_that_fails_or_changes_nothing(folder, program):
    done = resolve("e\nq\n", "a.ipynb", GIT_EDITOR=program)
    assert done.returncode == 1
    assert ("the editor failed" in done.stdout) is (program == "false")
    assert "<<<<<<< mine" in sources()[1]


def test_somebody_saves_the_notebook_meanwhile(folder):
    command = [sys.executable, "-u", "-m", "nbhotel", "resolve", "a.ipynb"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        until(process.stdout.read, "(1/2)")
        document = json.loads(Path("a.ipynb").read_text())
        document["cells"][1]["source"] = "by = hand"
        Path("a.ipynb").write_text(json.dumps(document))
        process.stdin.write("o\n")  # too late: it would overwrite what was saved
        process.stdin.flush()
        until(process.stdout.read, "it is read again")
        until(process.stdout.read, "(2/2)")
        document["cells"] = document["cells"][:3]
        Path("a.ipynb").write_text(json.dumps(document))
        process.stdin.write("\n")
        process.stdin.flush()
        assert "no conflict is left" in process.stdout.read()
    assert process.returncode == 0
    assert sources() == ["# Rain", "by = hand", "plot(rain)"]


def until(read: Callable[[int], str], wanted: str) -> None:
    text = ""
    while wanted not in text:
        more = read(1)
        assert more, text
        text += more


def test_broken_json_is_repaired_first(folder):
    lines = Path("mine.ipynb").read_text().split("\n")
    place = next(number for number, line in enumerate(lines) if "fill" in line)
    lines[place : place + 1] = [
        "<<<<<<< me",
        lines[place],
        "=======",
        lines[place].replace("fill", "drop"),
        ">>>>>>> you",
    ]
    Path("b.ipynb").write_text("\n".join(lines))
    done = resolve("t\n", "b.ipynb")
    assert done.returncode == 0
    assert sources("b.ipynb")[1] == "rain = read()\nrain = drop(rain)\nrain.head()"
    assert Path("b.ipynb.orig").read_text() == "\n".join(lines)


def test_other_words(folder):
    assert resolve("", "mine.ipynb").returncode == 0
    assert not Path("mine.ipynb.orig").exists()
    done = resolve("", "none.ipynb")
    assert (done.returncode, done.stderr) == (2, "nbhotel: none.ipynb: there is no such file\n")
    done = resolve("")
    assert done.returncode == 2
    assert "not a git repository" in done.stderr
