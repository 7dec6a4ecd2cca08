"""git, its filter or its hooks killed by `kill -9`: nothing lost, nothing leaked. More: `make torture`."""

from __future__ import annotations

import random
import subprocess
import sys
import time

import pytest

from tests.git.killing import is_filter, session
from tests.git.runs import Memory, cells, clean, ran, tokens
from tests.git.sandbox import Sandbox
from tests.git.works import WORKS, Desk

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found through /proc")


@pytest.mark.slow
def test_killed_at_random(enabled):
    desk = Desk(enabled, random.Random(1))
    desk.open()
    for name in random.Random(1).sample(sorted(WORKS), 6):
        desk.round(name)


@pytest.mark.slow
def test_a_lost_output_would_be_seen(enabled):
    desk = Desk(enabled, random.Random(0))
    desk.open()
    for file in (enabled.folder / ".git/nbhotel").iterdir():
        file.unlink()
    with pytest.raises(AssertionError, match=r"outputs lost: .*nb08\.ipynb"):
        desk.round("switch")


def test_a_leaked_output_would_be_seen(enabled):
    desk = Desk(enabled, random.Random(0))
    desk.run("nb00.ipynb", ["nb00_a = 1"])
    enabled.git("add", ".")
    desk.check_leaks()
    enabled.git("hash-object", "-w", "--no-filters", "nb00.ipynb")
    with pytest.raises(AssertionError, match="leaked: 'out-r1-1"):
        desk.check_leaks()


def test_the_memory_of_runs():
    memory = Memory()
    sources = ["# a_title", "a = 1", "b = 1"]
    first, second = memory.run("ada", sources), memory.run("ben", sources)
    edited = memory.run("cleo", ["# a_title", "a = 1", "b = 2"])
    assert tokens(first) == ["out-ada-2", "out-ada-3"]
    assert list(cells(clean(sources))) == [("a = 1", ""), ("b = 1", "")]
    assert memory.lost(second) == []
    assert memory.lost(first) == ["a = 1", "b = 1"]  # older outputs than those of the last run
    assert memory.lost(clean(sources)) == ["a = 1", "b = 1"]
    assert memory.lost(second + b"\n") == ["another byte than before"]
    merged = edited.replace(b"a = 1", b"a = 3")
    assert memory.lost(merged) == []
    assert memory.lost(clean(["a = 3", "b = 2", "c = 1"])) == ["b = 2"]
    assert all(map(memory.is_whole, (first, clean(sources), edited)))
    assert not any(map(memory.is_whole, (b"", first[:200], ran("dora", sources))))


def test_the_filter_of_a_git_is_found(enabled: Sandbox):
    """And it goes when git does."""
    enabled.write("a.ipynb", ran("ada", ["a = 1"]))
    command = ["git", "add", "a.ipynb"]
    started = subprocess.Popen(command, cwd=enabled.folder, env=enabled.env, start_new_session=True)
    seen = set()
    while started.poll() is None:
        seen |= {is_filter(each) for each in session(started.pid)}
    assert seen == {False, True}
    end = time.monotonic() + 30
    while session(started.pid) and time.monotonic() < end:
        time.sleep(0.01)
    assert session(started.pid) == []
