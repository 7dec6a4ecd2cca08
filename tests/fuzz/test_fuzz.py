"""Mutated notebooks through everything; `make fuzz` tries as many as one likes."""

from __future__ import annotations

import time

import pytest

from tests.fuzz import run
from tests.fuzz.faces import FACES, Files
from tests.fuzz.run import failures, plan


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 150, 25))
def test_nothing_fails(first):
    found = [failure for seed in range(first, first + 25) for failure in failures(seed)]
    assert [(each.seed, each.face, each.reason) for each in found] == [], found[0].details


def test_a_failure_is_found_and_made_small(monkeypatch):
    def fragile(files: Files) -> None:
        if b"alert" in files[1]:
            raise ValueError("alert")

    monkeypatch.setattr(run, "FACES", {"fragile": fragile})
    found = [failure for seed in range(10) for failure in failures(seed)]
    assert {failure.reason for failure in found} == {found[0].reason}
    assert found[0].reason.startswith("ValueError in test_fuzz.py:")
    # The base has it already: no mutation is needed.
    assert found[0].files[1] == plan(found[0].seed).starts[1]


def test_what_takes_too_long_is_a_failure(monkeypatch):
    def slow(_: Files) -> None:
        began = time.process_time()
        while time.process_time() < began + 5:
            pass

    monkeypatch.setattr(run, "FACES", {"slow": slow})
    monkeypatch.setattr(run, "_smallest", lambda _face, made, *_: made)
    assert [failure.reason for failure in failures(0, limit=0.05)] == ["TooSlow"]


def test_a_seed_makes_the_same_input_each_time():
    assert plan(7).files() == plan(7).files()
    assert len({plan(seed).files() for seed in range(50)}) == 50


def test_most_inputs_are_notebooks():
    from nbhotel.notebook.model import Notebook
    from nbhotel.notebook.reading import read_notebook

    files = [each for seed in range(100) for each in plan(seed).files()]
    readable = sum(isinstance(read_notebook(each), Notebook) for each in files)
    assert 0.6 * len(files) < readable < len(files)
    assert len(FACES) == 10
