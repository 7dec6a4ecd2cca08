"""What `changes/diff` of a real Jupyter Server says of notebooks in real repositories."""

from __future__ import annotations

import copy
import json
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from tests.browser.lab import Lab
from tests.git.commits import conflict
from tests.git.sandbox import Sandbox, environment, notebook
from tests.room.changes.asking import refusal

HEAD = {"revision": "HEAD"}
SAVED = {"saved": True}


def ask(lab: Lab, repo: Sandbox, name: str, live: Any, against: object, **more: Any) -> Any:
    path = f"{repo.folder.relative_to(lab.root)}/{name}"
    body = {"path": path, "notebook": live, "against": against, **more}
    return lab.ask("nbhotel/api/changes/diff", "POST", body)


def put_back(live: dict[str, Any], cell: dict[str, Any]) -> dict[str, Any]:
    """Take one change back, as the description of the answer says."""
    cells = live["cells"]
    at = 0 if cell["after"] is None else cell["after"] + 1
    if cell["kind"] in {"changed", "split", "joined"} and not cell["moved"]:
        at = cell["new"][0]
    gone = set(cell["new"])
    before, after = ([(k, c) for k, c in enumerate(cells)][part] for part in (slice(at), slice(at, None)))
    kept = [[c for k, c in part if k not in gone] for part in (before, after)]
    return {**live, "cells": [*kept[0], *cell["old"], *kept[1]]}


def edited(first: dict[str, Any]) -> dict[str, Any]:
    """Cell 2 changed, cell 3 gone, a cell added at the end."""
    live = copy.deepcopy(first)
    live["cells"][1]["source"] = "y = 3"
    del live["cells"][2]
    live["cells"].append({**live["cells"][0], "id": "fresh", "source": "print('something new')"})
    return live


def test_each_change_is_told_and_can_be_taken_back(lab: Lab, repo: Sandbox) -> None:
    first = notebook("x = 1", "y = 2", "z = x + y", "# A title")
    repo.write("a.ipynb", first)
    repo.commit()
    live = edited(first)

    for against in (HEAD, SAVED):
        found = ask(lab, repo, "a.ipynb", live, against)
        assert [(c["kind"], c["new"]) for c in found["cells"]] == [
            ("changed", [1]),
            ("removed", []),
            ("added", [3]),
        ]
        assert all(f'id="{c["anchor"]}"' in found["page"] for c in found["cells"])
    now = live
    for cell in reversed(ask(lab, repo, "a.ipynb", live, HEAD)["cells"]):
        now = put_back(now, cell)
    again = ask(lab, repo, "a.ipynb", now, HEAD)
    assert again["same"]
    assert [c["id"] for c in now["cells"]] == [c["id"] for c in first["cells"]]


def test_a_moved_cell_goes_back_to_its_place(lab: Lab, repo: Sandbox) -> None:
    first = notebook("a = 'first'", "b = 'second'", "c = 'third'", "d = 'fourth'")
    repo.write("a.ipynb", first)
    live = copy.deepcopy(first)
    live["cells"].append(live["cells"].pop(1))
    [cell] = ask(lab, repo, "a.ipynb", live, SAVED)["cells"]
    assert (cell["moved"], cell["after"]) == (True, 0)
    assert [c["id"] for c in put_back(live, cell)["cells"]] == [c["id"] for c in first["cells"]]


def test_marks_come_without_page_and_old_cells(lab: Lab, repo: Sandbox) -> None:
    first = notebook("x = 1", "y = 2")
    repo.write("a.ipynb", first)
    live = copy.deepcopy(first)
    live["cells"][0]["source"] = "x = 10"
    found = ask(lab, repo, "a.ipynb", live, SAVED, page=False)
    assert "page" not in found
    assert found["cells"] == [{"kind": "changed", "moved": False, "new": [0], "after": None}]


def test_no_marks_without_a_commit_are_no_failure(lab: Lab, repo: Sandbox) -> None:
    repo.write("a.ipynb", notebook("x = 1"))
    found = ask(lab, repo, "a.ipynb", notebook("x = 2"), HEAD, page=False)
    assert found["cells"] == []
    assert "commit" in found["unavailable"]


