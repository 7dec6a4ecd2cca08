"""Sweeps that nobody asked for: when they are due, one at a time, and nobody waits for them."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from nbhotel.git.vault.schedule import is_due, last_sweep, note, only_one, stamp_of
from nbhotel.git.vault.store import Vault
from tests.git.sandbox import Sandbox, notebook
from tests.git.vaults import blobs, count, put, vault_file

HOUR = 3_600


@pytest.fixture
def file(tmp_path):
    name = vault_file(tmp_path)
    with Vault(name) as vault:
        put(vault, "a", "b")
    return name


def age(file: str, seconds: float) -> None:
    """Let the last sweep be so long ago."""
    at = time.time() - seconds
    os.utime(stamp_of(file), (at, at))


def test_the_first_time_is_a_day_after_the_first_question(file):
    assert not is_due(file)
    assert last_sweep(file) is None
    age(file, 23 * HOUR)
    assert not is_due(file)
    age(file, 25 * HOUR)
    assert is_due(file)


def test_sooner_if_it_grew_but_not_all_the_time(file):
    size = Path(file).stat().st_size
    note(file, 10)  # that is what worktrees need: there is nothing to be done about it
    age(file, HOUR)
    assert not is_due(file)
    with Path(file).open("ab") as vault:
        vault.truncate(int(1.3 * size))
    assert is_due(file)
    age(file, 60)
    assert not is_due(file)


def test_a_clock_that_was_set_back_does_not_put_it_off_for_ever(file):
    note(file, 10)
    age(file, -30 * 24 * HOUR)
    assert is_due(file)


def test_never_where_nothing_can_be_written(tmp_path):
    assert not is_due(str(tmp_path / "nowhere/vault.sqlite"))
    assert not is_due("/dev/null/vault.sqlite")
    assert list(tmp_path.iterdir()) == []


def test_only_one_at_a_time(file):
    is_due(file)
    with only_one(file) as first:
        assert first
        with only_one(file) as second:
            assert not second
    with only_one(file) as third:
        assert third


def stamped(repo: Sandbox) -> str:
    """The vault of a repository whose last sweep was long ago."""
    file = str(repo.folder / ".git/nbhotel/vault.sqlite")
    with Vault(file) as vault:
        put(vault, "gone.ipynb", "old", days_ago=400)
        put(vault, "gone.ipynb", "new")
    note(file, 10**9)
    age(file, 30 * HOUR)
    return file


def swept(file: str, seconds: float = 20) -> bool:
    """Wait until there was a sweep."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        last = last_sweep(file)
        with only_one(file) as idle:
            if idle and last is not None and time.time() - last < HOUR:
                return True
        time.sleep(0.05)
    return False


@pytest.mark.slow
def test_a_git_command_starts_one_and_does_not_wait(enabled):
    file = stamped(enabled)
    enabled.write("a.ipynb", notebook("x = 1", ran=True))
    assert enabled.git("add", ".") == ""
    assert swept(file)
    with Vault(file) as vault:
        assert "old" not in blobs(vault)
        assert len(blobs(vault)) == 2
        assert count(vault, "piece") > 0


@pytest.mark.slow
def test_in_a_linked_worktree_and_below_the_top(enabled, tmp_path):
    enabled.write("sub/a.ipynb", notebook("x = 1", ran=True))
    enabled.commit()
    enabled.git("worktree", "add", "-q", str(tmp_path / "other"))
    file = stamped(enabled)
    sub = enabled.at(tmp_path / "other/sub")
    sub.write("a.ipynb", notebook("x = 2", ran=True))
    sub.git("commit", "-q", "-a", "-m", "there")
    assert swept(file)
    with Vault(file) as vault:
        assert "old" not in blobs(vault)
        assert len(blobs(vault)) == 3


@pytest.mark.slow
@pytest.mark.parametrize("where", ["config", "command line"])
def test_it_can_be_switched_off(enabled, where):
    file = stamped(enabled)
    enabled.write("a.ipynb", notebook("x = 1", ran=True))
    if where == "config":
        enabled.git("config", "nbhotel.vaultAuto", "false")
        enabled.git("add", ".")
    else:
        enabled.git("-c", "nbhotel.vaultAuto=no", "add", ".")
    assert swept(file)  # so the filter asks no more for a day
    with Vault(file) as vault:
        assert "old" in blobs(vault)


def test_auto_does_nothing_unless_it_is_due(enabled):
    file = stamped(enabled)
    age(file, HOUR)
    assert enabled.nbhotel("vault", "gc", "--auto") == ""
    with Vault(file) as vault:
        assert "old" in blobs(vault)


def test_the_filter_looks_at_one_file_when_nothing_is_due(file, monkeypatch):
    note(file, 10)
    looks: list[str] = []
    real = os.stat

    def look(path: str) -> os.stat_result:
        looks.append(path)
        return real(path)

    monkeypatch.setattr(os, "stat", look)
    assert not is_due(file)
    assert looks == [stamp_of(file)]
