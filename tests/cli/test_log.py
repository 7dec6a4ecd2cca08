"""`nbhotel log` on the command line, in a real repository."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.repositories import ONE, THREE, TWO, Repo, environment, notebook

pytestmark = pytest.mark.slow

Done = subprocess.CompletedProcess[str]
OTHER = "def fit(table):\n    return table.mean()"
NBHOTEL = [sys.executable, "-m", "nbhotel"]


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """sub/a.ipynb: three versions of its first cell; b.ipynb; and a file that is not committed."""
    repo = Repo(tmp_path_factory.mktemp("log") / "repo")
    for number, source in enumerate((ONE, TWO, THREE), 1):
        repo.write("sub/a.ipynb", notebook(source, OTHER))
        repo.write("b.ipynb", notebook(*["pass"] * number))
        repo.git("add", "-A")
        repo.git("commit", "-q", "-m", f"commit {number}", f"--author=P{number} <p{number}@example.org>")
    repo.write("new.ipynb", notebook("x"))
    return repo


@pytest.fixture
def log(repo: Repo) -> Callable[..., Done]:
    """Run `nbhotel log ARG…` in the repository."""

    def run(*arguments: str, cwd: str = ".", **more: str) -> Done:
        return subprocess.run(
            [*NBHOTEL, "log", *arguments],
            cwd=repo.folder / cwd,
            env={**environment(repo.folder.parent), **more},
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


def subjects(done: Done) -> list[str]:
    assert (done.returncode, done.stderr) == (0, "")
    return [line.strip() for line in done.stdout.splitlines() if line.startswith("    commit ")]


def test_a_notebook(log):
    done = log("sub/a.ipynb")
    assert subjects(done) == ["commit 3", "commit 2", "commit 1"]
    assert done.stdout.count("\n1 cell changed, 1 unchanged\n") == 2
    assert done.stdout.endswith("\n2 cells added\n")


def test_a_cell(log):
    done = log("sub/a.ipynb", "--cell", "1")
    assert subjects(done) == ["commit 3", "commit 2", "commit 1"]
    assert "\n-value = compute(2)\n+value = compute(3)\n" in done.stdout
    assert subjects(log("sub/a.ipynb", "--cell", "/def fit/")) == ["commit 1"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["-n", "1"], ["commit 3"]),
        (["-n", "0"], []),
        (["--reverse"], ["commit 1", "commit 2", "commit 3"]),
        (["--author", "P2"], ["commit 2"]),
        (["--author", "P2", "--author", "p3@"], ["commit 3", "commit 2"]),
        (["--grep", "ommit [13]"], ["commit 3", "commit 1"]),
        (["--author", "nobody"], []),
        (["--since", "2026-02-01"], []),
        (["--until", "2026-02-01"], ["commit 3", "commit 2", "commit 1"]),
        (["--until", "2025-02-01"], []),
        (["HEAD~2.."], ["commit 3", "commit 2"]),
        (["HEAD~1"], ["commit 2", "commit 1"]),
    ],
)
@pytest.mark.parametrize("cell", [[], ["--cell=1"]])
def test_which_commits(words, cell, expected, log):
    if words[0] == "--since":
        cell = []  # there is no version then in which to look for it
        done = log("sub/a.ipynb", *words)
        assert done.returncode == 2
        assert done.stderr == "nbhotel: sub/a.ipynb: no commit there has this notebook\n"
        return
    assert subjects(log("sub/a.ipynb", *words, *cell)) == expected


def test_how_much(log):
    assert (
        log("sub/a.ipynb", "--oneline")
        .stdout.splitlines()[0]
        .endswith(" commit 3 · 1 cell changed, 1 unchanged")
    )
    assert " sub/a.ipynb | 1~ cells | 2 +-" in log("sub/a.ipynb", "--stat").stdout
    assert "+value = compute(3)" in log("sub/a.ipynb", "-p").stdout
    assert "+value" not in log("sub/a.ipynb", "--cell=1", "--no-patch").stdout
    assert "Date:   2026-01-01\n" in log("sub/a.ipynb", "--date=short").stdout
    assert "[-2-]{+3+}" in log("sub/a.ipynb", "-p", "--color-words").stdout


def test_parts_of_cells(log):
    assert subjects(log("sub/a.ipynb", "--cell=1", "-o")) == ["commit 1"]
    assert subjects(log("sub/a.ipynb", "-s")) == ["commit 3", "commit 2", "commit 1"]


def test_in_a_bare_clone(log, repo, tmp_path):
    repo.git("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
    for verb in ("log", "blame"):
        command = [*NBHOTEL, verb, "sub/a.ipynb"]
        env = environment(tmp_path)
        done = subprocess.run(
            command, cwd=tmp_path / "bare", env=env, capture_output=True, text=True, timeout=60
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert "commit 3" in done.stdout


def test_formats(log, tmp_path):
    document = json.loads(log("sub/a.ipynb", "--cell=1", "--format=json").stdout)
    assert [commit["message"] for commit in document["commits"]] == ["commit 3\n", "commit 2\n", "commit 1\n"]
    assert log("sub/a.ipynb", "--out", str(tmp_path / "log.html")).stdout == ""
    assert "<title>History of sub/a.ipynb</title>" in (tmp_path / "log.html").read_text()
    done = log("sub/a.ipynb", "--format=html", "--oneline")
    assert (done.returncode, done.stderr) == (
        2,
        "nbhotel: --oneline is for terminals, not for --format html\n",
    )


def test_from_other_folders(log, repo, tmp_path):
    assert len(subjects(log("a.ipynb", cwd="sub"))) == 3
    assert len(subjects(log("../b.ipynb", cwd="sub"))) == 3
    done = subprocess.run(
        [*NBHOTEL, "log", str(repo.folder / "sub" / "a.ipynb")],
        cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert len(subjects(done)) == 3


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["nothing.ipynb"], "nothing.ipynb: no commit there has this notebook"),
        (["new.ipynb"], "new.ipynb: no commit there has this notebook"),
        (["sub"], "sub: is a folder, not a notebook"),
        (["sub/a.ipynb", "--date=nonsense"], "git: unknown date format nonsense"),
        (["sub/a.ipynb", "--author=["], "git: "),
        (["sub/a.ipynb", "zzz"], "git: bad revision 'zzz' (the notebook comes first)"),
        (
            ["sub/a.ipynb", "--cell=9"],
            "sub/a.ipynb: there is no cell 9 (there are the cells 1 to 2, without ids)",
        ),
        (["sub/a.ipynb", "--cell=/(/"], "/(/ is no regular expression: "),
        (["/nowhere/a.ipynb"], "/nowhere/a.ipynb: is in no git repository"),
        ([], "a notebook is missing"),
        (["--stat"], "the following arguments are required: NOTEBOOK"),
        (["-n", "x", "a.ipynb"], "argument -n/--max-count: invalid int value: 'x'"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(words, line, log):
    done = log(*words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"nbhotel: {line}"), done.stderr
    assert done.stderr.count("\n") == 1


def test_before_the_first_commit(tmp_path):
    repo = Repo(tmp_path / "repo")
    command = [*NBHOTEL, "log", "a.ipynb"]
    done = subprocess.run(
        command, cwd=repo.folder, env=environment(tmp_path), capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (2, "nbhotel: git: there is no commit yet\n")


def test_outside_of_a_repository(tmp_path):
    (tmp_path / "a.ipynb").write_text(notebook(ONE))
    done = subprocess.run(
        [*NBHOTEL, "log", "a.ipynb"],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("nbhotel: git: not a git repository")


def many(folder: Path, count: int) -> Repo:
    """A notebook that was changed in each of many commits, by way of `git fast-import`."""
    repo = Repo(folder)
    stream = []
    for number in range(1, count + 1):
        content = notebook(ONE, f"number = {number}\nprint(number)")
        who = f"committer A <a@example.org> {1_700_000_000 + number} +0000"
        parent = f"from :{number - 1}\n" if number > 1 else ""
        stream.append(
            f"commit refs/heads/main\nmark :{number}\n{who}\ndata 1\nx\n{parent}"
            f"M 100644 inline a.ipynb\ndata {len(content)}\n{content}\n"
        )
    subprocess.run(
        ["git", "-C", str(folder), "fast-import", "--quiet"], input="".join(stream), text=True, check=True,
        env=environment(folder.parent),
    )  # fmt: skip
    repo.git("reset", "-q", "--hard")
    return repo


def test_a_reader_that_leaves_ends_it(tmp_path):
    repo = many(tmp_path / "repo", 3000)
    command = f"{sys.executable} -m nbhotel log a.ipynb -p | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=repo.folder, env=environment(tmp_path), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("commit ")


def test_ctrl_c_while_there_is_more_to_come(tmp_path):
    repo = many(tmp_path / "repo", 3000)
    process = subprocess.Popen(
        [*NBHOTEL, "log", "a.ipynb", "-p"],
        cwd=repo.folder, env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.read(7) == b"commit "  # the first one is here, and the pipe will be full soon
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, b"")


def test_long_work_is_counted_on_a_terminal(tmp_path):
    """The count stands on standard error, and goes before the first line comes."""
    repo = many(tmp_path / "repo", 1500)
    leader, follower = pty.openpty()
    fcntl.fcntl(leader, fcntl.F_SETFL, os.O_NONBLOCK)
    program = (
        "import sys; import nbhotel.cli.progress as progress; progress._PATIENCE = 0;"
        "from nbhotel.cli.main import main; sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "log", "a.ipynb", "--cell=1"],
        cwd=repo.folder, env=environment(tmp_path), stdout=subprocess.PIPE, stderr=follower, timeout=60,
    )  # fmt: skip
    written = os.read(leader, 65536)
    for end in (leader, follower):
        os.close(end)
    assert done.stdout.count(b"commit ") == 1
    assert b" commits\r" in written
    assert written.endswith(b"\r\x1b[K")