def test_outputs_count_as_git_takes_them(lab: Lab, repo: Sandbox) -> None:
    repo.nbhotel("git", "enable")
    repo.write("a.ipynb", notebook("x = 1", "x", ran=True))
    repo.commit()
    live = notebook("x = 1", "x", ran=True)
    live["cells"][1]["outputs"][0]["data"]["text/plain"] = "something else"

    as_git = ask(lab, repo, "a.ipynb", live, HEAD)
    assert as_git["same"]
    with_outputs = ask(lab, repo, "a.ipynb", live, HEAD, outputs=True)
    assert [c["new"] for c in with_outputs["cells"]] == [[1]]  # the vault knows what it was
    assert with_outputs["cells"][0]["old"][0]["outputs"][0]["data"]["text/plain"] == "output of cell 2"
    assert not ask(lab, repo, "a.ipynb", live, SAVED)["same"]
    assert ask(lab, repo, "a.ipynb", live, SAVED, outputs=False)["same"]


def test_what_git_does_not_store_is_kept_when_a_cell_goes_back(lab: Lab, repo: Sandbox) -> None:
    repo.nbhotel("git", "enable")
    repo.write("a.ipynb", notebook("x = 1", "x", ran=True))
    repo.commit()
    live = notebook("x = 1", "x * 2", ran=True)
    live["cells"][0]["metadata"] = {"tags": ["new"], "scrolled": True}
    live["cells"][0]["outputs"][0]["data"]["text/plain"] = ["from ", "this run"]
    live["cells"][1]["outputs"][0]["data"]["text/plain"] = "2"
    tagged, changed = (cell["old"][0] for cell in ask(lab, repo, "a.ipynb", live, HEAD)["cells"])
    assert tagged["metadata"] == {"scrolled": True}
    assert tagged["outputs"][0]["data"]["text/plain"] == "from this run"  # of the same source
    # What the old source had printed, from the vault.
    assert changed["outputs"][0]["data"]["text/plain"] == "output of cell 2"


def test_nobody_is_made_to_trust_an_old_cell(lab: Lab, repo: Sandbox) -> None:
    first = notebook("x = 1", ran=True)
    first["cells"][0]["metadata"]["trusted"] = True
    repo.write("a.ipynb", first)
    repo.commit()
    live = notebook("x = 2", ran=True)
    live["cells"][0]["metadata"]["trusted"] = True  # Lab has it in the open notebook
    [cell] = ask(lab, repo, "a.ipynb", live, HEAD)["cells"]
    assert cell["old"][0]["metadata"] == {}
    live["cells"][0]["source"] = "x = 1"
    del first["cells"][0]["metadata"]["trusted"]
    repo.write("a.ipynb", first)
    assert ask(lab, repo, "a.ipynb", live, SAVED)["same"]


def test_a_renamed_notebook_is_compared_with_what_it_was(lab: Lab, repo: Sandbox) -> None:
    repo.write("old.ipynb", notebook("x = 1", "y = 2"))
    first = repo.commit("first")
    repo.git("mv", "old.ipynb", "new.ipynb")
    live = notebook("x = 1", "y = 3")
    assert [c["new"] for c in ask(lab, repo, "new.ipynb", live, HEAD)["cells"]] == [[1]]
    repo.commit("second")
    assert [c["new"] for c in ask(lab, repo, "new.ipynb", live, {"revision": first})["cells"]] == [[1]]


def test_a_detached_head_is_no_trouble(lab: Lab, repo: Sandbox) -> None:
    repo.write("a.ipynb", notebook("x = 1"))
    repo.commit("first")
    repo.write("a.ipynb", notebook("x = 2"))
    repo.commit("second")
    repo.git("checkout", "-q", "--detach", "HEAD~1")
    assert ask(lab, repo, "a.ipynb", notebook("x = 1"), HEAD)["same"]
    assert not ask(lab, repo, "a.ipynb", notebook("x = 1"), {"revision": "main"})["same"]


