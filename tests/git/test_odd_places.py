"""Repositories, settings and names that are not as usual: outputs stay out of git, and come back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.git.runs import TOKEN, clean, tokens
from tests.git.sandbox import Sandbox, make_repository
from tests.git.trips import Trip, no_outputs_in

pytestmark = pytest.mark.slow

Env = dict[str, str]
Place = Callable[[Path, Env], Sandbox]


def enabled_in(folder: Path, env: Env, *options: str) -> Sandbox:
    repo = make_repository(folder, env, *options)
    repo.nbhotel("git", "enable")
    return repo


#: Several at once, where they have nothing to do with one another.
SETTINGS = [
    "core.autocrlf=input core.trustctime=false core.checkStat=minimal core.untrackedCache=true",
    "core.eol=crlf core.fileMode=false core.ignoreCase=true submodule.recurse=true index.version=4",
    "checkout.workers=4 checkout.thresholdForParallelism=0 core.preloadIndex=false index.threads=1",
    "core.splitIndex=true status.showUntrackedFiles=no",
    "index.sparse=true core.sparseCheckout=true",
]


@pytest.mark.parametrize("settings", SETTINGS)
def test_settings(settings, enabled):
    for setting in settings.split():
        enabled.git("config", *setting.split("="))
    Trip(enabled, "a.ipynb", "sub/b.ipynb").go()


NAMES = [
    "a b.ipynb",
    "übung/日本語.ipynb",
    "new\nline.ipynb",
    "tab\tand 'quotes' \"two\".ipynb",
    "-n.ipynb",
    "$(touch x) %f %%.ipynb",
    "\udcff\udcfe.ipynb",  # bytes that are no UTF-8
    "[a]*?.ipynb",
    ":(top)x.ipynb",
    "back\\slash.ipynb",
]


def test_names(enabled):
    Trip(enabled, *NAMES).go()
    assert not (enabled.folder / "x").exists()


def test_names_without_the_filter_process(enabled):
    """git then calls `clean` and `smudge` for each file, by a shell."""
    enabled.git("config", "--unset", "filter.nbhotel.process")
    Trip(enabled, *NAMES[3:6]).go()
    assert not (enabled.folder / "x").exists()


def sha256(folder: Path, env: Env) -> Sandbox:
    return enabled_in(folder / "repo", env, "--object-format=sha256")


def separate_git_dir(folder: Path, env: Env) -> Sandbox:
    return enabled_in(folder / "repo", env, f"--separate-git-dir={folder / 'elsewhere'}")


def by_variables(folder: Path, env: Env) -> Sandbox:
    """GIT_DIR and GIT_WORK_TREE, as people have it for the files of their home."""
    repo = make_repository(folder / "work tree", env)
    (repo.folder / ".git").rename(folder / "dot files")
    repo.env |= {"GIT_DIR": str(folder / "dot files"), "GIT_WORK_TREE": str(repo.folder)}
    repo.nbhotel("git", "enable")
    return repo


def linked_worktree(folder: Path, env: Env) -> Sandbox:
    repo = enabled_in(folder / "repo", env)
    repo.git("commit", "-q", "--allow-empty", "-m", "empty")
    repo.git("branch", "-m", "unused")
    repo.git("worktree", "add", "-q", "-b", "main", str(folder / "a linked one"))
    return repo.at(folder / "a linked one")


def worktree_of_bare(folder: Path, env: Env) -> Sandbox:
    make_repository(folder / "bare", env, "--bare")
    bare = Sandbox(folder / "bare", env)
    commit = bare.git("commit-tree", "-m", "empty", bare.git("mktree").strip()).strip()
    bare.git("worktree", "add", "-q", "-b", "work", str(folder / "linked"), commit)
    linked = bare.at(folder / "linked")
    linked.git("checkout", "-q", "-b", "main")
    linked.nbhotel("git", "enable")
    return linked


def submodule(folder: Path, env: Env) -> Sandbox:
    part = make_repository(folder / "part", env)
    part.commit("empty")
    whole = enabled_in(folder / "whole", env)
    whole.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(part.folder), "part")
    inside = whole.at(whole.folder / "part")
    inside.nbhotel("git", "enable")
    return inside


def behind_a_link(folder: Path, env: Env) -> Sandbox:
    repo = enabled_in(folder / "repo", env)
    (folder / "link").symlink_to("repo")
    return repo.at(folder / "link")


def enabled_twice(folder: Path, env: Env) -> Sandbox:
    repo = enabled_in(folder / "repo", env)
    repo.nbhotel("git", "enable", "--global")
    repo.nbhotel("git", "enable", "--attributes", ".gitattributes")
    return repo


def shallow(folder: Path, env: Env) -> Sandbox:
    origin = make_repository(folder / "origin", env)
    for number in range(3):
        origin.commit(f"empty {number}")
    repo = origin.at(folder / "repo")
    origin.git("clone", "-q", "--depth=1", f"file://{origin.folder}", str(repo.folder))
    repo.nbhotel("git", "enable")
    return repo


def odd_path(folder: Path, env: Env) -> Sandbox:
    return enabled_in(folder / 'it\'s a "path"\n$HOME ü % \\', env)


def sparse(folder: Path, env: Env) -> Sandbox:
    repo = enabled_in(folder / "repo", env)
    repo.git("sparse-checkout", "init", "--cone")
    return repo


PLACES: list[Place] = [
    sha256, separate_git_dir, by_variables, linked_worktree, worktree_of_bare, submodule, behind_a_link,
    enabled_twice, shallow, odd_path, sparse,
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_places(place, tmp_path, env):
    Trip(place(tmp_path, env)).go()


def test_from_elsewhere(tmp_path, enabled):
    """`git -C`, and git in a folder below the top."""
    (enabled.folder / "sub").mkdir()
    trip = Trip(enabled, "sub/a.ipynb")
    trip.make()
    outside = enabled.at(tmp_path)
    outside.git("-C", "repo/sub", "checkout", "-q", "main")
    trip.is_back("first")
    enabled.at(enabled.folder / "sub").git("checkout", "-q", "other")
    trip.is_back("second")
    outside.git("--git-dir=repo/.git", "--work-tree=repo", "checkout", "-q", "main")
    trip.is_back("first")
    trip.run("third", "1")
    assert outside.git("-C", "repo", "status", "--porcelain") == ""
    enabled.git("-c", "alias.co=checkout -q", "co", "other")
    trip.is_back("second")
    enabled.git("-c", "alias.co=!f() { git checkout -q $1; }; f", "co", "main")
    trip.is_back("third")


def test_before_the_first_commit(enabled):
    trip = Trip(enabled)
    trip.run("first", "1")
    assert "A  a.ipynb" not in enabled.git("status", "--porcelain")
    enabled.git("add", "a.ipynb")
    assert "one0 = 1" in enabled.git("diff", "--cached")
    trip.run("second", "1")
    assert enabled.git("status", "--porcelain") == "A  a.ipynb\n"
    (enabled.folder / "a.ipynb").unlink()
    enabled.git("checkout", "-q", "--", "a.ipynb")
    trip.is_back("second")
    enabled.git("rm", "-q", "--cached", "a.ipynb")
    trip.is_back("second")
    no_outputs_in(enabled)


def test_sparse_checkouts_hide_and_show(enabled):
    trip = Trip(enabled, "in/a.ipynb", "out/b.ipynb")
    trip.make()
    enabled.git("sparse-checkout", "set", "in")  # leaves the other one: see test_sizes
    enabled.git("sparse-checkout", "reapply")
    assert not (enabled.folder / "out/b.ipynb").exists()
    enabled.git("checkout", "-q", "main")
    enabled.git("sparse-checkout", "disable")
    trip.is_back("first")
    enabled.git("checkout", "-q", "other")
    trip.is_back("second")


def test_a_clone_that_is_enabled_before(tmp_path, env, repo):
    """`enable --global`: git calls the filter in `git clone` already."""
    repo.nbhotel("git", "enable", "--global")
    trip = Trip(repo)
    trip.make()
    for number, words in enumerate(
        (["clone", "-q"], ["clone", "-q", "--shared"], ["clone", "-q", "--depth=1", "--no-local"])
    ):
        clone = repo.at(tmp_path / f"clone {number}")
        repo.git(
            *words, f"file://{repo.folder}" if "--depth=1" in words else str(repo.folder), str(clone.folder)
        )
        assert trip.memory.lost((clone.folder / "a.ipynb").read_bytes()) == []
        assert tokens((clone.folder / "a.ipynb").read_bytes()) == ["out-second0-1", "out-second0-2"]
        no_outputs_in(clone)


def test_exports_and_bare_repositories(tmp_path, enabled):
    trip = Trip(enabled)
    trip.make()
    bare = enabled.at(tmp_path / "bare.git")
    enabled.git("clone", "-q", "--bare", ".", str(bare.folder))
    bare.nbhotel("git", "enable")
    for repo in (enabled, bare):
        assert TOKEN not in repo.git("archive", "other")
        assert TOKEN not in repo.git("cat-file", "--filters", "main:a.ipynb")
        assert "two0 = 2" in repo.git("log", "-p", "other")
    enabled.git("checkout-index", "--all", f"--prefix={tmp_path}/export/")
    assert (tmp_path / "export/a.ipynb").read_bytes() == clean(["one0 = 1", "two0 = 2"])
    (enabled.folder / "a.ipynb").unlink()
    enabled.git("checkout-index", "--all")
    trip.is_back("second")
    no_outputs_in(enabled, bare)
