"""A vault in trouble: git goes on and cleans rightly, it is said once, and nothing on the disk is lost."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from nbhotel.errors import VaultError
from nbhotel.git.vault.rebuild import rebuild
from nbhotel.git.vault.store import Vault
from tests.git.sandbox import Sandbox, notebook
from tests.git.vaults import RULES, count, put, vault_file

NAMES = ("a.ipynb", "b.ipynb", "c d.ipynb")
OUTPUT = "output of cell 1"


@pytest.fixture
def used(enabled: Sandbox) -> Sandbox:
    """A repository with some notebooks, and a vault with their outputs."""
    for name in NAMES:
        enabled.write(name, notebook(f"first = '{name}'", ran=True))
    enabled.commit("first")
    return enabled


def vault_of(repo: Sandbox) -> Path:
    return repo.folder / ".git/nbhotel/vault.sqlite"


def not_a_database(file: Path) -> None:
    file.write_text("outputs\n" * 2_000)


def truncated(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def garbage_behind_the_first_page(file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data[:4_096] + random.Random(3).randbytes(len(data) - 4_096))


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def of_another_version(file: Path) -> None:
    with Vault(str(file)) as vault:
        vault.database.execute("PRAGMA user_version = 99")


def git(repo: Sandbox, *words: str) -> list[str]:
    """Run git; return the lines that it and the filter told."""
    done = repo.run(["git", *words])
    assert done.returncode == 0, done.stderr
    return done.stderr.splitlines()


def goes_on(repo: Sandbox, what: str) -> None:
    """git adds, commits and checks out; the trouble is told once by each command, as `what`."""
    for name in NAMES:
        repo.write(name, notebook(f"second = '{name}'", ran=True))
    before = {name: (repo.folder / name).read_bytes() for name in NAMES}
    (told,) = git(repo, "add", ".")
    assert told.startswith(f"nbhotel: outputs are neither kept nor put back: {vault_of(repo)}: {what}")
    assert told.endswith(")")  # the remedy
    for name in NAMES:
        (cell,) = repo.staged(name)["cells"]
        assert (cell["source"], cell["outputs"]) == ([f"second = '{name}'"], [])
    assert {name: (repo.folder / name).read_bytes() for name in NAMES} == before
    repo.git("commit", "-q", "-m", "second")
    assert {name: (repo.folder / name).read_bytes() for name in NAMES} == before
    told_again = git(repo, "checkout", "-q", "HEAD~")
    assert [line for line in told_again if "neither kept" in line] == [told]
    for name in NAMES:
        (cell,) = json.loads((repo.folder / name).read_text())["cells"]
        assert cell["source"] == [f"first = '{name}'"]
    assert repo.git("status", "--short") == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (not_a_database, "is damaged: file is not a database"),
        (truncated, "is damaged: database disk image is malformed"),
        (garbage_behind_the_first_page, "is damaged: "),
        (a_folder, "can't be opened: "),
        (of_another_version, "was written by another version of nbhotel"),
    ],
)
def test_git_goes_on_with_a_vault_that_is(used, damage: Callable[[Path], None], what):
    file = vault_of(used)
    damage(file)
    size = file.stat().st_size
    goes_on(used, what)
    assert file.stat().st_size == size  # as evidence, and for `gc --rebuild`
    for words in (["info"], ["gc"], ["find"]):
        told = used.nbhotel("vault", *words, code=2)
        assert told.startswith(f"nbhotel: {file}: {what}")
        assert len(told.splitlines()) == 1


@pytest.fixture
def small_disk(used: Sandbox) -> Iterator[Callable[[str], None]]:
    """Put the vault on a disk of its own; call it with mount's options for that."""
    file = vault_of(used)
    old = file.parent.rename(file.parent.with_name("old"))
    file.parent.mkdir()

    def mount(options: str) -> None:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(file.parent)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
        if "remount" not in options:
            for each in old.iterdir():
                (file.parent / each.name).write_bytes(each.read_bytes())

    yield mount
    subprocess.run(["umount", str(file.parent)], check=False)


@pytest.mark.slow
@pytest.mark.root
def test_git_goes_on_with_a_vault_on_a_full_disk(used, small_disk):
    small_disk("size=1m")
    filler = vault_of(used).parent / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"x" * 1_000):
            pass
    goes_on(used, "")
    filler.unlink()
    used.git("status")  # finds them clean, as if somebody had taken out their outputs
    for name in NAMES:
        used.nbhotel("vault", "find", name, "--out", name, "--force")
        assert OUTPUT in (used.folder / name).read_text()


@pytest.mark.slow
@pytest.mark.root
def test_git_goes_on_with_a_vault_on_a_disk_that_fills_up(used, small_disk):
    small_disk("size=300k")
    long = notebook("second = 2", ran=True)
    noise = random.Random(1).randbytes(400_000).hex()
    long["cells"][0]["outputs"][0]["data"] = {"text/plain": [noise]}
    used.write("a.ipynb", long)
    used.write("b.ipynb", notebook("third = 3", ran=True))
    (told,) = git(used, "add", ".")
    assert "there is no space left for it: " in told
    assert noise in (used.folder / "a.ipynb").read_text()
    assert noise not in used.git("cat-file", "blob", ":a.ipynb")
    (vault_of(used).parent / "vault.sqlite-wal").unlink(missing_ok=True)
    with Vault(str(vault_of(used))) as vault:
        assert vault.database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.slow
@pytest.mark.root
def test_git_goes_on_with_a_vault_that_can_only_be_read(used, small_disk):
    small_disk("size=1m")
    small_disk("remount,ro")
    goes_on(used, "")
    told = used.nbhotel("vault", "gc", code=2)
    assert len(told.splitlines()) == 1
    used.nbhotel("vault", "gc", "--auto", code=2)


