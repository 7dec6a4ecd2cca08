"""Repositories, settings and names that are not as usual: outputs stay out of git, and come back."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.git.killing import wait
from tests.git.runs import TOKEN, Memory, clean, ran, tokens
from tests.git.sandbox import Sandbox, make_repository

Env = dict[str, str]
Place = Callable[[Path, Env], Sandbox]


def no_outputs_in(*repos: Sandbox) -> None:
    """No object has outputs, reachable or not."""
    for repo in repos:
        objects = repo.git("cat-file", "--batch-all-objects", "--batch", "--unordered")
        assert "nbformat" in objects
        assert TOKEN not in objects


class Trip:
    """Notebooks that are committed, edited on a branch, run again, and must come back each time."""

    def __init__(self, repo: Sandbox, *names: str) -> None:
        self.repo = repo
        self.names = names or ("a.ipynb",)
        self.memory = Memory()

    def run(self, who: str, line: str) -> None:
        """Edit one cell of each notebook, and run all of it."""
        for number, name in enumerate(self.names):
            self.repo.write(
                name, self.memory.run(f"{who}{number}", [f"one{number} = 1", f"two{number} = {line}"])
            )

    def is_back(self, who: str) -> None:
        """What `who` ran lies on the disk."""
        for number, name in enumerate(self.names):
            content = (self.repo.folder / name).read_bytes()
            assert tokens(content) == [f"out-{who}{number}-1", f"out-{who}{number}-2"], name
            assert self.memory.lost(content) == []

    def make(self) -> None:
        """Make the branches `main` and `other`."""
        self.run("first", "1")
        self.repo.commit("first")
        self.repo.git("checkout", "-q", "-b", "other")
        self.run("second", "2")
        self.repo.git("commit", "-q", "-a", "-m", "second")

    def go(self) -> None:
        """Make the branches, and go between them."""
        self.make()
        self.there_and_back()

    def there_and_back(self) -> None:
        """From `other` to `main` and back, also after a run. Nothing is modified, lost or leaked."""
        self.repo.git("checkout", "-q", "main")
        self.is_back("first")
        self.run("third", "1")
        assert self.repo.git("status", "--porcelain") == ""
        self.repo.git("checkout", "-q", "other")
        self.is_back("second")
        self.repo.git("checkout", "-q", "main")
        self.is_back("third")
        assert self.repo.git("status", "--porcelain") == ""
        no_outputs_in(self.repo)


def enabled_in(folder: Path, env: Env, *options: str) -> Sandbox:
    repo = make_repository(folder, env, *options)
    repo.nbhotel("git", "enable")
    return repo


SETTINGS = [
    "core.autocrlf=input",
    "core.eol=crlf",
    "checkout.workers=4 checkout.thresholdForParallelism=0",
    "core.splitIndex=true",
    "core.untrackedCache=true index.version=4",
    "core.fileMode=false core.ignoreCase=true",
    "core.trustctime=false core.checkStat=minimal",
    "index.sparse=true core.sparseCheckout=true",
    "status.showUntrackedFiles=no submodule.recurse=true",
    "core.preloadIndex=false index.threads=1",
]


@pytest.mark.slow
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
    Trip(enabled, *NAMES[:6]).go()
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


@pytest.mark.slow
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


def test_symbolic_links(enabled):
    """A link goes in as a link; what it leads to is another file's business."""
    trip = Trip(enabled, "real/a.ipynb")
    trip.run("first", "1")
    for name, target in [
        ("link.ipynb", "real/a.ipynb"),
        ("broken.ipynb", "nowhere"),
        ("folder.ipynb", "real"),
    ]:
        (enabled.folder / name).symlink_to(target)
    (enabled.folder / "sub").symlink_to("real")
    enabled.commit()
    assert enabled.git("cat-file", "blob", "HEAD:link.ipynb") == "real/a.ipynb"
    assert enabled.git("cat-file", "blob", "HEAD:broken.ipynb") == "nowhere"
    for name in ("link.ipynb", "real/a.ipynb"):
        (enabled.folder / name).unlink()
    enabled.git("checkout", "-q", "--", ".")
    assert (enabled.folder / "link.ipynb").is_symlink()
    trip.is_back("first")
    trip.run("second", "1")
    assert enabled.git("status", "--porcelain") == ""
    # A notebook that becomes a link, and is one no more.
    enabled.git("checkout", "-q", "-b", "linked")
    (enabled.folder / "real/a.ipynb").rename(enabled.folder / "real/b.ipynb")
    (enabled.folder / "real/a.ipynb").symlink_to("b.ipynb")
    enabled.commit()
    assert "diff --git a/real/a.ipynb" in enabled.git("diff", "main", "linked")
    enabled.git("checkout", "-q", "main")
    trip.is_back("second")
    no_outputs_in(enabled)


