"""Who wrote which line: `git.history.blaming` and what it stands on, in real repositories."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from nbhotel.errors import InputError
from nbhotel.git.calls import Git
from nbhotel.git.history.blaming import Blame, blame
from nbhotel.git.history.guessing import partners
from nbhotel.git.history.ignored import ignored_commits, shallow_roots
from nbhotel.git.history.newest import Worktree
from nbhotel.git.history.objects import Objects
from nbhotel.git.history.versions import Readable, Versions
from nbhotel.git.history.walk import History
from nbhotel.git.revisions import Repository
from tests.git.sandbox import Sandbox, notebook

LINES = [f"value_{number} = compute({number})" for number in range(5)]
OTHER = ["import pandas", "table = pandas.read_csv('table.csv')", "table.head()"]


def save(repo: Sandbox, message: str, *sources: Sequence[str], path: str = "a.ipynb") -> str:
    repo.write(path, notebook(*("\n".join(lines) for lines in sources)))
    return repo.commit(message)


def blamed(
    repo: Sandbox,
    *,
    path: str = "a.ipynb",
    ignored: Sequence[str] = (),
    outputs: bool = False,
    here: bool = False,
) -> Blame:
    repository = Repository(str(repo.folder), repo.env)
    objects = Objects(repository)
    versions = Versions(objects)
    history = History(repository)
    if here:
        steps, _ = Worktree(repository, path, 0).steps(history, versions)
    else:
        steps = iter(Readable(history.steps(path, ()), versions))
    roots = shallow_roots(Git(str(repo.folder), repo.env))
    found = blame(
        steps,
        versions,
        chosen=lambda all_of: range(len(all_of.cells)),
        outputs=outputs,
        ignored=ignored,
        roots=roots,
    )
    objects.close()
    assert found is not None
    return found


def subjects(found: Blame) -> list[list[str]]:
    """Of each cell: the commit that changed it last, and that of each line."""
    return [
        [cell.touched.commit.subject, *(origin.commit.subject for origin in cell.lines)]
        for cell in found.cells
    ]


def test_each_line_has_its_commit(repo):
    save(repo, "begin", LINES, OTHER)
    save(repo, "edit", ["value_0 = compute(7)", *LINES[1:]], OTHER)
    save(repo, "insert", ["value_0 = compute(7)", "print(1)", *LINES[1:]], OTHER)
    save(repo, "delete", ["value_0 = compute(7)", "print(1)", *LINES[1:-1]], OTHER)
    assert subjects(blamed(repo)) == [
        ["delete", "edit", "insert", *["begin"] * 3],
        ["begin", *["begin"] * 3],
    ]


def test_moves_new_ids_and_white_space_take_no_blame(repo):
    save(repo, "begin", LINES, OTHER, ["print('third')"])
    document = notebook("print('third')", "\n".join(OTHER), "\n".join(LINES))
    for cell in document["cells"]:
        cell["id"] = f"new-{cell['id']}x"
    repo.write("a.ipynb", document)
    repo.commit("move all, with new ids")
    tidy = ["", *(line.replace("(", "( ").replace(")", " )") for line in LINES), "", ""]
    save(repo, "reformat", ["print( 'third' )"], OTHER, tidy)
    found = subjects(blamed(repo))
    assert found[:2] == [["begin", "begin"], ["begin", *["begin"] * 3]]
    assert found[2][0] == "begin"
    assert found[2][2:7] == ["begin"] * 5


def test_another_type_of_cell_is_a_change_of_the_cell_but_not_of_its_lines(repo):
    save(repo, "begin", LINES, OTHER)
    document = notebook("\n".join(LINES), "\n".join(OTHER))
    document["cells"][0] = {key: document["cells"][0][key] for key in ("id", "metadata", "source")}
    document["cells"][0]["cell_type"] = "raw"
    repo.write("a.ipynb", document)
    repo.commit("retype")
    assert subjects(blamed(repo))[0] == ["retype", *["begin"] * 5]


def test_splits_and_joins(repo):
    save(repo, "begin", LINES, OTHER)
    save(repo, "split", LINES[:2], LINES[2:], OTHER)
    assert subjects(blamed(repo))[:2] == [["split", *["begin"] * 2], ["split", *["begin"] * 3]]
    save(repo, "edit", LINES[:2], [*LINES[2:], "print(2)"], OTHER)
    save(repo, "join", LINES[:2], [*LINES[2:], "print(2)", *OTHER])
    assert subjects(blamed(repo)) == [
        ["split", "begin", "begin"],
        ["join", *["begin"] * 3, "edit", *["begin"] * 3],
    ]


def test_a_merge_wrote_what_no_parent_has(repo):
    save(repo, "begin", LINES, OTHER)
    repo.git("checkout", "-q", "-b", "topic")
    save(repo, "topic", ["first = 1", *LINES[1:]], OTHER)
    repo.git("checkout", "-q", "main")
    save(repo, "main", [*LINES[:-1], "last = 1"], OTHER)
    repo.git("merge", "-q", "--no-commit", "--no-ff", "-s", "ours", "topic")
    save(repo, "merge", ["first = 1", *LINES[1:-1], "last = 1"], [*OTHER, "table.tail()"])
    found = subjects(blamed(repo))
    assert found[0][0] in {"main", "topic"}  # they are of the same second
    assert found[0][1:] == ["topic", "begin", "begin", "begin", "main"]
    assert found[1] == ["merge", *["begin"] * 3, "merge"]


def test_a_commit_that_is_ignored_hands_its_lines_on(repo):
    save(repo, "begin", LINES, OTHER)
    renamed = [line.replace("compute", "calculate") for line in LINES]
    ignored = save(repo, "rename a function", [renamed[0], "print('new')", *renamed[1:]], OTHER)
    save(repo, "edit", [renamed[0], "print('new')", *renamed[1:-1], "value_4 = 4"], OTHER)
    assert subjects(blamed(repo))[0] == ["edit", *["rename a function"] * 5, "edit"]
    found = blamed(repo, ignored=[ignored])
    assert subjects(found)[0] == ["edit", "begin", "begin", "begin", "begin", "begin", "edit"]
    assert [origin.is_guess for origin in found.cells[0].lines] == [True] * 5 + [False]
    assert not found.cells[1].touched.is_guess


def test_what_an_ignored_commit_only_added_stays_with_it(repo):
    save(repo, "begin", LINES)
    ignored = save(repo, "add", [*LINES[:3], "print('new')", *LINES[3:]], OTHER)
    found = subjects(blamed(repo, ignored=[ignored]))
    assert found == [["begin", *["begin"] * 3, "add", *["begin"] * 2], ["add", *["add"] * 3]]


def test_outputs_that_are_in_git(repo):
    document = notebook("print(1)", "print(2)", ran=True)
    repo.write("a.ipynb", document)
    repo.commit("begin")
    document["cells"][1]["outputs"].append({"output_type": "stream", "name": "stdout", "text": ["2\n"]})
    document["cells"][1]["execution_count"] = 9
    document["cells"][1]["outputs"][0]["execution_count"] = 9
    repo.write("a.ipynb", document)
    repo.commit("run")
    document["cells"].reverse()
    repo.write("a.ipynb", document)
    repo.commit("move")
    found = blamed(repo, outputs=True)
    outputs = [[origin.commit.subject for origin in cell.outputs] for cell in found.cells]
    assert outputs == [["begin", "run"], ["begin"]]
    assert subjects(found) == [["begin", "begin"], ["begin", "begin"]]
    assert [cell.outputs for cell in blamed(repo).cells] == [(), ()]


def test_what_is_not_committed_yet(enabled):
    repo = enabled
    save(repo, "begin", LINES, OTHER)
    repo.write("a.ipynb", notebook("\n".join(LINES), "\n".join(OTHER), ran=True))
    assert subjects(blamed(repo, here=True)) == [["begin", *["begin"] * 5], ["begin", *["begin"] * 3]]
    repo.write("a.ipynb", notebook("\n".join([*LINES, "x"]), "\n".join(OTHER), "new", ran=True))
    found = blamed(repo, here=True)
    assert subjects(found) == [
        ["Not committed yet", *["begin"] * 5, "Not committed yet"],
        ["begin", *["begin"] * 3],
        ["Not committed yet", "Not committed yet"],
    ]
    assert set(found.cells[2].touched.commit.id) == {"0"}


def test_a_file_that_was_renamed_but_not_committed(repo):
    save(repo, "begin", LINES)
    repo.git("mv", "a.ipynb", "b.ipynb")
    repo.write("b.ipynb", notebook("\n".join([*LINES, "x"])))
    assert subjects(blamed(repo, path="b.ipynb", here=True)) == [
        ["Not committed yet", *["begin"] * 5, "Not committed yet"]
    ]


def test_a_file_that_git_does_not_have_yet(repo):
    repo.write("a.ipynb", notebook("x"))
    assert subjects(blamed(repo, here=True)) == [["Not committed yet", "Not committed yet"]]
    with pytest.raises(InputError, match="no such notebook"):
        blamed(repo, path="b.ipynb", here=True)


def test_a_file_that_lies_here_broken(repo):
    save(repo, "begin", LINES)
    repo.write("a.ipynb", "<<<<<<< ours\n")
    repository = Repository(str(repo.folder), repo.env)
    here, objects = Worktree(repository, "a.ipynb", 0), Objects(repository)
    steps, _ = here.steps(History(repository), Versions(objects))
    assert [step.commit.subject for step in steps] == ["begin"]
    assert here.complaint == "line 1: has conflict markers"
    objects.close()


def test_broken_versions_are_passed_over(repo):
    save(repo, "begin", LINES, OTHER)
    repo.write("a.ipynb", "")
    repo.commit("broken")
    save(repo, "mended", [*LINES, "x"], OTHER)
    assert subjects(blamed(repo)) == [["mended", *["begin"] * 5, "mended"], ["begin", *["begin"] * 3]]


def test_the_end_of_a_shallow_clone_is_told(repo, tmp_path):
    save(repo, "begin", LINES)
    save(repo, "second", [*LINES, "x"])
    save(repo, "third", [*LINES, "x", "y"])
    repo.git("clone", "-q", "--depth=2", f"file://{repo.folder}", str(tmp_path / "shallow"))
    found = blamed(repo.at(tmp_path / "shallow"))
    assert subjects(found) == [["third", *["second"] * 6, "third"]]
    assert [origin.is_boundary for origin in found.cells[0].lines] == [True] * 6 + [False]


def test_empty_cells_and_notebooks(repo):
    save(repo, "begin", [""], OTHER)
    assert subjects(blamed(repo))[0] == ["begin", "begin"]
    repo.write("a.ipynb", notebook())
    repo.commit("no cell")
    assert subjects(blamed(repo)) == []


def test_which_commits_are_to_be_ignored(repo):
    first, second, third = (save(repo, name, LINES, [name]) for name in ("one", "two", "three"))
    repo.write("ignored.txt", f"# tidy\n\n{second}  # the second\n")
    repository, git = Repository(str(repo.folder), repo.env), Git(str(repo.folder), repo.env)
    file = str(repo.folder / "ignored.txt")
    assert ignored_commits(repository, git, ["HEAD"], [file]) == {second, third}
    repo.git("config", "blame.ignoreRevsFile", "ignored.txt")
    assert ignored_commits(repository, git, [], []) == {second}
    assert ignored_commits(repository, git, [first, ":/two"], [""]) == {first, second}
    repo.write("ignored.txt", "nothing\n")
    with pytest.raises(InputError, match=r"ignored\.txt: nothing is no commit"):
        ignored_commits(repository, git, [], [])
    with pytest.raises(InputError, match="missing: can't be read: no such file"):
        ignored_commits(repository, git, [], ["", "missing"])
    with pytest.raises(InputError, match="zzz: is no commit"):
        ignored_commits(repository, git, ["zzz"], [""])


def test_whom_a_replaced_line_stands_for():
    old, new = ["a = load(1)", "b = fit(a)", "plot(b)"], ["plot(b, c)", "a = load(2)"]
    assert list(partners(old, new)) == [(2, 0), (0, 1)]
    assert [x for x, _ in partners(["x"] * 4, ["y"] * 2)] == [0, 2]
    assert len(list(partners(["x y"] * 3000, ["x z"] * 3000))) == 3000