def test_a_broken_file_is_compared_as_text(lab: Lab, repo: Sandbox) -> None:
    first = notebook("x = 1")
    repo.write("a.ipynb", first)
    repo.commit()
    text = json.dumps(first, indent=1).replace(
        '"x = 1"', '<<<<<<< ours\n"x = 1"\n=======\n"x"\n>>>>>>> theirs'
    )
    repo.write("a.ipynb", text)
    found = ask(lab, repo, "a.ipynb", first, SAVED)
    assert "has conflict markers" in found["note"]
    assert "has conflict markers" in found["page"]
    assert found["cells"] == []


def test_a_conflicted_notebook_is_compared_with_the_last_commit(lab: Lab, repo: Sandbox) -> None:
    conflict(repo)
    ours, theirs = (notebook("# Title", f"x = '{side}'", "print(x)", ran=True) for side in ("main", "topic"))
    assert ask(lab, repo, "a.ipynb", ours, HEAD)["same"]
    assert [c["new"] for c in ask(lab, repo, "a.ipynb", theirs, HEAD)["cells"]] == [[1]]
    assert "has conflict markers" in ask(lab, repo, "a.ipynb", None, HEAD)["note"]


def test_what_there_is_not_is_said(lab: Lab, repo: Sandbox) -> None:
    live = notebook("x = 1")

    def said(against: object, name: str = "a.ipynb") -> str:
        return refusal(lambda: ask(lab, repo, name, live, against))

    assert "there is no commit yet" in said(HEAD)
    repo.write("other.txt", "text")
    repo.commit()
    assert "is not on disk" in said(SAVED)
    repo.write("a.ipynb", live)
    assert "is not in the last commit" in said(HEAD)
    assert "is no commit of this repository" in said({"revision": "no-such-branch"})
    assert "is no commit of this repository" in said({"revision": "--help"})
    assert "its folder is not there" in said(HEAD, "gone/a.ipynb")
    assert "against: must be" in said({})
    repo.nbhotel("git", "enable")
    repo.commit()
    repo.write("nbhotel.toml", "[chains.vcs]\nfilters = ['no-such-filter']\n")
    assert "nbhotel.toml:2" in said(HEAD)


def test_outside_of_a_repository_and_of_the_root(lab: Lab, tmp_path: Path) -> None:
    (lab.root / "alone").mkdir(exist_ok=True)
    plain = Sandbox(lab.root / "alone", environment(lab.home))
    live = notebook("x = 1")
    plain.write("a.ipynb", live)
    assert ask(lab, plain, "a.ipynb", live, SAVED)["same"]
    assert "is in no git repository" in refusal(lambda: ask(lab, plain, "a.ipynb", live, HEAD))
    (tmp_path / "secret.ipynb").write_text("{}")
    plain.folder.joinpath("link.ipynb").symlink_to(tmp_path / "secret.ipynb")
    plain.write(".hidden.ipynb", live)
    for name, what in (
        ("../../../etc/passwd", "is not below"),
        ("link.ipynb", "is not below"),
        (".hidden.ipynb", "is hidden"),
    ):
        assert what in refusal(partial(ask, lab, plain, name, live, SAVED))
    assert "no notebook" in refusal(lambda: ask(lab, plain, "a.ipynb", {"cells": 3}, SAVED))


def test_a_notebook_of_5_megabytes_is_usable(lab: Lab, repo: Sandbox) -> None:
    first = notebook(*(f"value_{k} = {k}" for k in range(200)), ran=True)
    for number, cell in enumerate(first["cells"]):
        cell["outputs"][0]["data"]["text/plain"] = [f"{number} {k} {'x' * 60}\n" for k in range(380)]
    repo.write("a.ipynb", first)
    repo.commit()
    live = copy.deepcopy(first)
    live["cells"][100]["source"] = "value_100 = -1"
    assert len(json.dumps(live)) > 5_000_000
    start = perf_counter()
    found = ask(lab, repo, "a.ipynb", live, HEAD)
    took = perf_counter() - start
    assert [c["new"] for c in found["cells"]] == [[100]]
    assert len(found["page"]) < 500_000
    assert took < 10, f"{took:.1f} s"
    print(f"5 MB: {took:.2f} s")
