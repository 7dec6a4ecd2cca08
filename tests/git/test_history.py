"""The history of a notebook and of its cells, in real repositories: walked over, read, followed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain

import pytest

from nbhotel.diff.values import BY_DEFAULT
from nbhotel.errors import InputError
from nbhotel.git.history.follow import Change, changes, changes_of_cell
from nbhotel.git.history.objects import Objects
from nbhotel.git.history.versions import Readable, Versions
from nbhotel.git.history.walk import History
from nbhotel.git.revisions import Repository
from tests.git.sandbox import Sandbox, notebook

VIEW = BY_DEFAULT._replace(details=False)
LOAD = "import pandas\n\ngrowth = pandas.read_csv('growth.csv')\ngrowth.head()"
FIT = "def rate(table):\n    return table.od.diff().mean()\n\nrate(growth)"
PLOT = "growth.plot(x='hour', y='od')\nprint('plotted')"


@contextmanager
def opened(repo: Sandbox, *revisions: str, path: str = "a.ipynb") -> Iterator[tuple[Readable, Versions]]:
    repository = Repository(str(repo.folder), repo.env)
    objects = Objects(repository)
    versions = Versions(objects)
    try:
        yield Readable(History(repository).steps(path, revisions), versions), versions
    finally:
        objects.close()


def told(found: Iterator[Change]) -> list[tuple[str, list[str]]]:
    """The subjects of commits, and what became of the cells that they tell of."""
    return [
        (
            each.step.commit.subject,
            [entry.kind + " moved" * entry.moved for entry in each.diff.cells if entry.differs],
        )
        for each in found
    ]


def of_notebook(repo: Sandbox, *revisions: str, path: str = "a.ipynb") -> list[tuple[str, list[str]]]:
    with opened(repo, *revisions, path=path) as (steps, versions):
        return told(changes(steps, versions, VIEW))


def of_cell(repo: Sandbox, cell: int, *revisions: str, path: str = "a.ipynb") -> list[tuple[str, list[str]]]:
    """`cell` is a place from 1."""
    with opened(repo, *revisions, path=path) as (steps, versions):
        return told(changes_of_cell(iter(steps), versions, VIEW, cell - 1))


def save(repo: Sandbox, message: str, *sources: str, path: str = "a.ipynb", when: int = 0) -> str:
    repo.write(path, notebook(*sources))
    repo.git("add", "--all")
    date = f"{1_700_000_000 + when} +0000" if when else repo.env["GIT_AUTHOR_DATE"]
    words = ("commit", "-q", "--allow-empty", "-m", message)
    repo.git(*words, GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=date)
    return repo.git("rev-parse", "HEAD").strip()


def test_what_each_commit_changed(repo):
    save(repo, "begin", LOAD, FIT)
    save(repo, "plot", LOAD, FIT, PLOT)
    save(repo, "another file", LOAD, FIT, PLOT, path="b.ipynb")
    save(repo, "fit", LOAD, FIT.replace("mean", "median"), PLOT)
    assert of_notebook(repo) == [("fit", ["changed"]), ("plot", ["added"]), ("begin", ["added", "added"])]


def test_what_is_no_change_of_cells_is_not_told(repo):
    save(repo, "begin", LOAD)
    document = notebook(LOAD)
    document["cells"][0] |= {"id": "other", "execution_count": 7}
    repo.write("a.ipynb", document)
    repo.commit("run again, under another id")
    assert of_notebook(repo) == [("begin", ["added"])]


def test_a_file_with_other_names(repo):
    save(repo, "begin", LOAD, FIT)
    save(repo, "edit", LOAD, FIT.replace("mean", "max"))
    repo.git("mv", "a.ipynb", "ä b.ipynb")
    repo.commit("rename")
    repo.git("mv", "ä b.ipynb", "c.ipynb")
    save(repo, "rename and edit", LOAD, FIT.replace("mean", "min"), path="c.ipynb")
    save(repo, "another notebook of the old name", PLOT)
    expected = [("rename and edit", ["changed"]), ("edit", ["changed"]), ("begin", ["added"])]
    assert of_cell(repo, 2, path="c.ipynb") == expected
    assert of_notebook(repo, path="c.ipynb")[:2] == [("rename and edit", ["changed"]), ("rename", [])]


def test_a_file_that_was_renamed_on_one_branch_only(repo):
    save(repo, "begin", LOAD, FIT, PLOT, when=1)
    repo.git("checkout", "-q", "-b", "topic")
    repo.git("mv", "a.ipynb", "b.ipynb")
    save(repo, "rename on topic", LOAD.replace("head", "tail"), FIT, PLOT, path="b.ipynb", when=2)
    repo.git("checkout", "-q", "main")
    save(repo, "edit on main", LOAD, FIT, PLOT.replace("hour", "day"), when=3)
    repo.git("merge", "-q", "--no-commit", "topic", code=1 if "CONFLICT" in repo.git("status") else 0)
    save(
        repo, "merge", LOAD.replace("head", "tail"), FIT, PLOT.replace("hour", "day"), path="b.ipynb", when=4
    )
    assert not (repo.folder / "a.ipynb").exists()
    assert of_cell(repo, 1, path="b.ipynb") == [("rename on topic", ["changed"]), ("begin", ["added"])]
    assert of_cell(repo, 2, path="b.ipynb") == [("begin", ["added"])]
    assert of_cell(repo, 3, path="b.ipynb") == [("edit on main", ["changed"]), ("begin", ["added"])]


def test_a_merge_is_told_only_of_what_it_wrote_itself(repo):
    save(repo, "begin", LOAD, FIT, PLOT)
    repo.git("checkout", "-q", "-b", "topic")
    save(repo, "topic", LOAD.replace("head", "tail"), FIT, PLOT)
    repo.git("checkout", "-q", "main")
    save(repo, "main", LOAD, FIT, PLOT.replace("hour", "day"))
    repo.git("merge", "-q", "--no-commit", "--no-ff", "-s", "ours", "topic")
    save(repo, "merge", LOAD.replace("head", "tail"), FIT + "\nrate(None)", PLOT.replace("hour", "day"))
    assert of_notebook(repo)[0] == ("merge", ["changed"])
    assert of_cell(repo, 2) == [("merge", ["changed"]), ("begin", ["added"])]
    assert of_cell(repo, 1) == [("topic", ["changed"]), ("begin", ["added"])]


def test_a_cell_merged_from_both_sides_follows_both(repo):
    lines = [f"value_{number} = compute({number})" for number in range(9)]
    save(repo, "begin", "\n".join(lines), when=1)
    repo.git("checkout", "-q", "-b", "topic")
    save(repo, "topic", "\n".join(["first = 1", *lines[1:]]), when=2)
    repo.git("checkout", "-q", "main")
    save(repo, "main", "\n".join([*lines[:-1], "last = 1"]), when=3)
    repo.git("merge", "-q", "--no-commit", "--no-ff", "-s", "ours", "topic")
    save(repo, "merge", "\n".join(["first = 1", *lines[1:-1], "last = 1"]), when=4)
    assert [subject for subject, _ in of_cell(repo, 1)] == ["main", "topic", "begin"]


def test_clocks_that_were_wrong_lose_nothing(repo):
    save(repo, "begin", LOAD, FIT, when=9_000_000)
    repo.git("checkout", "-q", "-b", "topic")
    save(repo, "topic", LOAD.replace("head", "tail"), FIT, when=10)
    save(repo, "topic again", LOAD.replace("head", "sample"), FIT, when=20)
    repo.git("checkout", "-q", "main")
    save(repo, "main", LOAD, FIT.replace("mean", "max"), when=9_000_001)
    repo.git("merge", "-q", "--no-commit", "--no-ff", "-s", "ours", "topic")
    save(repo, "merge", LOAD.replace("head", "sample"), FIT.replace("mean", "max"), when=30)
    found = of_cell(repo, 1)
    assert [subject for subject, _ in found] == ["topic again", "topic", "begin"]


def test_versions_that_cannot_be_read_are_passed_over(repo):
    save(repo, "begin", LOAD, FIT)
    for number, content in enumerate(("<<<<<<< ours\n{}\n=======\n{}\n>>>>>>> theirs\n", "", "[1, 2]")):
        repo.write("a.ipynb", content)
        repo.commit(f"broken {number}")
    save(repo, "mended", LOAD, FIT.replace("mean", "max"))
    assert of_cell(repo, 2) == [("mended", ["changed"]), ("begin", ["added"])]
    with opened(repo) as (steps, versions):
        assert told(changes(steps, versions, VIEW)) == [
            ("mended", ["changed"]),
            ("begin", ["added", "added"]),
        ]
        assert [(step.commit.subject, what) for step, what in steps.left_out] == [
            ("broken 2", "line 1: is JSON but not a notebook: a list instead of an object"),
            ("broken 1", "the file is empty"),
            ("broken 0", "line 1: has conflict markers"),
        ]


def test_a_broken_version_at_the_beginning_of_a_range(repo):
    save(repo, "begin", LOAD)
    repo.write("a.ipynb", "")
    broken = repo.commit("broken")
    save(repo, "mended", LOAD)
    assert of_notebook(repo, f"{broken}..HEAD") == [("mended", ["added"])]


def test_removed_and_made_anew(repo):
    save(repo, "begin", LOAD)
    repo.git("rm", "-q", "a.ipynb")
    repo.commit("remove")
    save(repo, "again", LOAD, FIT)
    assert of_notebook(repo) == [("again", ["added", "added"]), ("remove", ["removed"]), ("begin", ["added"])]
    assert of_cell(repo, 1) == [("again", ["added"])]


def test_ranges_of_revisions(repo):
    first = save(repo, "begin", LOAD)
    save(repo, "second", LOAD + "\n1")
    repo.git("branch", "old")
    save(repo, "third", LOAD + "\n2")
    assert [subject for subject, _ in of_notebook(repo, f"{first}..")] == ["third", "second"]
    assert [subject for subject, _ in of_notebook(repo, "old")] == ["second", "begin"]
    assert [subject for subject, _ in of_notebook(repo, "HEAD", "^old")] == ["third"]


@pytest.mark.parametrize("word", ["nothing", "--all", "-x", "a.ipynb"])
def test_a_word_that_is_no_revision_is_told(word, repo):
    save(repo, "begin", LOAD)
    with pytest.raises(InputError):
        of_notebook(repo, word)


def test_other_places(repo, tmp_path):
    """Bare and shallow clones, linked worktrees, folders with odd names."""
    save(repo, "begin", LOAD, path="d é/ü.ipynb")
    save(repo, "edit", LOAD + "\n1", path="d é/ü.ipynb")
    save(repo, "newest", LOAD + "\n2", path="d é/ü.ipynb")
    whole = [("newest", ["changed"]), ("edit", ["changed"]), ("begin", ["added"])]
    repo.git("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
    repo.git("clone", "-q", "--depth=2", f"file://{repo.folder}", str(tmp_path / "shallow"))
    repo.git("worktree", "add", "-q", str(tmp_path / "linked"))
    for folder, expected in (
        ("bare", whole),
        ("linked", whole),
        ("shallow", [whole[0], ("edit", ["added"])]),
    ):
        assert of_cell(repo.at(tmp_path / folder), 1, path="d é/ü.ipynb") == expected, folder


def test_a_repository_with_sha256(repo, tmp_path):
    other = repo.at(tmp_path / "sha256")
    other.folder.mkdir()
    other.git("init", "-q", "-b", "main", "--object-format=sha256")
    save(other, "begin", LOAD)
    save(other, "edit", LOAD + "\n1")
    assert of_cell(other, 1) == [("edit", ["changed"]), ("begin", ["added"])]


def test_users_settings_change_nothing(repo):
    save(repo, "begin", LOAD, FIT)
    save(repo, "edit", LOAD, FIT + "\n1")
    before = of_notebook(repo)
    settings = {
        "log.showRoot": "false", "log.follow": "true", "log.showSignature": "true", "diff.renames": "copies",
        "color.ui": "always", "log.date": "relative", "format.pretty": "oneline", "core.quotePath": "true",
        "log.abbrevCommit": "true", "core.abbrev": "4", "diff.external": "false", "log.diffMerges": "off",
    }  # fmt: skip
    for key, value in settings.items():
        repo.git("config", key, value)
    assert of_notebook(repo) == before


def test_a_part_of_a_split_cell_is_followed_to_its_lines(repo):
    head = [f"first_{number} = load({number})" for number in range(5)]
    tail = [f"second_{number} = fit({number})" for number in range(5)]
    save(repo, "begin", "\n".join([*head, *tail]), PLOT)
    save(repo, "edit the head", "\n".join(["first_0 = load(7)", *head[1:], *tail]), PLOT)
    save(
        repo,
        "edit the tail",
        "\n".join(["first_0 = load(7)", *head[1:], "second_0 = fit(7)", *tail[1:]]),
        PLOT,
    )
    save(
        repo,
        "split",
        "\n".join(["first_0 = load(7)", *head[1:]]),
        "\n".join(["second_0 = fit(7)", *tail[1:]]),
        PLOT,
    )
    assert [subject for subject, _ in of_cell(repo, 1)] == ["split", "edit the head", "begin"]
    assert [subject for subject, _ in of_cell(repo, 2)] == ["split", "edit the tail", "begin"]


def test_a_joined_cell_is_followed_to_all_its_parts(repo):
    save(repo, "begin", LOAD, FIT, PLOT)
    save(repo, "edit one", LOAD + "\n1", FIT, PLOT)
    save(repo, "edit the other", LOAD + "\n1", FIT + "\n2", PLOT)
    save(repo, "join", LOAD + "\n1\n" + FIT + "\n2", PLOT)
    found = of_cell(repo, 1)
    assert [subject for subject, _ in found] == ["join", "edit the other", "edit one", "begin"]
    assert found[0][1] == ["joined"]


def test_nothing_is_left_running(repo):
    """Who has seen enough leaves no git behind."""
    for number in range(30):
        save(repo, f"commit {number}", f"{LOAD}\n{number}")
    with opened(repo) as (steps, versions):
        found = changes(steps, versions, VIEW)
        assert next(found).step.commit.subject == "commit 29"
        del found, steps
    command = ["ps", "--ppid", str(os.getpid()), "-o", "comm="]
    children = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
    assert "ps" in children
    assert "git" not in children


def test_steps_can_be_chained(repo):
    """What the command line does when it has looked at the newest version."""
    save(repo, "begin", LOAD)
    save(repo, "edit", LOAD + "\n1")
    with opened(repo) as (steps, versions):
        rest = iter(steps)
        first = next(rest)
        assert len(told(changes_of_cell(chain([first], rest), versions, VIEW, 0))) == 2
