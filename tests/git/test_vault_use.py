"""What worktrees and stashes need stays in the vault: found with real git."""

from __future__ import annotations

import pytest

from nbhotel.git.vault.store import Vault
from nbhotel.git.vault.use import InUse, in_use
from tests.git.sandbox import Sandbox, make_repository, notebook
from tests.git.vaults import blobs

NOTHING = InUse(frozenset(), {})


def used(repo: Sandbox, *known: str) -> InUse:
    """What is in use there; git's own variables must not mislead it."""
    misleading = {"GIT_INDEX_FILE": "/nowhere", "GIT_WORK_TREE": "/nowhere", "GIT_PREFIX": "sub/"}
    common = str(repo.folder / ".git")
    return in_use(common, {**repo.env, **misleading}, known, lambda *_: None)


def names(repo: Sandbox) -> set[str]:
    """What the vault calls the blobs that it has of the worktree's notebooks, newest originals only."""
    with Vault(str(repo.folder / ".git/nbhotel/vault.sqlite")) as vault:
        return blobs(vault)


@pytest.mark.slow
def test_in_use_is_what_indexes_of_all_worktrees_have(enabled, tmp_path):
    enabled.write("a.ipynb", notebook("x = 1", ran=True))
    enabled.write("sub/ü b.ipynb", notebook("y = 1", ran=True))
    enabled.write("c.txt", "text")
    enabled.commit()
    enabled.git("worktree", "add", "-q", "-b", "other", str(tmp_path / "other"))
    other = enabled.at(tmp_path / "other")
    other.write("a.ipynb", notebook("x = 2", ran=True))
    other.write("new.ipynb", notebook("z = 1", ran=True))
    other.git("add", ".")
    found = used(enabled)
    assert found.paths == {"a.ipynb": 2, "sub/ü b.ipynb": 2, "new.ipynb": 1}
    assert found.names == names(enabled)
    assert len(found.names) == 4
    assert used(enabled, "c.txt").paths["c.txt"] == 2
    (tmp_path / "other").rename(tmp_path / "unplugged")
    assert used(enabled) == found


@pytest.mark.slow
def test_in_use_is_what_stashes_hold(enabled):
    assert used(enabled) == NOTHING
    enabled.write("a.ipynb", notebook("x = 1", ran=True))
    enabled.commit()
    enabled.write("a.ipynb", notebook("x = 2", ran=True))
    enabled.git("add", ".")
    enabled.write("a.ipynb", notebook("x = 3", ran=True))
    enabled.git("stash", "-q")
    enabled.write("untracked.ipynb", notebook("y = 1", ran=True))
    enabled.git("stash", "-q", "--include-untracked")
    assert len(names(enabled)) == 4
    assert used(enabled).names == names(enabled)
    enabled.git("stash", "drop", "-q", "stash@{1}")
    assert len(used(enabled).names) == 2


@pytest.mark.slow
def test_a_conflict_and_a_sparse_checkout(enabled):
    for name in ("in/a.ipynb", "out/b.ipynb"):
        enabled.write(name, notebook(f"x = '{name}'", ran=True))
    enabled.commit()
    enabled.git("config", "merge.nbhotel.driver", "false")
    for branch, number in (("topic", 1), ("main", 2)):
        enabled.git("checkout", "-q", "-B", branch, "HEAD" if branch == "topic" else "HEAD~")
        enabled.write("in/a.ipynb", notebook(f"x = {number}", ran=True))
        enabled.commit()
    enabled.git("merge", "-q", "topic", code=1)
    assert used(enabled).paths == {"in/a.ipynb": 1, "out/b.ipynb": 1}
    assert len(used(enabled).names) == 4
    enabled.git("reset", "-q", "--hard")
    for hook in ("post-index-change", "post-commit"):
        (enabled.folder / ".git/hooks" / hook).unlink()
    enabled.git("update-index", "--refresh")
    enabled.git("sparse-checkout", "set", "in")
    assert used(enabled).paths == {"in/a.ipynb": 1}


def test_a_bare_repository_shows_nothing(tmp_path, env):
    bare = make_repository(tmp_path / "bare.git", env, "--bare")
    assert in_use(str(bare.folder), env, [], lambda *_: None) == NOTHING


@pytest.mark.slow
def test_after_the_hardest_sweep_everything_in_worktrees_and_stashes_comes_back(enabled, tmp_path):
    for number in range(4):
        enabled.write("a.ipynb", notebook(f"x = {number}", ran=True))
        enabled.commit()
    enabled.write("a.ipynb", notebook("x = 'stashed'", ran=True))
    enabled.git("stash", "-q")
    enabled.git("worktree", "add", "-q", "-b", "other", str(tmp_path / "other"), "HEAD~2")
    told = enabled.nbhotel("vault", "gc", "--size", "0")
    assert told.startswith("forgot 2 of 5 originals")
    for folder in (enabled.folder, tmp_path / "other"):
        (folder / "a.ipynb").unlink()
        enabled.at(folder).git("checkout", "-q", "--", ".")
        assert "output of cell 1" in (folder / "a.ipynb").read_text()
    enabled.git("stash", "pop", "-q")
    assert "output of cell 1" in (enabled.folder / "a.ipynb").read_text()
    enabled.git("checkout", "-q", "-f", "HEAD~3")
    assert "output of cell 1" not in (enabled.folder / "a.ipynb").read_text()
