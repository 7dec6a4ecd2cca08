"""Links, files that are no notebooks, wrong configurations, parts of notebooks, Ctrl-C: by real git."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress

import pytest

from tests.git.killing import wait
from tests.git.runs import TOKEN, clean, ran, tokens
from tests.git.sandbox import Sandbox
from tests.git.trips import Trip, no_outputs_in

pytestmark = pytest.mark.slow


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
