"""`nbhotel resolve` in real conflicts of git: merge, rebase, cherry-pick, stash; by either driver."""

from __future__ import annotations

import json
from typing import Any

import pytest

from nbhotel.merge.notebooks import merge_notebooks
from nbhotel.merge.values import Labels, Policy
from nbhotel.notebook.model import Notebook
from nbhotel.notebook.reading import read_notebook
from nbhotel.notebook.writing import dump_notebook
from tests.git.commits import committed, conflict
from tests.git.sandbox import Sandbox, notebook
from tests.merge.histories import history
from tests.repair.damage import assert_valid

pytestmark = pytest.mark.slow

SOURCES = ["# Title", "x = 1", "print(x)"]


@pytest.fixture(params=["driver", "text merge"])
def either(request, repo: Sandbox) -> Sandbox:
    """A repository with our driver, or with git's own merge, which breaks the JSON."""
    if request.param == "driver":
        repo.nbhotel("git", "enable")
    return repo


def cells(repo: Sandbox, name: str = "a.ipynb") -> list[dict[str, Any]]:
    content = (repo.folder / name).read_bytes()
    assert_valid(content)
    found: list[dict[str, Any]] = json.loads(content)["cells"]
    return found


def sources(repo: Sandbox, name: str = "a.ipynb") -> list[str]:
    return ["".join(cell["source"]) for cell in cells(repo, name)]


def shown(cell: dict[str, Any]) -> list[str]:
    return ["".join(each["data"]["text/plain"]) for each in cell.get("outputs", [])]


def staged(repo: Sandbox) -> list[str]:
    return ["".join(cell["source"]) for cell in repo.staged("a.ipynb")["cells"]]


def topic(repo: Sandbox) -> None:
    """Two branches that disagree on two cells; the outputs tell who has run them."""

    def side(*sources: str, by: str) -> None:
        document = notebook(*sources, ran=True)
        for cell in document["cells"]:
            for output in cell.get("outputs", []):
                output["data"]["text/plain"] = [by]
        repo.write("a.ipynb", document)
        repo.commit(by)

    side("# Title", "x = 1", "plot(x)", "print(x)", by="base")
    repo.git("checkout", "-q", "-b", "topic")
    side("# Title", "x = 'topic'", "plot(x)", "print(x, 'topic')", by="topic")
    repo.git("checkout", "-q", "main")
    side("# Title", "x = 'main'", "plot(x)", "print(x, 'main')", by="main")


def test_a_merge(either):
    topic(either)
    either.git("merge", "-q", "topic", code=1)
    done = either.nbhotel("resolve", stdin="o\nt\n")
    assert "(1/2) HEAD (o) or topic (t)" in done
    assert (
        "╌╌ HEAD printed ╌╌\n╌╌ output: result ╌╌\nmain\n╌╌ topic printed ╌╌\n╌╌ output: result ╌╌\ntopic"
        in done
    )
    assert "-x = 1\n+x = 'main'" in done
    assert done.endswith(
        "a.ipynb: resolved and staged\nnothing is in conflict any more; go on with `git commit`\n"
    )
    assert sources(either) == staged(either) == ["# Title", "x = 'main'", "plot(x)", "print(x, 'topic')"]
    code = [cell for cell in cells(either) if cell["cell_type"] == "code"]
    assert [shown(code[0]), shown(code[2])] == [
        ["main"],
        ["topic"],
    ]  # what the source printed that was chosen
    either.git("commit", "-q", "--no-edit")
    assert either.git("status", "--porcelain", "-uno") == ""


def test_a_rebase_in_two_sittings(either):
    topic(either)
    either.git("checkout", "-q", "topic")
    either.git("rebase", "-q", "main", code=1)
    commit = either.git("rev-parse", "--short=7", "topic").strip()
    done = either.nbhotel("resolve", "a.ipynb", stdin="theirs\nq\n", code=1)
    assert f"HEAD (o) or {commit} (topic) (t)" in done
    assert "1 conflict left" in done
    assert either.git("ls-files", "-u") != ""
    done = either.nbhotel("resolve", "a.ipynb", stdin="b\n")
    assert "(1/1)" in done
    assert "go on with `git rebase --continue`" in done
    assert sources(either)[1:] == ["x = 'topic'", "plot(x)", "print(x, 'main')\nprint(x, 'topic')"]
    either.git("rebase", "--continue")
    assert "".join(json.loads(either.git("show", "HEAD:a.ipynb"))["cells"][1]["source"]) == "x = 'topic'"


@pytest.mark.parametrize(("option", "side"), [("--ours", "main"), ("--theirs", "topic")])
def test_scripted(either, option, side):
    topic(either)
    either.git("checkout", "-q", "topic")
    either.git("rebase", "-q", "main", code=1)
    either.nbhotel("resolve", option)
    assert sources(either) == staged(either) == ["# Title", f"x = '{side}'", "plot(x)", f"print(x, '{side}')"]
    either.git("rebase", "--skip" if side == "main" else "--continue")


def test_cherry_pick_and_stash(either):
    topic(either)
    either.git("cherry-pick", "topic", code=1)
    assert "`git cherry-pick --continue`" in either.nbhotel("resolve", "--union")
    assert sources(either)[1] == "x = 'main'\nx = 'topic'"
    either.git("cherry-pick", "--continue")
    either.write("a.ipynb", notebook("# Title", "x = 'stashed'", "plot(x)", "print(x)"))
    either.git("stash", "-q")
    committed(either, "# Title", "x = 'new'", "plot(x)", "print(x)")
    either.git("stash", "pop", "-q", code=1)
    assert either.nbhotel("resolve", "--theirs").endswith("a.ipynb: resolved and staged\n")
    assert sources(either)[1] == "x = 'stashed'"


