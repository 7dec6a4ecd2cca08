"""A sweep: what is old or too much goes, the least recently used first, but nothing that is needed."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Collection

import pytest

from nbhotel.git.vault.care import Swept, sweep
from nbhotel.git.vault.look import size_on_disk
from nbhotel.git.vault.store import Vault
from nbhotel.git.vault.use import InUse
from tests.git.vaults import RULES, blobs, content, count, put, vault_file

NOTHING = InUse(frozenset(), {})
DAY = 86_400
EVER = float("inf")


def swept(
    vault: Vault, use: InUse = NOTHING, *, size: float = EVER, days: float = EVER, dry_run: bool = False
) -> Swept:
    return sweep(vault, lambda _: use, lambda *_: None, size=size, age=days * DAY, dry_run=dry_run)


@pytest.fixture
def vault(tmp_path):
    with Vault(vault_file(tmp_path)) as opened:
        yield opened


def test_what_was_not_used_for_long_goes(vault):
    put(vault, "a", "old", days_ago=20)
    put(vault, "a", "new", days_ago=2)
    done = swept(vault, days=10)
    assert (done.originals, done.forgotten) == (2, 1)
    assert blobs(vault) == {"new"}


def test_the_least_recently_used_goes_first_until_the_rest_fits(vault):
    for number in range(10):
        data = random.Random(number).randbytes(10_000)
        vault.put(path=f"n{number}", blob=f"b{number}", rules=RULES, content=data, features=[])
    with vault.writing() as database:
        database.execute("UPDATE original SET used = used - 7200")
    with Vault(vault.file) as reader:
        reader.exact(path="n0", blob="b0", rules=RULES)
    done = swept(vault, size=35_000)
    assert blobs(vault) == {"b0", "b8", "b9"}
    assert done.before > 100_000
    assert 30_000 <= done.after <= 35_000


def test_pieces_that_others_share_stay(vault):
    put(vault, "a", "one", "first", days_ago=20)
    kept = put(vault, "a", "two", "second")
    pieces = count(vault, "piece")
    swept(vault, days=10)
    assert count(vault, "piece") == pieces - 1
    assert vault.exact(path="a", blob="two", rules=RULES) == kept


def test_what_another_version_took_the_place_of_is_freed(vault):
    put(vault, "a", "one", "first")
    whole = count(vault, "piece")
    put(vault, "a", "one", "second")
    assert count(vault, "piece") == whole + 1
    done = swept(vault)
    assert (done.forgotten, count(vault, "piece")) == (0, whole)


def test_what_was_cleared_is_not_needed(vault):
    put(vault, "a", "one")
    put(vault, "b", "one")
    vault.clear(path="a", blob="one")
    assert swept(vault).forgotten == 0
    swept(vault, InUse(frozenset({"one"}), {"a": 1, "b": 1}), size=0)
    assert count(vault, "original") == 1
    assert vault.exact(path="b", blob="one", rules=RULES) is not None


def test_features_go_with_their_originals(vault):
    vault.put(path="a", blob="b", rules=RULES, content=content("x"), features=range(20))
    assert count(vault, "feature") == 16
    swept(vault, size=0)
    assert count(vault, "feature") == 0


def letters(seed: int) -> bytes:
    """3 MB that need less than half of that when they are compressed."""
    return random.Random(seed).randbytes(3_000_000).translate(bytes(97 + each % 8 for each in range(256)))


def test_the_rest_is_compressed_and_the_file_shrinks(vault):
    for number in range(3):
        vault.put(path=f"n{number}", blob=f"b{number}", rules=RULES, content=letters(number), features=[])
    assert count(vault, "piece WHERE crc IS NOT NULL") == 3
    vault.close()
    large = size_on_disk(vault.file)
    with Vault(vault.file) as again:
        done = swept(again)
    assert done.after < 0.6 * done.before
    assert size_on_disk(vault.file) < 0.6 * large
    with Vault(vault.file) as again:
        assert again.exact(path="n2", blob="b2", rules=RULES) == letters(2)
        assert count(again, "piece WHERE crc IS NOT NULL") == 0


def test_a_dry_run_changes_nothing(vault):
    put(vault, "a", "old", days_ago=20)
    put(vault, "a", "new")
    put(vault, "a", "new", "another version")
    before = list(vault.database.iterdump())
    told = swept(vault, days=10, dry_run=True)
    assert list(vault.database.iterdump()) == before
    assert told.forgotten == 1
    assert told.after == swept(vault, days=10).after


def test_worktrees_keep_what_they_have_and_what_they_may_have_put_back(vault):
    for day in range(5, 0, -1):
        put(vault, "a.ipynb", f"a{day}", days_ago=day)
        put(vault, "b.ipynb", f"b{day}", days_ago=day)
    swept(vault, InUse(frozenset({"a5"}), {"a.ipynb": 2}), size=0)
    assert blobs(vault) == {"a5", "a2", "a1"}


def test_nobody_looks_at_worktrees_when_nothing_has_to_go(vault):
    put(vault, "a", "new")

    def never(known: Collection[str]) -> InUse:
        raise AssertionError(known)

    assert sweep(vault, never, lambda *_: None, size=10**9, age=DAY).forgotten == 0


def test_what_is_used_in_the_meantime_stays(vault):
    put(vault, "a", "old", days_ago=20)
    data = put(vault, "b", "old too", days_ago=20)

    def meanwhile(known: Collection[str]) -> InUse:
        with Vault(vault.file) as other:
            other.put(path="b", blob="old too", rules=RULES, content=data, features=[])
        return NOTHING

    sweep(vault, meanwhile, lambda *_: None, size=EVER, age=DAY)
    assert blobs(vault) == {"old too"}
    assert vault.exact(path="b", blob="old too", rules=RULES) == data


def test_a_piece_that_is_put_again_while_it_is_freed_stays(vault):
    """Its hash may be on the list of what is to go already."""
    for number in range(300):
        data = b'"outputs": [' + random.Random(number).randbytes(50)
        vault.put(path=f"n{number}", blob="old", rules=RULES, content=data, features=[])
    with vault.writing() as database:
        database.execute("DELETE FROM original")
    put_again: list[bytes] = []

    def tell(what: str, done: int, of: int) -> None:
        if what == "freeing" and not put_again:
            digests = [data for (data,) in vault.database.execute("SELECT hash FROM piece")]
            assert 0 < len(digests) < 300
            for number in range(300):
                put_again.append(b'"outputs": [' + random.Random(number).randbytes(50))
            with Vault(vault.file) as other:
                for number, data in enumerate(put_again):
                    other.put(path=f"n{number}", blob="new", rules=RULES, content=data, features=[])

    sweep(vault, lambda _: NOTHING, tell, size=EVER, age=EVER)
    assert len(put_again) == 300
    for number, data in enumerate(put_again):
        assert vault.exact(path=f"n{number}", blob="new", rules=RULES) == data


WORK = """
import sys
from nbhotel.git.vault.store import Vault
from nbhotel.git.vault.care import sweep
from nbhotel.git.vault.use import InUse
with Vault(sys.argv[1]) as vault:
    for turn in range(15):
        sweep(vault, lambda _: InUse(frozenset({"keep"}), {}), lambda *_: None, size=0, age=0)
