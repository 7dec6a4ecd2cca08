"""`nbdiff` with revisions, the index and the worktree of real repositories."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.repositories import ONE, THREE, TWO, Repo, environment, notebook

Done = subprocess.CompletedProcess[str]
#: What two of the sources differ in.
FIRST, SECOND = ["-value = compute(1)", "+value = compute(2)"], ["-value = compute(2)", "+value = compute(3)"]


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """main: a.ipynb ONE, then TWO; sub/b.ipynb ONE; and a file that is no notebook."""
    repo = Repo(tmp_path / "repo")
    repo.write("notes.txt", "1\n")
    repo.commit(a=notebook(ONE), sub__b=notebook(ONE))
    repo.write("notes.txt", "2\n")
    repo.commit(a=notebook(TWO))
    return repo


@pytest.fixture
def nbdiff(repo: Repo) -> Callable[..., Done]:
    """Run `nbdiff ARG…` in the repository."""

    program = "import sys; from nbhotel.cli.short import nbdiff; sys.exit(nbdiff())"

    def run(*arguments: str, cwd: str = ".", stdin: str = "", **more: str) -> Done:
        return subprocess.run(
            [sys.executable, "-c", program, *arguments],
            cwd=repo.folder / cwd,
            env={**environment(repo.folder.parent), **more},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


def names(done: Done) -> list[str]:
    """The names of what was compared."""
    assert (done.returncode, done.stderr) == (0, "")
    return [line[4:] for line in done.stdout.splitlines() if line.startswith(("--- ", "+++ "))]


def changes(done: Done) -> list[str]:
    """The lines that changed."""
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line for line in done.stdout.splitlines() if not line.startswith(("--- ", "+++ "))]
    return [line for line in lines if line.startswith(("-", "+"))]


def test_the_worktree_against_the_index(repo, nbdiff):
    assert nbdiff().stdout == ""
    repo.write("a.ipynb", notebook(THREE))
    assert names(nbdiff()) == ["index:a.ipynb", "a.ipynb"]
    assert changes(nbdiff()) == SECOND
    repo.git("add", "a.ipynb")
    assert nbdiff().stdout == ""


@pytest.mark.parametrize("option", ["--cached", "--staged"])
def test_the_index_against_a_revision(option, repo, nbdiff):
    repo.write("a.ipynb", notebook(THREE))
    assert nbdiff(option).stdout == ""
    repo.git("add", "a.ipynb")
    assert names(nbdiff(option)) == ["HEAD:a.ipynb", "index:a.ipynb"]
    assert changes(nbdiff(option)) == SECOND
    assert changes(nbdiff(option, "HEAD~1")) == [FIRST[0], SECOND[1]]
    assert changes(nbdiff(option, "--", "sub")) == []


def test_the_index_before_the_first_commit(tmp_path, nbdiff):
    new = Repo(tmp_path / "new")
    new.write("n.ipynb", notebook(ONE))
    new.git("add", ".")
    assert names(nbdiff("--cached", cwd="../new")) == ["/dev/null", "index:n.ipynb"]


def test_a_revision_against_the_worktree(repo, nbdiff):
    repo.write("a.ipynb", notebook(THREE))
    assert names(nbdiff("HEAD~1")) == ["HEAD~1:a.ipynb", "a.ipynb"]
    assert changes(nbdiff("HEAD~1")) == [FIRST[0], SECOND[1]]


@pytest.mark.parametrize(
    "words",
    [
        ["HEAD~1", "HEAD"],
        ["HEAD~1..HEAD"],
        ["HEAD~1.."],
        ["HEAD~1", "main", "a.ipynb"],
        ["HEAD~1..", "--", "*.ipynb"],
    ],
)
def test_two_revisions(words, nbdiff):
    assert names(nbdiff(*words))[1].endswith(":a.ipynb")
    assert changes(nbdiff(*words)) == FIRST


def test_three_dots_compare_with_the_common_ancestor(repo, nbdiff):
    repo.git("checkout", "-q", "-b", "topic", "HEAD~1")
    repo.commit(sub__b=notebook(THREE))
    two, three = nbdiff("main..topic"), nbdiff("main...topic")
    assert [name.split(":")[1] for name in names(two)] == ["a.ipynb", "a.ipynb", "sub/b.ipynb", "sub/b.ipynb"]
    assert [name.split(":")[1] for name in names(three)] == ["sub/b.ipynb"] * 2
    repo.git("checkout", "-q", "--orphan", "stranger")
    repo.commit()
    done = nbdiff("main...stranger")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "nbhotel: main...stranger: the two revisions have no common ancestor\n"


def test_paths_are_relative_to_the_folder(repo, nbdiff):
    repo.write("sub/b.ipynb", notebook(TWO))
    repo.write("a.ipynb", notebook(THREE))
    for words in (["b.ipynb"], ["--", "b.ipynb"], ["HEAD", "b.ipynb"], ["."], ["main", "--", "."]):
        assert [name.split(":")[-1] for name in names(nbdiff(*words, cwd="sub"))] == ["sub/b.ipynb"] * 2
    assert len(names(nbdiff(cwd="sub"))) == 4  # without a path all of the repository, as git has it
    assert names(nbdiff("--", "../a.ipynb", cwd="sub"))[1] == "a.ipynb"


def test_files_in_revisions(repo, nbdiff):
    assert changes(nbdiff("HEAD~1:a.ipynb", "HEAD:a.ipynb")) == FIRST
    assert changes(nbdiff("HEAD~1:./b.ipynb", "../a.ipynb", cwd="sub")) == FIRST
    repo.write("a.ipynb", notebook(THREE))
    assert names(nbdiff(":a.ipynb", "a.ipynb")) == [":a.ipynb", "a.ipynb"]
    assert changes(nbdiff(":a.ipynb", "-", stdin=notebook(THREE))) == SECOND


def test_a_word_that_is_both_is_a_path_unless_two_dashes_follow(repo, nbdiff):
    repo.git("branch", "a.ipynb", "HEAD~1")
    assert nbdiff("a.ipynb").stdout == ""
    assert changes(nbdiff("a.ipynb", "--")) == FIRST


def test_added_and_deleted_notebooks(repo, nbdiff):
    repo.write("new.ipynb", notebook("\n".join(f"line({n})" for n in range(50))))
    repo.git("add", "new.ipynb")
    (repo.folder / "a.ipynb").unlink()
    assert names(nbdiff("HEAD")) == ["HEAD:a.ipynb", "/dev/null", "/dev/null", "new.ipynb"]
    assert names(nbdiff("HEAD", "a.ipynb")) == ["HEAD:a.ipynb", "/dev/null"]
    assert names(nbdiff("a.ipynb")) == ["index:a.ipynb", "/dev/null"]


def test_a_renamed_notebook_is_one_that_changed(repo, nbdiff):
    repo.git("mv", "sub/b.ipynb", "moved.ipynb")
    repo.write("moved.ipynb", notebook(TWO))
    done = nbdiff("HEAD")
    assert names(done) == ["HEAD:sub/b.ipynb", "moved.ipynb"]
    assert changes(done) == FIRST


def test_symbolic_links_and_submodules_are_left_out(repo, nbdiff):
    (repo.folder / "link.ipynb").symlink_to("a.ipynb")
    repo.git("add", "link.ipynb")
    assert nbdiff("--cached").stdout == ""


def test_other_files_only_if_they_are_named(repo, nbdiff):
    assert names(nbdiff("HEAD~1", "HEAD", "notes.txt")) == ["HEAD~1:notes.txt", "HEAD:notes.txt"]
    assert names(nbdiff("HEAD~1", "HEAD", ".")) == ["HEAD~1:a.ipynb", "HEAD:a.ipynb"]


def test_a_conflicted_notebook_is_compared_as_text(repo, nbdiff):
    repo.git("checkout", "-q", "-b", "topic", "HEAD~1")
    repo.commit(a=notebook(THREE))
    with pytest.raises(subprocess.CalledProcessError):
        repo.git("merge", "main")
    done = nbdiff()
    assert names(done) == ["index:a.ipynb", "a.ipynb"]
    assert re.search(r"note: a.ipynb: line \d+: has conflict markers; compared as text", done.stdout)


def test_a_clean_filter_stands_before_the_worktree(repo, nbdiff):
    repo.git("config", "filter.calm.clean", "sed s/compute/COMPUTE/")
    repo.write(".gitattributes", "*.ipynb filter=calm\n")
    before = sorted(str(path) for path in (repo.folder / ".git").rglob("*"))
    repo.write("a.ipynb", notebook(THREE))
    assert changes(nbdiff("HEAD", "a.ipynb")) == ["-value = compute(2)", "+value = COMPUTE(3)"]
    assert sorted(str(path) for path in (repo.folder / ".git").rglob("*")) == before


def test_names_that_are_hard_to_pass_on(repo, nbdiff):
    name = "é \"x'\n.ipynb"
    repo.write(name, notebook(ONE))
    repo.git("add", "-A")
    assert names(nbdiff("--cached")) == ["/dev/null", "index:é \"x'\\n.ipynb"]


def test_a_bare_repository_and_git_dir(repo, tmp_path, nbdiff):
    repo.git("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
    assert changes(nbdiff("HEAD~1", "HEAD", cwd="../bare")) == FIRST
    (tmp_path / "elsewhere").mkdir()
    assert changes(nbdiff("HEAD~1", "HEAD", cwd="../elsewhere", GIT_DIR=str(repo.folder / ".git"))) == FIRST
    done = nbdiff(cwd="../bare")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["nothing"], "nothing: is neither a file nor a git revision"),
        (["HEAD", "nothing.ipynb"], "nothing.ipynb: is neither a file nor a git revision"),
        (["a.ipynb", "nothing.ipynb"], "nothing.ipynb: is neither a file nor a git revision"),
        (["HEAD:nothing.ipynb", "a.ipynb"], "HEAD:nothing.ipynb: is neither a file nor a git revision"),
        (["nothing", "--", "a.ipynb"], "nothing: is no git revision, and paths stand after the --"),
        (["--cached", "HEAD~1", "HEAD"], "--cached compares the index with one revision"),
        (["HEAD..nothing"], "HEAD..nothing: is neither a file nor a git revision"),
    ],
)
def test_what_is_not_there_is_told_in_one_line(words, line, nbdiff):
    done = nbdiff(*words)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"nbhotel: {line}\n")


def test_outside_a_repository(tmp_path, nbdiff):
    (tmp_path / "outside").mkdir()
    done = nbdiff(cwd="../outside")
    assert (done.returncode, done.stderr) == (2, "nbhotel: name two notebooks: this is no git repository\n")
    done = nbdiff("a.ipynb", "b.ipynb", cwd="../outside")
    assert (done.returncode, done.stderr) == (2, "nbhotel: a.ipynb: there is no such file\n")


def test_without_git(repo, nbdiff):
    repo.write("c.ipynb", notebook(THREE))
    assert changes(nbdiff("a.ipynb", "c.ipynb", PATH="/nowhere")) == SECOND
    done = nbdiff(PATH="/nowhere")
    assert (done.returncode, done.stderr) == (
        2,
        "nbhotel: git is not installed (install it, or name two files)\n",
    )