def test_what_is_no_notebook_passes_byte_for_byte(enabled):
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 5\n".encode()
    files = {
        "pointer.ipynb": pointer,
        "empty.ipynb": b"",
        "crlf.ipynb": b"a\r\nb\r\n",
        "broken.ipynb": b'{"cells": [\r\n',
        "binary.ipynb": bytes(range(256)) * 300,
        "long.ipynb": b"x" * 200_000,
        "list.ipynb": b"[]",
    }
    for name, content in files.items():
        enabled.write(name, content)
    told = enabled.run(["git", "add", "."])
    assert told.returncode == 0
    assert sorted(line.split(":")[1].strip() for line in told.stderr.splitlines()) == sorted(
        name for name in files if name not in {"pointer.ipynb", "empty.ipynb"}
    )
    enabled.git("commit", "-q", "-m", "files")
    for name in files:
        (enabled.folder / name).unlink()
    enabled.git("checkout", "-q", "--", ".")
    assert {name: (enabled.folder / name).read_bytes() for name in files} == files
    assert enabled.git("status", "--porcelain") == ""


def test_read_only_notebooks(enabled):
    trip = Trip(enabled)
    trip.run("first", "1")
    (enabled.folder / "a.ipynb").chmod(0o444)
    enabled.commit()
    enabled.git("checkout", "-q", "-b", "other")
    (enabled.folder / "a.ipynb").unlink()
    trip.run("second", "2")
    (enabled.folder / "a.ipynb").chmod(0o400)
    enabled.git("commit", "-q", "-a", "-m", "second")
    (enabled.folder / "a.ipynb").chmod(0o644)
    trip.there_and_back()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[chains.vcs]\n\nfilters = ["outputz"]\n', 3),
        ('[chains.vcs]\nfilters = [{ filter = "outputs", kep = true }]\n', 2),
        ("[chains.vcs]\nfilters = [\n", 2),
        ("[chain.vcs]\n", 1),
    ],
    ids=["filter", "option", "TOML", "section"],
)
def test_a_wrong_configuration_lets_nothing_in(text, line, enabled):
    trip = Trip(enabled)
    trip.make()
    trip.run("third", "3")
    enabled.write("new.ipynb", ran("new", ["new = 1"]))
    enabled.write("nbhotel.toml", text)
    for words in (["add", "a.ipynb"], ["add", "new.ipynb"], ["commit", "-a", "-m", "third"], ["stash"]):
        done = enabled.run(["git", *words])
        assert done.returncode != 0, words
        ours = [each for each in done.stderr.splitlines() if each.startswith("nbhotel: ")]
        assert len(ours) == 1, done.stderr
        assert f"nbhotel.toml:{line}: " in ours[0]
    trip.is_back("third")
    no_outputs_in(enabled)
    enabled.git("rev-parse", "--verify", "--quiet", "refs/stash", code=1)
    enabled.write("nbhotel.toml", "")
    enabled.git("commit", "-q", "-a", "-m", "third")
    enabled.git("checkout", "-q", "main")
    trip.is_back("first")


