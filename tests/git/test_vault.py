"""What is put into the vault comes out of it to the byte, whoever else is at work, and after any crash."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nbhotel.errors import VaultError
from nbhotel.git.vault.pieces import pieces
from nbhotel.git.vault.store import Vault
from tests.git.vaults import RULES, blobs, content, count, put, vault_file

#: Bytes as they may lie in a notebook's file: with cells' outputs, and without.
files = st.lists(
    st.binary(max_size=40)
    | st.sampled_from([b'"outputs": [', b'"outputs":[', b"x" * 3_000, b"y" * 16_384, b"z" * 40_000]),
    max_size=12,
).map(b"".join)


@pytest.fixture
def vault(tmp_path):
    with Vault(vault_file(tmp_path)) as opened:
        yield opened


def test_a_checkpoint_moves_the_log_into_the_file(vault):
    data = put(vault, "a.ipynb", "one")
    before = Path(vault.file).stat().st_size
    vault.checkpoint()
    assert Path(vault.file).stat().st_size > before
    assert vault.exact(path="a.ipynb", blob="one", rules=RULES) == data


@given(files)
def test_pieces_are_the_content(data):
    cut = list(pieces(data))
    assert b"".join(cut) == data
    assert b"" not in cut


def test_a_change_in_one_cell_leaves_the_other_pieces(vault):
    put(vault, "a.ipynb", "one", "first")
    before = count(vault, "piece")
    put(vault, "a.ipynb", "two", "second")
    assert before > 3
    assert count(vault, "piece") == before + 1


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.tuples(st.sampled_from("pqr"), st.sampled_from("bc")), files, max_size=4))
def test_what_is_put_comes_back_to_the_byte(tmp_path, stored):
    """Large and small, compressed at once and later; a file put twice is the later one."""
    with Vault(vault_file(tmp_path)) as vault:
        for (path, blob), data in stored.items():
            vault.put(path=path, blob=blob, rules=RULES, content=data, features=[len(data)])
    with Vault(vault.file) as vault:
        for (path, blob), data in stored.items():
            assert vault.exact(path=path, blob=blob, rules=RULES) == data


def test_large_files_come_back_too(vault):
    """More than is compressed at once, and more than one piece can hold."""
    data = random.Random(1).randbytes(11_000_000)
    vault.put(path="a", blob="b", rules=RULES, content=data, features=[])
    assert vault.exact(path="a", blob="b", rules=RULES) == data
    assert count(vault, "piece WHERE crc IS NOT NULL") == 2


def test_paths_are_any_bytes(vault):
    path = os.fsdecode(b"\xff\n.ipynb")
    data = put_bytes(vault, path)
    assert vault.exact(path=path, blob="b", rules=RULES) == data
    assert list(vault.alike(path=path, blob="another", features=[])) == [data]
    vault.clear(path=path, blob="b")
    assert vault.exact(path=path, blob="b", rules=RULES) is None


def put_bytes(vault: Vault, path: str) -> bytes:
    data = content("odd")
    vault.put(path=path, blob="b", rules=RULES, content=data, features=[])
    return data


def test_exact_is_of_this_path_if_it_can_be(vault):
    put(vault, "a.ipynb", "blob")
    mine = put(vault, "b.ipynb", "blob")
    put(vault, "c.ipynb", "blob")
    assert vault.exact(path="b.ipynb", blob="blob", rules=RULES) == mine
    assert vault.exact(path="renamed.ipynb", blob="blob", rules=RULES) is not None
    assert vault.exact(path="b.ipynb", blob="blob", rules="others") is None


def test_alike_is_looked_for_only_as_far_as_it_is_asked_for(vault):
    first = put(vault, "a.ipynb", "blob")
    put(vault, "a.ipynb", "older")
    asked: list[str] = []
    vault.database.set_trace_callback(asked.append)
    found = vault.alike(path="a.ipynb", blob="blob", features=[1])
    assert next(found) == first
    assert not any("feature" in query for query in asked)
    assert len(list(found)) == 1
    assert any("feature" in query for query in asked)


def test_what_shares_features_is_alike(vault):
    vault.put(path="a", blob="a", rules=RULES, content=b"mine", features=range(100, 112))
    vault.put(path="b", blob="b", rules=RULES, content=b"alien", features=range(500, 512))
    assert list(vault.alike(path="new", blob="new", features=range(104, 114))) == [b"mine"]


def test_what_was_cleared_is_given_out_no_more_but_stays(vault):
    data = content("by mistake")
    for _ in range(2):
        vault.put(path="a", blob="b", rules=RULES, content=data, features=range(9))
        assert vault.exact(path="a", blob="b", rules=RULES) == data
        vault.clear(path="a", blob="b")
        assert vault.exact(path="a", blob="b", rules=RULES) is None
        assert list(vault.alike(path="a", blob="b", features=range(9))) == []
    assert vault.read(1) == data


def test_what_was_there_before_is_the_newest_when_it_is_there_again(vault):
    first = put(vault, "a.ipynb", "one")
    put(vault, "a.ipynb", "two")
    put(vault, "a.ipynb", "one")
    assert next(vault.alike(path="a.ipynb", blob="three", features=[])) == first


def test_reading_marks_as_used_when_the_vault_is_closed(vault):
    put(vault, "a.ipynb", "blob", days_ago=9)
    with Vault(vault.file) as reader:
        assert reader.exact(path="a.ipynb", blob="blob", rules=RULES)
    (used,) = vault.database.execute("SELECT used FROM original").fetchone()
    assert time.time() - used < 60


def test_what_was_used_within_the_hour_is_not_marked_again(vault):
    put(vault, "a.ipynb", "blob")
    query = "SELECT used FROM original"
    before = vault.database.execute(query).fetchone()
    with Vault(vault.file) as reader:
        assert reader.exact(path="a.ipynb", blob="blob", rules=RULES)
    assert vault.database.execute(query).fetchone() == before


def test_nobody_waits_to_mark_as_used(vault):
    put(vault, "a.ipynb", "blob", days_ago=9)
    reader = Vault(vault.file)
    assert reader.exact(path="a.ipynb", blob="blob", rules=RULES)
    with vault.writing():
        since = time.monotonic()
        reader.close()
        assert time.monotonic() - since < 5  # of the ten that a write would wait


def test_only_this_user_can_read_it_but_others_may_have_theirs_beside_it(tmp_path):
    (tmp_path / ".git").mkdir(mode=0o775)
    (tmp_path / ".git").chmod(0o775)
    with Vault(vault_file(tmp_path)) as vault:
        put(vault, "a", "b")
        for name in ("vault.sqlite", "vault.sqlite-wal", "vault.sqlite-shm"):
            assert (tmp_path / ".git/nbhotel" / name).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / ".git/nbhotel").stat().st_mode & 0o777 == 0o775


@pytest.mark.parametrize("version", [0, 1, 3])
def test_what_another_version_wrote_is_left_alone(tmp_path, version):
    file = vault_file(tmp_path)
    Path(file).parent.mkdir()
    database = sqlite3.connect(file)
    database.execute("CREATE TABLE original (outputs)")
    database.execute("INSERT INTO original VALUES ('precious')")
    database.execute(f"PRAGMA user_version = {version}")
    database.commit()
    database.close()
    before = Path(file).read_bytes()
    with pytest.raises(VaultError, match=r"another version of nbhotel \(use that version, or"):
        Vault(file)
    assert Path(file).read_bytes() == before


WRITER = """
import sys, time
from nbhotel.git.vault.store import Vault
file, me = sys.argv[1:]
print("ready", flush=True)
sys.stdin.readline()
number = 0
with Vault(file) as vault:
    while True:
        text = f"{me}-{number}"
        content = b'"outputs": [' + text.encode() * 4000 + b'"outputs": [shared' + b"x" * 9000
        vault.put(path=text, blob=text, rules="rules", content=content, features=[number])
        print(text, flush=True)
        number += 1
        if number == 40 and not me.startswith("endless"):
            break
