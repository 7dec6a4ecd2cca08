"""Commands of several steps: none refuses because of outputs, and none leaves notebooks looking modified."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree

import pytest

from nbhotel.git.filter.steps import is_under_way
from nbhotel.git.parent import Command
from tests.git.sandbox import Sandbox, environment, notebook


def written(repo: Sandbox, *sources: str) -> None:
    repo.write("a.ipynb", notebook(*sources, ran=True))


def ran_again(repo: Sandbox) -> None:
    """Change the outputs alone, and their size."""
    text = (repo.folder / "a.ipynb").read_text()
    repo.write("a.ipynb", text.replace("output of", "longer output of"))
    assert "longer output of" in (repo.folder / "a.ipynb").read_text()


def sources(repo: Sandbox) -> list[str]:
    document = json.loads(repo.git("show", "HEAD:a.ipynb"))
    return ["".join(cell["source"]) for cell in document["cells"]]


@pytest.fixture(scope="module")
def original(enabled_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """On `main`, with another change than the three commits of `topic` have: made once."""
    folder = tmp_path_factory.mktemp("forked")
    (folder / "home").mkdir()
    made = Sandbox(Path(copytree(enabled_once, folder / "repo")), environment(folder / "home"))
    written(made, "x = 1", "y = 1", "z = 1", "# Title", "w = 1")
    made.commit()
    made.git("checkout", "-q", "-b", "topic")
    for steps in range(1, 4):
        now = [f"{name} = {2 if number < steps else 1}" for number, name in enumerate("xyz")]
        written(made, *now, "# Title", "w = 1")
        made.commit(f"topic {steps}")
    made.git("checkout", "-q", "main")
    written(made, "x = 1", "y = 1", "z = 1", "# Another title", "w = 1")
    made.commit("main")
    return made.folder


@pytest.fixture
def forked(original: Path, tmp_path: Path, env: dict[str, str]) -> Sandbox:
    """A copy of it, after somebody has had a look."""
    repo = Sandbox(Path(copytree(original, tmp_path / "repo", symlinks=True)), env)
    assert repo.git("status", "--porcelain") == ""
    return repo


DONE = ["x = 2", "y = 2", "z = 2", "# Another title", "w = 1"]
STORIES: dict[str, list[list[str]]] = {
    "merge": [["merge", "-q", "--no-edit", "topic"]],
    "rebase": [["checkout", "-q", "topic"], ["rebase", "-q", "main"]],
    "rebase -i": [["checkout", "-q", "topic"], ["rebase", "-q", "-i", "main"]],
    "rebase --apply": [["checkout", "-q", "topic"], ["rebase", "-q", "--apply", "main"]],
    "cherry-pick": [["cherry-pick", "main..topic"]],
    "pull --rebase": [["checkout", "-q", "topic"], ["pull", "-q", "--rebase", ".", "main"]],
    "pull": [["pull", "-q", "--no-rebase", "--no-edit", ".", "topic"]],
    "merge --squash": [["merge", "-q", "--squash", "topic"], ["commit", "-q", "-m", "squashed"]],
}


@pytest.mark.parametrize("story", STORIES)
def test_outputs_never_stand_in_the_way(story, forked):
    ran_again(forked)
    assert forked.git("status", "--porcelain") == ""
    for command in STORIES[story]:
        forked.git(*command)
        ran_again(forked)
    assert forked.git("status", "--porcelain") == ""
    assert sources(forked) == DONE


def test_reverting_several(forked):
    forked.git("checkout", "-q", "topic")
    ran_again(forked)
    forked.git("revert", "--no-edit", "HEAD", "HEAD~1")
    ran_again(forked)
    assert forked.git("status", "--porcelain") == ""
    assert sources(forked) == ["x = 2", "y = 1", "z = 1", "# Title", "w = 1"]


def test_patches_of_a_mail_box(forked):
    mails = forked.git("format-patch", "--stdout", "main..topic")
    assert "output of" not in mails
    forked.git("checkout", "-q", "-b", "mailed", "topic~3")
    ran_again(forked)
    forked.git("am", "-q", stdin=mails)
    ran_again(forked)
    assert forked.git("status", "--porcelain") == ""
    assert sources(forked) == ["x = 2", "y = 2", "z = 2", "# Title", "w = 1"]


def test_a_rebase_that_stops_and_goes_on(forked):
    forked.git("checkout", "-q", "topic")
    written(forked, "x = 2", "y = 2", "z = 2", "# A third title", "w = 1")
    forked.commit("conflict")
    written(forked, "x = 2", "y = 2", "z = 2", "# A third title", "w = 3")
    forked.commit("after it")
    ran_again(forked)
    forked.git("rebase", "-q", "main", code=1)
    forked.write("a.ipynb", notebook("x = 2", "y = 2", "z = 2", "# Solved", "w = 1", ran=True))
    forked.git("add", "a.ipynb")
    ran_again(forked)
    forked.git("rebase", "--continue")
    ran_again(forked)
    assert forked.git("status", "--porcelain") == ""
    assert sources(forked) == ["x = 2", "y = 2", "z = 2", "# Solved", "w = 3"]


LAST_MAIL = {
    "rebase-apply/next": "3\n",
    "rebase-apply/last": "3\n",
    "rebase-apply/final-commit": "a message\n",
}


@pytest.mark.parametrize(
    ("command", "files", "updated", "under_way"),
    [
        ("commit", {}, False, False),
        ("checkout", {}, True, False),
        ("merge", {}, False, True),
        ("merge", {}, True, False),
        ("rebase", {"rebase-merge/git-rebase-todo": "pick 1 x\n# Rebase\n"}, True, True),
        ("rebase", {"rebase-merge/git-rebase-todo": "\n# Rebase\n"}, True, False),
        ("rebase", {}, False, True),
        ("cherry-pick", {"sequencer/todo": "pick 1 x\npick 2 y\n"}, True, True),
        ("cherry-pick", {"sequencer/todo": "pick 2 y\n"}, True, False),
        ("revert", {}, True, False),
        ("am", {"rebase-apply/next": "1\n", "rebase-apply/last": "3\n"}, False, True),
        ("am", {"rebase-apply/next": "3\n", "rebase-apply/last": "3\n"}, False, True),
        ("am", {**LAST_MAIL, "rebase-apply/next": "2\n"}, False, True),
        ("am", LAST_MAIL, False, False),
        ("am", {**LAST_MAIL, "rebase-apply/last": "no number"}, True, False),
    ],
)
def test_last_steps(command, files, updated, under_way, tmp_path):
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert is_under_way([Command(command)], str(tmp_path), updated=updated) is under_way