"""


def test_a_sweep_and_writers_at_once(tmp_path):
    file = vault_file(tmp_path)
    with Vault(file) as vault:
        sweeper = subprocess.Popen([sys.executable, "-c", WORK, file])
        kept = {}
        for number in range(200):
            put(vault, f"n{number}", "passing")
            kept[number] = put(vault, f"n{number}", "keep", f"kept {number}")
        assert sweeper.wait() == 0
        for number, data in kept.items():
            assert vault.exact(path=f"n{number}", blob="keep", rules=RULES) == data
        assert vault.database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.slow
def test_kill_9_in_the_middle_of_a_sweep(tmp_path):
    """Nothing that is kept is lost, and the next sweep does the rest."""
    file, rng = vault_file(tmp_path), random.Random(6)
    for turn in range(8):
        with Vault(file) as vault:
            for number in range(120):
                data = rng.randbytes(30_000)
                vault.put(
                    path=f"{turn}-{number}", blob="passing", rules=RULES, content=data, features=[number]
                )
            kept = put(vault, f"kept {turn}", "keep")
        sweeper = subprocess.Popen([sys.executable, "-c", WORK, file])
        time.sleep(rng.uniform(0.1, 0.3))
        sweeper.kill()
        sweeper.wait()
        with Vault(file) as vault:
            assert vault.database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert all(vault.read(each) for (each,) in vault.database.execute("SELECT id FROM original"))
            assert vault.exact(path=f"kept {turn}", blob="keep", rules=RULES) == kept
    with Vault(file) as vault:
        swept(vault, InUse(frozenset({"keep"}), {}), size=0)
        assert blobs(vault) == {"keep"}
        assert count(vault, "original") == 8
        assert vault.database.execute("PRAGMA freelist_count").fetchone() == (0,)
