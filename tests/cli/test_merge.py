"""`nbmerge`: files in, a file out, what is told, and git's merge driver."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from nbhotel.cli.main import main
from tests.cli.repositories import Repo, environment, notebook

TOP, MIDDLE, END = (
    "import os\nfrom sys import argv",
    "value = compute(1)\nprint(value)",
    "done = True\nprint(done)",
)


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("base.ipynb").write_text(notebook(TOP, MIDDLE, END))
    Path("ours.ipynb").write_text(notebook(TOP.replace("argv", "path"), MIDDLE, END))
    Path("theirs.ipynb").write_text(notebook(TOP, MIDDLE, END.replace("True", "False")))
    Path("other.ipynb").write_text(notebook(TOP.replace("argv", "exit"), MIDDLE, END))


def merge(*arguments: str) -> int:
    return main(["merge", *arguments])


def sources(path: str = "out.ipynb") -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(Path(path).read_text())["cells"]]


CLEAN = ["base.ipynb", "ours.ipynb", "theirs.ipynb"]
CONFLICT = ["base.ipynb", "ours.ipynb", "other.ipynb"]


def test_a_clean_merge_goes_to_standard_output(capfdbinary):
    assert merge(*CLEAN) == 0
    out, err = capfdbinary.readouterr()
    assert out.decode() == notebook(TOP.replace("argv", "path"), MIDDLE, END.replace("True", "False"))
    assert err == b""


def test_a_conflict_is_told_and_marked(capfd):
    assert merge(*CONFLICT, "--out", "out.ipynb") == 1
    assert sources()[0].split("\n")[1:] == [
        "<<<<<<< local",
        "from sys import path",
        "=======",
        "from sys import exit",
        ">>>>>>> remote",
    ]
    out, err = capfd.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "conflict: cell 1: both sides changed these lines",
        "    local: from sys import path",
        "    remote: from sys import exit",
    ]


def test_labels_sizes_and_styles_of_markers(capfd):
    options = [
        "-L",
        "HEAD",
        "-L",
        "main",
        "-L",
        "topic\nbranch",
        "--marker-size",
        "9",
        "--conflict-style",
        "diff3",
    ]
    assert merge(*CONFLICT, "--out", "out.ipynb", *options) == 1
    assert sources()[0].split("\n")[1:] == [
        "<<<<<<<<< HEAD",
        "from sys import path",
        "||||||||| main",
        "from sys import argv",
        "=========",
        "from sys import exit",
        ">>>>>>>>> topic branch",
    ]
    assert "    topic branch: from sys import exit" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["--merge-strategy", "use-local"], "from sys import path"),
        (["--merge-strategy", "use-remote"], "from sys import exit"),
        (["--input-strategy", "use-base"], "from sys import argv"),
        (["--merge-strategy", "use-base", "--input-strategy", "use-remote"], "from sys import exit"),
        (["--input-strategy", "union"], "from sys import path\nfrom sys import exit"),
        (["-S"], "from sys import argv"),
        (["--ignore-sources"], "from sys import argv"),
        (["-o"], "from sys import argv"),
    ],
)
def test_nbdimes_strategies_and_parts(options, line):
    assert merge(*CONFLICT, "--out", "out.ipynb", *options) == 0
    assert sources()[0] == f"import os\n{line}"


def ran(number: int) -> str:
    return notebook("print(time())", execution_count=number, outputs=[
        {"name": "stdout", "output_type": "stream", "text": [f"{number}\n"]}
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("options", "printed", "code"),
    [
        ([], ["2\n"], 0),
        (["--output-strategy", "use-remote"], ["3\n"], 0),
        (["--merge-strategy", "use-base"], ["1\n"], 0),
        (["--output-strategy", "clear-all"], [], 0),
        (["--output-strategy", "remove"], [], 0),
        (["--outputs", "union"], ["2\n", "3\n"], 0),
        (
            ["--output-strategy", "inline"],
            ["<<<<<<< local\n", "2\n", "=======\n", "3\n", ">>>>>>> remote\n"],
            1,
        ),
        (["-O"], ["1\n"], 0),
    ],
)
def test_outputs_by_strategy(options, printed, code):
    for name, number in (("b", 1), ("l", 2), ("r", 3)):
        Path(name).write_text(ran(number))
    assert merge("b", "l", "r", "--out", "out.ipynb", *options) == code
    outputs = json.loads(Path("out.ipynb").read_text())["cells"][0]["outputs"]
    assert ["".join(output["text"]) for output in outputs] == printed


def test_what_was_settled_is_told_if_asked_for(capfd):
    for name, number in (("b", 1), ("l", 2), ("r", 3)):
        Path(name).write_text(ran(number))
    assert merge("b", "l", "r", "--out", "out.ipynb", "--verbose") == 0
    assert capfd.readouterr().err == "settled: cell 1: both sides ran the cell; kept: local\n"


def test_decisions_as_json(capfd):
    assert merge(*CONFLICT, "--decisions", "--quiet") == 1
    out, err = capfd.readouterr()
    answer = json.loads(out)
    assert (answer["clean"], answer["decisions"], err) == (False, [], "")
    assert answer["conflicts"] == [
        {
            "kind": "source",
            "what": "both sides changed these lines",
            "cell": {"base": 0, "local": 0, "remote": 0, "merged": 0},
            "path": ["source"],
            "base": ["from sys import argv"],
            "local": ["from sys import path"],
            "remote": ["from sys import exit"],
        }
    ]


def test_decisions_go_to_the_file_that_is_named():
    assert merge(*CLEAN, "--decisions", "--out", "decisions.json") == 0
    assert json.loads(Path("decisions.json").read_text())["clean"] is True


def test_check_says_where_markers_remain(capfd):
    merge(*CONFLICT, "--out", "out.ipynb", "--quiet")
    assert merge("--check", "base.ipynb", "out.ipynb") == 1
    assert capfd.readouterr().out.splitlines() == [
        "out.ipynb: cell 1, line 2: <<<<<<< local",
        "out.ipynb: cell 1, line 4: =======",
        "out.ipynb: cell 1, line 6: >>>>>>> remote",
    ]
    assert merge("--check", "base.ipynb") == 0
    assert capfd.readouterr().out == ""


def test_check_of_a_file_that_git_merged_as_text(capfd):
    text = Path("base.ipynb").read_text().replace("  {\n", "<<<<<<< HEAD\n  {\n", 1)
    Path("broken.ipynb").write_text(text)
    assert merge("--check", "broken.ipynb", "--json") == 1
    [marker] = json.loads(capfd.readouterr().out)["markers"]
    assert (marker["file"], marker["cell"], marker["text"]) == ("broken.ipynb", None, "<<<<<<< HEAD")


def test_two_files_are_merged_without_a_base():
    assert merge("ours.ipynb", "ours.ipynb", "--out", "out.ipynb") == 0
    assert merge("ours.ipynb", "other.ipynb", "--out", "out.ipynb", "-q") == 1
    assert sources()[1:] == [MIDDLE, END]


@pytest.mark.parametrize("base", ["/dev/null", "empty"])
def test_a_base_that_is_not_there(base):
    Path("empty").write_text("")
    assert merge(base, "ours.ipynb", "ours.ipynb", "--out", "out.ipynb") == 0
    assert Path("out.ipynb").read_text() == Path("ours.ipynb").read_text()


def test_standard_input():
    done = subprocess.run(
        [sys.executable, "-m", "nbhotel", "merge", "base.ipynb", "-", "theirs.ipynb"],
        input=Path("ours.ipynb").read_bytes(),
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert json.loads(done.stdout)["cells"][0]["source"] == TOP.replace("argv", "path")


def test_where_one_side_changed_nothing_the_other_is_taken_to_the_byte(capfdbinary):
    odd = json.dumps(json.loads(notebook(TOP)), indent=3).replace("\n", "\r\n").encode()
    Path("odd.ipynb").write_bytes(odd)
    for files in (["base.ipynb", "odd.ipynb", "base.ipynb"], ["base.ipynb", "base.ipynb", "odd.ipynb"]):
        assert merge(*files) == 0
        assert capfdbinary.readouterr().out == odd


def test_the_style_of_the_file_is_kept():
    ours = json.dumps(json.loads(Path("ours.ipynb").read_text()), indent=4)
    Path("ours.ipynb").write_text(ours)
    assert merge(*CLEAN, "--out", "out.ipynb") == 0
    assert Path("out.ipynb").read_text() == ours.replace("True", "False")


def test_a_half_surrogate_pair_survives():
    Path("base.ipynb").write_text(notebook("x", "y", "end").replace('"x"', "\"x = '\\ud800'\""))
    Path("ours.ipynb").write_text(Path("base.ipynb").read_text().replace('"y"', '"why"'))
    Path("theirs.ipynb").write_text(Path("base.ipynb").read_text().replace('"end"', '"ends"'))
    assert merge(*CLEAN, "--out", "out.ipynb") == 0
    assert "\\ud800" in Path("out.ipynb").read_text()


BROKEN = {
    "conflicted": ("<<<<<<< HEAD\n{}\n=======\n", "line 1: has conflict markers"),
    "truncated": ('{"cells": [', "line 1: ends too early (truncated)"),
    "empty": ("", "the file is empty"),
    "list": ("[]", "line 1: is JSON but not a notebook: a list instead of an object"),
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("side", ["local", "remote"])
def test_a_broken_side_is_one_line_and_nothing_is_written(name, side, capfd):
    text, message = BROKEN[name]
    Path("bad.ipynb").write_text(text)
    files = ["bad.ipynb", "theirs.ipynb"] if side == "local" else ["ours.ipynb", "bad.ipynb"]
    assert merge("base.ipynb", *files, "--out", "out.ipynb") == 2
    assert capfd.readouterr().err == f"nbhotel: bad.ipynb: {side}: {message} (nothing was merged)\n"
    assert not Path("out.ipynb").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["base.ipynb"], "a merge takes two or three files, not 1"),
        (["-", "-"], "standard input can be read only once"),
        (["a.ipynb", "missing.ipynb"], "there is no such file"),
        (["base.ipynb", "."], "is a directory"),
        ([*CLEAN, "--marker-size", "0"], "is no length of a marker"),
        ([*CLEAN, "-L", "a", "-L", "b", "-L", "c", "-L", "d"], "there are three labels at most"),
        ([*CLEAN, "--json"], "--json goes with --check"),
        (["--check", "missing.ipynb"], "there is no such file"),
        ([*CLEAN, "--out", "no/such/folder.ipynb"], "can't be written"),
    ],
)
def test_wrong_usage_is_one_line(arguments, message, capfd):
    assert merge(*arguments) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert message in err
    assert err.count("\n") == 1


def test_nbdimes_other_options_are_taken():
    options = ["--no-ignore-transients", "--no-color", "--no-git", "--no-use-diff", "--log-level", "INFO"]
    assert merge(*CLEAN, "--out", "out.ipynb", *options) == 0


def test_no_control_character_of_a_notebook_reaches_the_terminal(capfd):
    Path("other.ipynb").write_text(notebook(TOP.replace("argv", "\x1b[31mexit"), MIDDLE, END))
    assert merge(*CONFLICT, "--out", "out.ipynb") == 1
    merge("--check", "out.ipynb")
    out, err = capfd.readouterr()
    assert "\x1b" not in out + err
    assert "\\x1b[31mexit" in err


def driver() -> str:
    return f"{sys.executable} -m nbhotel merge %O %A %B --out %A --marker-size %L -L %P"


def test_git_merges_notebooks_with_it(tmp_path):
    repo = Repo(tmp_path / "repo")
    file = repo.folder / "a b.ipynb"
    (repo.folder / ".gitattributes").write_text("*.ipynb merge=nb\n")
    repo.git("config", "merge.nb.driver", driver())

    def commit(name: str) -> None:
        file.write_bytes(Path(name).read_bytes())
        repo.git("add", ".")
        repo.git("commit", "-q", "-m", name)

    commit("base.ipynb")
    repo.git("branch", "clean")
    repo.git("branch", "conflicting")
    commit("ours.ipynb")
    for branch, name in (("clean", "theirs.ipynb"), ("conflicting", "other.ipynb")):
        repo.git("checkout", "-q", branch)
        commit(name)
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-edit", "clean")
    assert sources(str(file)) == [TOP.replace("argv", "path"), MIDDLE, END.replace("True", "False")]
    done = subprocess.run(
        ["git", "-C", repo.folder, "merge", "conflicting"], env=environment(tmp_path), capture_output=True
    )
    assert done.returncode == 1
    assert sources(str(file))[0].split("\n")[1] == "<<<<<<< a b.ipynb"
    assert repo.git("status", "--porcelain").strip() == 'UU "a b.ipynb"'


def test_what_a_merge_loads():
    program = (
        f"from nbhotel.cli.main import main; import sys; main(['merge', *{CLEAN}, '-q']); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "nbhotel.merge.notebooks" in loaded
    slow = {
        "dataclasses",
        "difflib",
        "logging",
        "subprocess",
        "tempfile",
        "pygments",
        "nbformat",
        "jsonschema",
    }
    assert loaded & slow == set()
    assert len({name for name in loaded if name.startswith("nbhotel")}) <= 45
