"""Commands that look at the sizes in the index, and not at contents: the hook must not be in their way.

`git status` and most others look at contents where the index has no size (see `nbhotel.git.filter.dirt`).
"""

from __future__ import annotations

import shutil
from copy import copy, deepcopy
from pathlib import Path

import pytest

from nbhotel.git.filter.steps import is_under_way
from nbhotel.git.parent import Command
from tests.git.runs import Memory, tokens
from tests.git.sandbox import Sandbox, environment, make_repository

pytestmark = pytest.mark.slow

Steps = list[tuple[int, str]]


class Fork:
    """`main` and `topic` changed the same line of a.ipynb; `topic` also b.ipynb, and `clean` only that."""

    def __init__(self, repo: Sandbox) -> None:
        self.repo = repo
        self.memory = Memory()
        self.run("base", a="1", b="1")
        repo.git("checkout", "-q", "-b", "topic")
        self.run("topic", a="2", b="2")
        repo.git("checkout", "-q", "main")
        repo.git("checkout", "-q", "-b", "clean")
        self.run("clean", b="4")
        repo.git("checkout", "-q", "main")
        self.run("main", a="3")
        repo.git("branch", "before")
        repo.git("tag", "base", "topic~")

    def at(self, repo: Sandbox) -> Fork:
        """The same in a copy of the repository."""
        copied = copy(self)
        copied.repo, copied.memory = repo, deepcopy(self.memory)
        return copied

    def run(self, who: str, *, commit: bool = True, **lines: str) -> None:
        """Edit and run notebooks."""
        for letter, line in lines.items():
            sources = [f"{letter}_first = {line}", f"# {letter}_middle", f"{letter}_last = 1"]
            self.repo.write(f"{letter}.ipynb", self.memory.run(who, sources))
        if commit:
            self.repo.commit(who)

    def on_disk(self) -> list[str]:
        """The outputs of both notebooks."""
        return [
            name for letter in "ab" for name in tokens((self.repo.folder / f"{letter}.ipynb").read_bytes())
        ]

    def follow(self, steps: Steps) -> None:
        """Run lines of a shell, each of which exits with its code."""
        for code, line in steps:
            done = self.repo.run(["sh", "-c", line])
            assert done.returncode == code, f"{line}: {done.stdout}{done.stderr}"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Fork:
    """The fork that is made once."""
    folder = tmp_path_factory.mktemp("fork")
    (folder / "home").mkdir()
    repo = make_repository(folder / "repo", environment(folder / "home"))
    repo.nbhotel("git", "enable")
    return Fork(repo)


@pytest.fixture
def fork(original: Fork, tmp_path: Path) -> Fork:
    """A copy of it, after somebody has had a look."""
    shutil.copytree(original.repo.folder, tmp_path / "repo")
    repo = original.repo.at(tmp_path / "repo")
    assert repo.git("status", "--porcelain") == ""
    return original.at(repo)


MAIN = ["out-main-1", "out-main-3", "out-base-1", "out-base-3"]
UNDONE: dict[str, Steps] = {
    "merge": [(1, "git merge -q topic"), (0, "git merge --abort")],
    "merge, after a look": [(1, "git merge -q topic"), (0, "git status"), (0, "git merge --abort")],
    "merge, one solved": [(1, "git merge -q topic"), (0, "git add a.ipynb"), (0, "git merge --abort")],
    "merge --no-commit": [(0, "git merge -q --no-commit clean"), (0, "git merge --abort")],
    "cherry-pick": [(1, "git cherry-pick topic"), (0, "git status"), (0, "git cherry-pick --abort")],
    "cherry-pick --skip": [(1, "git cherry-pick topic"), (0, "git cherry-pick --skip")],
    "revert": [(1, "git revert --no-edit topic"), (0, "git revert --abort")],
    "rebase": [(1, "git rebase -q topic"), (0, "git status"), (0, "git rebase --abort")],
    "am -3": [
        (0, "git format-patch -q --stdout -1 topic > ../mail"),
        (128, "git am -q -3 ../mail"),
        (0, "git am --abort"),
    ],
}


@pytest.mark.parametrize("name", UNDONE)
def test_what_is_begun_can_be_undone(name, fork):
    fork.follow(UNDONE[name])
    assert fork.on_disk() == MAIN
    assert fork.repo.git("status", "--porcelain") == ""
    assert fork.repo.git("diff", "before", "HEAD") == ""