def test_both_added_it(either):
    either.commit()
    either.git("checkout", "-q", "-b", "topic")
    committed(either, "# Title", "x = 1")
    either.git("checkout", "-q", "main")
    committed(either, "# Title", "x = 2")
    either.git("merge", "-q", "topic", code=1)
    either.nbhotel("resolve", "--theirs")
    assert sources(either) == ["# Title", "x = 1"]


@pytest.mark.parametrize(("answer", "is_there"), [("k\n", True), ("d\n", False)])
def test_one_side_has_deleted_the_notebook(either, answer, is_there):
    committed(either, *SOURCES)
    either.git("checkout", "-q", "-b", "topic")
    either.git("rm", "-q", "a.ipynb")
    either.commit()
    either.git("checkout", "-q", "main")
    committed(either, "# Title", "x = 2", "print(x)")
    either.git("merge", "-q", "topic", code=1)
    assert either.nbhotel("resolve", stdin="q\n", code=1).startswith("a.ipynb: of the sides, ours has it:")
    done = either.nbhotel("resolve", stdin=answer)
    assert f"a.ipynb: {'kept' if is_there else 'deleted'}, and staged" in done
    assert (either.folder / "a.ipynb").exists() is is_there
    assert either.git("ls-files", "-u") == ""


def test_what_was_merged_by_hand_is_staged_and_what_git_did_not_merge_is_merged(repo):
    repo.write(".gitattributes", "*.ipynb -merge\n")
    conflict(repo)
    assert "<<<<<<<" not in (repo.folder / "a.ipynb").read_text()  # git has left our side's
    repo.nbhotel("resolve", stdin="t\n")
    assert sources(repo)[1] == "x = 'topic'"
    repo.git("reset", "-q", "--hard")
    repo.git("merge", "-q", "topic", code=1)
    repo.write("a.ipynb", notebook("# Title", "x = 'by hand'", "print(x)"))
    assert "resolved and staged" in repo.nbhotel("resolve")
    assert staged(repo)[1] == "x = 'by hand'"


def test_several_notebooks_below_a_folder_with_a_strange_name(enabled):
    names = ["a.ipynb", "sub [1]/é ü.ipynb", ":(top).ipynb", "notes.txt"]
    for text in ("1", "2", "3"):
        if text != "1":
            enabled.git("checkout", "-q", *(["-b", "topic"] if text == "2" else ["main"]))
        for name in names:
            enabled.write(
                name, text if name.endswith("txt") else notebook("# Title", f"x = {text}", "print(x)")
            )
        enabled.commit()
    enabled.git("merge", "-q", "topic", code=1)
    below = enabled.at(enabled.folder / "sub [1]")
    assert "resolved and staged" in below.nbhotel("resolve", "é ü.ipynb", stdin="o\n")
    done = below.nbhotel("resolve", stdin="o\nt\n")
    assert done.endswith("still in conflict: notes.txt\n")
    assert [sources(enabled, name)[1] for name in names[:3]] == ["x = 2", "x = 3", "x = 3"]
    assert enabled.nbhotel("resolve") == "no notebook is in conflict\n"


def test_nothing_in_conflict(repo):
    committed(repo, *SOURCES)
    assert repo.nbhotel("resolve") == "no notebook is in conflict\n"
    assert repo.nbhotel("resolve", "a.ipynb") == "a.ipynb: no conflict is left\n"


@pytest.mark.slow
def test_random_histories_merged_by_gits_own_merge(repo):
    """The repair of what real `git merge` leaves is what our driver would have merged, cell for cell."""
    count = 0
    for seed in range(0, 40, 2):
        sides = history(seed)
        if not all(side.cells for side in sides):
            continue
        repo.git("checkout", "-q", "--orphan", f"base{seed}")
        for name, start in (("base", None), ("remote", f"base{seed}"), ("local", f"base{seed}")):
            if start:
                repo.git("checkout", "-q", "-b", f"{name}{seed}", start)
            repo.write("a.ipynb", dump_notebook(getattr(sides, name)))
            repo.commit()
        done = repo.run(["git", "merge", "-q", "--no-edit", f"remote{seed}"])
        if done.returncode == 0:
            continue
        count += 1
        want = merge_notebooks(*sides, Policy(), Labels("HEAD", "base", f"remote{seed}"))
        repo.nbhotel("repair", "--no-orig", "a.ipynb", code=int(not want.clean))
        found = read_notebook((repo.folder / "a.ipynb").read_bytes())
        assert isinstance(found, Notebook)
        assert found.raw["cells"] == want.notebook.raw["cells"], seed
        repo.git("reset", "-q", "--hard")
    assert count > 5


def test_the_result_is_valid_whatever_the_sides_were(repo):
    def side(value: str) -> None:
        document = notebook("# Title", f"x = {value}", "print(x)")
        document["cells"][2]["id"] = "cell-1"  # there twice
        repo.write("a.ipynb", document)
        repo.commit()

    side("1")
    repo.git("checkout", "-q", "-b", "topic")
    side("'topic'")
    repo.git("checkout", "-q", "main")
    side("'main'")
    repo.git("merge", "-q", "topic", code=1)
    document = json.loads(json.dumps(notebook("# Title", "<<<<<<<\nx = 1\n=======\nx = 2\n>>>>>>>")))
    document["cells"][0]["id"] = "cell-2"
    repo.write("a.ipynb", document)
    done = repo.nbhotel("resolve", stdin="o\n")
    assert "ours (o) or theirs (t)" in done
    assert "a.ipynb: cell 2: had the id cell-2, which another cell has\n" in done
    assert sources(repo) == ["# Title", "x = 1"]
