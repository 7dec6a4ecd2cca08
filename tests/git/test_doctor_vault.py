"""`nbhotel git doctor` and the vault: what is wrong with it is found, and mended without losing outputs."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from nbhotel.git.vault.store import Vault
from tests.git.sandbox import Sandbox, notebook

pytestmark = pytest.mark.slow

TROUBLE = "outputs are neither kept nor put back: "
NAMES = [f"n{number}.ipynb" for number in range(40)]


@pytest.fixture
def used(enabled: Sandbox) -> Sandbox:
    """A repository with some notebooks, and a vault with their outputs."""
    for name in NAMES:
        enabled.write(name, noisy(name))
    enabled.commit("first")
    return enabled


def noisy(name: str) -> dict[str, Any]:
    document = notebook(f"first = '{name}'", ran=True)
    document["cells"][0]["outputs"][0]["data"] = {"text/plain": [random.Random(name).randbytes(3000).hex()]}
    return document


def vault_of(repo: Sandbox) -> Path:
    return repo.folder / ".git/nbhotel/vault.sqlite"


def test_damage_that_opening_does_not_show(used):
    file = vault_of(used)
    used.nbhotel("vault", "gc")  # all of it is in the one file then
    page, data = 4096, bytearray(file.read_bytes())
    at = page * (len(data) // page // 2)
    data[at : at + page] = random.Random(1).randbytes(page)
    file.write_bytes(data)
    told = used.nbhotel("git", "doctor", code=1)
    assert f"{TROUBLE}.git/nbhotel/vault.sqlite is damaged: " in told
    assert told.count("\n") == 1
    fixed = used.nbhotel("git", "doctor", "--fix")
    assert fixed.startswith("mended ")
    assert used.nbhotel("git", "doctor").startswith("ok ")
    for name in NAMES:
        (used.folder / name).unlink()
    used.git("checkout", "-q", "--", ".")
    back = [name for name in NAMES if "text/plain" in (used.folder / name).read_text()]
    assert len(back) > len(NAMES) // 2
    assert list(file.parent.glob("vault.sqlite.damaged-*"))


def test_a_vault_of_another_version_is_not_touched(used):
    with Vault(str(vault_of(used))) as vault:
        vault.database.execute("PRAGMA user_version = 99")
    told = used.nbhotel("git", "doctor", "--fix", code=1)
    assert f"{TROUBLE}.git/nbhotel/vault.sqlite was written by another version of nbhotel" in told
    assert not list(vault_of(used).parent.glob("*.damaged-*"))


def run_as_nobody(repo: Sandbox, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=repo.folder, env=repo.env, capture_output=True, text=True, user="nobody"
    )


def as_nobody(repo: Sandbox, *words: str) -> subprocess.CompletedProcess[str]:
    return run_as_nobody(repo, sys.executable, "-m", "nbhotel", *words)


@pytest.fixture
def nobodys(public: Sandbox) -> Sandbox:
    """A repository of the user nobody, with a vault."""
    public.write("a.ipynb", notebook("x = 1", ran=True))
    subprocess.run(["chown", "-R", "nobody", str(public.folder.parent)], check=True)
    assert as_nobody(public, "git", "enable").returncode == 0
    assert run_as_nobody(public, "git", "add", "a.ipynb").returncode == 0
    assert run_as_nobody(public, "git", "commit", "-q", "-m", "first").returncode == 0
    assert vault_of(public).exists()
    return public


def outputs_come_back(repo: Sandbox) -> bool:
    (repo.folder / "a.ipynb").unlink()
    assert run_as_nobody(repo, "git", "checkout", "-q", "--", "a.ipynb").returncode == 0
    return "output of cell 1" in (repo.folder / "a.ipynb").read_text()


@pytest.mark.root
@pytest.mark.parametrize("mode", ["400", "000"])
@pytest.mark.parametrize("name", ["", "vault.sqlite"])
def test_rights_are_given_back(nobodys, name, mode):
    path = vault_of(nobodys).parent / name
    path.chmod(int(mode, 8))
    told = as_nobody(nobodys, "git", "doctor")
    assert (told.returncode, told.stderr) == (1, "")
    where = f".git/nbhotel/{name}".rstrip("/")
    assert f"{TROUBLE}{where} can't be read and written (--fix mends it)" in told.stdout
    assert as_nobody(nobodys, "git", "doctor", "--fix").returncode == 0
    assert as_nobody(nobodys, "git", "doctor").stdout.startswith("ok ")
    assert outputs_come_back(nobodys)


@pytest.mark.root
def test_a_file_that_is_somebody_else_s_is_taken_over_if_it_can_be_read(nobodys):
    file = vault_of(nobodys)
    os.chown(file, 0, 0)
    told = as_nobody(nobodys, "git", "doctor")
    assert (told.returncode, told.stderr) == (1, "")
    what = f"{TROUBLE}.git/nbhotel/vault.sqlite belongs to root, and you may not read and write it"
    assert f"{what} (`sudo chown -R nobody .git/nbhotel`)" in told.stdout
    fixed = as_nobody(nobodys, "git", "doctor", "--fix")
    assert fixed.returncode == 1
    assert file.exists()
    file.chmod(0o644)
    assert f"{what} (--fix mends it)" in as_nobody(nobodys, "git", "doctor").stdout
    assert as_nobody(nobodys, "git", "doctor", "--fix").returncode == 0
    assert (file.owner(), file.stat().st_mode & 0o777) == ("nobody", 0o600)
    assert outputs_come_back(nobodys)
    assert [each.name for each in file.parent.glob("*.own")] == []


@pytest.fixture
def full_disk(used: Sandbox) -> Iterator[Callable[[], None]]:
    """Put the vault on a small disk of its own, without room; call it to make some."""
    folder = vault_of(used).parent
    old = folder.rename(folder.with_name("old"))
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
    for each in old.iterdir():
        if each.is_file():
            (folder / each.name).write_bytes(each.read_bytes())
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"x" * 1_000):
            pass
    yield filler.unlink
    subprocess.run(["umount", str(folder)], check=False)


@pytest.mark.root
def test_a_full_disk(used, full_disk):
    told = used.nbhotel("git", "doctor", code=1)
    assert f"{TROUBLE}there is no space left for it, .git/nbhotel: no space left on device" in told
    assert "`nbhotel vault gc --size 100M`" in told
    assert "there is no space left for it" in used.nbhotel("git", "doctor", "--fix", code=1)
    full_disk()
    assert used.nbhotel("git", "doctor").startswith("ok ")


@pytest.mark.root
def test_what_mending_is_refused_is_told_in_one_line(used):
    """A folder that not even its owner can change, as backups and some images have them."""
    file = vault_of(used)
    (file.parent / "vault.sqlite-wal").unlink(missing_ok=True)
    used.write(".git/config.lock", "")
    os.utime(used.folder / ".git/config.lock", (1_700_000_000, 1_700_000_000))
    done = subprocess.run(["chattr", "+i", str(used.folder / ".git/config.lock")], capture_output=True)
    if done.returncode:
        pytest.skip("no file can be made immutable here")
    try:
        told = used.nbhotel("git", "doctor", "--fix", code=1)
    finally:
        subprocess.run(["chattr", "-i", str(used.folder / ".git/config.lock")], check=True)
    assert "could not be mended: " in told