STASHES: dict[str, Steps] = {
    "of a path": [(0, "git stash push -q a.ipynb"), (0, "git stash pop -q")],
    "with the index": [(0, "git add a.ipynb && git stash -q"), (0, "git stash pop -q --index")],
    "--keep-index": [
        (0, "git add a.ipynb && git stash -q -k && git reset -q --hard"),
        (0, "git stash pop -q"),
    ],
    "branch": [(0, "git stash -q"), (0, "git stash branch aside")],
}


@pytest.mark.parametrize("name", STASHES)
def test_stashes(name, fork):
    fork.run("now", commit=False, a="7")
    fork.follow(STASHES[name])
    assert fork.on_disk() == ["out-now-1", "out-now-3", "out-base-1", "out-base-3"]
    assert fork.repo.git("status", "--porcelain").split() == ["M", "a.ipynb"]


HISTORIES: dict[str, Steps] = {
    "am -3": [
        (0, "git format-patch -q --stdout base..topic > ../mails && git checkout -q -b mailed base"),
        (
            0,
            """sed -i '0,/"metadata": {}/s//"metadata": {"tags": []}/' a.ipynb && git commit -q -a -m tags""",
        ),
        (1, "git apply ../mails"),
        (0, "git am -q -3 ../mails"),
    ],
    "reword": [
        (0, "git checkout -q topic"),
        (0, "git -c sequence.editor='sed -i s/^pick/reword/' rebase -q -i --no-ff --root"),
    ],
    "revert -n": [(0, "git revert -n HEAD base~0"), (0, "git reset -q --hard")],
    "filter-branch": [(0, "FILTER_BRANCH_SQUELCH_WARNING=1 git filter-branch --msg-filter cat base..")],
}


@pytest.mark.parametrize("name", HISTORIES)
def test_histories(name, fork):
    fork.follow(HISTORIES[name])
    for letter in "ab":
        assert fork.memory.lost((fork.repo.folder / f"{letter}.ipynb").read_bytes()) == []
    assert fork.repo.git("status", "--porcelain") == ""


def test_an_old_strategy_of_merging(fork):
    """It is a shell script of plumbing, and writes files by itself: without outputs."""
    fork.follow([(0, "git checkout -q -b other base"), (0, "sed -i 's/a_last = 1/a_last = 5/' a.ipynb")])
    fork.follow([(0, "git commit -q -a -m other"), (0, "git merge -q -s resolve -m merged topic")])
    assert fork.repo.git("status", "--porcelain") == ""
    assert "a_first = 2" in fork.repo.git("show", "HEAD:a.ipynb")
    assert "a_last = 5" in fork.repo.git("show", "HEAD:a.ipynb")


@pytest.mark.parametrize(
    "command",
    [
        "git diff-index --quiet HEAD",
        "git diff-files --quiet",
        "git apply --index ../patch",
        "git apply --3way ../patch",
        "git reset -q --keep before~",
        "git read-tree -m -u HEAD before~",
        "git sparse-checkout set nowhere 2> ../told && test ! -s ../told",
    ],
)
def test_plumbing_works_after_a_refresh(command, fork):
    """Nobody calls us before these: people and scripts refresh the index before them."""
    fork.follow([(0, "git diff --no-ext-diff --no-textconv before before~ > ../patch && test -s ../patch")])
    fork.run("now", commit=False, b="1")  # only outputs change
    fork.follow([(0, f"git update-index -q --refresh && {command}")])


def test_a_sparse_checkout_may_be_applied_again(fork):
    enabled = fork.repo
    enabled.write("in/c.ipynb", fork.memory.run("more", ["c = 1"]))
    enabled.commit()
    done = enabled.run(["git", "sparse-checkout", "set", "--no-cone", "in"])
    assert "git sparse-checkout reapply" in done.stderr  # git's own advice
    enabled.git("sparse-checkout", "reapply")
    assert [path.name for path in sorted(enabled.folder.rglob("*.ipynb"))] == ["c.ipynb"]
    enabled.git("sparse-checkout", "disable")
    assert fork.on_disk() == MAIN


def test_a_refresh_by_an_editor_is_no_script(tmp_path):
    """Magit refreshes the index each time it shows it, and leaves it so."""

    def waits(caller: str, *words: str) -> bool:
        return is_under_way([Command("update-index", words, caller)], str(tmp_path), updated=False)

    assert waits("sh", "-q", "--refresh")
    assert not waits("emacs", "--refresh")
    assert not waits("sh", "--add", "a.ipynb")