@pytest.mark.slow
def test_git_goes_on_with_a_vault_that_another_process_has_locked_for_long(used):
    with Vault(str(vault_of(used))) as vault, vault.writing():
        used.write("a.ipynb", notebook("second = 2", ran=True))
        used.write("b.ipynb", notebook("second = 3", ran=True))
        (told,) = git(used, "add", ".")
    assert "another process has it locked: database is locked (try again when that is done)" in told
    assert used.staged("a.ipynb")["cells"][0]["outputs"] == []
    assert OUTPUT in (used.folder / "a.ipynb").read_text()


def test_a_locked_vault_can_be_read(tmp_path):
    file = vault_file(tmp_path)
    with Vault(file) as vault:
        data = put(vault, "a", "b")
        with vault.writing(), Vault(file, patience=0.01) as reader:
            assert reader.exact(path="a", blob="b", rules=RULES) == data
            with pytest.raises(VaultError, match="another process has it locked"):
                put(reader, "a", "c")


def test_whoever_waits_for_a_locked_vault_gets_it(tmp_path):
    file = vault_file(tmp_path)
    with Vault(file) as vault, Vault(file) as other:
        put(vault, "a", "b")
        for _ in range(3):
            with vault.writing():
                pass
            put(other, "a", "c")
        assert count(vault, "original") == 2


def garbled(file: str, text: bytes) -> None:
    """Change one byte of a stored piece, as a failing disk does; SQLite can't see it."""
    data = bytearray(Path(file).read_bytes())
    at = data.index(text)
    data[at] ^= 1
    Path(file).write_bytes(bytes(data))


@pytest.mark.parametrize("compressed", [True, False])
def test_garbled_outputs_never_come_back(tmp_path, compressed):
    file = vault_file(tmp_path)
    data = random.Random(5).randbytes(5_000_000 if not compressed else 60_000)
    with Vault(file) as vault:
        vault.put(path="a", blob="b", rules=RULES, content=data, features=[])
    garbled(file, data[30_000:30_020])
    with Vault(file) as vault, pytest.raises(VaultError, match="is damaged"):
        vault.exact(path="a", blob="b", rules=RULES)


@pytest.mark.slow
@pytest.mark.parametrize("damage", [not_a_database, garbage_behind_the_first_page])
def test_the_vault_of_the_origin_may_be_in_trouble(used, tmp_path, damage: Callable[[Path], None]):
    clone = used.at(tmp_path / "clone")
    used.git("clone", "-q", ".", str(clone.folder))
    clone.nbhotel("git", "enable")
    clone.write("a.ipynb", notebook("mine = 1", ran=True))
    clone.git("commit", "-q", "-a", "-m", "mine")
    damage(vault_of(used))
    for name in NAMES:
        (clone.folder / name).unlink()
    assert git(clone, "checkout", "-q", "--", ".") == []
    assert OUTPUT in (clone.folder / "a.ipynb").read_text()


def test_rebuilding_saves_what_can_be_read(tmp_path):
    file = vault_file(tmp_path)
    with Vault(file) as vault:
        kept = [random.Random(number).randbytes(20_000) for number in range(200)]
        for number, data in enumerate(kept):
            vault.put(path=f"n{number}", blob=f"b{number}", rules=RULES, content=data, features=[number])
        before = vault.database.execute("SELECT path, stored, used FROM original ORDER BY path").fetchall()
    size = Path(file).stat().st_size
    with Path(file).open("r+b") as opened:
        opened.seek(4_096 * (size // 4_096 // 2))
        opened.write(random.Random(7).randbytes(3 * 4_096))
    done = rebuild(file)
    assert 190 < done.saved < 200
    assert done.saved + done.lost == 200
    assert Path(done.aside).stat().st_size == size
    with Vault(file) as vault:
        assert vault.database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        found = [vault.exact(path="n", blob=f"b{number}", rules=RULES) for number in range(200)]
        assert len([data for data in found if data]) == done.saved
        assert all(new in {None, old} for new, old in zip(found, kept, strict=True))
        after = vault.database.execute("SELECT path, stored, used FROM original ORDER BY path").fetchall()
        assert set(after) <= set(before)


def test_rebuilding_a_sound_vault_loses_nothing(tmp_path):
    file = vault_file(tmp_path)
    with Vault(file) as vault:
        for number in range(20):
            vault.put(path="p", blob=f"b{number}", rules=RULES, content=b"x" * number, features=[number, 5])
        vault.clear(path="p", blob="b3")
        before = [line for line in vault.database.iterdump() if "TABLE" not in line]
    assert rebuild(file)[1:] == (20, 0)
    with Vault(file) as vault:
        assert [line for line in vault.database.iterdump() if "TABLE" not in line] == before


def test_a_vault_that_somebody_has_open_is_not_put_aside(tmp_path):
    file = vault_file(tmp_path)
    with Vault(file) as vault:
        put(vault, "a", "b")
        code = "import sys; from nbhotel.git.vault.rebuild import rebuild; rebuild(sys.argv[1])"
        done = subprocess.run([sys.executable, "-c", code, file], capture_output=True, text=True)
        assert "another process has it open (try again when it is done)" in done.stderr
    assert sorted(each.name for each in Path(file).parent.iterdir()) == ["vault.sqlite"]


def test_rebuilding_from_the_command_line(used):
    file = vault_of(used)
    not_a_database(file)
    told = used.nbhotel("vault", "gc", "--rebuild")
    assert told.startswith(f"saved 0 originals; the old vault is {file}.damaged-")
    assert used.nbhotel("vault", "info").startswith("vault      .git/nbhotel/vault.sqlite, ")
    (aside,) = file.parent.glob("vault.sqlite.damaged-*")
    assert aside.read_text().startswith("outputs\n")
