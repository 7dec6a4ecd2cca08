"""The commits of a notebook, and of one of its cells, as a real Jupyter Server tells them."""

from __future__ import annotations

import copy
from typing import Any
from urllib.parse import urlencode

from tests.browser.lab import Lab
from tests.git.sandbox import Sandbox, notebook
from tests.room.changes.asking import refusal


def path_of(lab: Lab, repo: Sandbox, name: str) -> str:
    return f"{repo.folder.relative_to(lab.root)}/{name}"


def commits(lab: Lab, repo: Sandbox, name: str, **more: Any) -> Any:
    return lab.ask(f"nbhotel/api/changes/commits?{urlencode({'path': path_of(lab, repo, name), **more})}")


def of_cell(lab: Lab, repo: Sandbox, name: str, live: Any, cell: Any) -> Any:
    body = {"path": path_of(lab, repo, name), "notebook": live, "cell": cell}
    return lab.ask("nbhotel/api/changes/cell", "POST", body)


def subjects(found: Any) -> list[str]:
    return [each["subject"] for each in found["commits"]]


def test_commits_come_in_pages_and_under_older_names(lab: Lab, repo: Sandbox) -> None:
    repo.write("old.ipynb", notebook("x = 1", "a cell of some length = 2"))
    first = repo.commit("first")
    repo.write("other.txt", "text")
    repo.commit("another file")
    repo.git("mv", "old.ipynb", "new.ipynb")
    repo.commit("renamed")
    repo.write("new.ipynb", notebook("x = 2", "a cell of some length = 2"))
    repo.commit("changed")

    found = commits(lab, repo, "new.ipynb")
    assert subjects(found) == ["changed", "renamed", "first"]
    assert (found["commits"][2]["id"], found["commits"][2]["author"]) == (first, "Ada")
    page = commits(lab, repo, "new.ipynb", skip=1, limit=1)
    assert (subjects(page), page["more"]) == (["renamed"], True)
    assert "limit: must be" in refusal(lambda: commits(lab, repo, "new.ipynb", limit=-1))


def test_a_cell_is_followed_from_what_is_open(lab: Lab, repo: Sandbox) -> None:
    repo.write("a.ipynb", notebook("x = 1", "print('to be followed')"))
    repo.commit("first")
    repo.write("a.ipynb", notebook("x = 2", "print('to be followed')"))
    repo.commit("another cell")
    committed = notebook("x = 2", "print('to be followed', x)")
    repo.write("a.ipynb", committed)
    repo.commit("this cell")
    assert subjects(of_cell(lab, repo, "a.ipynb", committed, 1)) == ["this cell", "first"]

    live = copy.deepcopy(committed)
    live["cells"].insert(0, {**live["cells"][0], "id": "fresh", "source": "# above"})
    live["cells"][2]["source"] = "print('to be followed', x, 1)"
    found = of_cell(lab, repo, "a.ipynb", live, 2)
    assert subjects(found) == ["Not committed yet", "this cell", "first"]
    assert found["page"].count('<article class="commit"') == 3
    assert subjects(of_cell(lab, repo, "a.ipynb", live, 0)) == ["Not committed yet"]


def test_a_cell_that_git_does_not_get_has_no_history(lab: Lab, repo: Sandbox) -> None:
    repo.write(
        "nbhotel.toml", '[chains.vcs]\nextends = "vcs"\nfilters = [{filter="drop-cells", tags=["x"]}]\n'
    )
    repo.nbhotel("git", "enable")
    made = notebook("left = 'out'", "stays = True", "also_stays = 1")
    made["cells"][0]["metadata"]["tags"] = ["x"]
    repo.write("a.ipynb", made)
    repo.commit("first")
    assert "left out of what is committed" in refusal(lambda: of_cell(lab, repo, "a.ipynb", made, 0))
    assert subjects(of_cell(lab, repo, "a.ipynb", made, 1)) == ["first"]

    # Places are those of the open notebook.
    made["cells"][2]["source"] = "also_stays = 2"
    body = {"path": path_of(lab, repo, "a.ipynb"), "notebook": made, "against": {"revision": "HEAD"}}
    [cell] = lab.ask("nbhotel/api/changes/diff", "POST", body)["cells"]
    assert (cell["kind"], cell["new"]) == ("changed", [2])


def test_what_has_no_history_is_said(lab: Lab, repo: Sandbox) -> None:
    live = notebook("x = 1")
    repo.write("a.ipynb", live)
    assert "there is no commit yet" in refusal(lambda: commits(lab, repo, "a.ipynb"))
    repo.git("commit", "-q", "--allow-empty", "-m", "first")
    assert "has no history" in refusal(lambda: commits(lab, repo, "a.ipynb"))
    repo.commit("second")
    assert "has no cell 8" in refusal(lambda: of_cell(lab, repo, "a.ipynb", live, 7))
    assert "cell: must be" in refusal(lambda: of_cell(lab, repo, "a.ipynb", live, "1"))
    assert "cell: must be" in refusal(lambda: of_cell(lab, repo, "a.ipynb", live, True))
    repo.write("b.ipynb", "no notebook")
    repo.commit("third")
    assert "is not JSON" in refusal(lambda: of_cell(lab, repo, "b.ipynb", None, 0))