"""


def writer(file: str, me: str) -> subprocess.Popen[str]:
    """Start a process that puts files, and prints the name of each that is there."""
    command = [sys.executable, "-c", WRITER, file, me]
    started = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert started.stdout is not None
    assert started.stdout.readline() == "ready\n"
    return started


def go(started: subprocess.Popen[str]) -> None:
    assert started.stdin is not None
    started.stdin.write("go\n")
    started.stdin.flush()


def expect(vault: Vault, names: list[str]) -> None:
    """All of these are there, as they were put."""
    for name in names:
        found = vault.exact(path=name, blob=name, rules=RULES)
        assert found == b'"outputs": [' + name.encode() * 4000 + b'"outputs": [shared' + b"x" * 9000


def test_several_processes_make_it_and_write_at_once(tmp_path):
    file = vault_file(tmp_path)
    writers = [writer(file, str(number)) for number in range(4)]
    for each in writers:
        go(each)
    told = [each.communicate()[0].split() for each in writers]
    assert [each.returncode for each in writers] == [0] * 4
    with Vault(file) as vault:
        expect(vault, [name for names in told for name in names])
        assert len(blobs(vault)) == 160


@pytest.mark.slow
def test_kill_9_in_the_middle_of_putting(tmp_path):
    """What was put stays, what was being put is there or not, and the next process goes on."""
    file, rng = vault_file(tmp_path), random.Random(4)
    put_so_far: list[str] = []
    for turn in range(12):
        started = writer(file, f"endless{turn}")
        go(started)
        time.sleep(rng.uniform(0, 0.15))
        os.kill(started.pid, signal.SIGKILL)
        put_so_far += started.communicate()[0].split()
        with Vault(file) as vault:
            assert vault.database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            expect(vault, put_so_far)
            assert all(vault.read(each) for (each,) in vault.database.execute("SELECT id FROM original"))
    assert len(put_so_far) > 50