def test_parts_of_a_notebook_are_added(enabled):
    """`git add -p`, `commit -p`, `restore -p` and `stash -p` show the clean notebook as lines."""
    trip = Trip(enabled)
    trip.run("first", "1")
    enabled.commit()
    sources = ["one0 = 5", "two0 = 5"]
    edited = trip.memory.run("second", sources)
    enabled.write("a.ipynb", edited)
    shown = enabled.git("add", "-p", stdin="s\ny\nn\n")
    assert TOKEN not in shown
    staged = enabled.git("cat-file", "blob", ":a.ipynb").encode()
    assert staged == clean(["one0 = 5", "two0 = 1"])
    assert (enabled.folder / "a.ipynb").read_bytes() == edited
    enabled.git("commit", "-q", "-m", "a half")
    enabled.git("commit", "-q", "-p", "-m", "the other", stdin="y\n")
    assert enabled.git("status", "--porcelain") == ""
    enabled.write("a.ipynb", trip.memory.run("third", ["one0 = 7", "two0 = 7"]))
    enabled.git("restore", "-p", ".", stdin="s\nn\ny\n")
    content = (enabled.folder / "a.ipynb").read_bytes()
    assert tokens(content) == ["out-third-1", "out-second-2"]
    enabled.git("stash", "-p", "-q", stdin="y\n")
    assert tokens((enabled.folder / "a.ipynb").read_bytes()) == ["out-second-1", "out-second-2"]
    enabled.git("stash", "pop", "-q")
    assert tokens((enabled.folder / "a.ipynb").read_bytes())[0] == "out-third-1"
    no_outputs_in(enabled)


def test_a_stash_of_everything(enabled):
    trip = Trip(enabled, "a.ipynb", "b.ipynb")
    trip.make()
    untracked = ran("new", ["new = 1"])
    enabled.write("new.ipynb", untracked)
    trip.run("third", "3")
    enabled.git("add", "a.ipynb")
    enabled.git("stash", "-q", "--include-untracked")
    assert not (enabled.folder / "new.ipynb").exists()
    trip.is_back("second")
    enabled.git("stash", "pop", "-q", "--index")
    trip.is_back("third")
    assert (enabled.folder / "new.ipynb").read_bytes() == untracked
    assert enabled.git("status", "--porcelain") == "M  a.ipynb\n M b.ipynb\n?? new.ipynb\n"
    no_outputs_in(enabled)


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
        trip.memory.lost((clone.folder / "a.ipynb").read_bytes())
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


@pytest.mark.slow
@pytest.mark.parametrize("command", ["add -A", "checkout -q -f other", "status"])
def test_interrupted(command, enabled):
    """Ctrl-C reaches all programs of a terminal at once: git, our filter, the hooks."""
    trip = Trip(enabled, *(f"n{number}.ipynb" for number in range(8)))
    trip.make()
    enabled.git("checkout", "-q", "main")
    for round_, delay in enumerate((0.01, 0.05, 0.1, 0.15, 0.2, 0.3)):
        trip.run(f"r{round_}x", "1")
        told = interrupted(enabled, ["git", *command.split()], delay)
        assert "Traceback" not in told
        assert "defect" not in told
    assert not (enabled.folder / ".git/index.lock").exists()
    enabled.git("status")
    enabled.git("checkout", "-q", "-f", "main")
    trip.run("last", "1")
    enabled.git("add", "-A")
    enabled.git("checkout", "-q", "other")
    trip.is_back("second")
    enabled.git("checkout", "-q", "main")
    trip.is_back("last")
    no_outputs_in(enabled)


def interrupted(repo: Sandbox, command: list[str], delay: float) -> str:
    """Start a program, interrupt it and all that it has started, and return what they say."""
    told = repo.folder / ".git" / "told"
    with told.open("w") as file:
        started = subprocess.Popen(
            command, cwd=repo.folder, env=repo.env, stdout=file, stderr=file, start_new_session=True
        )
        time.sleep(delay)
        with suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGINT)
        wait(started)
    return told.read_text()
