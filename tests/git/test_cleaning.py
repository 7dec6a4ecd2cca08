"""Clean, file by file: what was cleaned not long ago is not read again, and comes out the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from nbhotel.chain.config import load_chain
from nbhotel.git.filter.cleaning import Filter, Rules
from nbhotel.git.vault.store import Vault
from nbhotel.notebook.model import Notebook
from tests.git.runs import clean, ran
from tests.git.vaults import vault_file
from tests.strategies import notebook_json

SOURCES = ["# title", "übung = 1", "b = 2"]


class Bench:
    """The filter of one repository, made anew for each file, and how often its chain was asked."""

    def __init__(self, folder: Path) -> None:
        self.file = vault_file(folder)
        self.asked = 0
        self.fingerprint = "one"
        self.chain = load_chain("vcs", str(folder))

    def clean(self, content: bytes, path: str = "a.ipynb") -> bytes:
        filter_ = Filter(lambda _: self.rules(), lambda: Vault(self.file), self.tell, lambda: None)
        try:
            return filter_.clean(path, content)
        finally:
            filter_.close()

    def rules(self) -> Rules:
        return Rules(self.counted, self.fingerprint)

    def counted(self, notebook: Notebook) -> Notebook:
        self.asked += 1
        return self.chain.clean(notebook)

    def tell(self, line: str) -> None:
        """What is no notebook is told of."""

    def change(self, query: str, *values: object) -> None:
        with Vault(self.file) as vault, vault.writing() as database:
            assert database.execute(query, values).rowcount == 1


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_the_same_file_is_cleaned_once(bench):
    first = bench.clean(ran("ada", SOURCES))
    assert first == clean(SOURCES)
    assert bench.clean(ran("ada", SOURCES)) == first
    assert bench.asked == 1


@pytest.mark.parametrize(
    "sources", [SOURCES, [f"{number} + {'x' * 200}" for number in range(2_000)]], ids=len
)
def test_git_status_writes_nothing(bench, sources):
    """git cleans a file again each time it looks at it."""
    bench.clean(ran("ada", sources))
    with Vault(bench.file) as vault:
        version = vault.database.execute("PRAGMA data_version").fetchone()
        bench.clean(ran("ada", sources))
        assert vault.database.execute("PRAGMA data_version").fetchone() == version


def test_what_lies_there_again_is_the_newest(bench):
    ada, ben = ran("ada", SOURCES), ran("ben", [*SOURCES, "more = 3"])
    for content in (ada, ben, ada):
        bench.clean(content)
        with Vault(bench.file) as vault:
            assert next(vault.alike(path="a.ipynb", blob="another", features=[])) == content
    assert bench.asked == 2


def run_again(_: Bench) -> bytes:
    return ran("ben", SOURCES)


def other_rules(bench: Bench) -> bytes:
    bench.fingerprint = "two"
    return ran("ada", SOURCES)


def an_hour_later(bench: Bench) -> bytes:
    bench.change("UPDATE original SET used = used - 4000")
    return ran("ada", SOURCES)


def cleared_in_between(bench: Bench) -> bytes:
    bench.clean(clean(SOURCES))
    return ran("ada", SOURCES)


@pytest.mark.parametrize("step", [run_again, other_rules, an_hour_later, cleared_in_between])
def test_something_else_is_cleaned_anew(bench, step: Callable[[Bench], bytes]):
    bench.clean(ran("ada", SOURCES))
    content = step(bench)
    asked = bench.asked
    assert bench.clean(content) == clean(SOURCES)
    assert bench.asked == asked + 1
    with Vault(bench.file) as vault:
        assert vault.exact(path="a.ipynb", blob=_blob(vault), rules=bench.fingerprint) == content


def _blob(vault: Vault) -> str:
    (blob,) = vault.database.execute("SELECT blob FROM original ORDER BY stored DESC LIMIT 1").fetchone()
    return str(blob)


@pytest.mark.parametrize("noted", ["", "nonsense", "[]", "[[0, 5, 7]]", '[["a"]]', '[[0, 9, ""]]', "3"])
def test_damaged_notes_are_no_harm(bench, noted):
    bench.clean(ran("ada", SOURCES))
    bench.change("UPDATE original SET edits = ?", noted)
    assert bench.clean(ran("ada", SOURCES)) == clean(SOURCES)
    assert bench.asked == 2


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(notebook_json)
def test_any_notebook_comes_out_the_same_twice(tmp_path, document):
    bench = Bench(tmp_path)
    content = json.dumps(document, indent=1).encode()
    assert bench.clean(content) == bench.clean(content)
